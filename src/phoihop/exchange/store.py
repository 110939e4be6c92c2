"""Putting verified records into the database: set-based, inside a writer scope. Nothing else inserts records."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from phoihop.core.errors import Conflict
from phoihop.core.rows import array_cursor, as_rows
from phoihop.exchange.envelope import Body, Envelope, Rejected, open_body
from phoihop.exchange.registry import NO_SUBJECT, kind_of
from phoihop.exchange.statements import AudienceSet

_known_audiences: set[UUID] = set()
_KNOWN_LIMIT = 50_000


@dataclass(frozen=True)
class Signed:
    """A record ready to be stored: its envelope read and signed, its body, and the audience it was checked against."""

    envelope: Envelope
    signed: bytes
    content: bytes
    audience: AudienceSet

    @property
    def subject_kind(self) -> str:
        """The sort of subject this record opens; "unknown" until the installation is new enough to know."""
        kind = kind_of(self.envelope.kind, self.envelope.version)
        return kind.subject if kind else NO_SUBJECT

    @cached_property
    def body(self) -> Body:
        """The body as its kind reads it. Raises Rejected for a kind not known here and a body that does not fit."""
        kind = kind_of(self.envelope.kind, self.envelope.version)
        if kind is None:
            raise Rejected("needs_upgrade", f"{self.envelope.kind} version {self.envelope.version}")
        opened: Body = open_body(self.content, self.envelope, kind.body)
        return opened


def insert(records: Sequence[Signed], *, opens: Collection[UUID] = ()) -> None:
    """Store records with their subjects, audiences, bodies and heads. The ids must be new to this database.

    ``opens`` are subjects that must be new too. Raises Conflict when another transaction opened one of them first.
    """
    ensure_audiences({record.audience for record in records})
    if set(opens) - _insert_records(records):
        _raise_subject_exists()


def ensure_audiences(audiences: Collection[AudienceSet]) -> None:
    """Make rows for audiences not seen before. A set known to be committed is not looked at again."""
    fresh = [audience for audience in audiences if audience.id not in _known_audiences]
    if not fresh:
        return
    pairs = [(audience.id, office) for audience in fresh for office in audience.offices]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_audience (id, digest) SELECT * FROM unnest(%s::uuid[], %s::bytea[])"
            " ON CONFLICT DO NOTHING",
            [[audience.id for audience in fresh], [audience.digest for audience in fresh]],
        )
        cursor.execute(
            "INSERT INTO exchange_audience_member (audience_id, office_id)"
            " SELECT * FROM unnest(%s::uuid[], %s::uuid[]) ON CONFLICT DO NOTHING",
            [[audience for audience, _office in pairs], [office for _audience, office in pairs]],
        )
    transaction.on_commit(lambda: _remember({audience.id for audience in fresh}))


def _remember(audiences: set[UUID]) -> None:
    if len(_known_audiences) > _KNOWN_LIMIT:
        _known_audiences.clear()
    _known_audiences.update(audiences)


def forget_audiences() -> None:
    """Drop the memory of committed audiences; for a process whose database was exchanged under it."""
    _known_audiences.clear()


def open_subjects(records: Sequence[Signed]) -> set[UUID]:
    """Make the subjects not seen before, each as its first record says. Returns those that were made."""
    rows: dict[UUID, Signed] = {}
    for record in records:
        rows.setdefault(record.envelope.subject, record)
    listed, values = as_rows(
        ("uuid", "text", "uuid", "uuid", "uuid"),
        [
            list(rows),
            [record.subject_kind for record in rows.values()],
            [record.envelope.office for record in rows.values()],
            [record.audience.id for record in rows.values()],
            [record.envelope.parent for record in rows.values()],
        ],
    )
    with array_cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_subject (id, kind, owner_id, audience_id, parent_id)"
            f" {listed} ON CONFLICT DO NOTHING RETURNING id",
            values,
        )
        return {subject for (subject,) in cursor.fetchall()}


_RECORD = {
    "id": "uuid", "kind": "text", "version": "smallint", "office_id": "uuid", "node_id": "uuid",
    "incarnation_id": "uuid", "subject_id": "uuid", "audience_id": "uuid", "prev_id": "uuid", "at": "timestamptz",
    "envelope": "bytea",
    "content": "bytea", "is_head": "boolean", "is_first": "boolean", "subject_kind": "text", "parent_id": "uuid",
}  # fmt: skip
"""What is stored of a record, with its type; the last five go into tables of their own."""
_NAMES = ", ".join(_RECORD)
_COLUMNS = ", ".join(tuple(_RECORD)[:-5])

_INSERT_RECORDS = """
    WITH n ({names}) AS MATERIALIZED ({listed}), opened AS (
        INSERT INTO exchange_subject (id, kind, owner_id, audience_id, parent_id)
        SELECT subject_id, subject_kind, office_id, audience_id, parent_id FROM n WHERE is_first
        ON CONFLICT DO NOTHING RETURNING id
    ), stored AS (
        INSERT INTO exchange_record ({columns}) SELECT {columns} FROM n
    ), bodies AS (
        INSERT INTO exchange_recordbody (record_id, subject_id, audience_id, content)
        SELECT id, subject_id, audience_id, content FROM n WHERE content <> ''::bytea
    ), heads AS (
        INSERT INTO exchange_head (subject_id, office_id, record_id)
        SELECT subject_id, office_id, id FROM n WHERE is_head
        ON CONFLICT (subject_id, office_id) DO UPDATE SET record_id = EXCLUDED.record_id
    )
    SELECT id FROM opened
