"""Agreeing on a draft before signature: each in turn approves, changes, or sends back; a deputy acts by name.

Whoever calls these holds the row of the draft, so that of two clicks at once the second finds what the first did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now, today
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.dispatches.actions.moving import clean_reason, keep_version, move_draft, say_changed
from phoihop.dispatches.approval_notices import tell_of_amendment, tell_of_tasks
from phoihop.dispatches.approving import TaskState, current_step, in_force, is_done
from phoihop.dispatches.documents import DraftInput
from phoihop.dispatches.guarding import check_draft
from phoihop.dispatches.limits import calendar_in_force
from phoihop.dispatches.models import ApprovalTask, Draft
from phoihop.dispatches.rules import DRAFT, DraftState
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.approving import (
    PlannedStep,
    last_round,
    my_task,
    positions,
    stands_in_for,
    tasks_of,
)
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission


def open_round(draft: Draft, planned: Sequence[PlannedStep], *, by: Acting) -> Draft:
    """Trình duyệt: ask the people of the first step. Raises Invalid for a step nobody holds a position for today."""
    target = DRAFT.follow(DraftState(draft.state), "present", permissions=by.permissions)
    for one in planned:
        if not one.people:
            raise Invalid(
                "step_empty",
                _("Bước “%(step)s” không còn ai giữ chức vụ được giao.") % {"step": one.step.title},
                remedy=_("Đề nghị Chánh Văn phòng sửa quy trình duyệt."),
            )
    number = max((one.round for one in tasks_of(draft, by=by)), default=0) + 1
    tasks = [
        ApprovalTask(
            office_id=by.office_id, draft_id=draft.id, round=number, step=place, kind=plan.step.kind.value,
            title=plan.step.title, needs=plan.step.needs.value, days=plan.step.days, position_id=person.id,
            name=person.person.full_name, position_title=person.title, state=TaskState.LATER.value,
        )
        for place, plan in enumerate(planned, 1)
        for person in plan.people
    ]  # fmt: skip
    ApprovalTask.objects.bulk_create(tasks)
    moved = move_draft(draft, target, by=by, event="present", returned_reason="")
    _ask([task for task in tasks if task.step == 1], draft)
    return moved


def approve_draft(draft_id: UUID, *, by: Acting, revision: int | None = None, remark: str = "") -> Draft:
    """Duyệt, by whose turn it is or a deputy. ``revision`` is the one that was read.

    Raises Forbidden when it is not this position's turn, and Conflict when the text changed meanwhile.
    """
    draft, tasks, task = _turn(draft_id, "approve", by=by)
    _check_read(draft, revision)
    _decide(task, TaskState.APPROVED, clean_reason(remark, field="remark", by=by), by=by)
    note(by=by, event="dispatches:draft:approve", subject_id=draft.id, step=task.step, stands_for=_absent(task, by))
    turns = in_force(last_round(tasks))
    if is_done(turns[task.step]):
        _set([one for one in turns[task.step] if one.state == TaskState.ASKED], TaskState.SPARED)
        if following := turns.get(task.step + 1):
            _ask(following, draft)
        else:
            target = DRAFT.follow(DraftState(draft.state), "approve", permissions=by.permissions)
            return move_draft(draft, target, by=by, event="approved")
    say_changed(draft)
    return draft


def return_from_approval(draft_id: UUID, *, reason: str, by: Acting) -> Draft:
    """Trả lại to the drafter, with the remark; the text as it was is kept with it."""
    draft, tasks, task = _turn(draft_id, "return", by=by)
    target = DRAFT.follow(DraftState(draft.state), "return", permissions=by.permissions, reason=reason)
    words = clean_reason(reason, field="reason", by=by)
    _decide(task, TaskState.RETURNED, words, by=by)
    close_round(tasks)
    keep_version(draft, event="returned", by=by, remark=words)
    return move_draft(draft, target, by=by, event="return", returned_reason=words)


def step_back(draft_id: UUID, *, reason: str, by: Acting) -> Draft:
    """Trả về the step before, by whose turn it is, or by who should sign; both steps are gone through again.

    Raises Conflict when there is no step before.
    """
    draft = access.draft(draft_id, by=by, for_update=True)
    target = DRAFT.follow(DraftState(draft.state), "step_back", permissions=by.permissions, reason=reason)
    words = clean_reason(reason, field="reason", by=by)
    turns = in_force(last_round(tasks_of(draft, by=by)))
    if draft.state == DraftState.SUBMITTED:
        place = max(turns, default=0) + 1
        if draft.body_id is None or by.signing_for(draft.body_id) is None:
            raise Forbidden("signing_missing", _("Chỉ người có thẩm quyền ký trả về bước duyệt."))
    else:
        task = _checked_turn(draft, [one for turn in turns.values() for one in turn], by=by)
        place = task.step
    if place - 1 not in turns:
        raise Conflict("first_step", _("Đây là bước đầu tiên."), remedy=_("Trả lại người soạn."))
    if draft.state == DraftState.REVIEWING:
        _decide(task, TaskState.RETURNED, words, by=by)
        _set([one for one in turns[place] if one.state == TaskState.ASKED], TaskState.CLOSED)
        _again(turns[place])
    keep_version(draft, event="stepped_back", by=by, remark=words)
    moved = move_draft(draft, target, by=by, event="step_back")
    _ask(_again(turns[place - 1]), draft)
    return moved


def take_back(draft_id: UUID, *, by: Acting) -> Draft:
    """Rút trình: back to drafting, by its author, or by who sets the routes. Nothing that was said is lost."""
    draft = access.draft(draft_id, by=by, for_update=True)
    target = DRAFT.follow(DraftState(draft.state), "take_back", permissions=by.permissions)
    if not may_take_back(draft, by=by):
        raise Forbidden("not_the_author", _("Chỉ người soạn hoặc Chánh Văn phòng rút được văn bản đã trình."))
    close_round(tasks_of(draft, by=by))
    return move_draft(draft, target, by=by, event="take_back")


def may_take_back(draft: Draft, *, by: Acting) -> bool:
    """Whether this position may take back what was submitted."""
    return by.may(Permission.DISPATCH_DRAFT) and (
        draft.author_position_id == by.position_id or by.may(Permission.DISPATCH_ROUTES)
    )


def amend_draft(draft_id: UUID, *, abstract: str, content: str, revision: int, by: Acting) -> Draft:
    """An approver changes the text himself; what it was and what it became are kept, and the drafter is told."""
    draft, tasks, task = _turn(draft_id, "amend", by=by)
    _check_read(draft, revision)
    names = DraftInput.__dataclass_fields__
    said = DraftInput(**{name: getattr(draft, name) for name in names})
    cleaned = replace(said, abstract=abstract, content=content).cleaned()
    check_draft(cleaned, by=by)
    if (cleaned.abstract, cleaned.content) == (draft.abstract, draft.content):
        return draft
    if not cleaned.abstract:
        message = _("Ghi trích yếu.")
        raise Invalid("abstract_missing", message, fields={"abstract": [message]})
    draft.abstract, draft.content = cleaned.abstract, cleaned.content
    draft.revision += 1
    draft.changed_at = now()
    draft.save()
    keep_version(draft, event="amended", by=by)
    note(by=by, event="dispatches:draft:amend", subject_id=draft.id, step=task.step)
    done = {one.position_id for one in last_round(tasks) if one.state == TaskState.APPROVED}
    tell_of_amendment(draft, done, by=by)
    say_changed(draft)
    return draft


def reassign(draft_id: UUID, task_id: UUID, *, to: UUID, by: Acting) -> ApprovalTask:
    """Give one person's open part to a colleague. Raises Invalid for who is in the step or holds no position."""
    check_may(by, Permission.DISPATCH_ROUTES)
    draft = access.draft(draft_id, by=by, for_update=True)
    turns = in_force(last_round(tasks_of(draft, by=by)))
    found = next((one for turn in turns.values() for one in turn if one.id == task_id), None)
    if draft.state != DraftState.REVIEWING or found is None or found.state not in {TaskState.ASKED, TaskState.LATER}:
        raise Conflict("task_over", _("Phần việc này không còn chờ ai."), remedy=_("Tải lại trang."))
    person = positions([to], by=by).get(to)
    before = next((one for one in turns[found.step] if one.position_id == to), None)
    if person is None or (before is not None and before.state != TaskState.HANDED):
        message = _("Chọn người khác, đang giữ chức vụ và chưa có trong bước này.")
        raise Invalid("person_unfit", message, fields={"to": [message]})
    taken = before or _copy(found, turn=found.turn)
    taken.state = TaskState.LATER.value
    taken.position_id, taken.name, taken.position_title = person.id, person.person.full_name, person.title
    was_asked = found.state == TaskState.ASKED
    _decide(found, TaskState.HANDED, "", by=by)
    taken.save()
    if was_asked:
        _ask([taken], draft)
    note(by=by, event="dispatches:draft:reassign", subject_id=draft.id, step=found.step, to=str(to))
    say_changed(draft)
    return taken


