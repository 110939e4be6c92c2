"""*Xem tại thời điểm*: what the acting office knew of a document at a moment.

A record counts from the time this node's log held it, as its signed checkpoint says, and for an office to which the
subject was disclosed not before the disclosure did. Times that records claim decide nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from phoihop.dispatches import records
from phoihop.dispatches.change_projections import answer_id
from phoihop.dispatches.knowing import Host, KnownDelivery, KnownDocument, KnownRecord, gather
from phoihop.dispatches.models import Dispatch, Handling
from phoihop.dispatches.projections import handling_id
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.detail import Reception, TimelineEntry
from phoihop.dispatches.selectors.lists import IncomingRow, incoming_row
from phoihop.dispatches.selectors.proofs import receipt_records
from phoihop.exchange.arrivals import logged_times
from phoihop.exchange.envelope import SALT_BYTES
from phoihop.exchange.models import AudienceMember, Delivery, Disclosed, PastHosting
from phoihop.exchange.registry import kind_of
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office


@dataclass(frozen=True)
class DispatchThen:
    """A document as the acting office knew it at ``at``. ``moments`` are when its knowledge changed, in order."""

    at: datetime
    dispatch: Dispatch
    known: KnownDocument
    side: str
    recipients: Sequence[Reception]
    incoming: IncomingRow | None
    handling: Handling | None
    timeline: Sequence[TimelineEntry]
    replies: Sequence[Dispatch]
    moments: Sequence[datetime]


@dataclass(frozen=True)
class Knowledge:
    """Everything the acting office knows of a document, each record with the moment since when."""

    document: Dispatch
    records: Sequence[KnownRecord]
    replies: Sequence[Dispatch]
    offices: Mapping[UUID, Office]
    host: Host
    by: Acting

    @property
    def moments(self) -> list[datetime]:
        """When the office's knowledge changed, in order."""
        return sorted({one.known_at for one in self.records})

    def then(self, moment: datetime) -> DispatchThen:
        """What the office knew at a moment, that moment included."""
        held = [one for one in self.records if one.known_at <= moment]
        found = gather(held, document=self.document.id, office=self.by.office_id, host=self.host)
        return _then(self, found, moment)


@dataclass(frozen=True)
class _Held:
    """A record as this node holds it, before it is asked since when."""

    id: UUID
    kind: str
    version: int
    office: UUID
    node: UUID
    subject: UUID
    audience: UUID
    at: datetime
    content: bytes | None

    def known(self, since: datetime) -> KnownRecord:
        """The record as known since a moment; without a body where none can be read."""
        return KnownRecord(self.id, self.kind, self.office, self.node, self.subject, self.at, self._body(), since)

    def _body(self) -> Any:
        kind = kind_of(self.kind, self.version)
        if kind is None or self.content is None:
            return None
        return kind.body.model_validate_json(self.content[SALT_BYTES:])


def knowledge_of(dispatch_id: UUID, *, by: Acting) -> Knowledge:
    """What the acting office knows of a document, and since when. Raises NotFound when it may not see it."""
    document = access.dispatch(dispatch_id, by=by)
    deliveries = list(Delivery.objects.filter(subject_id=document.id, expected=True))
    replies = list(Dispatch.objects.filter(reply_to=document.id).order_by("issued_at", "id"))
    known = _known_records(_held(document, deliveries, replies, by), [document.id, *(one.id for one in replies)], by)
    offices = _offices(document, deliveries)
    return Knowledge(document, known, replies, offices, _host(offices), by)


def _then(knowledge: Knowledge, found: KnownDocument, moment: datetime) -> DispatchThen:
    by, document = knowledge.by, copy(knowledge.document)
    document.standing = found.standing
    visible = {
        one.recipient: _delivery_row(one, document.id)
        for one in found.deliveries.values()
        if one.expected and by.office_id in (one.recipient, one.owner)
    }
    own = visible.get(by.office_id)
    handling = _handling_row(found, document.id, by) if own else None
    known = {one.id for one in found.records}
    return DispatchThen(
        at=moment,
        dispatch=document,
        known=found,
        side="owner" if document.owner_id == by.office_id and own is None else "recipient" if own else "observer",
        recipients=_receptions(document, found, visible, knowledge.offices, moment, by),
        incoming=incoming_row(document, own, handling) if own else None,
        handling=handling,
        timeline=_timeline(document, found, visible, knowledge.offices, by),
        replies=[one for one in knowledge.replies if one.record_id in known],
        moments=knowledge.moments,
    )


_RECORDS = """
SELECT r.id, r.kind, r.version, r.office_id, r.node_id, r.subject_id, r.audience_id, r."at", b.content
FROM exchange_record r LEFT JOIN exchange_recordbody b ON b.record_id = r.id
WHERE r.subject_id = ANY(%(subjects)s) OR r.id = ANY(%(records)s)
ORDER BY r.position
"""


def _held(document: Dispatch, deliveries: Sequence[Delivery], replies: Sequence[Dispatch], by: Acting) -> list[_Held]:
    """Every record the office sees that says something of the document."""
    subjects = [document.id, handling_id(document.id, by.office_id)]
    subjects += [answer_id(document.id, one.recipient_id) for one in deliveries]
    named = [*receipt_records(document, deliveries), *(one.record_id for one in replies)]
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, {"subjects": subjects, "records": named})
        return [_Held(*(*columns, content and bytes(content))) for *columns, content in cursor.fetchall()]


