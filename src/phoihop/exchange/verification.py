"""Checking the whole log again: every entry, signature, body, tree and checkpoint. Memory stays flat.

Nothing that the database says of a record is believed: its columns are compared with the signed envelope, its body
with the commitment, its audience with the digest, its place with the tree that the checkpoints sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from phoihop.core.ids import derived_id
from phoihop.core.isolation import scope
from phoihop.exchange import checkpoint
from phoihop.exchange.checkpoint import CheckpointError
from phoihop.exchange.envelope import Envelope, Rejected, audience_digest
from phoihop.exchange.keyring import Keyring, load_keyring
from phoihop.exchange.merkle import Frontier, leaf_hash

MOST_KEPT = 50
"""Problems kept in full; further ones are only counted."""
_CHUNK = 500


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. ``index`` is the place in the log of ``incarnation``, where there is one."""

    code: str
    detail: str
    incarnation: UUID | None = None
    index: int | None = None
    record_id: UUID | None = None


@dataclass
class Report:
    """What was found. The sequencer has not yet reached ``waiting`` records; ``purged`` bodies were removed, as a
    signed purge of their subject says."""

    entries: int = 0
    checkpoints: int = 0
    purged: int = 0
    waiting: int = 0
    known_forks: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def add(self, problem: Problem) -> None:
        """Note a problem."""
        self.problem_count += 1
        if len(self.problems) < MOST_KEPT:
            self.problems.append(problem)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.problem_count == 0


@dataclass(frozen=True)
class _Entry:
    index: int
    record_id: UUID
    leaf: bytes
    envelope: bytes | None
    columns: tuple[Any, ...]
    body_hash: bytes | None
    body_columns: tuple[Any, ...]


def verify_log() -> Report:
    """Check everything. Problems stand in the order of the log; what is not about one entry comes after."""
    report = Report()
    with scope("worker", read_only=True):
        keyring = load_keyring()
        for incarnation, size in _logs():
            _verify_tree(incarnation, size, keyring, report)
        for problem in (*_unsigned(), *_audiences(), *_never_logged(), *_dangling(), *_unaccounted(), *_forks(report)):
            report.add(problem)
        report.waiting = int(_rows(_WAITING)[0][0])
    return report


def _logs() -> Sequence[tuple[UUID, int]]:
    """Incarnations with a log, and the size its last checkpoint signs; the log may grow while it is read."""
    found = _rows("SELECT incarnation_id, max(size) FROM exchange_checkpoint GROUP BY 1 ORDER BY 1")
    return [(incarnation, size) for incarnation, size in found]


def _verify_tree(incarnation: UUID, size: int, keyring: Keyring, report: Report) -> None:
    notes = _Checkpoints(incarnation, size, keyring)
    tree, expected = Frontier(), 0
    for entry in _entries(incarnation, size):
        if entry.index != expected:
            detail = f"entries {expected} to {entry.index - 1} are gone"
            report.add(Problem("index_missing", detail, incarnation, expected))
        expected = entry.index + 1
        report.entries += 1
        report.purged += entry.envelope is not None and entry.body_hash is None
        for code, detail in _entry_problems(entry, keyring):
            report.add(Problem(code, detail, incarnation, entry.index, entry.record_id))
        tree = tree.append(leaf_hash(entry.envelope) if entry.envelope is not None else entry.leaf)
        for problem in notes.check(tree):
            report.add(problem)
    for problem in notes.left_over(expected):
        report.add(problem)
    report.checkpoints += notes.seen


def _entries(incarnation: UUID, size: int) -> Iterator[_Entry]:
    """All entries in order, streamed; a body is hashed where it lies."""
    for row in _stream(
        'SELECT e."index", e.record_id, e.leaf, r.envelope, r.id, r.kind, r.version, r.office_id, r.node_id,'
        " r.incarnation_id, r.subject_id, r.prev_id, r.at, r.audience_id,"
        " sha256(b.content), b.subject_id, b.audience_id"
        " FROM exchange_logentry e LEFT JOIN exchange_record r ON r.id = e.record_id"
        " LEFT JOIN exchange_recordbody b ON b.record_id = e.record_id"
        ' WHERE e.incarnation_id = %s AND e."index" < %s ORDER BY e."index"',
        [incarnation, size],
    ):
        signed = None if row[3] is None else bytes(row[3])
        yield _Entry(
            row[0], row[1], bytes(row[2]), signed, row[4:14], None if row[14] is None else bytes(row[14]), row[15:17]
        )


