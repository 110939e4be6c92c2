"""Judging records that came from elsewhere: first each by itself, then by what is known of its subject and its chain.

Nothing is believed but signatures by keys of the directory. A record may come before the one it continues; it then
waits. The order is that of ``prev`` and ``needs``, and of ``saw`` where only it can tell who owns the subject.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from phoihop.exchange.envelope import (
    MAX_BODY_BYTES,
    SALT_BYTES,
    Envelope,
    Rejected,
    commitment,
    open_body,
)
from phoihop.exchange.keyring import Keyring
from phoihop.exchange.records import DISCLOSURE, WITHDRAWAL, Disclosure, Withdrawal
from phoihop.exchange.registry import kind_of
from phoihop.exchange.statements import AudienceSet
from phoihop.exchange.store import NO_RECORD, Signed

MAX_MEMBERS = 5_000

T = TypeVar("T")


@dataclass(frozen=True)
class Incoming:
    """A record as it came: signed envelope, body, and the offices its audience digest is said to stand for."""

    signed: bytes
    content: bytes
    members: tuple[UUID, ...]


class Waits(Exception):
    """The record is good, and comes before ``record_id``, which it needs."""

    def __init__(self, record_id: UUID) -> None:
        super().__init__(f"waits for {record_id}")
        self.record_id = record_id


def authenticate(incoming: Incoming, keyring: Keyring) -> Signed:
    """Judge a record by itself: size, signature, hosting, audience, author, body. Raises Rejected.

    A body may be missing, which is judged later: only where the owner of the subject has stated its purge.
    """
    if incoming.content and not SALT_BYTES < len(incoming.content) <= MAX_BODY_BYTES:
        raise Rejected("body_size", f"a body of {len(incoming.content)} bytes")
    if not 0 < len(incoming.members) <= MAX_MEMBERS:
        raise Rejected("audience_size", f"an audience of {len(incoming.members)} offices")
    envelope = keyring.authenticate(incoming.signed)
    host = keyring.host_of(envelope.office, envelope.at)
    if host != envelope.node:
        code = "office_unknown" if host is None else "office_foreign"
        raise Rejected(code, f"node {envelope.node} does not speak for office {envelope.office}")
    audience = AudienceSet.of(incoming.members)
    if audience.digest.hex() != envelope.audience:
        raise Rejected("audience_differs", "the list of offices is not the one that was signed")
    if envelope.office not in audience.offices:
        raise Rejected("author_outside", "the author is not in the audience")
    if incoming.content and commitment(incoming.content) != envelope.body:
        raise Rejected("body_differs", "the body is not the one the envelope commits to")
    if NO_RECORD in (envelope.id, envelope.prev, *envelope.needs):
        raise Rejected("envelope_malformed", "an empty identifier")
    kind = kind_of(envelope.kind, envelope.version)
    if kind is not None and not kind.is_in_place(envelope, audience.offices):
        raise Rejected("subject_foreign", "a record of this kind belongs on another subject")
    return Signed(envelope, incoming.signed, incoming.content, audience)


@dataclass
class KnownSubject:
    """Who owns a subject, the offices that may speak on it, and those to which it was opened by name.

    An office from which it was withdrawn may still speak: it may have done so before it was told.
    """

    owner: UUID
    offices: frozenset[UUID]
    disclosed: frozenset[UUID] = frozenset()


Continuation = tuple[UUID, UUID, UUID | None]
"""Office, subject and ``prev``: two records with the same are a fork."""


@dataclass
class Shelf:
    """What is known of the chains and subjects that a set of records speaks on; grows as records are admitted.

    ``opened`` holds (subject, office) of authentic disclosures to offices hosted here, admitted or not yet; ``purges``
    those of authentic purges.
    """

    hosted: frozenset[UUID]
    records: dict[UUID, tuple[UUID, UUID]]
    subjects: dict[UUID, KnownSubject]
    continued: set[Continuation]
    opened: set[tuple[UUID, UUID]] = field(default_factory=set)
    purges: frozenset[tuple[UUID, UUID]] = frozenset()

    def admit(self, record: Signed) -> bool:
        """Judge a record by what is known, and know it from now on. Returns whether it forks its chain.

        Raises Waits, or Rejected.
        """
        envelope = record.envelope
        self._check_for_us(record, {subject for subject, _office in self.opened}, envelope.subject)
        self._check_body(record)
        self._check_chain(envelope)
        subject = self._subject_of(record)
        self._check_for_us(record, self.opened, (envelope.subject, subject.owner))
        continuation = continuation_of(envelope)
        forks = continuation in self.continued
        self.continued.add(continuation)
        self.records[envelope.id] = (envelope.subject, envelope.office)
        self.subjects[envelope.subject] = subject
        if envelope.kind == WITHDRAWAL:  # an office here that still sees the subject by name stands among the disclosed
            self.opened.discard((envelope.subject, envelope.office))
        return forks

    def _check_for_us(self, record: Signed, opened: Container[T], opening: T) -> None:
        """What no office here may see is not even kept waiting."""
        known = self.subjects.get(record.envelope.subject)
        may_see = record.audience.offices | (known.disclosed if known else frozenset())
        if not may_see & self.hosted and opening not in opened:
            raise Rejected("not_for_us", "no office of its audience is hosted here")

    def _check_body(self, record: Signed) -> None:
        """Whoever carries records could cut a body off: without one a record waits for the owner's purge alone."""
        envelope = record.envelope
        if record.content:
            return
        known = self.subjects.get(envelope.subject)
        owner = known.owner if known else envelope.office
        if (envelope.subject, owner) not in self.purges and envelope.parent not in {one for one, _by in self.purges}:
            raise Waits(envelope.id)

    def _check_chain(self, envelope: Envelope) -> None:
        if envelope.prev is not None:
            if envelope.prev not in self.records:
                raise Waits(envelope.prev)
            if self.records[envelope.prev] != (envelope.subject, envelope.office):
                raise Rejected("prev_foreign", "it continues a record of another office or subject")
        for needed in envelope.needs:
            if needed not in self.records:
                raise Waits(needed)

    def _subject_of(self, record: Signed) -> KnownSubject:
        """The subject as it stands with this record. Raises when the author may not say this on it."""
        envelope, offices = record.envelope, record.audience.offices
        kind = kind_of(envelope.kind, envelope.version)
        known = self.subjects.get(envelope.subject)
        if known is None:
            self._wait_for_seen(envelope)
            if envelope.saw or (kind is not None and not kind.opens):
                raise Rejected("opens_nothing", "a subject cannot begin with it")
            return KnownSubject(envelope.office, offices)
        if envelope.office not in known.offices:
            self._wait_for_seen(envelope)
            raise Rejected("author_outside", "the author may not see the subject")
        owners_only = envelope.kind == DISCLOSURE or (kind is not None and (kind.delivers or kind.by_owner))
        if envelope.office != known.owner and owners_only:
            raise Rejected("not_owner", f"the subject belongs to office {known.owner}")
        added = _disclosed_by(record)
        if not offices <= known.offices | added:
            self._wait_for_seen(envelope)
            raise Rejected("audience_grown", "its audience is larger than that of the subject")
        return KnownSubject(known.owner, known.offices | added, (known.disclosed | added) - _withdrawn_by(record))

    def _wait_for_seen(self, envelope: Envelope) -> None:
        for seen in envelope.saw:
            if seen not in self.records:
                raise Waits(seen)


