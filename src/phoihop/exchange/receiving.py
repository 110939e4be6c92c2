"""Taking in records that came from elsewhere: judged, stored, projected and acknowledged, in sets.

Each set is one transaction. What is good but early waits in full and is taken in when what it waits for has come; what
cannot be projected is stored and logged like any other, and set aside; what is refused leaves nothing but its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from phoihop.core.isolation import scope
from phoihop.exchange import envelope, store
from phoihop.exchange.admission import (
    Continuation,
    Incoming,
    KnownSubject,
    Shelf,
    Waits,
    authenticate,
    continuation_of,
    disclosures_to,
    in_causal_order,
)
from phoihop.exchange.bodiless import Purges, known_purges, purges_among
from phoihop.exchange.envelope import Rejected
from phoihop.exchange.held_files import Brought, note_brought
from phoihop.exchange.keyring import Keyring, load_keyring
from phoihop.exchange.models import SetAside
from phoihop.exchange.projecting import project_received
from phoihop.exchange.purges import files_of
from phoihop.exchange.purging import erase_received
from phoihop.exchange.registry import NO_SUBJECT
from phoihop.exchange.screening import SECRECY, screened
from phoihop.exchange.stating import state_arrivals
from phoihop.exchange.store import Signed

SET_SIZE = 200
WAITING, FORK, NEEDS_UPGRADE = "waiting", "fork", "needs_upgrade"
_LOCK = 0x70686F69_686F7002
"""Advisory lock of a set: two imports at once would each miss the forks and duplicates of the other."""

T = TypeVar("T")


class Outcome(StrEnum):
    """What became of a record. Everything but ``REFUSED`` and ``WAITING`` is stored and will be logged."""

    APPLIED = "applied"
    KNOWN = "known"
    WAITING = "waiting"
    NEEDS_UPGRADE = "needs_upgrade"
    POISON = "poison"
    REFUSED = "refused"


@dataclass(frozen=True)
class Refusal:
    """A record that was not taken in, and why; ``record_id`` where it could be read."""

    code: str
    detail: str
    record_id: UUID | None = None


@dataclass
class Received:
    """What became of a batch: how many records of each outcome, chains found forked, and every refusal.

    ``waiting`` are the records of the batch that still wait when it ends.
    """

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    forks: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    waiting: set[UUID] = field(default_factory=set)

    @property
    def counts(self) -> dict[str, int]:
        """Records by outcome; those that are zero are left out."""
        counts = {outcome.value: count for outcome, count in self.outcomes.items() if count}
        return counts | ({Outcome.WAITING.value: len(self.waiting)} if self.waiting else {})

    def refuse(self, error: Rejected, record_id: UUID | None = None) -> None:
        """Note a refusal."""
        self.outcomes[Outcome.REFUSED] += 1
        self.refusals.append(Refusal(error.code, error.detail, record_id))


def receive(incoming: Iterable[Incoming], *, brought: Brought | None = None) -> Received:
    """Take in records from another node, in any order; a repeated one is ``known``. ``brought`` are files with them.

    What waited from earlier batches and is taken in now is counted too. A disclosure to an office hosted here must come
    in the same set as what it opens, or before it: until then that is not for this node.
    """
    result = Received()
    with scope("writer"):
        keyring = load_keyring()
    for batch in _sets(incoming):
        authentic = _authentic(batch, keyring, result)
        with scope("writer"):
            _hold()
            _take_in([*authentic, *_called_back(authentic, keyring, result)], keyring, result)
            if brought is not None:
                note_brought(authentic, brought)
    return result


def _called_back(records: Sequence[Signed], keyring: Keyring, result: Received) -> list[Signed]:
    """Records that wait without a body for a purge that is here now."""
    purged = [subject for subject, _office in purges_among(records)]
    rows = SetAside.objects.filter(reason=WAITING, content=b"", subject_id__in=purged) if purged else []
    return _judged_anew(list(rows), keyring, result)


def _authentic(batch: Sequence[Incoming], keyring: Keyring, result: Received) -> list[Signed]:
    found: dict[UUID, Signed] = {}
    for item in batch:
        try:
            record = authenticate(item, keyring)
        except Rejected as error:
            result.refuse(error, _claimed_id(item))
            continue
        first = found.setdefault(record.envelope.id, record)
        if first is not record:
            _count_repeated(first.signed, record, result)
    return list(found.values())


def _claimed_id(incoming: Incoming) -> UUID | None:
    try:
        return envelope.read(incoming.signed).id
    except Rejected:
        return None


def _count_repeated(known: bytes, record: Signed, result: Received) -> None:
    if known == record.signed:
        result.outcomes[Outcome.KNOWN] += 1
    else:
        result.refuse(Rejected("id_reused", "another record has this id"), record.envelope.id)


def _take_in(records: Sequence[Signed], keyring: Keyring, result: Received) -> None:
    """Store and project what may be, set aside what must wait; then the same for what waited for it."""
    while records:
        ready, waiting = _judge(_without_known(records, result), keyring, result)
        files = files_of({subject for subject, _office in purges_among(ready)})
        _store(ready, result, keyring)
        _keep_waiting(waiting, result)
        state_arrivals({record.envelope.subject for record in ready}, hosted=keyring.hosted_here)
        erase_received(ready, files, hosted=keyring.hosted_here)
        records = _released_by(ready, keyring, result)


def _without_known(records: Sequence[Signed], result: Received) -> list[Signed]:
    ids = [record.envelope.id for record in records]
    known = dict(_rows("SELECT id, envelope FROM exchange_record WHERE id = ANY(%s)", [ids]))
    for record in records:
        if record.envelope.id in known:
            _count_repeated(bytes(known[record.envelope.id]), record, result)
    return [record for record in records if record.envelope.id not in known]


def _judge(
    records: Sequence[Signed], keyring: Keyring, result: Received
) -> tuple[list[Signed], list[tuple[Signed, UUID]]]:
    shelf = _shelf(records, keyring)
    shelf.purges = _purges(records, keyring)
    ready: list[Signed] = []
    waiting: list[tuple[Signed, UUID]] = []
    for record in in_causal_order(records):
        try:
            forks = shelf.admit(record)
        except Waits as early:
            waiting.append((record, early.record_id))
        except Rejected as error:
            result.refuse(error, record.envelope.id)
        else:
            ready.append(record)
            if forks:
                result.forks += 1
                _set_aside([_aside(record, FORK, f"prev {record.envelope.prev}")])
    return ready, waiting


def _purges(records: Sequence[Signed], keyring: Keyring) -> Purges:
    """Purges that let records come without a body; asked only when there is one."""
    bodiless = [record for record in records if not record.content]
    if not bodiless:
        return frozenset()
    waiting = _waiting_on([record.envelope.subject for record in bodiless], keyring)
    return known_purges(bodiless) | purges_among([*records, *waiting])


def _store(ready: Sequence[Signed], result: Received, keyring: Keyring) -> None:
    if not ready:
        return
    ids = [record.envelope.id for record in ready]
    SetAside.objects.filter(record_id__in=ids, reason=WAITING).delete()
    result.waiting.difference_update(ids)
    store.insert(ready)
    marked = screened(ready, hosted=keyring.hosted_here)
    failed = project_received([one for one in ready if one.content and one.envelope.id not in marked])
    _set_aside([_aside(record, reason, detail) for record, reason, detail in failed])
    _set_aside([_aside(one, SECRECY, marked[one.envelope.id].spot) for one in ready if one.envelope.id in marked])
    late = sum(reason == NEEDS_UPGRADE for _record, reason, _detail in failed)
    result.outcomes[Outcome.NEEDS_UPGRADE] += late
    result.outcomes[Outcome.POISON] += len(failed) - late
    result.outcomes[Outcome.APPLIED] += len(ready) - len(failed)


def _keep_waiting(waiting: Sequence[tuple[Signed, UUID]], result: Received) -> None:
    result.waiting.update(record.envelope.id for record, _needed in waiting)
    _set_aside([_aside(record, WAITING, f"{needed}", waits_for=needed) for record, needed in waiting])


def _released_by(ready: Sequence[Signed], keyring: Keyring, result: Received) -> list[Signed]:
    """Records that waited for one of these; judged anew, since keys may have changed meanwhile."""
    ids = [record.envelope.id for record in ready]
    rows = list(SetAside.objects.filter(reason=WAITING, waits_for__in=ids).order_by("record_id"))
    return _judged_anew(rows, keyring, result)


def _judged_anew(rows: Sequence[SetAside], keyring: Keyring, result: Received) -> list[Signed]:
    ids = [row.record_id for row in rows]
    SetAside.objects.filter(record_id__in=ids, reason=WAITING).delete()
    result.waiting.difference_update(ids)
    return _authentic([_incoming(row) for row in rows], keyring, result)


def _incoming(row: SetAside) -> Incoming:
    return Incoming(bytes(row.envelope), bytes(row.content), tuple(UUID(member) for member in row.members))


def retry() -> Received:
    """Try again what was set aside: what this installation may understand by now, and what may have become ready."""
    result = Received()
    with scope("writer"):
        _hold()
        keyring = load_keyring()
        asides = SetAside.objects.exclude(reason__in=[WAITING, FORK, SECRECY]).values_list("record_id", flat=True)
        for ids in _sets(_stored_in_order(list(asides))):
            _project_again(ids, keyring, result)
        for batch in _sets(list(SetAside.objects.filter(reason=WAITING).order_by("record_id"))):
            _take_in(_judged_anew(batch, keyring, result), keyring, result)
    return result


def release_screened(subject_id: UUID) -> None:
    """Show what was set aside for a mark of secrecy and bears none, as people found. Runs in a scope of its own."""
    result = Received()
    with scope("writer"):
        _hold()
        asides = SetAside.objects.filter(reason=SECRECY, subject_id=subject_id).values_list("record_id", flat=True)
        _project_again(_stored_in_order(list(asides)), load_keyring(), result)


def _stored_in_order(ids: Sequence[UUID]) -> list[UUID]:
    return [one for (one,) in _rows("SELECT id FROM exchange_record WHERE id = ANY(%s) ORDER BY position", [ids])]


def _project_again(ids: Sequence[UUID], keyring: Keyring, result: Received) -> None:
    rows = {row.record_id: row for row in SetAside.objects.filter(record_id__in=ids)}
    records = _authentic([_incoming(rows[one]) for one in ids], keyring, result)
    failed = {record.envelope.id: (record, reason, detail) for record, reason, detail in project_received(records)}
    _set_aside([_aside(*failure) for failure in failed.values()])
    done = [record for record in records if record.envelope.id not in failed]
    SetAside.objects.filter(record_id__in=[record.envelope.id for record in done]).delete()
    _name_subjects(done)
    state_arrivals({record.envelope.subject for record in done}, hosted=keyring.hosted_here)
    result.outcomes[Outcome.APPLIED] += len(done)
    for _record, reason, _detail in failed.values():
        result.outcomes[Outcome.NEEDS_UPGRADE if reason == NEEDS_UPGRADE else Outcome.POISON] += 1


def _name_subjects(records: Sequence[Signed]) -> None:
    """Subjects whose first record could not be read when it came get their sort."""
    firsts = [record for record in records if record.envelope.prev is None]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_subject s SET kind = n.kind FROM unnest(%s::uuid[], %s::uuid[], %s::text[])"
            " AS n(id, office, kind) WHERE s.id = n.id AND s.owner_id = n.office AND s.kind = %s",
            [
                [record.envelope.subject for record in firsts],
                [record.envelope.office for record in firsts],
                [record.subject_kind for record in firsts],
                NO_SUBJECT,
            ],
        )


def _shelf(records: Sequence[Signed], keyring: Keyring) -> Shelf:
    envelopes = [record.envelope for record in records]
    named = {one for e in envelopes for one in (e.prev, *e.needs, *e.saw) if one is not None}
    known = _rows("SELECT id, subject_id, office_id FROM exchange_record WHERE id = ANY(%s)", [list(named)])
    subjects = list({e.subject for e in envelopes})
    shelf = Shelf(
        hosted=keyring.hosted_here,
        records={one: (subject, office) for one, subject, office in known},
        subjects=_subjects(subjects),
        continued=_continued([continuation_of(e) for e in envelopes]),
    )
    shelf.opened = disclosures_to(shelf.hosted, [*records, *_waiting_on(subjects, keyring)])
    return shelf


def _waiting_on(subjects: Sequence[UUID], keyring: Keyring) -> list[Signed]:
    rows = SetAside.objects.filter(reason=WAITING, subject_id__in=subjects)
    return _authentic([_incoming(row) for row in rows], keyring, Received())


def _subjects(ids: Sequence[UUID]) -> dict[UUID, KnownSubject]:
    rows = _rows(
        "SELECT s.id, s.owner_id,"
        " ARRAY(SELECT m.office_id FROM exchange_audience_member m WHERE m.audience_id = s.audience_id),"
        " ARRAY(SELECT d.office_id FROM exchange_disclosed d WHERE d.subject_id = s.id),"
        " ARRAY(SELECT d.office_id FROM exchange_disclosed d WHERE d.subject_id = s.id AND d.until_id IS NULL)"
        " FROM exchange_subject s WHERE s.id = ANY(%s)",
        [list(ids)],
    )
    return {
        subject: KnownSubject(owner, frozenset(offices) | frozenset(named), frozenset(disclosed))
        for subject, owner, offices, named, disclosed in rows
    }


def _continued(candidates: Sequence[Continuation]) -> set[Continuation]:
    """Those of the continuations that a stored record has taken already."""
    offices, subjects, prevs = zip(*candidates, strict=True) if candidates else ((), (), ())
    rows = _rows(
        "SELECT c.office, c.subject, c.prev FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS c(office, subject, prev)"
        " WHERE CASE WHEN c.prev IS NULL THEN EXISTS (SELECT 1 FROM exchange_head h"
        "     WHERE h.subject_id = c.subject AND h.office_id = c.office AND h.record_id <> %s)"
        " ELSE EXISTS (SELECT 1 FROM exchange_record r"
        "     WHERE r.prev_id = c.prev AND r.subject_id = c.subject AND r.office_id = c.office) END",
        [list(offices), list(subjects), list(prevs), store.NO_RECORD],
    )
    return {(office, subject, prev) for office, subject, prev in rows}


def _aside(record: Signed, reason: str, detail: str, *, waits_for: UUID | None = None) -> SetAside:
    return SetAside(
        record_id=record.envelope.id,
        reason=reason,
        detail=detail,
        waits_for=waits_for,
        subject_id=record.envelope.subject,
        envelope=record.signed,
        content=record.content,
        members=sorted(str(office) for office in record.audience.offices),
    )


def _set_aside(rows: Sequence[SetAside]) -> None:
    SetAside.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["record_id"],
        update_fields=["reason", "detail", "waits_for", "subject_id", "envelope", "content", "members"],
    )


def _hold() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _sets(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, SET_SIZE)):
        yield batch


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
