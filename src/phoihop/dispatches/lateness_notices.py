"""Who is told of what is due soon, and of what is late: its holder first, a chief when a working day has gone by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from phoihop.core.clock import local, now
from phoihop.core.machine import N_
from phoihop.dispatches.approving import OpinionState, TaskState
from phoihop.dispatches.deadlines import Step, standard_limits, step_due
from phoihop.dispatches.models import ApprovalTask, Dispatch, Draft, DraftOpinion, Handling
from phoihop.dispatches.rules import DraftState, Urgency
from phoihop.dispatches.telling import holders, values_of
from phoihop.exchange.models import Delivery
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission

_PAGE, _DRAFT_PAGE = "dispatches:document", "dispatches:draft"
_MOST: Final = 5000
"""Rows of a kind looked at in one round; the next round sees the others."""

LATENESS_SENTENCES = {
    "handling.soon": Sentence(N_("Sắp đến hạn xử lý: %(code)s – %(abstract)s"), "alarm", _PAGE),
    "handling.late": Sentence(N_("Quá hạn xử lý: %(code)s – %(abstract)s"), "alarm", _PAGE),
    "register.late": Sentence(N_("Quá hạn vào sổ: %(code)s – %(abstract)s"), "alarm", _PAGE),
    "answer.late": Sentence(N_("%(office)s quá hạn trả lời %(code)s – %(abstract)s"), "alarm", _PAGE),
    "draft.approval_late": Sentence(N_("Quá hạn duyệt (%(who)s): %(abstract)s"), "alarm", _DRAFT_PAGE),
    "draft.opinion_late": Sentence(N_("Quá hạn cho ý kiến (%(who)s): %(abstract)s"), "alarm", _DRAFT_PAGE),
}


def tell_of_lateness(moment: datetime | None = None) -> int:
    """Tell of what is late, each thing once a day, and once of what is due soon. Returns how many notices were due."""
    at = moment or now()
    tellings = [
        *_handlings(at),
        *_late_registrations(at),
        *_late_answers(at),
        *_late_approvals(at),
        *_late_opinions(at),
    ]
    tell(tellings)
    return len(tellings)


def _handlings(at: datetime) -> list[Telling]:
    """The lead is told by the next working day's end before the time, and from then on daily; so is, later, a chief."""
    calendar, day = standard_limits().calendar, local(at).date()
    horizon = calendar.end_of(calendar.add_working_days(day, 1))
    open_ones = Handling.objects.filter(finished_at__isnull=True, returned_at__isnull=True, due_at__lte=horizon)
    rows = list(open_ones.order_by("-due_at")[:_MOST])
    documents = Dispatch.objects.in_bulk({one.dispatch_id for one in rows})
    chiefs = holders(Permission.DISPATCH_DISTRIBUTE, {one.office_id for one in rows})
    tellings: list[Telling] = []
    for one in rows:
        if one.dispatch_id not in documents or one.due_at is None:
            continue
        lead = [one.lead_position_id] if one.lead_position_id else []
        values = values_of(documents[one.dispatch_id])
        if one.due_at >= at:
            once, key, people = f"soon:{one.id}:{one.due_at.isoformat()}", "handling.soon", lead
        else:
            told = chiefs[one.office_id] if not lead or _is_long_ago(local(one.due_at).date(), day) else []
            once, key, people = _daily("late", one.id, at), "handling.late", [*lead, *told]
        tellings += [Telling(one.office_id, who, key, once, one.dispatch_id, values) for who in dict.fromkeys(people)]
    return tellings


def _is_long_ago(due: date, day: date) -> bool:
    """Whether a working day has gone by since, so that the holder is no longer the only one who should know."""
    return standard_limits().calendar.working_days_between(due, day) > 1


def _late_registrations(at: datetime) -> list[Telling]:
    waiting = list(
        Delivery.objects.filter(
            expected=True, registered_at__isnull=True, returned_at__isnull=True, arrived_at__isnull=False
        ).order_by("-arrived_at")[:_MOST]
    )
    documents = Dispatch.objects.in_bulk({one.subject_id for one in waiting})
    late = [
        one
        for one in waiting
        if one.subject_id in documents and one.arrived_at and _register_due(one, documents[one.subject_id]) < at
    ]
    clerks = holders(Permission.DISPATCH_REGISTER, {one.recipient_id for one in late})
    return [
        Telling(one.recipient_id, position, "register.late", _daily("register", one.subject_id, at), one.subject_id,
                values_of(documents[one.subject_id]))
        for one in late
        for position in clerks[one.recipient_id]
    ]  # fmt: skip


def _register_due(delivery: Delivery, document: Dispatch) -> datetime:
    assert delivery.arrived_at is not None
    return step_due(Step.REGISTER, delivery.arrived_at, Urgency(document.urgency), standard_limits()).latest


def _late_answers(at: datetime) -> list[Telling]:
    overdue = Dispatch.objects.filter(origin="issued", due_at__lt=at).order_by("-due_at")[:500]
    documents = {one.id: one for one in overdue}
    silent = Delivery.objects.filter(
        subject_id__in=list(documents), expected=True, answered_at__isnull=True, done_at__isnull=True,
        returned_at__isnull=True,
    )  # fmt: skip
    drafts = Draft.objects.in_bulk(list(documents))
    rows: list[tuple[Any, Draft]] = [(one, drafts[one.subject_id]) for one in silent if one.subject_id in drafts]
    names = dict(Office.objects.filter(id__in={one.recipient_id for one, _ in rows}).values_list("id", "short_name"))
    return [
        Telling(draft.office_id, draft.author_position_id, "answer.late",
                _daily(f"answer:{one.recipient_id}", one.subject_id, at), one.subject_id,
                values_of(documents[one.subject_id], office=names.get(one.recipient_id, "")))
        for one, draft in rows
    ]  # fmt: skip


def _late_approvals(at: datetime) -> list[Telling]:
    late = ApprovalTask.objects.filter(state=TaskState.ASKED, due_on__lt=local(at).date()).order_by("-due_on")[:_MOST]
    return _of_drafts("draft.approval_late", list(late), {DraftState.REVIEWING}, at)


def _late_opinions(at: datetime) -> list[Telling]:
    late = DraftOpinion.objects.filter(state=OpinionState.ASKED, due_on__lt=local(at).date())
    awaiting = {DraftState.DRAFTING, DraftState.REVIEWING}
    return _of_drafts("draft.opinion_late", list(late.order_by("-due_on")[:_MOST]), awaiting, at)


def _of_drafts(
    key: str, late: Sequence[ApprovalTask | DraftOpinion], states: Collection[DraftState], at: datetime
) -> list[Telling]:
    """Whoever was asked, and the author, are told; later a chief too. Drafts that went on meanwhile are passed over."""
    drafts = Draft.objects.filter(state__in=states).in_bulk({one.draft_id for one in late})
    chiefs = holders(Permission.DISPATCH_DISTRIBUTE, {one.office_id for one in drafts.values()})
    tellings: list[Telling] = []
    for one in late:
        draft = drafts.get(one.draft_id)
        if draft is None or one.due_on is None:
            continue
        people = [one.position_id, draft.author_position_id]
        if _is_long_ago(one.due_on, local(at).date()):
            people += chiefs[draft.office_id]
        values, once = {"abstract": draft.abstract or "…", "who": one.name}, _daily(key, one.id, at)
        tellings += [Telling(draft.office_id, who, key, once, draft.id, values) for who in dict.fromkeys(people)]
    return tellings


def _daily(what: str, subject: UUID, at: datetime) -> str:
    return f"{what}:{subject}:{local(at).date().isoformat()}"
