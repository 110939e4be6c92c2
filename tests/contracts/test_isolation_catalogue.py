"""The database's own catalogue says what the models declare, for every role, table, function and sequence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.db import connections

from phoihop.core import isolation
from phoihop.core.isolation import (
    GATE,
    LOGIN,
    OWNER,
    ROLES,
    WEB,
    WORKER,
    WRITER,
    Classified,
    Closed,
    Identity,
    Internal,
    Isolation,
    Local,
    Reference,
    Shared,
    SharedBetween,
    classified_models,
)
from tests.contracts.worlds import Connection, World, named, run

Rights = Mapping[str, frozenset[str]]

READING = frozenset({"SELECT"})
ADDING = READING | {"INSERT"}
CHANGING = ADDING | {"UPDATE", "DELETE"}
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

WITHOUT_MODEL: Mapping[str, Rights] = {
    "django_migrations": {},
    "offices_cache": {GATE: CHANGING},
}
"""Tables that no model describes, and who may do what with them. Procrastinate's are the worker's alone."""

DEFINERS = {"dispatches_search": {WEB}, "exchange_erase": {WRITER}, "phoihop_before": {WEB, WORKER}}
"""Functions that run above the policies, and who may call them."""


def rights(declared: Isolation) -> Rights:
    """What architecture.md gives each role on a table; written out again here, so that a slip in the code shows."""
    match declared:
        case Shared(immutable=immutable) | SharedBetween(immutable=immutable):
            return {WEB: READING, WRITER: ADDING if immutable else CHANGING, WORKER: READING}
        case Local(append_only=append_only, gate=gate):
            verbs = ADDING if append_only else CHANGING
            return {WEB: verbs, WRITER: ADDING, WORKER: verbs, GATE: frozenset(gate.split(", ")) - {""}}
        case Reference():
            return dict.fromkeys(ROLES, READING)
        case Identity():
            return {GATE: CHANGING}
        case Internal(writer=writer, worker=worker):
            return {WRITER: frozenset(writer.split(", ")) - {""}, WORKER: frozenset(worker.split(", ")) - {""}}
        case Closed():
            return {}
    raise AssertionError(f"{declared} is a new sort of isolation: say here what it gives")


def held(connection: Connection, table: str, role: str) -> frozenset[str]:
    """The verbs a role has on a table, on the whole or on any column."""
    found = {
        verb
        for verb in VERBS
        if run(connection, "SELECT has_table_privilege(%s, %s, %s) AS has", [role, table, verb]).fetchone()
        == {"has": True}
    }
    for verb in ("SELECT", "INSERT", "UPDATE", "REFERENCES"):
        row = run(connection, "SELECT has_any_column_privilege(%s, %s, %s) AS has", [role, table, verb]).fetchone()
        found |= {verb} if row == {"has": True} else set()
    return frozenset(found)


@pytest.mark.parametrize("item", classified_models(), ids=named)
def test_grants_are_those_of_the_declared_isolation(world: World, item: Classified) -> None:
    if item.table.startswith("procrastinate_"):
        return
    wanted = rights(item.isolation)
    with world.owner() as owner:
        for role in (*ROLES, LOGIN):
            assert held(owner, item.table, role) == wanted.get(role, frozenset()), f"{role} on {item.table}"


@pytest.mark.parametrize("item", classified_models(), ids=named)
def test_row_level_security_is_on_with_one_policy_for_each_role_that_has_rights(world: World, item: Classified) -> None:
    with world.owner() as owner:
        switched = run(owner, "SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [item.table]).fetchone()
        policies = run(owner, "SELECT roles::text[] AS roles FROM pg_policies WHERE tablename = %s", [item.table])
        roles = sorted(role for row in policies for role in row["roles"])
    assert switched == {"relrowsecurity": True}
    assert roles == sorted(role for role, verbs in rights(item.isolation).items() if verbs)


def test_tables_without_a_model_are_closed_but_for_those_listed(world: World) -> None:
    modelled = {item.table for item in classified_models()}
    with world.owner() as owner:
        tables = {
            row["relname"]
            for row in run(
                owner,
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind IN ('r', 'p', 'f', 'm', 'v')",
            )
        }
        unmodelled = tables - modelled
        for table in unmodelled:
            wanted = WITHOUT_MODEL.get(table, {})
            for role in (*ROLES, LOGIN):
                if table.startswith("procrastinate_") and role == WORKER:
                    continue
                assert held(owner, table, role) == wanted.get(role, frozenset()), f"{role} on {table}"
    assert set(WITHOUT_MODEL) <= unmodelled
    assert modelled <= tables


def test_job_tables_are_the_workers_alone(world: World) -> None:
    with world.owner() as owner:
        tables = [
            row["relname"]
            for row in run(owner, "SELECT relname FROM pg_class WHERE relname LIKE 'procrastinate%%' AND relkind = 'r'")
        ]
        assert "procrastinate_jobs" in tables
        for table in tables:
            assert held(owner, table, WORKER) >= CHANGING
            for role in (WEB, WRITER, GATE, LOGIN):
                assert held(owner, table, role) == frozenset(), f"{role} on {table}"


def test_no_view_shows_what_its_owner_sees(world: World) -> None:
    with world.owner() as owner:
        views = run(
            owner,
            "SELECT relname, relkind, coalesce(reloptions::text, '') AS options FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')",
        ).fetchall()
    for view in views:
        assert view["relkind"] == "v", f"{view['relname']}: a materialised view knows no policies"
        assert "security_invoker=true" in view["options"], view["relname"]


def test_functions_above_the_policies_are_listed_and_pinned(world: World) -> None:
    with world.owner() as owner:
        found = run(
            owner,
            "SELECT proname, oid, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace",
        ).fetchall()
        assert {row["proname"] for row in found} == set(DEFINERS)
        for row in found:
            assert "search_path=pg_catalog, public, pg_temp" in row["proconfig"]
            for role in (*ROLES, LOGIN):
                may = run(owner, "SELECT has_function_privilege(%s, %s::oid, 'EXECUTE') AS may", [role, row["oid"]])
                assert may.fetchone() == {"may": role in DEFINERS[row["proname"]]}, f"{role} {row['proname']}"


def test_sequences_tell_web_and_gate_nothing(world: World) -> None:
    """A sequence's last value counts what all offices do."""
    with world.owner() as owner:
        sequences = [
            row["relname"]
            for row in run(
                owner,
                "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace",
            )
        ]
        assert "exchange_position" in sequences
        for sequence in sequences:
            for role in (WEB, GATE, LOGIN):
                for verb in ("SELECT", "USAGE", "UPDATE"):
                    row = run(owner, "SELECT has_sequence_privilege(%s, %s, %s) AS has", [role, sequence, verb])
                    assert row.fetchone() == {"has": False}, f"{role} may {verb} {sequence}"


