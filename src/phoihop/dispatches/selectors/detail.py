"""One document as its page shows it: head, who has it, what happened, what is related, what this person can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from phoihop.core.clock import now
from phoihop.core.machine import Move
from phoihop.dispatches import records
from phoihop.dispatches.models import Change, Dispatch, ExternalReceipt, Handling
from phoihop.dispatches.projections import handling_id
from phoihop.dispatches.rules import HANDLING, REMOVES_TEXT, AnswerState, DispatchState, HandlingState
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.changes import ChangeView, changes_around
from phoihop.dispatches.selectors.lists import IncomingRow, incoming_row
from phoihop.exchange.envelope import SALT_BYTES
from phoihop.exchange.models import Delivery, Record, RecordBody
from phoihop.exchange.records import DISCLOSURE, WITHDRAWAL
from phoihop.exchange.registry import kind_of
from phoihop.files.models import Attachment
from phoihop.files.selectors import attachments_of
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office


@dataclass(frozen=True)
class Reception:
    """One row of Theo dõi tiếp nhận. ``is_unknown``: another node hosts the office and nothing came back yet.

    ``is_withdrawn``: nothing more goes there.
    """

    office: Office
    role: str
    delivery: Delivery | None
    is_unknown: bool
    is_late: bool
    is_withdrawn: bool = False


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened: when, who, what. ``kind`` is a record kind or a receipt state; ``body`` its content."""

    at: datetime
    office_name: str
    kind: str
    body: Any
    record_id: UUID | None = None


@dataclass(frozen=True)
class DispatchDetail:
    """Everything on a document's page."""

    dispatch: Dispatch
    side: Literal["owner", "recipient", "observer"]
    owner_name: str
    attachments: Sequence[Attachment]
    recipients: Sequence[Reception]
    incoming: IncomingRow | None
    handling: Handling | None
    timeline: Sequence[TimelineEntry]
    replies: Sequence[Dispatch]
    answers: Dispatch | None
    related: Sequence[Dispatch]
    external: Sequence[ExternalReceipt]
    moves: Sequence[Move[HandlingState]]
    changes: Sequence[ChangeView]
    changed: Sequence[tuple[Change, Dispatch | None]]
    signature: records.SignatureSeen | None
    text_gone: bool
    is_withdrawn: bool
    """Whether the acting office itself gets nothing more on the document."""


def dispatch_detail(dispatch_id: UUID, *, by: Acting) -> DispatchDetail:
    """The page of one document. Raises NotFound when the office may not see it."""
    document = access.dispatch(dispatch_id, by=by)
    deliveries = {one.recipient_id: one for one in Delivery.objects.filter(subject_id=document.id, expected=True)}
    offices = _offices_of(document, deliveries)
    own = deliveries.get(by.office_id)
    handling = access.own_handling(document.id, by=by) if own else None
    incoming = incoming_row(document, own, handling) if own else None
    linked = _linked(document)
    changes, changed = changes_around(document, by=by)
    said = _record_entries([document.id, handling_id(document.id, by.office_id)], offices, by)
    withdrawn = _withdrawn(said)
    timeline = _timeline(said, deliveries, offices, changes, by)
    return DispatchDetail(
        dispatch=document,
        side="owner" if document.owner_id == by.office_id and own is None else "recipient" if own else "observer",
        owner_name=offices[document.owner_id].name if document.owner_id in offices else document.issuer_name,
        attachments=attachments_of(document.id, by=by, nothing_given_up=document.standing == DispatchState.ISSUED),
        recipients=_receptions(document, deliveries, offices, withdrawn, by),
        incoming=incoming,
        handling=handling,
        timeline=timeline,
        replies=[one for one in linked if one.reply_to == document.id],
        answers=next((one for one in linked if one.id == document.reply_to), None),
        related=[one for one in linked if document.related_to == one.id or one.related_to == document.id],
        external=_external(document, by),
        moves=_moves(incoming, by),
        changes=changes,
        changed=changed,
        signature=_signature(timeline),
        text_gone=any(_gave_up(view) for view in changes),
        is_withdrawn=by.office_id in withdrawn,
    )


def _signature(timeline: Sequence[TimelineEntry]) -> records.SignatureSeen | None:
    """What was found of the signature of the message a document came in."""
    bodies = (entry.body for entry in timeline if isinstance(entry.body, records.Entered))
    return next((body.signature for body in bodies), None)


def _gave_up(view: ChangeView) -> bool:
    return view.own is not None and view.own.state == AnswerState.AGREED and view.change.action in REMOVES_TEXT


def _offices_of(document: Dispatch, deliveries: Mapping[UUID, Delivery]) -> dict[UUID, Office]:
    wanted = {document.owner_id, *deliveries, *(UUID(row["office"]) for row in document.recipients)}
    return {office.id: office for office in Office.objects.filter(id__in=wanted).select_related("node")}


def _external(document: Dispatch, by: Acting) -> Sequence[ExternalReceipt]:
    """Only the issuing office is told by organisations outside."""
    if document.owner_id != by.office_id or document.origin != "issued":
        return ()
    return list(ExternalReceipt.objects.filter(dispatch_id=document.id).order_by("received_at"))


