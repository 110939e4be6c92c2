"""What raw SQL as the web role can read: the rows of its office, of no other, in every table."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from phoihop.core.isolation import GATE, ROLES, WEB, WORKER, Classified, Closed, Identity, Internal, Reference
from tests.contracts.rows import key_columns
from tests.contracts.worlds import OFFICE_TABLES, A, B, World, key, keys, named, run, select, tables_of

every_office_table = pytest.mark.parametrize("item", OFFICE_TABLES, ids=named)


@every_office_table
@pytest.mark.parametrize(("office", "other"), [(A, B), (B, A)], ids=["a", "b"])
def test_web_reads_the_rows_of_its_office_alone(world: World, item: Classified, office: UUID, other: UUID) -> None:
    mine, theirs = keys(item, world.rows_of(item, office)), keys(item, world.rows_of(item, other))
    assert mine - theirs, "no row that only the acting office may see: the test would prove nothing"
    assert theirs - mine, "no row to hide: the test would prove nothing"
    with world.acting(WEB, office) as web:
        assert keys(item, select(web, item)) == mine


@every_office_table
def test_no_other_way_of_reading_shows_more(world: World, item: Classified) -> None:
    mine, foreign = len(world.rows_of(item, A)), key(item, world.foreign_row(item))
    columns = ", ".join(key_columns(item.model))
    with world.acting(WEB, A) as web:
        counted = run(web, f'SELECT count(*) AS n FROM "{item.table}"').fetchone()
        assert counted == {"n": mine}
        copied = b""
        with web.cursor().copy(f'COPY "{item.table}" TO STDOUT') as copy:
            copied = b"".join(bytes(part) for part in copy)
        assert copied.count(b"\n") == mine
        marks = ", ".join(["%s"] * len(foreign))
        found = run(web, f'SELECT 1 FROM "{item.table}" WHERE ({columns}) = ({marks})', foreign).fetchall()
        assert found == []


@every_office_table
def test_outside_a_scope_everything_is_refused(world: World, item: Classified) -> None:
    with world.login() as login, pytest.raises(errors.InsufficientPrivilege):
        select(login, item)


@every_office_table
def test_without_an_office_a_policy_raises(world: World, item: Classified) -> None:
    with world.acting(WEB, None) as web, pytest.raises(errors.UndefinedObject):
        select(web, item)
    with world.acting(WEB, A) as web:
        web.execute("SELECT set_config('phoihop.office', '', true)")
        with pytest.raises(errors.InvalidTextRepresentation):
            select(web, item)


@pytest.mark.parametrize("item", tables_of(Identity, Internal, Closed), ids=named)
def test_tables_of_the_installation_are_closed_to_web(world: World, item: Classified) -> None:
    with world.acting(WEB, A) as web, pytest.raises(errors.InsufficientPrivilege):
        select(web, item)


@pytest.mark.parametrize("item", tables_of(Reference), ids=named)
def test_reference_tables_are_open_to_read(world: World, item: Classified) -> None:
    for role in ROLES:
        with world.acting(role, None) as connection:
            assert len(select(connection, item)) == len(world.rows(item))


SEEN_AT_THE_GATE = {
    "offices_person",
    "offices_position",
    "offices_signingauthority",
    "offices_delegation",
    "offices_twosteprule",
}
"""Local tables sign-in needs before an office is known: who a person is, their positions, how they sign in."""


@every_office_table
def test_the_gate_sees_no_content(world: World, item: Classified) -> None:
    with world.acting(GATE, None) as gate:
        if item.table in SEEN_AT_THE_GATE:
            assert keys(item, select(gate, item)) == keys(item, world.rows(item))
        else:
            with pytest.raises(errors.InsufficientPrivilege):
                select(gate, item)


def test_entering_a_role_by_hand_does_not_outlast_the_transaction(world: World) -> None:
    with psycopg.connect(world.server.dsn(dbname=world.name)) as login:
        login.execute("SELECT set_config('role', %s, true), set_config('phoihop.office', %s, true)", [WORKER, str(A)])
        assert login.execute("SELECT count(*) FROM exchange_record").fetchone() != (0,)
        login.commit()
        with pytest.raises(errors.InsufficientPrivilege):
            login.execute("SELECT count(*) FROM exchange_record")