def _known_records(held: Sequence[_Held], disclosable: Sequence[UUID], by: Acting) -> list[KnownRecord]:
    """The records with the time from which this office knew them; without those the log does not hold yet."""
    disclosed = dict(
        Disclosed.objects.filter(office_id=by.office_id, subject_id__in=disclosable).values_list(
            "subject_id", "record_id"
        )
    )
    logged = logged_times({*(one.id for one in held), *disclosed.values()})
    member = _member_audiences({one.audience for one in held}, by) if disclosed else set()
    known = []
    for one in held:
        since = logged.get(one.id)
        if since is None:
            continue
        opened = disclosed.get(one.subject)
        if opened is not None and one.audience not in member:
            if opened not in logged:
                continue
            since = max(since, logged[opened])
        known.append(one.known(since))
    return known


def _member_audiences(audiences: Collection[UUID], by: Acting) -> set[UUID]:
    found = AudienceMember.objects.filter(office_id=by.office_id, audience_id__in=audiences)
    return set(found.values_list("audience_id", flat=True))


def _offices(document: Dispatch, deliveries: Sequence[Delivery]) -> dict[UUID, Office]:
    wanted = {document.owner_id, *(one.recipient_id for one in deliveries)}
    wanted |= {UUID(row["office"]) for row in document.recipients}
    return {office.id: office for office in Office.objects.filter(id__in=wanted).select_related("node")}


def _host(offices: Mapping[UUID, Office]) -> Host:
    past: dict[UUID, list[tuple[datetime, UUID]]] = {}
    for row in PastHosting.objects.filter(office_id__in=list(offices)).order_by("until"):
        past.setdefault(row.office_id, []).append((row.until, row.node_id))

    def host(office: UUID, at: datetime) -> UUID | None:
        now = offices[office].node_id if office in offices else None
        return next((node for until, node in past.get(office, ()) if at < until), now)

    return host


def _delivery_row(one: KnownDelivery, subject: UUID) -> Delivery:
    times = {f"{state}_at": at for state, at in one.times.items()}
    return Delivery(
        subject_id=subject,
        recipient_id=one.recipient,
        owner_id=one.owner,
        expected=True,
        returned_reason=one.returned_reason,
        **times,
    )


def _handling_row(found: KnownDocument, document: UUID, by: Acting) -> Handling | None:
    if not found.handling:
        return None
    place = handling_id(document, by.office_id)
    return Handling(id=place, dispatch_id=document, office_id=by.office_id, **found.handling)


def _receptions(
    document: Dispatch,
    found: KnownDocument,
    visible: Mapping[UUID, Delivery],
    offices: Mapping[UUID, Office],
    moment: datetime,
    by: Acting,
) -> Sequence[Reception]:
    """The owner sees every row; a recipient sees who else received it, and only its own times."""
    roles = {UUID(row["office"]): str(row["role"]) for row in document.recipients} if found.is_known else {}
    for recipient in visible:
        roles.setdefault(recipient, "added")
    rows = []
    for office_id, role in roles.items():
        office, delivery = offices.get(office_id), visible.get(office_id)
        if office is None:
            continue
        unknown = delivery is not None and delivery.arrived_at is None and not office.node.is_self
        late = _is_late(document, delivery, moment)
        rows.append(Reception(office, role, delivery, unknown, late, office_id in found.withdrawn))
    return sorted(rows, key=lambda row: (row.role != "main", row.office.sort_key))


def _is_late(document: Dispatch, delivery: Delivery | None, moment: datetime) -> bool:
    if document.due_at is None or delivery is None or delivery.returned_at:
        return False
    return (delivery.answered_at or delivery.done_at or moment) > document.due_at


_TIMELINE_STATES = ("registered", "seen", "accepted", "returned", "done", "answered")


def _timeline(
    document: Dispatch,
    found: KnownDocument,
    visible: Mapping[UUID, Delivery],
    offices: Mapping[UUID, Office],
    by: Acting,
) -> Sequence[TimelineEntry]:
    """What the records said of the document and its handling, and the receipts of the others."""
    shown = (document.id, handling_id(document.id, by.office_id))
    entries = []
    for one in found.records:
        if one.subject in shown or one.kind == records.CHANGE_ANSWERED:
            office = offices.get(one.office)
            name = by.office_name if one.office == by.office_id else office.short_name if office else ""
            kind = one.kind
            if kind == records.CHANGE_ANSWERED and one.body is not None:
                kind = "change_agreed" if one.body.agreed else "change_refused"
            entries.append(TimelineEntry(one.at, name, kind, one.body, one.id))
    for delivery in visible.values():
        if delivery.recipient_id == by.office_id:
            continue
        name = offices[delivery.recipient_id].short_name if delivery.recipient_id in offices else ""
        for state in _TIMELINE_STATES:
            at = getattr(delivery, f"{state}_at")
            if at is not None:
                entries.append(TimelineEntry(at, name, state, delivery))
    return sorted(entries, key=lambda entry: entry.at)