def _receptions(
    document: Dispatch,
    deliveries: dict[UUID, Delivery],
    offices: dict[UUID, Office],
    withdrawn: set[UUID],
    by: Acting,
) -> Sequence[Reception]:
    """The owner sees every row; a recipient sees who else received it, and only its own times."""
    roles = {UUID(row["office"]): row["role"] for row in document.recipients}
    if document.owner_id == by.office_id:
        roles |= {recipient: "added" for recipient in deliveries if recipient not in roles}
    elif by.office_id in deliveries:
        roles.setdefault(by.office_id, "added")
    rows = []
    for office_id, role in roles.items():
        office, delivery = offices.get(office_id), deliveries.get(office_id)
        if office is None:
            continue
        unknown = delivery is not None and delivery.arrived_at is None and not office.node.is_self
        late = _answer_is_late(document, delivery)
        rows.append(Reception(office, role, delivery, unknown, late, office_id in withdrawn))
    return sorted(rows, key=lambda row: (row.role != "main", row.office.sort_key))


def _answer_is_late(document: Dispatch, delivery: Delivery | None) -> bool:
    if document.due_at is None or delivery is None or delivery.returned_at:
        return False
    done = delivery.answered_at or delivery.done_at
    return (done or now()) > document.due_at


def _linked(document: Dispatch) -> Sequence[Dispatch]:
    wanted = [one for one in (document.reply_to, document.related_to) if one]
    return list(
        Dispatch.objects.filter(Q(reply_to=document.id) | Q(related_to=document.id) | Q(id__in=wanted)).order_by(
            "issued_at"
        )[:200]
    )


def _moves(incoming: IncomingRow | None, by: Acting) -> Sequence[Move[HandlingState]]:
    if incoming is None:
        return ()
    return [move for move in HANDLING.moves_from(incoming.state) if move.permission in by.permissions]


_TIMELINE_STATES = ("registered", "seen", "accepted", "returned", "done", "answered")


def _timeline(
    said: Sequence[TimelineEntry],
    deliveries: dict[UUID, Delivery],
    offices: dict[UUID, Office],
    changes: Sequence[ChangeView],
    by: Acting,
) -> Sequence[TimelineEntry]:
    """Records on the document and on the acting office's handling of it, with the receipts the office may see."""
    entries = [*said, *_answer_entries(changes, by)]
    for delivery in deliveries.values():
        if delivery.recipient_id == by.office_id:
            continue
        name = offices[delivery.recipient_id].short_name if delivery.recipient_id in offices else ""
        for state in _TIMELINE_STATES:
            at = getattr(delivery, f"{state}_at")
            if at is not None:
                entries.append(TimelineEntry(at, name, state, delivery))
    return sorted(entries, key=lambda entry: entry.at)


def _answer_entries(changes: Sequence[ChangeView], by: Acting) -> list[TimelineEntry]:
    """Who answered a change: everybody for the issuer, else the acting office alone."""
    entries = []
    for view in changes:
        answers = [(one.office.short_name, one.answer) for one in view.asked]
        if not answers and view.own is not None:
            answers = [(by.office_name, view.own)]
        for name, answer in answers:
            if answer.answered_at is not None:
                entries.append(TimelineEntry(answer.answered_at, name, f"change_{answer.state}", answer))
    return entries


def _record_entries(subjects: Sequence[UUID], offices: dict[UUID, Office], by: Acting) -> list[TimelineEntry]:
    content = RecordBody.objects.filter(record_id=OuterRef("pk")).values("content")
    found = Record.objects.filter(subject_id__in=subjects).order_by("position").defer("envelope")
    entries = []
    for record in found.annotate(content=Subquery(content)):
        office = offices.get(record.office_id)
        name = by.office_name if record.office_id == by.office_id else office.short_name if office else ""
        entries.append(TimelineEntry(record.at, name, record.kind, _body_of(record), record.id))
    return entries


def _withdrawn(said: Sequence[TimelineEntry]) -> set[UUID]:
    """The offices from which the document is withdrawn, after everything its owner said of who receives it."""
    withdrawn: set[UUID] = set()
    for entry in said:
        if entry.kind == WITHDRAWAL and entry.body is not None:
            withdrawn |= set(entry.body.offices)
        elif entry.kind == DISCLOSURE and entry.body is not None:
            withdrawn -= set(entry.body.offices)
    return withdrawn


def _body_of(record: Any) -> Any:
    kind = kind_of(record.kind, record.version)
    if kind is None or record.content is None:
        return None
    return kind.body.model_validate_json(bytes(record.content)[SALT_BYTES:])


TIMELINE_KINDS = (
    records.ISSUED,
    records.ENTERED,
    records.REGISTERED,
    records.DISTRIBUTED,
    records.DIRECTED,
    records.MOVED,
    records.EXTERNAL,
    records.CHANGE_REQUESTED,
    records.REMINDED,
    DISCLOSURE,
    WITHDRAWAL,
)
