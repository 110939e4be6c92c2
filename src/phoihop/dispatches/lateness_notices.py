"""Who is told of what is due soon, and of what is late: its holder first, a chief when a working day has gone by.

What became late today is told at once, one by one.  What was late before is told once a day, and as one notice when
it is more than one thing: nobody reads forty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from phoihop.core.clock import local, now
from phoihop.core.machine import N_
from phoihop.dispatches.approving import OpinionState, TaskState
from phoihop.dispatches.deadlines import end_of_due_day
from phoihop.dispatches.late_steps import STEP_SENTENCES, late_steps
from phoihop.dispatches.limits import calendar_in_force
from phoihop.dispatches.models import ApprovalTask, Dispatch, Draft, DraftOpinion, Handling
from phoihop.dispatches.rules import DraftState
from phoihop.dispatches.telling import Late, holders, is_chief_told, values_of
from phoihop.exchange.models import Delivery
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission

_PAGE, _DRAFT_PAGE = "dispatches:document", "dispatches:draft"
_MOST: Final = 5000
"""Rows of a kind looked at in one round; the next round sees the others."""

LATENESS_SENTENCES = STEP_SENTENCES | {
    "handling.soon": Sentence(N_("Sắp đến hạn xử lý: %(code)s – %(abstract)s"), "alarm", _PAGE),
    "handling.late": Sentence(N_("Quá hạn xử lý: %(code)s – %(abstract)s"), "alarm", _PAGE),
    "answer.late": Sentence(N_("%(office)s quá hạn trả lời %(code)s – %(abstract)s"), "alarm", _PAGE),
    "draft.approval_late": Sentence(N_("Quá hạn duyệt (%(who)s): %(abstract)s"), "alarm", _DRAFT_PAGE),
    "draft.opinion_late": Sentence(N_("Quá hạn cho ý kiến (%(who)s): %(abstract)s"), "alarm", _DRAFT_PAGE),
    "late.many": Sentence(
        N_("%(count)s việc quá hạn từ trước hôm nay, lâu nhất: %(oldest)s"), "alarm", "dispatches:home", is_list=True
    ),
}


def tell_of_lateness(moment: datetime | None = None) -> int:
    """Tell of what is late, each thing once a day, and once of what is due soon. Returns how many notices were due."""
    at = moment or now()
    late = [*_late_handlings(at), *late_steps(at), *_late_answers(at), *_late_approvals(at), *_late_opinions(at)]
    tellings = [*_soon(at), *_told_of(late, at)]
    tell(tellings)
    return len(tellings)


def _told_of(late: Iterable[Late], at: datetime) -> list[Telling]:
    """One notice for each thing that became late today, and one for all that did before."""
    today, by_person = local(at).date(), defaultdict[tuple[UUID, UUID], list[Late]](list)
    tellings: list[Telling] = []
    for one in late:
        if local(one.due_at).date() == today:
            tellings += [one.telling(person, today) for person in one.people]
            continue
        for person in one.people:
            by_person[one.office_id, person].append(one)
    for (office, person), things in by_person.items():
        ordered = _of_each_subject(things)
        tellings.append(
            ordered[0].telling(person, today)
            if len(ordered) == 1
            else Telling(office, person, "late.many", f"late:{today.isoformat()}", None, _summary(ordered))
        )
    return tellings


def _of_each_subject(things: Iterable[Late]) -> list[Late]:
    """What is late longest of each document or draft, the longest first."""
    first: dict[UUID, Late] = {}
    for one in sorted(things, key=lambda one: (one.due_at, one.thing_id)):
        first.setdefault(one.subject_id, one)
    return list(first.values())


def _summary(ordered: Sequence[Late]) -> dict[str, object]:
    first = ordered[0].values
    oldest = " – ".join(str(first[name]) for name in ("code", "abstract") if first.get(name))
    return {"count": len(ordered), "oldest": oldest}


def _soon(at: datetime) -> list[Telling]:
    """The lead is told by the next working day's end before the time, once for each time set."""
    calendar = calendar_in_force()
    horizon = calendar.end_of(calendar.add_working_days(local(at).date(), 1))
    rows = list(_open_handlings().filter(due_at__gte=at, due_at__lte=horizon, lead_position_id__isnull=False)[:_MOST])
    documents = Dispatch.objects.in_bulk({one.dispatch_id for one in rows})
    return [
        Telling(one.office_id, one.lead_position_id, "handling.soon", f"soon:{one.id}:{one.due_at.isoformat()}",
                one.dispatch_id, values_of(documents[one.dispatch_id]))
        for one in rows
        if one.dispatch_id in documents and one.due_at and one.lead_position_id
    ]  # fmt: skip


