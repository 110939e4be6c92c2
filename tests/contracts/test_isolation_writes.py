"""What raw SQL as the web role can change: rows of its office's local tables, nothing of another office."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from psycopg import Cursor, errors

from phoihop.core.isolation import GATE, WEB, WORKER, WRITER, Classified, Local, Reference, Shared, SharedBetween
from tests.contracts.rows import Maker, Values, insert, key_columns
from tests.contracts.worlds import (
    LOCAL_TABLES,
    OFFICE_TABLES,
    SHARED_TABLES,
    A,
    B,
    Connection,
    World,
    key,
    named,
    run,
    tables_of,
)

every_office_table = pytest.mark.parametrize("item", OFFICE_TABLES, ids=named)


def local_of(item: Classified) -> Local:
    assert isinstance(item.isolation, Local)
    return item.isolation


def may_change(item: Classified) -> bool:
    return isinstance(item.isolation, Local) and not item.isolation.append_only


def prepared(world: World, item: Classified, make: Callable[[Maker], Values]) -> Values:
    """Columns of a new row. Rows it refers to are committed, and nothing else."""
    with world.owner() as owner:
        values = make(Maker(owner))
        owner.commit()
    return values


def matching(item: Classified) -> str:
    names, marks = key_columns(item.model), ", ".join(["%s"] * len(key_columns(item.model)))
    return f"({', '.join(names)}) = ({marks})"


def attempt(connection: Connection, statement: str, values: tuple[Any, ...] = ()) -> int:
    """How many rows a statement changed; a refusal counts as none."""
    try:
        with connection.transaction():
            cursor: Cursor[dict[str, Any]] = run(connection, statement, values)
            return cursor.rowcount
    except errors.InsufficientPrivilege:
        return 0


@every_office_table
def test_web_changes_no_row_of_another_office(world: World, item: Classified) -> None:
    foreign = world.foreign_row(item)
    column = key_columns(item.model)[0]
    with world.acting(WEB, A) as web:
        where = f"WHERE {matching(item)}"
        assert attempt(web, f'UPDATE "{item.table}" SET "{column}" = "{column}" {where}', key(item, foreign)) == 0
        assert attempt(web, f'DELETE FROM "{item.table}" {where}', key(item, foreign)) == 0
        assert attempt(web, f'SELECT 1 FROM "{item.table}" {where} FOR UPDATE', key(item, foreign)) == 0
        with pytest.raises(errors.InsufficientPrivilege):
            run(web, f'TRUNCATE "{item.table}" CASCADE')


@every_office_table
def test_a_change_without_condition_reaches_the_rows_of_the_office_alone(world: World, item: Classified) -> None:
    column = key_columns(item.model)[0]
    mine = len(world.rows_of(item, A)) if may_change(item) else 0
    with world.acting(WEB, A) as web:
        assert attempt(web, f'UPDATE "{item.table}" SET "{column}" = "{column}"') == mine


@pytest.mark.parametrize("item", SHARED_TABLES, ids=named)
@pytest.mark.parametrize("office", [A, B], ids=["own", "foreign"])
def test_web_adds_nothing_to_shared_tables(world: World, item: Classified, office: Any) -> None:
    def row(maker: Maker) -> Values:
        match item.isolation:
            case Shared(audience=audience):
                return maker.values(item.model, office, **{audience: maker.audience(office)})
            case SharedBetween(columns=columns):
                return maker.values(item.model, office, **dict.fromkeys(columns, office))
        raise AssertionError

    values = prepared(world, item, row)
    with world.acting(WEB, A) as web, pytest.raises(errors.InsufficientPrivilege):
        run(web, insert(item.model, values), tuple(values.values()))


@pytest.mark.parametrize("item", LOCAL_TABLES, ids=named)
def test_web_adds_rows_for_its_own_office_alone(world: World, item: Classified) -> None:
    column = local_of(item).office
    mine = prepared(world, item, lambda maker: maker.values(item.model, A, **{column: A}))
    theirs = prepared(world, item, lambda maker: maker.values(item.model, B, **{column: B}))
    with world.acting(WEB, A) as web:
        assert run(web, insert(item.model, mine), tuple(mine.values())).rowcount == 1
    with world.acting(WEB, A) as web, pytest.raises(errors.InsufficientPrivilege):
        run(web, insert(item.model, theirs), tuple(theirs.values()))


@pytest.mark.parametrize("item", LOCAL_TABLES, ids=named)
def test_web_gives_no_row_away_and_takes_none(world: World, item: Classified) -> None:
    column = local_of(item).office
    own, foreign = world.rows_of(item, A)[0], world.foreign_row(item)
    with world.acting(WEB, A) as web, pytest.raises(errors.InsufficientPrivilege):
        run(web, f'UPDATE "{item.table}" SET "{column}" = %s WHERE {matching(item)}', (B, *key(item, own)))
    taken = prepared(world, item, lambda maker: maker.values(item.model, A, **{column: A, **_keyed(item, foreign)}))
    conflict = ", ".join(key_columns(item.model))
    with world.acting(WEB, A) as web, pytest.raises(errors.InsufficientPrivilege):
        run(
            web,
            insert(item.model, taken).replace(
                "RETURNING *", f'ON CONFLICT ({conflict}) DO UPDATE SET "{column}" = EXCLUDED."{column}"'
            ),
            tuple(taken.values()),
        )


def _keyed(item: Classified, row: Mapping[str, Any]) -> Values:
    return {name: row[name] for name in key_columns(item.model)}


UNCHANGING = [item for item in OFFICE_TABLES if getattr(item.isolation, "immutable", False)] + [
    item for item in LOCAL_TABLES if local_of(item).append_only
]


@pytest.mark.parametrize("role", [WEB, WRITER, WORKER, GATE])
@pytest.mark.parametrize("item", UNCHANGING, ids=named)
def test_records_and_journal_refuse_change_to_every_role(world: World, item: Classified, role: str) -> None:
    column = key_columns(item.model)[0]
    for statement in (
        f'UPDATE "{item.table}" SET "{column}" = "{column}"',
        f'DELETE FROM "{item.table}"',
        f'TRUNCATE "{item.table}" CASCADE',
    ):
        with world.acting(role, A) as connection, pytest.raises(errors.InsufficientPrivilege):
            run(connection, statement)


def test_records_bodies_and_journal_are_among_the_unchanging() -> None:
    assert {"exchange_record", "exchange_recordbody", "exchange_audience_member", "audit_journalentry"} <= {
        item.table for item in UNCHANGING
    }


@pytest.mark.parametrize("item", tables_of(Reference), ids=named)
def test_reference_tables_are_written_by_no_running_part(world: World, item: Classified) -> None:
    column = key_columns(item.model)[0]
    for role in (WEB, WRITER, WORKER, GATE):
        for statement in (
            f'INSERT INTO "{item.table}" DEFAULT VALUES',
            f'UPDATE "{item.table}" SET "{column}" = "{column}"',
            f'DELETE FROM "{item.table}"',
        ):
            with world.acting(role, A) as connection, pytest.raises(errors.InsufficientPrivilege):
                run(connection, statement)
