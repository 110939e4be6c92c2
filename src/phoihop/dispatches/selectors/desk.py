"""The part of the desk that documents fill: who has not answered us, what is urgent, where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from phoihop.core.clock import now
from phoihop.dispatches.models import Dispatch
from phoihop.dispatches.rules import Urgency
from phoihop.dispatches.selectors.lists import IncomingRow, ListFilter, incoming_together
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission

MOST = 8
_AROUND = timedelta(days=3)


@dataclass(frozen=True)
class Unanswered:
    """An office that owes us an answer: to which document, by when."""

    dispatch: Dispatch
    office: Office
    due_at: datetime
    is_late: bool


@dataclass(frozen=True)
class Work:
    """The documents on the desk: those that wait for this position, those that are late, and the urgent ones."""

    waiting: Sequence[IncomingRow]
    late: Sequence[IncomingRow]
    urgent: Sequence[IncomingRow]


def work(*, by: Acting) -> Work:
    """What lies on the desk of the acting position, each list newest first."""
    wanted = {
        "waiting": (ListFilter(state=_state_waited_for(by)), MOST),
        "late": (ListFilter(state="late"), MOST),
        "open": _recent(),
    }
    found = incoming_together(wanted, by=by)
    urgent = [row for row in found["open"] if row.dispatch.urgency != Urgency.NORMAL]
    return Work(found["waiting"], found["late"], urgent[:MOST])


def _state_waited_for(by: Acting) -> str:
    if by.may(Permission.DISPATCH_REGISTER):
        return "unregistered"
    if by.may(Permission.DISPATCH_DISTRIBUTE) or by.may(Permission.DISPATCH_DIRECT):
        return "undirected"
    return "mine"


def unanswered(*, by: Acting) -> Sequence[Unanswered]:
    """Offices that owe an answer to a document of ours with a deadline, the longest overdue first."""
    owed = list(
        Dispatch.objects.raw(
            "SELECT p.*, d.recipient_id AS owing_id FROM exchange_delivery d JOIN dispatches_dispatch p"
            " ON p.id = d.subject_id WHERE d.owner_id = %s AND d.recipient_id <> %s AND d.expected"
            " AND p.owner_id = d.owner_id AND p.due_at IS NOT NULL"
            " AND d.answered_at IS NULL AND d.done_at IS NULL AND d.returned_at IS NULL"
            " ORDER BY p.due_at LIMIT %s",
            [by.office_id, by.office_id, MOST],
        )
    )
    owing = [vars(row)["owing_id"] for row in owed]
    offices = Office.objects.in_bulk(set(owing))
    moment = now()
    return [
        Unanswered(row, offices[office], row.due_at, row.due_at < moment)
        for row, office in zip(owed, owing, strict=True)
        if row.due_at is not None
    ]


def _recent() -> tuple[ListFilter, int]:
    return ListFilter(state="open", since=now() - _AROUND), 50


def senders_by_province(*, by: Acting) -> Mapping[str, int]:
    """How many open documents of the last days came from offices of each province, by province code."""
    recent = incoming_together({"open": _recent()}, by=by)["open"]
    senders = Counter(row.dispatch.owner_id for row in recent if row.dispatch.owner_id != by.office_id)
    provinces = dict(Office.objects.filter(id__in=senders).values_list("id", "province_code"))
    found: Counter[str] = Counter()
    for office, count in senders.items():
        if provinces.get(office):
            found[provinces[office]] += count
    return found