def close_round(tasks: Iterable[ApprovalTask]) -> None:
    """Nobody is asked any more; what was decided stays."""
    _set([one for one in tasks if one.state in {TaskState.ASKED, TaskState.LATER}], TaskState.CLOSED)


def _turn(draft_id: UUID, verb: str, *, by: Acting) -> tuple[Draft, Sequence[ApprovalTask], ApprovalTask]:
    """The locked draft, all its tasks, and the one that waits for the acting position."""
    draft = access.draft(draft_id, by=by, for_update=True)
    DRAFT.follow(DraftState(draft.state), verb, permissions=by.permissions, reason="–")
    tasks = tasks_of(draft, by=by)
    return draft, tasks, _checked_turn(draft, tasks, by=by)


def _checked_turn(draft: Draft, tasks: Sequence[ApprovalTask], *, by: Acting) -> ApprovalTask:
    own = stands_in_for(by)
    task = my_task(tasks, own, by=by)
    if task is not None and task.step == current_step(last_round(tasks)):
        return task
    if any(one.position_id in own and one.state != TaskState.LATER for one in last_round(tasks)):
        raise Conflict(
            "turn_over", _("Phần của bạn ở bước này đã xong."), remedy=_("Tải lại trang để xem trạng thái mới nhất.")
        )
    raise Forbidden("not_your_turn", _("Chưa đến lượt bạn, hoặc bạn không có trong bước duyệt này."))


