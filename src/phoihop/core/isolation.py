"""Isolation between offices: database roles, the one way to enter them, and the policies beneath every read.

The login role owns nothing and may read nothing. Code reaches the database only inside ``scope(role, office)``: one
transaction whose role and acting office PostgreSQL itself enforces through row-level security. Outside a scope every
query fails loudly with "permission denied".

Every model says in a class attribute ``isolation`` who may do what with its rows; ``apply()`` turns these statements
into grants and policies after each migration, and a contract test compares them with the database's own catalogue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from phoihop.core.wire import ask_alone, close_if_dead, tell

OWNER = "phoihop_owner"
LOGIN = "phoihop_login"
WEB = "phoihop_web"
WRITER = "phoihop_writer"
WORKER = "phoihop_worker"
GATE = "phoihop_gate"
ROLES = (WEB, WRITER, WORKER, GATE)

Role = Literal["web", "writer", "worker", "gate"]
_ROLE_NAMES: dict[Role, str] = {"web": WEB, "writer": WRITER, "worker": WORKER, "gate": GATE}

OFFICE_FUNCTION = """
CREATE OR REPLACE FUNCTION phoihop_office() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT current_setting('phoihop.office')::uuid $$
"""
BEFORE_FUNCTION = f"""
CREATE OR REPLACE FUNCTION phoihop_before(record uuid, until uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT r.position < u.position FROM exchange_record r, exchange_record u WHERE r.id = record AND u.id = until $$;
REVOKE ALL ON FUNCTION phoihop_before FROM PUBLIC;
GRANT EXECUTE ON FUNCTION phoihop_before TO {WEB}, {WORKER}
"""
_OFFICE = "(SELECT phoihop_office())"

# Asked row by row where few rows are read, so that an office in very many audiences pays nothing for them; renamed,
# so that the columns of the guarded table can be named without it.
_MEMBERS = "(SELECT office_id AS member, audience_id AS audience FROM exchange_audience_member) m"
_DISCLOSED = "(SELECT office_id AS office, subject_id AS subject, until_id AS until FROM exchange_disclosed) d"

READ = "SELECT"
APPEND = "SELECT, INSERT"
CHANGE = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True)
class Policy:
    """What one database role may do with a table: granted verbs, and the rows they reach."""

    role: str
    verbs: str
    rows: str = "true"


@dataclass(frozen=True)
class Isolation:
    """Base: the policies of one table."""

    def policies(self) -> Sequence[Policy]:
        raise NotImplementedError


@dataclass(frozen=True)
class Shared(Isolation):
    """A projection or record seen by the offices of an audience; written by ``publish`` and projections alone.

    ``audience`` and ``subject`` name the columns that decide: an office sees the row when it belongs to the audience,
    or when the subject was later disclosed to it. ``record`` names the column of the record that a row stands for: an
    office from which the subject was withdrawn sees those of before. ``current`` rows say how the subject stands now,
    which is not for such an office at all. ``immutable`` rows refuse UPDATE and DELETE to every role.
    """

    audience: str = "audience_id"
    subject: str = "subject_id"
    record: str = ""
    current: bool = False
    immutable: bool = False

    def policies(self) -> Sequence[Policy]:
        until = " AND d.until IS NULL" if self.current else ""
        if self.record:
            until = f" AND (d.until IS NULL OR phoihop_before({self.record}, d.until))"
        rows = (
            f"EXISTS (SELECT FROM {_MEMBERS} WHERE m.member = {_OFFICE} AND m.audience = {self.audience})"
            f" OR EXISTS (SELECT FROM {_DISCLOSED} WHERE d.office = {_OFFICE} AND d.subject = {self.subject}{until})"
        )
        return (
            Policy(WEB, READ, rows),
            Policy(WRITER, APPEND if self.immutable else CHANGE),
            Policy(WORKER, READ),
        )


@dataclass(frozen=True)
class SharedBetween(Isolation):
    """A projection seen by the offices that its columns name, such as the two ends of a delivery."""

    columns: tuple[str, ...]
    immutable: bool = False

    def policies(self) -> Sequence[Policy]:
        ends = " OR ".join(f"{column} = {_OFFICE}" for column in self.columns)
        return (
            Policy(WEB, READ, f"({ends})"),
            Policy(WRITER, APPEND if self.immutable else CHANGE),
            Policy(WORKER, READ),
        )


@dataclass(frozen=True)
class Local(Isolation):
    """An ordinary row that never leaves its office. ``append_only`` rows can be added and read, never changed.

    ``gate`` opens the table to sign-in, which runs before an office is known: ``READ`` or ``APPEND``.
    """

    office: str = "office_id"
    append_only: bool = False
    gate: str = ""

    def policies(self) -> Sequence[Policy]:
        verbs = APPEND if self.append_only else CHANGE
        policies = [
            Policy(WEB, verbs, f"{self.office} = {_OFFICE}"),
            Policy(WRITER, APPEND),
            Policy(WORKER, verbs),
        ]
        if self.gate:
            policies.append(Policy(GATE, self.gate))
        return tuple(policies)


@dataclass(frozen=True)
class Reference(Isolation):
    """Facts that every office may read and no office writes: territory, the directory."""

    def policies(self) -> Sequence[Policy]:
        return tuple(Policy(role, READ) for role in ROLES)


@dataclass(frozen=True)
class Identity(Isolation):
    """Accounts, sessions, tokens, rate limits: reached by sign-in alone."""

    def policies(self) -> Sequence[Policy]:
        return (Policy(GATE, CHANGE),)


@dataclass(frozen=True)
class Internal(Isolation):
    """Rows of the installation itself. ``writer`` and ``worker`` name the verbs of these roles."""

    writer: str = ""
    worker: str = CHANGE

    def policies(self) -> Sequence[Policy]:
        pairs = ((WRITER, self.writer), (WORKER, self.worker))
        return tuple(Policy(role, verbs) for role, verbs in pairs if verbs)


@dataclass(frozen=True)
class Closed(Isolation):
    """Rows that no running process may touch, such as the list of applied migrations."""

    def policies(self) -> Sequence[Policy]:
        return ()


@dataclass(frozen=True)
class _Entered:
    role: str
    office: str
    alias: str


_entered: ContextVar[tuple[_Entered, ...]] = ContextVar("phoihop_scope", default=())
_recalled: ContextVar[dict[str, object] | None] = ContextVar("phoihop_scope_memory", default=None)


@contextmanager
def scope(role: Role, office: UUID | None = None, *, read_only: bool = False, using: str = "default") -> Iterator[None]:
    """Run a block as one database role, acting for one office, in one transaction.

    Scopes nest: an inner scope joins the outer transaction and restores role and office on leaving. An error that
    leaves an inner scope dooms the outer transaction, so that nothing half done is ever committed.
    ``read_only`` makes PostgreSQL refuse every write; it only takes effect for the outermost scope.
    """
    connection = connections[using]
    stack = _entered.get()
    outer = next((entry for entry in reversed(stack) if entry.alias == using), None)
    mine = _Entered(_ROLE_NAMES[role], str(office) if office else "", using)
    if outer == mine:
        yield
        return
    if outer is None:
        close_if_dead(connection)
    with transaction.atomic(using=using, savepoint=outer is None):
        _set(connection, mine, read_only=read_only and outer is None)
        token, memory = _entered.set((*stack, mine)), _recalled.set(_recalled.get() if stack else {})
        try:
            yield
        finally:
            _entered.reset(token)
            _recalled.reset(memory)
        if outer is not None:
            _set(connection, outer)
        elif connection.savepoint_ids:  # inside a test's transaction: leave it as it was found
            _set(connection, _Entered("none", "", using))


def ask(role: Role, question: str, parameters: Sequence[Any], *, using: str = "default") -> list[tuple[Any, ...]]:
    """The rows of one question, asked in a scope of its own: in one journey, where no transaction is open."""
    connection = connections[using]
    if connection.in_atomic_block:
        with scope(role, using=using), connection.cursor() as cursor:
            cursor.execute(question, parameters)
            return list(cursor.fetchall())
    close_if_dead(connection)
    return ask_alone(
        connection, _settings(_Entered(_ROLE_NAMES[role], "", using), read_only=True), question, parameters
    )


def _set(connection: BaseDatabaseWrapper, entry: _Entered, *, read_only: bool = False) -> None:
    tell(connection, _settings(entry, read_only=read_only))


def _settings(entry: _Entered, *, read_only: bool) -> str:
    """The writer's statements are inserts over arrays and lookups by key, whose plan never depends on the values."""
    settings_of = {
        "role": entry.role,
        "phoihop.office": entry.office,
        "plan_cache_mode": "force_generic_plan" if entry.role == WRITER else "auto",
        **({"transaction_read_only": "on"} if read_only else {}),
    }
    return "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings_of.items())


R = TypeVar("R")


def recall(key: str, read: Callable[[], R]) -> R:
    """What ``read`` answered first inside the outermost scope, so that one transaction asks once; anew outside one."""
    memory = _recalled.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    return cast(R, memory[key])


def entered_office() -> UUID | None:
    """The office of the innermost scope, if one is entered."""
    stack = _entered.get()
    return UUID(stack[-1].office) if stack and stack[-1].office else None


def create_roles_sql(*, database: str) -> Sequence[str]:
    """Statements that make the roles, idempotent, for a superuser or a role with CREATEROLE.

    The login role is NOINHERIT: being a member gives it nothing until it enters a scope.
    """
    statements = [_create_role(OWNER, "LOGIN"), _create_role(LOGIN, "LOGIN NOINHERIT")]
    for role in ROLES:
        statements += [_create_role(role, "NOLOGIN"), f"GRANT {role} TO {LOGIN}"]
    statements += [
        f'GRANT CONNECT ON DATABASE "{database}" TO {LOGIN}',
        f"GRANT USAGE ON SCHEMA public TO {', '.join((LOGIN, *ROLES))}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}",
    ]
    return tuple(statements)


def _create_role(name: str, options: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
        f" THEN CREATE ROLE {name} {options}; END IF; END $$"
    )


@dataclass(frozen=True)
class Classified:
    """A table and its isolation."""

    table: str
    isolation: Isolation
    model: type[models.Model] = field(compare=False)


def classified_models() -> Sequence[Classified]:
    """Every table of the installation with its isolation.

    Raises ImproperlyConfigured for a model without one: say who may see its rows before it can exist.
    """
    found: dict[str, Classified] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy:
            continue
        table = model._meta.db_table
        found[table] = Classified(table, isolation_of(model), model)
    return tuple(found.values())


def isolation_of(model: type[models.Model]) -> Isolation:
    """The isolation a model declares, or that settings declare for a model of another package."""
    own = getattr(model, "isolation", None)
    others: dict[str, Isolation] = settings.ISOLATION_OF_OTHERS
    label = model._meta.label
    isolation = own or others.get(label) or others.get(model._meta.app_label)
    if not isinstance(isolation, Isolation):
        raise ImproperlyConfigured(f"{label} has no isolation: declare who may see its rows (core.isolation).")
    return isolation


def apply(*, using: str = "owner") -> None:
    """Make grants and policies of all tables equal to what the models declare. Runs as the owner after migrate."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(OFFICE_FUNCTION)
        cursor.execute(BEFORE_FUNCTION)
        cursor.execute("SELECT c.relname, obj_description(c.oid) FROM pg_class c WHERE c.relkind IN ('r', 'p')")
        noted = dict(cursor.fetchall())
        for item in classified_models():
            statements = _statements(item)
            mark = "isolation " + hashlib.sha256("\n".join(statements).encode()).hexdigest()[:16]
            if item.table in noted and noted[item.table] != mark:
                for statement in (*statements, f"COMMENT ON TABLE \"{item.table}\" IS '{mark}'"):
                    cursor.execute(statement)
        _open_procrastinate(cursor.execute)


def _statements(item: Classified) -> list[str]:
    table = f'"{item.table}"'
    statements = [f"REVOKE ALL ON {table} FROM PUBLIC, {', '.join((LOGIN, *ROLES))}"]
    statements.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    statements += [f"DROP POLICY IF EXISTS {role} ON {table}" for role in ROLES]
    for policy in item.isolation.policies():
        statements.append(f"GRANT {policy.verbs} ON {table} TO {policy.role}")
        kept = " AND ".join((f"({policy.rows})", *(_references_seen(item.model) if policy.role == WEB else ())))
        check = "" if policy.verbs == READ else f" WITH CHECK ({kept})"
        statements.append(f"CREATE POLICY {policy.role} ON {table} TO {policy.role} USING ({policy.rows}){check}")
    return statements


def _references_seen(model: type[models.Model]) -> list[str]:
    """Conditions that each reference into a local table points at a row the writer may see.

    PostgreSQL checks foreign keys above the policies: without these an office could point at another's row, and learn
    from the error whether it exists.
    """
    conditions = []
    for reference in model._meta.concrete_fields:
        if not isinstance(reference, models.ForeignKey):
            continue
        target: type[models.Model] = reference.related_model
        if isinstance(isolation_of(target), Local):
            own, key = reference.column, reference.target_field.column
            seen = f'"{own}" IN (SELECT r."{key}" FROM "{target._meta.db_table}" r)'
            conditions.append(f'("{own}" IS NULL OR {seen})' if reference.null else f"({seen})")
    return conditions


def _open_procrastinate(execute: Callable[[str], object]) -> None:
    """The job tables belong to the worker; their functions run with the caller's rights."""
    execute(
        "DO $$ DECLARE t text; BEGIN FOR t IN SELECT quote_ident(relname) FROM pg_class WHERE relkind IN ('r', 'S')"
        " AND relname LIKE 'procrastinate\\_%' AND relnamespace = 'public'::regnamespace"
        f" LOOP EXECUTE 'GRANT ALL ON ' || t || ' TO {WORKER}'; END LOOP; END $$"
    )
