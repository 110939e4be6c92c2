"""A recall between two nodes: before the document, twice, from the wrong office; and the answer on its way back."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from phoihop.core.isolation import scope
from phoihop.dispatches import records
from phoihop.dispatches.actions.changing import answer_change, recall_dispatch
from phoihop.dispatches.change_projections import answer_id
from phoihop.dispatches.models import Change, ChangeAnswer, Dispatch
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.changes import ChangeView, changes_of, to_answer
from phoihop.exchange.actions import publish
from phoihop.exchange.keys import own_identity
from phoihop.exchange.rebuilding import rebuild
from phoihop.exchange.receiving import receive
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.offices.directory import OfficeSpec
from tests.cast import HA_TINH, HUE, NGHE_AN, acting
from tests.exchange.conftest import Pair
from tests.exchange.nodes import HA_TINH_ID, HUE_ID, NGHE_AN_ID, carried, clerk, disclose_to, forged, issue, seen_by

WHY = "Ban hành nhầm thẩm quyền"


def recall(document: UUID) -> UUID:
    leader = acting("lanhdao", NGHE_AN)
    with scope("web", leader.office_id):
        return recall_dispatch(document, reason=WHY, by=leader)


def answer(change: UUID, office: OfficeSpec, *, agreed: bool) -> None:
    by = clerk(office)
    with scope("web", by.office_id):
        answer_change(change, agreed=agreed, reason="" if agreed else "Đã triển khai", by=by)


def view(document: UUID, office: OfficeSpec) -> ChangeView:
    by = clerk(office)
    with scope("web", by.office_id):
        (found,) = changes_of(access.dispatch(document, by=by), by=by)
    return found


def test_a_recall_travels_and_its_answer_comes_back(pair: Pair, tmp_path: Path) -> None:
    document = issue(clerk(NGHE_AN), [HUE_ID, HA_TINH_ID])
    change = recall(document)
    there = {one.office.code: one for one in view(document, NGHE_AN).asked}
    assert there[HUE.code].is_unknown
    assert there[HUE.code].holds_text is None
    assert not there[HA_TINH.code].is_unknown
    sent = carried(tmp_path / "to-hue.zip")
    with pair.hue.here():
        receive(sent)
        with scope("web", HUE_ID):
            assert [found.id for found, _document in to_answer(by=clerk(HUE))] == [change]
        answer(change, HUE, agreed=True)
        with scope("web", HUE_ID):
            assert access.dispatch(document, by=clerk(HUE)).content == ""
        back = carried(tmp_path / "back.zip", offices=[NGHE_AN_ID])
        assert rebuild("dispatches").is_equal
    receive(back)
    there = {one.office.code: one for one in view(document, NGHE_AN).asked}
    assert (there[HUE.code].is_unknown, there[HUE.code].holds_text) == (False, False)
    assert there[HA_TINH.code].holds_text is True
    assert rebuild("dispatches").is_equal


def test_a_recall_that_comes_before_its_document_waits_for_it(pair: Pair, tmp_path: Path) -> None:
    document = issue(clerk(NGHE_AN), [HUE_ID])
    recall(document)
    first, second = carried(tmp_path / "x.zip")
    with pair.hue.here():
        assert receive([second]).counts == {"waiting": 1}
        with scope("web", HUE_ID):
            assert not Change.objects.exists()
        assert receive([first]).counts == {"applied": 2}
        assert receive([second, first]).counts == {"known": 2}
        with scope("web", HUE_ID):
            assert Dispatch.objects.get().standing == "recalled"
            assert Change.objects.count() == ChangeAnswer.objects.count() == 1


def test_nobody_but_the_issuer_recalls(pair: Pair, tmp_path: Path) -> None:
    document = issue(clerk(NGHE_AN), [HUE_ID, HA_TINH_ID])
    by = acting("lanhdao", HA_TINH)
    body = records.ChangeRequested(
        dispatch=document, action="recall", reason=WHY, asked=(HUE_ID,),
        by=records.PersonRef(position=by.position_id, name=by.person_name, title=by.position_title),
    )  # fmt: skip
    foreign = forged(
        own_identity(), body, office=HA_TINH_ID, subject=document, kind=records.CHANGE_REQUESTED,
        audience=[NGHE_AN_ID, HUE_ID, HA_TINH_ID],
    )  # fmt: skip
    sent = carried(tmp_path / "x.zip")
    with pair.hue.here():
        received = receive([*sent, foreign])
        assert [refusal.code for refusal in received.refusals] == ["not_owner"]
        with scope("web", HUE_ID):
            assert Dispatch.objects.get().standing == "issued"
            assert not Change.objects.exists()


def test_an_answer_nobody_asked_for_counts_for_nothing(pair: Pair, tmp_path: Path) -> None:
    document = issue(clerk(NGHE_AN), [HUE_ID, HA_TINH_ID])
    change = recall(document)
    inner = issue(clerk(NGHE_AN), [HA_TINH_ID])
    private = recall(inner)
    sent = carried(tmp_path / "x.zip")
    with pair.hue.here():
        receive(sent)
        by = clerk(HUE)
        ref = records.PersonRef(position=by.position_id, name=by.person_name, title=by.position_title)
        body = records.ChangeAnswered(
            dispatch=document, change=private, action="recall", owner=NGHE_AN_ID, agreed=True, by=ref
        )
        with scope("web", HUE_ID):
            subject = answer_id(document, HUE_ID)
            audience = AudienceSet.of({HUE_ID, NGHE_AN_ID})
            publish(
                [Statement(records.CHANGE_ANSWERED, 1, body, subject, audience, opens=True, parent=document)], by=by
            )
        back = carried(tmp_path / "back.zip", offices=[NGHE_AN_ID])
    receive(back)
    assert [one.office.code for one in view(inner, NGHE_AN).asked] == [HA_TINH.code]
    assert {one.answer.state for one in view(document, NGHE_AN).asked} == {"requested"}
    assert change != private


def test_an_office_it_was_opened_to_later_sees_the_recall(pair: Pair, tmp_path: Path) -> None:
    document = issue(clerk(NGHE_AN), [HA_TINH_ID])
    disclose_to(HUE_ID, document)
    change = recall(document)
    sent = carried(tmp_path / "x.zip")
    with pair.hue.here():
        assert not receive(sent).refusals
        answer(change, HUE, agreed=False)
        before = seen_by(HUE_ID)
        receive(sent)
        assert seen_by(HUE_ID) == before
        back = carried(tmp_path / "back.zip", offices=[NGHE_AN_ID])
    receive(back)
    assert {one.office.code: one.answer.state for one in view(document, NGHE_AN).asked} == {
        HUE.code: "refused", HA_TINH.code: "requested",
    }  # fmt: skip
