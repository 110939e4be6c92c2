"""The part of the desk that documents fill: who has not answered us, what is urgent, where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from phoihop.core.clock import now
from phoihop.dispatches.models import Dispatch
from phoihop.dispatches.rules import Urgency
from phoihop.dispatches.selectors.lists import IncomingRow, ListFilter, incoming
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


def waiting_incoming(*, by: Acting) -> Sequence[IncomingRow]:
    """The documents that wait for this very position, newest first."""
    state = "mine"
    if by.may(Permission.DISPATCH_REGISTER):
        state = "unregistered"
    elif by.may(Permission.DISPATCH_DISTRIBUTE) or by.may(Permission.DISPATCH_DIRECT):
        state = "undirected"
    return _rows(incoming(ListFilter(state=state), by=by, size=MOST).rows)


def late_incoming(*, by: Acting) -> Sequence[IncomingRow]:
    """Documents whose time at this office has passed."""
    return _rows(incoming(ListFilter(state="late"), by=by, size=MOST).rows)


def urgent_incoming(*, by: Acting) -> Sequence[IncomingRow]:
    """Urgent documents of the last days that are not finished."""
    return [row for row in _recent_open(by) if row.dispatch.urgency != Urgency.NORMAL][:MOST]


def _recent_open(by: Acting) -> Sequence[IncomingRow]:
    return _rows(incoming(ListFilter(state="open", since=now() - _AROUND), by=by, size=50).rows)


def _rows(rows: Sequence[object]) -> Sequence[IncomingRow]:
    return [row for row in rows if isinstance(row, IncomingRow)]


def unanswered(*, by: Acting) -> Sequence[Unanswered]:
    """Offices that owe an answer to a document of ours with a deadline, the longest overdue first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.subject_id, d.recipient_id FROM exchange_delivery d JOIN dispatches_dispatch p"
            " ON p.id = d.subject_id WHERE d.owner_id = %s AND d.recipient_id <> %s AND d.expected"
            " AND p.due_at IS NOT NULL AND d.answered_at IS NULL AND d.done_at IS NULL AND d.returned_at IS NULL"
            " ORDER BY p.due_at LIMIT %s",
            [by.office_id, by.office_id, MOST],
        )
        pairs: list[tuple[UUID, UUID]] = cursor.fetchall()
    documents = Dispatch.objects.in_bulk({subject for subject, _ in pairs})
    offices = Office.objects.in_bulk({office for _, office in pairs})
    moment = now()
    return [
        Unanswered(documents[subject], offices[office], due, due < moment)
        for subject, office in pairs
        if subject in documents and (due := documents[subject].due_at) is not None
    ]


def senders_by_province(*, by: Acting) -> Mapping[str, int]:
    """How many open documents of the last days came from offices of each province, by province code."""
    senders = Counter(row.dispatch.owner_id for row in _recent_open(by) if row.dispatch.owner_id != by.office_id)
    provinces = dict(Office.objects.filter(id__in=senders).values_list("id", "province_code"))
    found: Counter[str] = Counter()
    for office, count in senders.items():
        if provinces.get(office):
            found[provinces[office]] += count
    return found
