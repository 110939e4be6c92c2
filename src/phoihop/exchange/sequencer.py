"""The one process that gives records their place in the log, and tells the rest of the node of them.

A record is taken when every transaction older than its own has ended, so that none can slip in before it later. Log
entries, the signed checkpoint and the notifications are one transaction: after kill -9 the next round does it again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction

from phoihop.core.clock import now
from phoihop.core.isolation import scope
from phoihop.core.rows import array_cursor
from phoihop.exchange import checkpoint
from phoihop.exchange.keys import NodeIdentity, own_identity
from phoihop.exchange.merkle import Frontier, leaf_hash
from phoihop.exchange.registry import Logged, followers
from phoihop.exchange.standing import why_read_only

CHANNEL = "phoihop_changed"
BATCH = 2_000
PACE_SECONDS = 0.1
"""Between two rounds: a round costs as much for one record as for twenty, and nobody sees a tenth of a second."""
_LOCK = 0x70686F69_686F7001
"""Advisory lock held through each round: a second sequencer waits its turn and finds nothing to do."""
_NOTICE_PAIRS = 95
"""Pairs of identifiers in one notification; each takes 80 bytes and PostgreSQL carries fewer than 8,000."""

_log = logging.getLogger(__name__)

_SETTLED = '"transaction" < pg_snapshot_xmin(pg_current_snapshot())::text::bigint'


@dataclass(frozen=True)
class LogState:
    """How far the log of this incarnation has come: its tree, and the last record it took."""

    frontier: Frontier = field(default_factory=Frontier)
    transaction: int = -1
    position: int = -1


@dataclass(frozen=True)
class _Row:
    logged: Logged
    transaction: int
    position: int
    leaf: bytes


def run(*, stopping: Event, beat: Callable[[], None]) -> None:
    """Sequence until ``stopping`` is set. ``beat`` is called from the loop, at least every few rounds."""
    identity = own_identity()
    state = LogState()
    while not stopping.is_set():
        beat()
        try:
            taken, state = sequence(identity) if _has_news(state) and _may_log() else (0, state)
        except (OperationalError, InterfaceError) as error:
            _log.warning("the database does not answer: %s", error)
            connection.close()
            taken, state = 0, LogState()
        if taken < BATCH:
            stopping.wait(PACE_SECONDS)


def sequence(identity: NodeIdentity | None = None, *, batch: int = BATCH) -> tuple[int, LogState]:
    """Take up to ``batch`` settled records into the log. Returns how many, and where the log now stands.

    Takes none while another sequencer is in the middle of a round.
    """
    identity = identity or own_identity()
    with scope("worker"):
        if not _is_alone():
            return 0, LogState()
        state = log_state(identity.incarnation_id)
        rows = _settled_after(state, batch)
        if not rows:
            return 0, state
        state = _append(rows, state, identity)
        _notify([row.logged for row in rows])
        _tell_followers([row.logged for row in rows])
        return len(rows), state


def log_state(incarnation: UUID) -> LogState:
    """Where the log of an incarnation stands; a new incarnation starts a new tree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT frontier, last_transaction, last_position FROM exchange_checkpoint"
            " WHERE incarnation_id = %s ORDER BY size DESC LIMIT 1",
            [incarnation],
        )
        found = cursor.fetchone()
    return LogState(Frontier.from_bytes(bytes(found[0])), found[1], found[2]) if found else LogState()


def _may_log() -> bool:
    """A log that others know longer than it is here must not go on from where it stands."""
    return why_read_only() is None


def _has_news(state: LogState) -> bool:
    with scope("worker", read_only=True), connection.cursor() as cursor:
        cursor.execute(
            f'SELECT EXISTS (SELECT 1 FROM exchange_record WHERE ("transaction", position) > (%s, %s) AND {_SETTLED})',
            [state.transaction, state.position],
        )
        return bool(cursor.fetchone()[0])


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _settled_after(state: LogState, batch: int) -> list[_Row]:
    """The next records; those an earlier incarnation has logged already keep their place there."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT r.kind, r.subject_id, r.audience_id, r.office_id, r.id, r."transaction", r.position, r.envelope'
            f' FROM exchange_record r WHERE (r."transaction", r.position) > (%s, %s) AND r.{_SETTLED}'
            " AND NOT EXISTS (SELECT 1 FROM exchange_logentry e WHERE e.record_id = r.id)"
            ' ORDER BY r."transaction", r.position LIMIT %s',
            [state.transaction, state.position, batch],
        )
        return [_Row(Logged(*row[:5]), row[5], row[6], leaf_hash(bytes(row[7]))) for row in cursor.fetchall()]


def _append(rows: Sequence[_Row], state: LogState, identity: NodeIdentity) -> LogState:
    first = state.frontier.size
    last = rows[-1]
    after = LogState(state.frontier.extend(row.leaf for row in rows), last.transaction, last.position)
    root, moment = after.frontier.root(), now()
    origin = checkpoint.origin_of(identity.node_id, identity.incarnation_id)
    signed = checkpoint.sign(checkpoint.Checkpoint(origin, after.frontier.size, root, moment), identity.key)
    with array_cursor() as cursor:
        cursor.execute(
            'INSERT INTO exchange_logentry (incarnation_id, "index", record_id, leaf)'
            " SELECT %b, i, r, l FROM unnest(%b::bigint[], %b::uuid[], %b::bytea[]) AS n(i, r, l)",
            [
                identity.incarnation_id,
                list(range(first, after.frontier.size)),
                [row.logged.record_id for row in rows],
                [row.leaf for row in rows],
            ],
        )
        cursor.execute(
            "INSERT INTO exchange_checkpoint"
            ' (incarnation_id, "size", root, frontier, last_transaction, last_position, note, "at")'
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                identity.incarnation_id,
                after.frontier.size,
                root,
                after.frontier.to_bytes(),
                after.transaction,
                after.position,
                signed,
                moment,
            ],
        )
    return after


def _notify(rows: Sequence[Logged]) -> None:
    with connection.cursor() as cursor:
        for payload in notices(rows):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def notices(rows: Sequence[Logged]) -> Iterator[str]:
    """The notifications for a batch: JSON lists of [subject, audience], each pair once."""
    pairs = list(dict.fromkeys((str(row.subject_id), str(row.audience_id)) for row in rows))
    for start in range(0, len(pairs), _NOTICE_PAIRS):
        yield json.dumps(pairs[start : start + _NOTICE_PAIRS], separators=(",", ":"))


def _tell_followers(rows: Sequence[Logged]) -> None:
    for follower in followers():
        try:
            with transaction.atomic():
                follower(rows)
        except (OperationalError, InterfaceError):  # the connection itself: nothing of this round was written
            raise
        except Exception:  # noqa: BLE001  # a follower's defect must not stop the log of the whole node
            _log.exception("a follower of the log failed on %d records", len(rows))
