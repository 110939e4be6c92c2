"""Agreeing on a draft before signature: nobody out of turn, no step skipped, no dead end; and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from phoihop.core.clock import REGION_ZONE, pretend, today
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.dispatches.actions import approving, drafting, opinions
from phoihop.dispatches.actions.routes import remove_route, save_route
from phoihop.dispatches.approving import Needs, OpinionState, Step, StepKind, TaskState, current_step, in_force
from phoihop.dispatches.lateness_notices import tell_of_lateness
from phoihop.dispatches.models import ApprovalRoute, ApprovalTask, Draft, DraftOpinion, DraftVersion
from phoihop.dispatches.selectors.approving import last_round, tasks_of
from phoihop.dispatches.selectors.my_drafts import drafts_waiting
from phoihop.notify.models import Notice
from phoihop.offices.delegating import Lending, lend
from phoihop.offices.permissions import Permission
from tests.cast import HA_TINH, NGHE_AN, position
from tests.dispatches.papers import drafted, office_of, open_books, stated

pytestmark = pytest.mark.django_db

ROUTE = (
    (Needs.ALL, ("trucban", "chanhvp")),
    (Needs.ANY, ("vanthu", "chanhvp")),
)


def step(needs: Needs, *people: str, kind: StepKind = StepKind.APPROVE, days: int | None = None) -> Step:
    return Step(kind, "", needs, tuple(position(one, NGHE_AN) for one in people), days)


def set_route(*steps: Step, type_code: str = "") -> ApprovalRoute:
    with office_of("chanhvp", NGHE_AN) as by:
        return save_route(steps=steps, type_code=type_code, by=by)


def usual_route() -> None:
    set_route(*(step(needs, *people) for needs, people in ROUTE))


def presented(**changes: Any) -> UUID:
    draft = drafted(stated(HA_TINH, **changes))
    with office_of("chuyenvien", NGHE_AN) as by:
        drafting.submit_draft(draft.id, by=by)
    return draft.id


def approve(key: str, draft: UUID) -> str:
    with office_of(key, NGHE_AN) as by:
        return approving.approve_draft(draft, by=by).state


def found(draft: UUID) -> tuple[Draft, Sequence[ApprovalTask]]:
    with office_of("vanthu", NGHE_AN) as by:
        row = Draft.objects.get(id=draft)
        return row, tasks_of(row, by=by)


def told(key: str, of: str) -> int:
    with office_of(key, NGHE_AN) as by:
        return Notice.objects.filter(position_id=by.position_id, key=of).count()


def test_without_a_route_a_draft_goes_straight_to_signature() -> None:
    draft, tasks = found(presented())
    assert (draft.state, tasks) == ("submitted", [])


def test_a_type_may_have_a_route_of_its_own() -> None:
    usual_route()
    set_route(step(Needs.ALL, "lanhdao"), type_code="decision")
    _draft, tasks = found(presented(type_code="decision"))
    assert [one.position_id for one in tasks] == [position("lanhdao", NGHE_AN)]
    assert len(found(presented())[1]) == 4


def test_steps_follow_one_another_all_then_any() -> None:
    usual_route()
    draft = presented()
    with pytest.raises(Forbidden):
        approve("vanthu", draft)
    with pytest.raises(Conflict), office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft, by=by)
    assert approve("trucban", draft) == "reviewing"
    with pytest.raises(Conflict):
        approve("trucban", draft)
    assert told("vanthu", "draft.to_approve") == 0
    assert approve("chanhvp", draft) == "reviewing"
    assert told("vanthu", "draft.to_approve") == 1
    assert approve("vanthu", draft) == "submitted"
    _row, tasks = found(draft)
    assert [one.state for one in tasks if one.step == 2] == [TaskState.SPARED, TaskState.APPROVED]
    assert told("lanhdao", "draft.submitted") == 1


def test_who_is_not_in_the_route_or_the_office_does_nothing() -> None:
    usual_route()
    draft = presented()
    acts: list[Callable[..., object]] = [
        approving.approve_draft,
        lambda one, by: approving.return_from_approval(one, reason="x", by=by),
        lambda one, by: approving.step_back(one, reason="x", by=by),
        lambda one, by: approving.amend_draft(one, abstract="x", content="", revision=2, by=by),
    ]
    for act in acts:
        with pytest.raises(Forbidden), office_of("lanhdao", NGHE_AN) as by:
            act(draft, by=by)
        with pytest.raises(NotFound), office_of("chanhvp", HA_TINH) as by:
            act(draft, by=by)


def test_a_draft_cannot_change_while_it_waits() -> None:
    usual_route()
    draft = presented()
    with pytest.raises(Conflict), office_of("chuyenvien", NGHE_AN) as by:
        drafting.save_draft(stated(HA_TINH, abstract="Khác"), by=by, draft_id=draft)


def test_a_return_keeps_the_remark_and_the_text_and_everybody_is_asked_again() -> None:
    usual_route()
    draft = presented(content="Bản một.")
    approve("trucban", draft)
    with pytest.raises(Invalid), office_of("chanhvp", NGHE_AN) as by:
        drafting.return_draft(draft, reason=" ", by=by)
    with office_of("chanhvp", NGHE_AN) as by:
        drafting.return_draft(draft, reason="Bổ sung số liệu", by=by)
    assert told("chuyenvien", "draft.returned") == 1
    with office_of("chuyenvien", NGHE_AN) as by:
        row = Draft.objects.get(id=draft)
        assert (row.state, row.returned_reason) == ("drafting", "Bổ sung số liệu")
        drafting.save_draft(stated(HA_TINH, content="Bản hai."), by=by, draft_id=draft)
        drafting.submit_draft(draft, by=by)
        kept = DraftVersion.objects.filter(draft_id=draft).order_by("number")
        assert [(one.event, one.content, one.remark) for one in kept] == [
            ("submitted", "Bản một.", ""),
            ("returned", "Bản một.", "Bổ sung số liệu"),
            ("submitted", "Bản hai.", ""),
        ]
    _row, tasks = found(draft)
    assert [one.state for one in tasks if one.round == 1] == ["approved", "returned", "closed", "closed"] or {
        one.state for one in tasks if one.round == 1
    } == {"approved", "returned", "closed"}
    assert [one.state for one in tasks if one.round == 2 and one.step == 1] == ["asked", "asked"]


def test_back_to_the_step_before_and_forward_again() -> None:
    set_route(step(Needs.ALL, "trucban"), step(Needs.ALL, "chanhvp"))
    draft = presented()
    with pytest.raises(Conflict), office_of("trucban", NGHE_AN) as by:
        approving.step_back(draft, reason="Không rõ", by=by)
    approve("trucban", draft)
    with office_of("chanhvp", NGHE_AN) as by:
        approving.step_back(draft, reason="Xem lại căn cứ", by=by)
    with pytest.raises((Forbidden, Conflict)):
        approve("chanhvp", draft)
    assert [approve(key, draft) for key in ("trucban", "chanhvp")] == ["reviewing", "submitted"]
    with pytest.raises(Forbidden), office_of("vanthu", NGHE_AN) as by:
        approving.step_back(draft, reason="x", by=by)
    with office_of("lanhdao", NGHE_AN) as by:
        assert approving.step_back(draft, reason="Hỏi lại Chánh Văn phòng", by=by).state == "reviewing"
    assert approve("chanhvp", draft) == "submitted"


def test_the_author_takes_back_what_waits_and_others_do_not() -> None:
    usual_route()
    draft = presented()
    with pytest.raises(Forbidden), office_of("trucban", NGHE_AN) as by:
        approving.take_back(draft, by=by)
    with office_of("chuyenvien", NGHE_AN) as by:
        assert approving.take_back(draft, by=by).state == "drafting"
    with pytest.raises(Conflict):
        approve("trucban", draft)


def test_an_approver_changes_the_text_and_it_is_shown() -> None:
    usual_route()
    draft = presented(content="Bản một.")
    approve("trucban", draft)
    row, _tasks = found(draft)
    with office_of("chanhvp", NGHE_AN) as by:
        approving.amend_draft(draft, abstract=row.abstract, content="Bản sửa.", revision=row.revision, by=by)
        with pytest.raises(Conflict):
            approving.approve_draft(draft, revision=row.revision, by=by)
        approving.approve_draft(draft, revision=row.revision + 1, by=by)
        last = DraftVersion.objects.filter(draft_id=draft).latest("number")
    assert (last.event, last.content, last.by_name) == ("amended", "Bản sửa.", by.person_name)
    assert told("chuyenvien", "draft.amended") == told("trucban", "draft.amended") == 1


def test_a_deputy_acts_for_who_is_away_and_is_named() -> None:
    set_route(step(Needs.ALL, "chanhvp"))
    draft = presented()
    with pytest.raises(Forbidden):
        approve("trucban", draft)
    with office_of("quantri", NGHE_AN) as by:
        given, taken = position("chanhvp", NGHE_AN), position("trucban", NGHE_AN)
        lent = (Permission.DISPATCH_DIRECT,)
        lend(Lending(given, taken, lent, "Đi công tác", today(), today() + timedelta(days=3)), by=by)
    assert approve("trucban", draft) == "submitted"
    _row, [task] = found(draft)
    assert task.name.startswith("Chánh Văn phòng")
    assert task.decided_by.startswith("Trực ban")


def test_the_chief_gives_a_part_to_somebody_else_and_back() -> None:
    set_route(step(Needs.ALL, "trucban"), step(Needs.ALL, "vanthu"))
    draft = presented()
    _row, [first, second] = found(draft)
    with pytest.raises(Forbidden), office_of("chuyenvien", NGHE_AN) as by:
        approving.reassign(draft, first.id, to=position("lanhdao", NGHE_AN), by=by)
    with office_of("chanhvp", NGHE_AN) as by:
        for wrong in (position("trucban", NGHE_AN), position("lanhdao", HA_TINH), uuid4()):
            with pytest.raises(Invalid):
                approving.reassign(draft, first.id, to=wrong, by=by)
        moved = approving.reassign(draft, first.id, to=position("lanhdao", NGHE_AN), by=by)
        assert moved.state == TaskState.ASKED
        assert approving.reassign(draft, second.id, to=position("trucban", NGHE_AN), by=by).state == TaskState.LATER
        approving.reassign(draft, moved.id, to=position("trucban", NGHE_AN), by=by)
    with pytest.raises((Forbidden, Conflict)):
        approve("lanhdao", draft)
    assert [approve("trucban", draft), approve("trucban", draft)] == ["reviewing", "submitted"]


def test_a_step_nobody_holds_any_more_is_said_and_stops_nothing_halfway() -> None:
    set_route(step(Needs.ALL, "trucban"))
    with office_of("chanhvp", NGHE_AN):
        row = ApprovalRoute.objects.get()
        row.steps[0]["people"] = [str(uuid4())]
        row.save()
    with pytest.raises(Invalid, match="không còn ai"):
        presented()


def test_routes_are_set_by_the_chief_and_only_with_people_of_the_office() -> None:
    for key in ("chuyenvien", "vanthu", "lanhdao"):
        with pytest.raises(Forbidden), office_of(key, NGHE_AN) as by:
            save_route(steps=[step(Needs.ALL, "trucban")], by=by)
    with office_of("chanhvp", NGHE_AN) as by:
        foreign = Step(StepKind.APPROVE, "", Needs.ALL, (position("chanhvp", HA_TINH),))
        for wrong in ([], [foreign], [step(Needs.ALL)], [step(Needs.ALL, "trucban", days=-1)]):
            with pytest.raises(Invalid):
                save_route(steps=wrong, by=by)
        with pytest.raises(Invalid):
            save_route(steps=[step(Needs.ALL, "trucban")], type_code="khong-co", by=by)
        kept = save_route(steps=[step(Needs.ALL, "trucban", kind=StepKind.FORMAT)], by=by)
        assert kept.steps[0]["title"] == "Kiểm tra thể thức"
        with pytest.raises(Conflict):
            save_route(steps=[step(Needs.ALL, "trucban")], by=by)
        save_route(steps=[step(Needs.ALL, "vanthu")], route_id=kept.id, by=by)
    with pytest.raises(NotFound), office_of("chanhvp", HA_TINH) as by:
        remove_route(kept.id, by=by)
    with office_of("chanhvp", NGHE_AN) as by:
        remove_route(kept.id, by=by)
    assert found(presented())[0].state == "submitted"


def test_opinions_are_asked_at_once_answered_and_silence_stays() -> None:
    draft = drafted(stated(HA_TINH)).id
    people = [position(one, NGHE_AN) for one in ("trucban", "vanthu", "lanhdao")]
    with office_of("chuyenvien", NGHE_AN) as by:
        for wrong in ([], [position("vanthu", HA_TINH)], [by.position_id]):
            with pytest.raises(Invalid):
                opinions.ask_opinions(draft, people=wrong, by=by)
        with pytest.raises(Invalid):
            opinions.ask_opinions(draft, people=people, due_on=today() - timedelta(days=1), by=by)
        assert len(opinions.ask_opinions(draft, people=people, due_on=today(), by=by)) == 3
        assert opinions.ask_opinions(draft, people=people[:1], by=by) == []
    with office_of("trucban", NGHE_AN) as by:
        with pytest.raises(Invalid):
            opinions.answer_opinion(draft, agrees=False, text=" ", by=by)
        opinions.answer_opinion(draft, agrees=False, text="Bỏ mục 2.", by=by)
        with pytest.raises(Conflict):
            opinions.answer_opinion(draft, agrees=True, by=by)
    with office_of("vanthu", NGHE_AN) as by:
        opinions.answer_opinion(draft, agrees=True, by=by)
    with pytest.raises(Forbidden), office_of("chanhvp", NGHE_AN) as by:
        opinions.answer_opinion(draft, agrees=True, by=by)
    assert told("chuyenvien", "draft.opinion") == 2
    with office_of("chuyenvien", NGHE_AN) as by:
        drafting.submit_draft(draft, by=by)
    with office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft, by=by)
        states = set(DraftOpinion.objects.filter(draft_id=draft).values_list("state", flat=True))
    assert states == {OpinionState.AGREED, OpinionState.REMARKS, OpinionState.CLOSED}


def test_the_whole_way_with_a_route_ends_issued() -> None:
    open_books()
    usual_route()
    draft = presented()
    for key in ("chanhvp", "trucban", "chanhvp"):
        approve(key, draft)
    with office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft, by=by)
    with office_of("vanthu", NGHE_AN) as by:
        drafting.number_draft(draft, by=by)
        assert drafting.issue_draft(draft, by=by) == draft


def standing(draft: UUID) -> tuple[str, int | None, bool]:
    """State, the step that waits, and whether every step before it is done."""
    row, tasks = found(draft)
    turns = in_force(last_round(tasks))
    now_at = current_step(last_round(tasks))
    before = [turn for place, turn in turns.items() if now_at is None or place < now_at]
    return row.state, now_at, all(any(one.state == TaskState.APPROVED for one in turn) for turn in before)


def waits(key: str) -> list[tuple[str, bool]]:
    with office_of(key, NGHE_AN) as by:
        return [(one.what, one.is_late) for one in drafts_waiting(by=by)]


def test_the_desk_says_what_waits_for_whom_once_a_draft() -> None:
    set_route(step(Needs.ALL, "trucban", kind=StepKind.FORMAT, days=1), step(Needs.ALL, "chanhvp"))
    draft = presented()
    with office_of("chuyenvien", NGHE_AN) as by:
        opinions.ask_opinions(draft, people=[position("trucban", NGHE_AN)], by=by)
    assert waits("trucban") == [("Kiểm tra thể thức, Cho ý kiến", False)]
    assert waits("chanhvp") == waits("chuyenvien") == waits("vanthu") == []
    with office_of("trucban", NGHE_AN):
        ApprovalTask.objects.filter(draft_id=draft, step=1).update(due_on=today() - timedelta(days=1))
    assert waits("trucban") == [("Kiểm tra thể thức, Cho ý kiến", True)]
    approve("trucban", draft)
    assert waits("chanhvp") == [("Duyệt", False)]
    with office_of("chanhvp", NGHE_AN) as by:
        drafting.return_draft(draft, reason="Sửa", by=by)
    assert waits("chuyenvien") == [("Sửa theo ý kiến", False)]
    with office_of("chuyenvien", NGHE_AN) as by:
        drafting.submit_draft(draft, by=by)
    approve("trucban", draft)
    approve("chanhvp", draft)
    assert waits("lanhdao") == waits("chanhvp") == [("Ký", False)]
    with office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft, by=by)
    assert waits("vanthu") == [("Cấp số", False)]


def test_who_is_late_to_approve_is_told_and_so_are_author_and_later_the_chief() -> None:
    set_route(step(Needs.ALL, "trucban", days=1))
    draft = presented()
    due = found(draft)[1][0].due_on
    assert due is not None

    def told(later: int) -> list[str]:
        with pretend(datetime.combine(due + timedelta(days=later), time(9), REGION_ZONE)), scope("worker"):
            tell_of_lateness()
            people = {position(who, NGHE_AN): who for who in ("trucban", "chuyenvien", "chanhvp")}
            rows = Notice.objects.filter(key="draft.approval_late").values_list("position_id", flat=True)
            return sorted(people[one] for one in rows)

    assert told(0) == []
    assert told(1) == ["chuyenvien", "trucban"]
    assert "chanhvp" in told(14)
    approve("trucban", draft)
    before = told(14)
    assert told(15) == before