def test_the_login_role_has_no_powers_and_inherits_none(world: World) -> None:
    with world.owner() as owner:
        attributes = run(
            owner,
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit,"
            " rolcanlogin FROM pg_roles WHERE rolname = ANY(%s)",
            [[OWNER, LOGIN, *ROLES]],
        ).fetchall()
        members = run(
            owner,
            "SELECT r.rolname AS role, m.rolname AS member, admin_option FROM pg_auth_members"
            " JOIN pg_roles r ON r.oid = roleid JOIN pg_roles m ON m.oid = pg_auth_members.member"
            " WHERE m.rolname LIKE 'phoihop%%'",
        ).fetchall()
    powers = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
    assert len(attributes) == len(ROLES) + 2
    for role in attributes:
        assert not any(role[power] for power in powers), role
        assert role["rolcanlogin"] is (role["rolname"] in {OWNER, LOGIN})
    assert [role["rolinherit"] for role in attributes if role["rolname"] == LOGIN] == [False]
    assert {(row["role"], row["member"], row["admin_option"]) for row in members} == {
        (role, LOGIN, False) for role in ROLES
    }


def test_no_running_role_makes_anything_in_the_schema(world: World) -> None:
    with world.owner() as owner:
        for role in (*ROLES, LOGIN):
            row = run(owner, "SELECT has_schema_privilege(%s, 'public', 'CREATE') AS has", [role]).fetchone()
            assert row == {"has": False}, role


def _catalogue() -> Sequence[tuple[Any, ...]]:
    """Grants, policies and switches of every table, as text."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """
            SELECT 'grant', c.relname::text, a.grantee::regrole::text, a.privilege_type, a.is_grantable::text
            FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace
            UNION ALL SELECT 'column', attrelid::regclass::text, attname::text, attacl::text, ''
            FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid >= 16384
            UNION ALL SELECT 'policy', tablename::text, roles::text, cmd, concat(permissive, qual, with_check)
            FROM pg_policies
            UNION ALL SELECT 'switch', relname::text, relrowsecurity::text, relforcerowsecurity::text, ''
            FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            UNION ALL SELECT 'function', proname::text, proacl::text, proconfig::text, prosrc
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            """
        )
        return sorted(tuple(map(str, row)) for row in cursor.fetchall())


def test_applying_again_changes_nothing(fresh_database: str) -> None:
    before = _catalogue()
    isolation.apply(using="owner")
    assert _catalogue() == before
    with connections["owner"].cursor() as cursor:
        for item in classified_models():
            cursor.execute(f'COMMENT ON TABLE "{item.table}" IS NULL')
    isolation.apply(using="owner")
    assert _catalogue() == before


def test_a_change_of_the_declaration_reaches_the_database(fresh_database: str) -> None:
    """The tests above compare with the catalogue; this one shows that the catalogue follows the declaration."""
    from phoihop.dispatches.models import Draft

    before = _catalogue()
    declared = Draft.isolation
    try:
        Draft.isolation = Local(append_only=True)
        isolation.apply(using="owner")
        assert _catalogue() != before
    finally:
        Draft.isolation = declared
    isolation.apply(using="owner")
    assert _catalogue() == before