"""


def _insert_records(records: Sequence[Signed]) -> set[UUID]:
    """One statement for a record and all that stands beside it. Returns the subjects that were made."""
    envelopes = [record.envelope for record in records]
    heads: dict[tuple[UUID, UUID], UUID] = {(e.subject, e.office): e.id for e in envelopes}
    firsts: dict[UUID, UUID] = {e.subject: e.id for e in reversed(envelopes)}
    listed, values = as_rows(
        tuple(_RECORD.values()),
        [
            [e.id for e in envelopes],
            [e.kind for e in envelopes],
            [e.version for e in envelopes],
            [e.office for e in envelopes],
            [e.node for e in envelopes],
            [e.incarnation for e in envelopes],
            [e.subject for e in envelopes],
            [record.audience.id for record in records],
            [e.prev for e in envelopes],
            [e.at for e in envelopes],
            [record.signed for record in records],
            [record.content for record in records],
            [heads[e.subject, e.office] == e.id for e in envelopes],
            [firsts[e.subject] == e.id for e in envelopes],
            [record.subject_kind for record in records],
            [e.parent for e in envelopes],
        ],
    )
    with array_cursor() as cursor:
        cursor.execute(_INSERT_RECORDS.format(names=_NAMES, columns=_COLUMNS, listed=listed), values)
        return {subject for (subject,) in cursor.fetchall()}


@dataclass(frozen=True)
class Standing:
    """What a subject looks like to an office about to speak on it."""

    owner_id: UUID
    audience_id: UUID
    prev: UUID | None
    saw: tuple[UUID, ...]


NO_RECORD = UUID(int=0)
"""Stands in a head that a running transaction holds for its first record on a subject."""


def hold_chains(subjects: Collection[UUID], *, office: UUID) -> Mapping[UUID, UUID | None]:
    """The office's last record on each subject, held until commit so that no other transaction continues from it.

    A chain without a record is held by a placeholder: two first records of one office on one subject would both lack
    a ``prev``, which is a fork like any other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id, record_id FROM exchange_head WHERE subject_id = ANY(%s) AND office_id = %s"
            " ORDER BY subject_id FOR UPDATE",
            [list(subjects), office],
        )
        held: dict[UUID, UUID] = dict(cursor.fetchall())
        missing = sorted(set(subjects) - set(held))
        if missing:
            cursor.execute(
                "INSERT INTO exchange_head AS h (subject_id, office_id, record_id)"
                " SELECT s, %s, %s FROM unnest(%s::uuid[]) s"
                " ON CONFLICT (subject_id, office_id) DO UPDATE SET record_id = h.record_id"
                " RETURNING subject_id, record_id",
                [office, NO_RECORD, missing],
            )
            held.update(cursor.fetchall())
    return {subject: None if head == NO_RECORD else head for subject, head in held.items()}


def standings(subjects: Sequence[UUID], *, office: UUID) -> Mapping[UUID, Standing]:
    """Owner, audience and heads of existing subjects, with the office's own chains held until commit."""
    if not subjects:
        return {}
    own = hold_chains(subjects, office=office)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.owner_id, s.audience_id, array_agg(h.record_id ORDER BY h.record_id)"
            " FILTER (WHERE h.office_id <> %s AND h.record_id <> %s)"
            " FROM exchange_subject s LEFT JOIN exchange_head h ON h.subject_id = s.id"
            " WHERE s.id = ANY(%s) GROUP BY s.id",
            [office, NO_RECORD, list(subjects)],
        )
        return {
            subject: Standing(owner, audience, own[subject], tuple(saw or ()))
            for subject, owner, audience, saw in cursor.fetchall()
        }


def _raise_subject_exists() -> NoReturn:
    raise Conflict("subject_exists", _("Việc này đã được ghi nhận trước đó."), remedy=_("Tải lại trang để xem."))


def members_of(audiences: Sequence[UUID]) -> Mapping[UUID, AudienceSet]:
    """The offices of audiences, by audience id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audience_id, array_agg(office_id) FROM exchange_audience_member"
            " WHERE audience_id = ANY(%s) GROUP BY audience_id",
            [list(audiences)],
        )
        return {audience: AudienceSet.of(offices) for audience, offices in cursor.fetchall()}