def _check_read(draft: Draft, revision: int | None) -> None:
    if revision is not None and revision != draft.revision:
        raise Conflict(
            "draft_changed",
            _("Văn bản đã được sửa sau khi trang này mở."),
            remedy=_("Đọc lại nội dung dưới đây rồi duyệt."),
        )


def _decide(task: ApprovalTask, state: TaskState, remark: str, *, by: Acting) -> None:
    task.state, task.remark = state.value, remark
    task.decided_at, task.decided_by = now(), by.person_name
    task.save()


def _absent(task: ApprovalTask, by: Acting) -> str | None:
    return None if task.position_id == by.position_id else str(task.position_id)


def _set(tasks: Sequence[ApprovalTask], state: TaskState) -> None:
    for task in tasks:
        task.state = state.value
    ApprovalTask.objects.bulk_update(tasks, ["state"])


def _ask(tasks: Sequence[ApprovalTask], draft: Draft) -> None:
    asked = [one for one in tasks if one.state == TaskState.LATER]
    for task in asked:
        task.state, task.asked_at, task.due_on = TaskState.ASKED.value, now(), _due(task.days)
    ApprovalTask.objects.bulk_update(asked, ["state", "asked_at", "due_on"])
    tell_of_tasks(asked, draft)


def _due(days: int | None) -> date | None:
    return None if days is None else calendar_in_force().add_working_days(today(), days)


def _again(turn: Sequence[ApprovalTask]) -> Sequence[ApprovalTask]:
    """A step gone through once more by the same people."""
    copies = [_copy(one, turn=one.turn + 1) for one in turn if one.state != TaskState.HANDED]
    return ApprovalTask.objects.bulk_create(copies)


def _copy(task: ApprovalTask, *, turn: int) -> ApprovalTask:
    return ApprovalTask(
        office_id=task.office_id, draft_id=task.draft_id, round=task.round, step=task.step, turn=turn, kind=task.kind,
        title=task.title, needs=task.needs, days=task.days, position_id=task.position_id, name=task.name,
        position_title=task.position_title, state=TaskState.LATER.value,
    )  # fmt: skip