def _late_handlings(at: datetime) -> list[Late]:
    """The lead is told; a chief too when there is no lead, or a working day has gone by."""
    rows = list(_open_handlings().filter(due_at__lt=at)[:_MOST])
    documents = Dispatch.objects.in_bulk({one.dispatch_id for one in rows})
    chiefs = holders(Permission.DISPATCH_DISTRIBUTE, {one.office_id for one in rows})
    late: list[Late] = []
    for one in rows:
        if one.dispatch_id not in documents or one.due_at is None:
            continue
        lead = [one.lead_position_id] if one.lead_position_id else []
        told = chiefs[one.office_id] if not lead or is_chief_told(one.due_at, at) else []
        values = values_of(documents[one.dispatch_id])
        late.append(
            Late("late", one.id, "handling.late", one.office_id, one.due_at, [*lead, *told], one.dispatch_id, values)
        )
    return late


def _open_handlings() -> QuerySet[Handling]:
    return Handling.objects.filter(finished_at__isnull=True, returned_at__isnull=True).order_by("-due_at")


def _late_answers(at: datetime) -> list[Late]:
    overdue = Dispatch.objects.filter(origin="issued", due_at__lt=at).order_by("-due_at")[:500]
    documents = {one.id: one for one in overdue}
    silent = Delivery.objects.filter(
        subject_id__in=list(documents), expected=True, answered_at__isnull=True, done_at__isnull=True,
        returned_at__isnull=True,
    )  # fmt: skip
    drafts = Draft.objects.in_bulk(list(documents))
    rows = [(one, drafts[one.subject_id]) for one in silent if one.subject_id in drafts]
    names = dict(Office.objects.filter(id__in={one.recipient_id for one, _ in rows}).values_list("id", "short_name"))
    return [
        Late(f"answer:{one.recipient_id}", one.subject_id, "answer.late", draft.office_id,
             documents[one.subject_id].due_at or at, [draft.author_position_id], one.subject_id,
             values_of(documents[one.subject_id], office=names.get(one.recipient_id, "")))
        for one, draft in rows
    ]  # fmt: skip


def _late_approvals(at: datetime) -> list[Late]:
    late = ApprovalTask.objects.filter(state=TaskState.ASKED, due_on__lt=local(at).date()).order_by("-due_on")[:_MOST]
    return _of_drafts("draft.approval_late", list(late), {DraftState.REVIEWING}, at)


def _late_opinions(at: datetime) -> list[Late]:
    late = DraftOpinion.objects.filter(state=OpinionState.ASKED, due_on__lt=local(at).date())
    awaiting = {DraftState.DRAFTING, DraftState.REVIEWING}
    return _of_drafts("draft.opinion_late", list(late.order_by("-due_on")[:_MOST]), awaiting, at)


def _of_drafts(
    key: str, late: Sequence[ApprovalTask | DraftOpinion], states: Collection[DraftState], at: datetime
) -> list[Late]:
    """Whoever was asked, and the author, are told; later a chief too. Drafts that went on meanwhile are passed over."""
    drafts = Draft.objects.filter(state__in=states).in_bulk({one.draft_id for one in late})
    chiefs = holders(Permission.DISPATCH_DISTRIBUTE, {one.office_id for one in drafts.values()})
    found: list[Late] = []
    for one in late:
        draft = drafts.get(one.draft_id)
        if draft is None or one.due_on is None:
            continue
        due_at, people = _passed(one.due_on), [one.position_id, draft.author_position_id]
        if is_chief_told(end_of_due_day(one.due_on), at):
            people += chiefs[draft.office_id]
        values = {"abstract": draft.abstract or "…", "who": one.name}
        found.append(Late(key, one.id, key, draft.office_id, due_at, people, draft.id, values))
    return found


def _passed(day: date) -> datetime:
    """The first moment at which what is due that day is late: it is news on the day after."""
    return end_of_due_day(day) + timedelta(microseconds=1)