def _entry_problems(entry: _Entry, keyring: Keyring) -> Iterator[tuple[str, str]]:
    if entry.envelope is None:
        yield "record_missing", "the record of this entry is gone"
        return
    if leaf_hash(entry.envelope) != entry.leaf:
        yield "leaf_differs", "the envelope is not the one that was logged"
    try:
        signed = keyring.authenticate(entry.envelope)
    except Rejected as error:
        yield error.code, error.detail
        return
    if keyring.host_of(signed.office, signed.at) != signed.node:
        yield "office_foreign", f"node {signed.node} did not host office {signed.office}"
    if _columns(signed) != entry.columns:
        yield "columns_differ", "the columns of the record do not say what its envelope says"
    if entry.body_hash is not None and entry.body_hash.hex() != signed.body:
        yield "body_differs", "the body is not the one the envelope commits to"
    if entry.body_hash is not None and entry.body_columns != (signed.subject, _audience_id(signed)):
        yield "columns_differ", "the body is filed under another subject or audience"


def _columns(signed: Envelope) -> tuple[Any, ...]:
    return (
        *(signed.id, signed.kind, signed.version, signed.office, signed.node, signed.incarnation),
        *(signed.subject, signed.prev, signed.at, _audience_id(signed)),
    )


def _audience_id(signed: Envelope) -> UUID:
    return derived_id("audience", bytes.fromhex(signed.audience))


class _Checkpoints:
    """The checkpoints of one log in order, compared with the tree as it grows."""

    def __init__(self, incarnation: UUID, size: int, keyring: Keyring) -> None:
        self._incarnation = incarnation
        self._signers = [
            (node, key.public) for (node, of), keys in keyring.keys.items() for key in keys if of == incarnation
        ]
        self._rows = _stream(
            'SELECT "size", root, frontier, note FROM exchange_checkpoint'
            ' WHERE incarnation_id = %s AND "size" <= %s ORDER BY "size"',
            [incarnation, size],
        )
        self._next = next(self._rows, None)
        self.seen = 0

    def check(self, tree: Frontier) -> Iterator[Problem]:
        """Problems of the checkpoints that sign exactly this tree."""
        while self._next is not None and self._next[0] <= tree.size:
            size, root, frontier, note = self._next
            self.seen += 1
            self._next = next(self._rows, None)
            if size < tree.size or (bytes(root), bytes(frontier)) != (tree.root(), tree.to_bytes()):
                yield self._problem("root_differs", f"checkpoint {size} is not about these entries", size)
            if detail := self._signature_problem(size, bytes(root), note):
                yield self._problem("checkpoint_wrong", detail, size)

    def left_over(self, size: int) -> Iterator[Problem]:
        """Checkpoints that sign more entries than there are."""
        while self._next is not None:
            self.seen += 1
            signed = self._next[0]
            self._next = next(self._rows, None)
            yield self._problem("entries_missing", f"checkpoint signs {signed} entries, there are {size}", size + 1)

    def _signature_problem(self, size: int, root: bytes, note: str) -> str:
        for node, key in self._signers:
            try:
                origin = checkpoint.origin_of(node, self._incarnation)
                said = checkpoint.parse(note, origin=origin).verify(key)
            except CheckpointError as error:
                detail = str(error)
            else:
                return "" if (said.size, said.root) == (size, root) else "the signed note says something else"
        return detail if self._signers else f"the directory has no key of incarnation {self._incarnation}"

    def _problem(self, code: str, detail: str, size: int) -> Problem:
        return Problem(code, detail, self._incarnation, size - 1)


_WATERMARK = """
SELECT c.last_transaction, c.last_position FROM exchange_checkpoint c
ORDER BY c.last_transaction DESC, c.last_position DESC LIMIT 1
"""
_WAITING = f"""
SELECT count(*) FROM exchange_record r
WHERE (r."transaction", r.position) > (COALESCE((SELECT w.last_transaction FROM ({_WATERMARK}) w), -1),
                                       COALESCE((SELECT w.last_position FROM ({_WATERMARK}) w), -1))
"""


