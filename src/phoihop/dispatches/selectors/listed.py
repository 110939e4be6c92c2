"""The lists of documents in legs (see ``lists.keyset``): each sort stands on an index of the table its leg reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from phoihop.dispatches.models import Dispatch, Draft, Handling
from phoihop.dispatches.rules import DraftState
from phoihop.dispatches.selectors.lists import (
    IncomingRow,
    ListFilter,
    OutgoingRow,
    incoming_deliveries,
    incoming_rows,
    outgoing_documents,
    outgoing_rows,
)
from phoihop.exchange.models import Delivery
from phoihop.lists.keyset import Leg
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

# What a line of the incoming list shows. Reading whole rows would cost a workbook of 200,000 lines half a minute more.
_OF_DELIVERIES = (
    "subject_id", "recipient_id", "arrived_at", "seen_at", "returned_at", "returned_reason", "done_at", "answered_at",
)  # fmt: skip
_OF_ARRIVED = (
    "id", "issuer_name", "code", "type_name", "abstract", "urgency", "dated", "due_at", "standing", "personal_data",
)  # fmt: skip
_OF_HANDLINGS = ("id", "dispatch_id", "office_id", "state", "arrival_number", "lead_position_id", "lead_name", "due_at")


def incoming_legs(wanted: ListFilter, sort: str, descending: bool, *, by: Acting) -> Sequence[Leg]:
    """Documents delivered to the acting office: by arrival, by entry in the book, or by their time at this office."""
    deliveries = incoming_deliveries(wanted, by)
    field = {"registered": "registered_at", "due": "due_at"}.get(sort, "")
    if not field:
        return [Leg(deliveries, "arrived_at", "subject_id", descending)]
    own = Handling.objects.filter(office_id=by.office_id, **{f"{field}__isnull": False})
    known = own.filter(Exists(deliveries.filter(subject_id=OuterRef("dispatch_id"))))
    others = deliveries.filter(~Exists(own.filter(dispatch_id=OuterRef("subject_id"))))
    return [Leg(known, field, "dispatch_id", descending), Leg(others, "arrived_at", "subject_id")]


def listed_incoming(ids: Sequence[UUID], *, by: Acting) -> Mapping[UUID, IncomingRow]:
    """Lines of the incoming list by document, without their texts."""
    own = Delivery.objects.filter(recipient_id=by.office_id, subject_id__in=ids, expected=True)
    found = own.only(*_OF_DELIVERIES)
    documents, handlings = Dispatch.objects.only(*_OF_ARRIVED), Handling.objects.only(*_OF_HANDLINGS)
    rows = incoming_rows(list(found), by, documents=documents, handlings=handlings)
    return {row.dispatch.id: row for row in rows}


def outgoing_legs(wanted: ListFilter, sort: str, descending: bool, *, by: Acting) -> Sequence[Leg]:
    """Documents the acting office issued: by the time of issue, or by the time an answer is due."""
    rows = outgoing_documents(wanted, by)
    if sort != "due":
        return [Leg(rows, "issued_at", "id", descending)]
    return [
        Leg(rows.filter(due_at__isnull=False), "due_at", "id", descending),
        Leg(rows.filter(due_at__isnull=True), "issued_at", "id"),
    ]


def listed_outgoing(ids: Sequence[UUID], *, by: Acting) -> Mapping[UUID, OutgoingRow]:
    """Lines of the outgoing list by document, without their texts."""
    return {row.dispatch.id: row for row in outgoing_rows(list(_light().filter(id__in=ids)), by)}


def draft_legs(state: str, mine: bool, descending: bool, *, by: Acting) -> Sequence[Leg]:
    """Drafts of the acting office that are not issued, by their last change; those nobody wrote in are left out."""
    check_may(by, Permission.DISPATCH_VIEW)
    untouched = Q(revision=1, abstract="", content="")
    rows = Draft.objects.filter(office_id=by.office_id, issued_as__isnull=True).exclude(untouched)
    rows = rows.filter(state=state) if state in set(DraftState) else rows.exclude(state=DraftState.WITHDRAWN)
    if mine:
        rows = rows.filter(author_position_id=by.position_id)
    return [Leg(rows, "changed_at", "id", descending)]


def listed_drafts(ids: Sequence[UUID], *, by: Acting) -> Mapping[UUID, Draft]:
    """Drafts of the acting office by id, without their texts."""
    return Draft.objects.filter(office_id=by.office_id).defer("content").in_bulk(list(ids))


def _light() -> QuerySet[Dispatch]:
    return Dispatch.objects.defer("content", "other_recipients")
