"""What an office knew of a document after some of its records, and nothing else. Pure: records in, values out.

The projections say the same of all records; ``tests/dispatches/test_as_known_at.py`` holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from phoihop.dispatches import records
from phoihop.dispatches.rules import DispatchState
from phoihop.exchange.records import DISCLOSURE, RECEIPTS, WITHDRAWAL

Host = Callable[[UUID, datetime], UUID | None]
"""The node that hosted an office at a moment."""

RECEIVED_STATES = ("arrived", "registered", "seen", "accepted", "returned", "done")


@dataclass(frozen=True)
class KnownRecord:
    """A record the office holds: what its envelope says, its body (None: unreadable or purged), and since when."""

    id: UUID
    kind: str
    office: UUID
    node: UUID
    subject: UUID
    at: datetime
    body: Any
    known_at: datetime


@dataclass(frozen=True)
class KnownDelivery:
    """How far the document got at one office, by what was known: the earliest time of each state."""

    recipient: UUID
    owner: UUID
    expected: bool = False
    returned_reason: str = ""
    times: Mapping[str, datetime] = field(default_factory=dict)

    def reached(self, state: str, at: datetime, reason: str = "") -> KnownDelivery:
        """The same with one more statement merged in: the earliest stands, of a return the reason too."""
        known = self.times.get(state)
        words = self.returned_reason
        if state == "returned" and (known is None or (at, reason) < (known, words)):
            words = reason
        earliest = at if known is None else min(known, at)
        return replace(self, times={**self.times, state: earliest}, returned_reason=words)


@dataclass(frozen=True)
class KnownDocument:
    """A document as known. ``handling`` holds the fields of the office's own matter; empty when there is none."""

    records: tuple[KnownRecord, ...]
    deliveries: Mapping[UUID, KnownDelivery]
    handling: Mapping[str, Any]
    standing: str
    withdrawn: frozenset[UUID]

    @property
    def is_known(self) -> bool:
        """Whether the office knew of the document at all."""
        return any(one.kind in (records.ISSUED, records.ENTERED) for one in self.records)


def gather(found: Sequence[KnownRecord], *, document: UUID, office: UUID, host: Host) -> KnownDocument:
    """What these records, in the order they came, add up to for ``office``."""
    mine = [one for one in found if one.body is not None]
    own = [one for one in mine if one.subject == document]
    handled = [one for one in mine if one.kind in _HANDLING and one.body.dispatch == document and one.office == office]
    handling: dict[str, Any] = {}
    for one in handled:
        handling = _HANDLING[one.kind](handling, one)
    return KnownDocument(
        records=tuple(found),
        deliveries=_deliveries(mine, own, document, host),
        handling=handling,
        standing=_standing(own),
        withdrawn=_withdrawn(own),
    )


def _deliveries(
    found: Sequence[KnownRecord], own: Sequence[KnownRecord], document: UUID, host: Host
) -> dict[UUID, KnownDelivery]:
    known: dict[UUID, KnownDelivery] = {}
    for one in own:
        for recipient in _opened(one):
            delivery = known.get(recipient, KnownDelivery(recipient, one.office))
            if host(recipient, one.at) == one.node:
                delivery = delivery.reached("arrived", one.at)
            known[recipient] = replace(delivery, expected=True, owner=one.office)
    for one in found:
        if one.kind == RECEIPTS:
            for item in one.body.items:
                if item.subject == document and one.office in known:
                    known[one.office] = known[one.office].reached(item.state.value, item.at, item.reason)
        elif one.kind == records.ISSUED and one.body.reply_to == document and one.office in known:
            delivery = known[one.office]
            if delivery.owner in {recipient.office for recipient in one.body.recipients}:
                known[one.office] = delivery.reached("answered", one.at)
    return known


def _opened(one: KnownRecord) -> Sequence[UUID]:
    """The offices a record opens a delivery for."""
    if one.kind == records.ISSUED:
        return [recipient.office for recipient in one.body.recipients]
    if one.kind == records.ENTERED:
        return [one.office]
    return list(one.body.offices) if one.kind == DISCLOSURE else []


def _standing(own: Sequence[KnownRecord]) -> str:
    actions = {one.body.action for one in own if one.kind == records.CHANGE_REQUESTED}
    if "recall" in actions:
        return DispatchState.RECALLED.value
    return (DispatchState.REPLACED if "replace" in actions else DispatchState.ISSUED).value


def _withdrawn(own: Sequence[KnownRecord]) -> frozenset[UUID]:
    found: set[UUID] = set()
    for one in own:
        if one.kind == WITHDRAWAL:
            found |= set(one.body.offices)
        elif one.kind == DISCLOSURE:
            found -= set(one.body.offices)
    return frozenset(found)


def _registered(_before: dict[str, Any], one: KnownRecord) -> dict[str, Any]:
    body: records.Registered = one.body
    return {
        "state": "registered",
        "book": body.book,
        "arrival_number": body.number,
        "arrival_year": body.year,
        "registered_at": one.at,
        "registered_by": body.by.name,
        "due_at": body.due_at,
    }


def _distributed(before: dict[str, Any], one: KnownRecord) -> dict[str, Any]:
    body: records.Distributed = one.body
    forwarded = {**_person(body.to), "remark": body.remark, "by": body.by.name, "at": one.at.isoformat()}
    return {**before, "state": "distributed", "forwarded_to": forwarded, **_lead(body.to)}


def _directed(before: dict[str, Any], one: KnownRecord) -> dict[str, Any]:
    body: records.Directed = one.body
    moved_on = before.get("state") in {"accepted", "finished", "returned"}
    return {
        **before,
        "state": before["state"] if moved_on else "directed",
        "direction": body.direction,
        "directed_by": f"{body.by.name}, {body.by.title}",
        "directed_at": one.at,
        **_lead(body.lead),
        "coordinators": [_person(person) for person in body.coordinators],
        "informed": [_person(person) for person in body.informed],
        **({"due_at": body.due_at} if body.due_at else {}),
    }


def _moved(before: dict[str, Any], one: KnownRecord) -> dict[str, Any]:
    body: records.Moved = one.body
    said = {"returned": {"returned_reason": body.remark}, "finished": {"result": body.remark}}.get(body.state, {})
    return {**before, "state": body.state, f"{body.state}_at": one.at, **said}


def _lead(person: records.PersonRef) -> dict[str, Any]:
    return {"lead_position_id": person.position, "lead_name": person.name, "lead_title": person.title}


def _person(person: records.PersonRef) -> dict[str, str]:
    return {"position": str(person.position), "name": person.name, "title": person.title}


_HANDLING: Mapping[str, Callable[[dict[str, Any], KnownRecord], dict[str, Any]]] = {
    records.REGISTERED: _registered,
    records.DISTRIBUTED: _distributed,
    records.DIRECTED: _directed,
    records.MOVED: _moved,
}
