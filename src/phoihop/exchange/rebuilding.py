"""Proving that the rows of a room are what its records say, by deriving them again and comparing.

The second derivation goes into temporary tables that stand before the real ones under the same names, so that the very
same projections fill them; nobody else sees them, and the real tables are neither locked nor touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, connections, transaction
from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.exchange import envelope, store
from phoihop.exchange.models import SetAside
from phoihop.exchange.projecting import project_received
from phoihop.exchange.registry import projected_tables, projecting_rooms
from phoihop.exchange.screening import SECRECY
from phoihop.exchange.store import Signed

OWNER_ALIAS = "owner"
BATCH = 1_000
_SHOWN = 5


@dataclass(frozen=True)
class TableDifference:
    """One table: rows there are, rows that are missing, rows that no record accounts for, and examples of both."""

    table: str
    rows: int
    missing: int
    surplus: int
    missing_rows: Sequence[dict[str, Any]] = ()
    surplus_rows: Sequence[dict[str, Any]] = ()

    @property
    def is_equal(self) -> bool:
        """Whether the table holds exactly what the records say."""
        return not self.missing and not self.surplus


@dataclass
class Rebuilt:
    """What came out: records replayed, those that could not be projected by reason, and each table of the room."""

    records: int = 0
    purged: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    tables: list[TableDifference] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether every table holds exactly what the records say."""
        return all(table.is_equal for table in self.tables)


def rebuild(room: str, *, apply: bool = False) -> Rebuilt:
    """Derive the rows of ``room`` anew and compare; with ``apply``, also make the real ones equal.

    Runs as the owner, on one snapshot. ``apply`` keeps writers of the room's tables waiting until it is done.
    Raises NotFound, naming the rooms there are.
    """
    if room not in projecting_rooms():
        known = ", ".join(projecting_rooms())
        raise NotFound("room_unknown", _("Không có phần “%(room)s”.") % {"room": room}, remedy=_("Chọn: ") + known)
    with _as_owner(), transaction.atomic():
        _begin(projected_tables(room) if apply else ())
        _shadow_tables()
        result = _replay()
        for table in projected_tables(room):
            difference = _compare(table)
            result.tables.append(difference)
            if apply and not difference.is_equal:
                _make_equal(table)
        _drop_shadows()
    return result


@contextmanager
def _as_owner() -> Iterator[None]:
    """Projections write through the default connection; here that is the owner's, who may make tables."""
    usual = connections["default"]
    connections["default"] = connections[OWNER_ALIAS]
    try:
        yield
    finally:
        connections["default"] = usual


def _begin(locked: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        if locked:
            cursor.execute(f"LOCK TABLE {', '.join(locked)} IN SHARE ROW EXCLUSIVE MODE")


def _shadow_tables() -> None:
    """Shadow the tables of all rooms: a record of one room may write rows of another."""
    with connection.cursor() as cursor:
        for table in _all_tables():
            cursor.execute(f'CREATE TEMP TABLE "{table}" (LIKE public."{table}" INCLUDING ALL) ON COMMIT DROP')


def _drop_shadows() -> None:
    """Inside an outer transaction, as in a test, the end of ours is no commit."""
    with connection.cursor() as cursor:
        for table in _all_tables():
            cursor.execute(f'DROP TABLE pg_temp."{table}"')


def _all_tables() -> Sequence[str]:
    return sorted({table for room in projecting_rooms() for table in projected_tables(room)})


def _replay() -> Rebuilt:
    result = Rebuilt()
    for batch in _batches():
        records = _readable(batch)
        result.records += len(batch)
        result.purged += sum(record.content == b"" for record in records)
        store.open_subjects(records)
        shown = _without_screened([record for record in records if record.content])
        for _record, reason, _detail in project_received(shown):
            result.failed[reason] = result.failed.get(reason, 0) + 1
    return result


def _without_screened(records: Sequence[Signed]) -> list[Signed]:
    """What was set aside for a mark of secrecy stays unshown."""
    ids = [record.envelope.id for record in records]
    aside = set(SetAside.objects.filter(record_id__in=ids, reason=SECRECY).values_list("record_id", flat=True))
    return [record for record in records if record.envelope.id not in aside]


def _batches() -> Iterator[list[tuple[Any, ...]]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT r.envelope, COALESCE(b.content, ''::bytea), r.audience_id FROM exchange_record r"
            " LEFT JOIN exchange_recordbody b ON b.record_id = r.id ORDER BY r.position"
        )
        while rows := cursor.fetchmany(BATCH):
            yield rows


def _readable(rows: Sequence[tuple[Any, ...]]) -> list[Signed]:
    audiences = store.members_of(list({audience for _signed, _content, audience in rows}))
    return [
        Signed(envelope.read(bytes(signed)), bytes(signed), bytes(content), audiences[audience])
        for signed, content, audience in rows
    ]


def _compare(table: str) -> TableDifference:
    kept, derived = f'SELECT * FROM public."{table}"', f'SELECT * FROM pg_temp."{table}"'
    missing, missing_rows = _difference(derived, kept)
    surplus, surplus_rows = _difference(kept, derived)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM public."{table}"')
        (rows,) = cursor.fetchone()
    return TableDifference(table, rows, missing, surplus, missing_rows, surplus_rows)


def _difference(left: str, right: str) -> tuple[int, Sequence[dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({left} EXCEPT {right}) d")
        (count,) = cursor.fetchone()
        if not count:
            return 0, ()
        cursor.execute(f"SELECT to_jsonb(d)::text FROM ({left} EXCEPT {right}) d ORDER BY 1 LIMIT {_SHOWN}")
        return count, [json.loads(row) for (row,) in cursor.fetchall()]


def _make_equal(table: str) -> None:
    """Only rows that differ are replaced."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    keys = " AND ".join(f'p."{key.column}" = d."{key.column}"' for key in model._meta.pk_fields)
    kept, derived = f'SELECT * FROM public."{table}"', f'SELECT * FROM pg_temp."{table}"'
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM public."{table}" p USING ({kept} EXCEPT {derived}) d WHERE {keys}')
        cursor.execute(f'INSERT INTO public."{table}" {derived} EXCEPT {kept}')