def continuation_of(envelope: Envelope) -> Continuation:
    """What no other record of the chain may have in common with this one."""
    return envelope.office, envelope.subject, envelope.prev


def _disclosed_by(record: Signed) -> frozenset[UUID]:
    """The offices a disclosure adds; they must all be in its audience, or it would open nothing. Raises Rejected."""
    if record.envelope.kind != DISCLOSURE or record.envelope.version != 1:
        return frozenset()
    added = frozenset(open_body(record.content, record.envelope, Disclosure).offices)
    if not added <= record.audience.offices:
        raise Rejected("disclosure_narrow", "it discloses to offices outside its own audience")
    return added


def _withdrawn_by(record: Signed) -> frozenset[UUID]:
    """The offices to which nothing more goes. Raises Rejected when the author is one of them."""
    if record.envelope.kind != WITHDRAWAL or record.envelope.version != 1:
        return frozenset()
    withdrawn = frozenset(open_body(record.content, record.envelope, Withdrawal).offices)
    if record.envelope.office in withdrawn:
        raise Rejected("owner_withdrawn", "the owner cannot leave its own subject")
    return withdrawn


def disclosures_to(hosted: frozenset[UUID], records: Sequence[Signed]) -> set[tuple[UUID, UUID]]:
    """(subject, office) of the disclosures among authentic records that open a subject to an office hosted here."""
    found: set[tuple[UUID, UUID]] = set()
    for record in records:
        try:
            if _disclosed_by(record) & hosted:
                found.add((record.envelope.subject, record.envelope.office))
        except Rejected:
            continue
    return found


def in_causal_order(records: Sequence[Signed]) -> Iterator[Signed]:
    """The records so that each comes after those it names, as far as these are among them."""
    by_id = {record.envelope.id: record for record in records}
    done: set[UUID] = set()
    for first in records:
        stack = [first.envelope.id]
        while stack:
            current = stack[-1]
            envelope = by_id[current].envelope
            named = (envelope.prev, *envelope.needs, *envelope.saw)
            waiting = [one for one in named if one in by_id and one not in done and one not in stack]
            if waiting and current not in done:
                stack.append(waiting[0])
                continue
            stack.pop()
            if current not in done:
                done.add(current)
                yield by_id[current]
