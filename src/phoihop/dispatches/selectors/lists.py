"""Lists of documents: in, out, drafts, waiting; keyset pages, newest first, filters from the URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from phoihop.core.clock import now
from phoihop.dispatches.models import ChangeAnswer, Dispatch, Handling, Quarantined
from phoihop.dispatches.rules import HandlingState
from phoihop.exchange.models import Delivery
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission

PAGE = 50


@dataclass(frozen=True)
class Cursor:
    """Where a keyset page begins: after this time and id."""

    at: datetime
    id: UUID


@dataclass(frozen=True)
class ListFilter:
    """What a list is narrowed to. ``state`` is a value of the tabs below; ``ids`` come from a search."""

    state: str = ""
    urgency: str = ""
    office_id: UUID | None = None
    lead_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    ids: Sequence[UUID] | None = None
    mine: bool = False


@dataclass(frozen=True)
class IncomingRow:
    """One line of the incoming list."""

    dispatch: Dispatch
    delivery: Delivery
    handling: Handling | None
    sender: str
    state: HandlingState
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class OutgoingRow:
    """One line of the outgoing list, with how many recipients reached each state."""

    dispatch: Dispatch
    recipients: Sequence[str]
    tally: Mapping[str, int]


@dataclass(frozen=True)
class Page:
    """One keyset page and where the next one begins."""

    rows: Sequence[object] = field(default_factory=tuple)
    following: Cursor | None = None


INCOMING_STATES = ("", "unregistered", "undirected", "open", "mine", "late", "finished", "returned", "to_answer")


def incoming(wanted: ListFilter, *, by: Acting, after: Cursor | None = None, size: int = PAGE) -> Page:
    """Documents delivered to the acting office, newest arrival first."""
    deliveries = incoming_deliveries(wanted, by)
    if after is not None:
        deliveries = deliveries.filter(
            Q(arrived_at__lt=after.at) | Q(arrived_at=after.at, subject_id__gt=after.id)
        ).filter(arrived_at__lte=after.at)
    found = list(deliveries[: size + 1])
    rows = incoming_rows(found[:size], by)
    last = found[size - 1] if len(found) > size else None
    return Page(rows, Cursor(last.arrived_at, last.subject_id) if last and last.arrived_at else None)


def incoming_together(
    wanted: Mapping[str, tuple[ListFilter, int]], *, by: Acting
) -> Mapping[str, Sequence[IncomingRow]]:
    """Several short lists at once, each of at most so many rows: their documents and handlings come in one go."""
    found = {name: list(incoming_deliveries(one, by)[:most]) for name, (one, most) in wanted.items()}
    deliveries = {one.subject_id: one for listed in found.values() for one in listed}
    rows = {row.dispatch.id: row for row in incoming_rows(list(deliveries.values()), by)}
    return {name: [rows[one.subject_id] for one in listed if one.subject_id in rows] for name, listed in found.items()}


def incoming_deliveries(wanted: ListFilter, by: Acting) -> QuerySet[Delivery]:
    """What was delivered to the acting office, narrowed; newest arrival first."""
    check_may(by, Permission.DISPATCH_VIEW)
    deliveries = Delivery.objects.filter(recipient_id=by.office_id, expected=True, arrived_at__isnull=False)
    return _narrow_incoming(deliveries, wanted, by).order_by("-arrived_at", "subject_id")


def _narrow_incoming(rows: QuerySet[Delivery], wanted: ListFilter, by: Acting) -> QuerySet[Delivery]:
    handlings = Handling.objects.filter(office_id=by.office_id)
    unfinished = handlings.filter(finished_at__isnull=True, returned_at__isnull=True)
    narrowed = {
        "unregistered": lambda: rows.filter(registered_at__isnull=True, returned_at__isnull=True),
        "undirected": lambda: rows.filter(
            subject_id__in=unfinished.filter(state__in=["registered", "distributed"]).values("dispatch_id")
        ),
        "open": lambda: rows.filter(done_at__isnull=True, returned_at__isnull=True),
        "mine": lambda: rows.filter(
            subject_id__in=unfinished.filter(lead_position_id=by.position_id).values("dispatch_id")
        ),
        "late": lambda: rows.filter(subject_id__in=late_ids(by), done_at__isnull=True, returned_at__isnull=True),
        "finished": lambda: rows.filter(done_at__isnull=False),
        "returned": lambda: rows.filter(returned_at__isnull=False),
        "to_answer": lambda: rows.filter(
            subject_id__in=ChangeAnswer.objects.filter(office_id=by.office_id, state="requested", asked=True).values(
                "dispatch_id"
            )
        ),
    }
    if wanted.state in narrowed:
        rows = narrowed[wanted.state]()
    documents = Dispatch.objects.all()
    if wanted.urgency:
        rows = rows.filter(subject_id__in=documents.filter(urgency=wanted.urgency).values("id"))
    if wanted.office_id:
        rows = rows.filter(owner_id=wanted.office_id)
    if wanted.lead_id:
        rows = rows.filter(subject_id__in=handlings.filter(lead_position_id=wanted.lead_id).values("dispatch_id"))
    if wanted.since:
        rows = rows.filter(arrived_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(arrived_at__lt=wanted.until)
    if wanted.ids is not None:
        rows = rows.filter(subject_id__in=list(wanted.ids))
    return rows


def late_ids(by: Acting) -> QuerySet[Handling, UUID]:
    """Documents whose own due time at the acting office has passed and that are not finished."""
    return Handling.objects.filter(
        office_id=by.office_id, finished_at__isnull=True, returned_at__isnull=True, due_at__lt=now()
    ).values_list("dispatch_id", flat=True)


def incoming_rows(
    deliveries: Sequence[Delivery], by: Acting, *, documents: QuerySet[Dispatch] | None = None,
    handlings: QuerySet[Handling] | None = None,
) -> Sequence[IncomingRow]:  # fmt: skip
    """Lines of deliveries of the acting office; ``documents`` and ``handlings`` say what is read of those."""
    ids = [delivery.subject_id for delivery in deliveries]
    found = (Dispatch.objects.all() if documents is None else documents).in_bulk(ids)
    own = (Handling.objects.all() if handlings is None else handlings).filter(office_id=by.office_id)
    handled = {one.dispatch_id: one for one in own.filter(dispatch_id__in=ids)}
    return [
        incoming_row(found[one.subject_id], one, handled.get(one.subject_id))
        for one in deliveries
        if one.subject_id in found
    ]


def incoming_row(document: Dispatch, delivery: Delivery, handling: Handling | None) -> IncomingRow:
    """A document as its receiving office sees it in one line."""
    state = (
        HandlingState(handling.state)
        if handling
        else (HandlingState.RETURNED if delivery.returned_at else HandlingState.ARRIVED)
    )
    due_at = handling.due_at if handling and handling.due_at else document.due_at
    finished = delivery.done_at or delivery.returned_at
    return IncomingRow(
        document, delivery, handling, document.issuer_name, state, due_at,
        due_at is not None and finished is None and due_at < now(),
    )  # fmt: skip


def outgoing(wanted: ListFilter, *, by: Acting, after: Cursor | None = None, size: int = PAGE) -> Page:
    """Documents the acting office issued, newest first."""
    rows = outgoing_documents(wanted, by)
    if after is not None:
        rows = rows.filter(issued_at__lte=after.at).filter(Q(issued_at__lt=after.at) | Q(id__gt=after.id))
    found = list(rows.order_by("-issued_at", "id")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(outgoing_rows(found[:size], by), Cursor(last.issued_at, last.id) if last else None)


def outgoing_documents(wanted: ListFilter, by: Acting) -> QuerySet[Dispatch]:
    """What the acting office issued, narrowed; in no order."""
    check_may(by, Permission.DISPATCH_VIEW)
    rows = Dispatch.objects.filter(owner_id=by.office_id, origin="issued")
    if wanted.urgency:
        rows = rows.filter(urgency=wanted.urgency)
    if wanted.since:
        rows = rows.filter(issued_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(issued_at__lt=wanted.until)
    if wanted.ids is not None:
        rows = rows.filter(id__in=list(wanted.ids))
    own = Delivery.objects.filter(owner_id=by.office_id)
    if wanted.office_id:
        rows = rows.filter(id__in=own.filter(recipient_id=wanted.office_id).values("subject_id"))
    if wanted.state == "waiting":
        rows = rows.filter(id__in=_waiting(by).values("subject_id"))
    if wanted.state == "returned":
        rows = rows.filter(id__in=own.filter(returned_at__isnull=False).values("subject_id"))
    return rows


def _waiting(by: Acting) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        owner_id=by.office_id, expected=True, accepted_at__isnull=True, returned_at__isnull=True, done_at__isnull=True
    ).exclude(recipient_id=by.office_id)


def outgoing_rows(documents: Sequence[Dispatch], by: Acting) -> Sequence[OutgoingRow]:
    """Lines of documents of the acting office."""
    ids = [document.id for document in documents]
    deliveries = Delivery.objects.filter(owner_id=by.office_id, subject_id__in=ids, expected=True)
    reached = {state: Count(f"{state}_at") for state in _STATES}
    counted = deliveries.values_list("subject_id").annotate(Count("recipient_id"), **reached).order_by()
    tallies = {subject: dict(zip(_NONE_REACHED, counts, strict=True)) for subject, *counts in counted}
    named = {UUID(row["office"]) for document in documents for row in document.recipients[:3]}
    names = dict(Office.objects.filter(id__in=named).values_list("id", "short_name"))
    return [
        OutgoingRow(
            document,
            [names[UUID(row["office"])] for row in document.recipients[:3] if UUID(row["office"]) in names],
            tallies.get(document.id, _NONE_REACHED),
        )
        for document in documents
    ]


_STATES = ("arrived", "registered", "seen", "accepted", "returned", "done", "answered")
_NONE_REACHED: Mapping[str, int] = dict.fromkeys(("all", *_STATES), 0)


def quarantine(*, by: Acting) -> Sequence[Quarantined]:
    """Files that wait for the records clerk, oldest first."""
    check_may(by, Permission.DISPATCH_VIEW)
    return list(Quarantined.objects.filter(office_id=by.office_id, resolved_at__isnull=True).order_by("received_at"))