def _unsigned() -> Iterator[Problem]:
    """Entries that no checkpoint covers."""
    for incarnation, index, record in _stream(
        'SELECT e.incarnation_id, e."index", e.record_id FROM exchange_logentry e LEFT JOIN'
        ' (SELECT incarnation_id, max("size") AS signed FROM exchange_checkpoint GROUP BY 1) c USING (incarnation_id)'
        ' WHERE e."index" >= COALESCE(c.signed, 0) ORDER BY 1, 2',
        [],
    ):
        yield Problem("unsigned", "no checkpoint covers this entry", incarnation, index, record)


def _audiences() -> Iterator[Problem]:
    """Audiences whose members are not those their digest, and so every envelope, names."""
    for audience, digest, members in _stream(
        "SELECT a.id, a.digest, array_agg(m.office_id) FROM exchange_audience a"
        " LEFT JOIN exchange_audience_member m ON m.audience_id = a.id GROUP BY a.id, a.digest",
        [],
    ):
        offices = [office for office in members if office is not None]
        if bytes(digest) != audience_digest(offices) or derived_id("audience", bytes(digest)) != audience:
            yield Problem("audience_differs", f"the members of audience {audience} are not those that were signed")


def _never_logged() -> Iterator[Problem]:
    """Records behind the last checkpoint that have no place in any log."""
    for record, position in _stream(
        f'SELECT r.id, r.position FROM exchange_record r, ({_WATERMARK}) w WHERE (r."transaction", r.position)'
        " <= (w.last_transaction, w.last_position)"
        " AND NOT EXISTS (SELECT 1 FROM exchange_logentry e WHERE e.record_id = r.id) ORDER BY r.position",
        [],
    ):
        yield Problem("never_logged", f"the record at position {position} is in no log", record_id=record)


def _dangling() -> Iterator[Problem]:
    """Records that continue a record which is not there, or not of the same office and subject."""
    for record, prev, incarnation, index in _stream(
        'SELECT r.id, r.prev_id, e.incarnation_id, e."index" FROM exchange_record r'
        " LEFT JOIN exchange_record p ON p.id = r.prev_id AND p.subject_id = r.subject_id AND p.office_id = r.office_id"
        " LEFT JOIN exchange_logentry e ON e.record_id = r.id"
        " WHERE r.prev_id IS NOT NULL AND p.id IS NULL ORDER BY r.position",
        [],
    ):
        yield Problem("prev_missing", f"it continues {prev}, which is not there", incarnation, index, record)


def _unaccounted() -> Iterator[Problem]:
    """Bodies that are gone although nobody entitled has purged them."""
    for record, incarnation, index in _stream(
        'SELECT r.id, e.incarnation_id, e."index" FROM exchange_record r'
        " LEFT JOIN exchange_logentry e ON e.record_id = r.id"
        " WHERE NOT EXISTS (SELECT 1 FROM exchange_recordbody b WHERE b.record_id = r.id)"
        " AND NOT EXISTS (SELECT 1 FROM exchange_subject s"
        "   JOIN exchange_purged p ON p.subject_id IN (s.id, s.parent_id)"
        "   JOIN exchange_record d ON d.id = p.record_id AND d.kind = 'exchange.purge' WHERE s.id = r.subject_id)"
        " ORDER BY r.position",
        [],
    ):
        yield Problem("body_missing", "the body is gone, and no purge says so", incarnation, index, record)


def _forks(report: Report) -> Iterator[Problem]:
    """Chains with two records after one. A fork an alarm was raised for is counted; any other is a problem."""
    for office, subject, records, alarmed in _stream(
        "SELECT r.office_id, r.subject_id, array_agg(r.id ORDER BY r.position),"
        " bool_or(s.record_id IS NOT NULL) FROM exchange_record r"
        " LEFT JOIN exchange_setaside s ON s.record_id = r.id AND s.reason = 'fork'"
        " GROUP BY r.office_id, r.subject_id, r.prev_id HAVING count(*) > 1",
        [],
    ):
        if alarmed:
            report.known_forks += 1
        else:
            detail = f"office {office} continued subject {subject} twice from one record"
            yield Problem("fork", detail, record_id=records[1])


def _stream(sql: str, parameters: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
