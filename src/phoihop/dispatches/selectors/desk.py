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
    """A document of ours that ``waiting`` offices owe an answer to: the first of them by name, and by when."""

    dispatch: Dispatch
    office: Office
    waiting: int
    due_at: datetime
    is_late: bool

    @property
    def others(self) -> int:
        """How many offices owe an answer besides the one that is named."""
        return self.waiting - 1


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
    """Our documents with a deadline that offices owe an answer to, each once, the longest overdue first."""
    owed = list(
        Dispatch.objects.raw(
            "SELECT p.*, o.waiting, o.first_id FROM dispatches_dispatch p CROSS JOIN LATERAL ("
            " SELECT count(*) AS waiting, (array_agg(f.id ORDER BY f.short_name))[1] AS first_id"
            " FROM exchange_delivery d JOIN offices_office f ON f.id = d.recipient_id"
            " WHERE d.subject_id = p.id AND d.owner_id = %s AND d.recipient_id <> %s AND d.expected"
            " AND d.answered_at IS NULL AND d.done_at IS NULL AND d.returned_at IS NULL"
            ") o WHERE p.owner_id = %s AND p.due_at IS NOT NULL AND o.waiting > 0 ORDER BY p.due_at, p.id LIMIT %s",
            [by.office_id, by.office_id, by.office_id, MOST],
        )
    )
    said = [vars(row) for row in owed]
    offices = Office.objects.in_bulk({row["first_id"] for row in said})
    moment = now()
    return [
        Unanswered(row, offices[found["first_id"]], found["waiting"], row.due_at, row.due_at < moment)
        for row, found in zip(owed, said, strict=True)
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
