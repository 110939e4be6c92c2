"""A database with rows of two offices in every shared and local table, and an oracle for who may see which.

The oracle reads as the owner and decides in Python from the declaration of a model. It shares no code with the
policies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row

from phoihop.config.postgres import EmbeddedServer
from phoihop.core.isolation import LOGIN, OWNER, Classified, Local, Shared, SharedBetween, classified_models
from phoihop.offices.actions import office_id
from tests.cast import HA_TINH, NGHE_AN
from tests.contracts.rows import Maker, Row, Values, key_columns

A = office_id(NGHE_AN.code)
B = office_id(HA_TINH.code)

Connection = psycopg.Connection[dict[str, Any]]


def tables_of(*kinds: type) -> Sequence[Classified]:
    """The tables whose isolation is one of ``kinds``."""
    return [item for item in classified_models() if isinstance(item.isolation, kinds)]


OFFICE_TABLES = tables_of(Shared, SharedBetween, Local)
LOCAL_TABLES = tables_of(Local)
SHARED_TABLES = tables_of(Shared, SharedBetween)


def named(item: Classified) -> str:
    """The name of a table in the list of tests."""
    return item.table


@dataclass(frozen=True)
class World:
    """The database, and how to connect to it."""

    server: EmbeddedServer
    name: str

    @contextmanager
    def owner(self) -> Iterator[Connection]:
        """A transaction as the owner, rolled back."""
        with self._connected(OWNER) as connection:
            yield connection

    @contextmanager
    def login(self) -> Iterator[Connection]:
        """A transaction as the login role outside every scope, rolled back."""
        with self._connected(LOGIN) as connection:
            yield connection

    @contextmanager
    def acting(self, role: str, office: UUID | None) -> Iterator[Connection]:
        """A transaction in which raw SQL runs as ``role`` for ``office``, rolled back."""
        with self._connected(LOGIN) as connection:
            connection.execute("SELECT set_config('role', %s, true)", [role])
            if office is not None:
                connection.execute("SELECT set_config('phoihop.office', %s, true)", [str(office)])
            yield connection

    @contextmanager
    def _connected(self, role: str) -> Iterator[Connection]:
        connection = psycopg.connect(self.server.dsn(role, self.name), row_factory=dict_row)
        try:
            yield connection
        finally:
            connection.rollback()
            connection.close()

    def rows(self, item: Classified) -> list[Row]:
        """Every row of a table, as the owner sees it."""
        with self.owner() as owner:
            return list(select(owner, item))

    def rows_of(self, item: Classified, office: UUID) -> list[Row]:
        """The rows ``office`` may see, by the oracle."""
        with self.owner() as owner:
            memberships = owner.execute("SELECT * FROM exchange_audience_member")
            members = {(row["audience_id"], row["office_id"]) for row in memberships}
            disclosed = {
                (row["subject_id"], row["office_id"]) for row in owner.execute("SELECT * FROM exchange_disclosed")
            }
            rows = list(select(owner, item))
        match item.isolation:
            case Shared(audience=audience, subject=subject):
                return [
                    row for row in rows if (row[audience], office) in members or (row[subject], office) in disclosed
                ]
            case SharedBetween(columns=columns):
                return [row for row in rows if office in {row[column] for column in columns}]
            case Local(office=column):
                return [row for row in rows if row[column] == office]
        raise AssertionError(f"{item.table} is neither shared nor local")

    def foreign_row(self, item: Classified) -> Row:
        """A row of office B that office A may not see."""
        mine = keys(item, self.rows_of(item, A))
        return next(row for row in self.rows_of(item, B) if key(item, row) not in mine)


def key(item: Classified, row: Row) -> tuple[Any, ...]:
    """The primary key of a row."""
    return tuple(row[column] for column in key_columns(item.model))


def keys(item: Classified, rows: Sequence[Row]) -> set[tuple[Any, ...]]:
    """The primary keys of rows."""
    return {key(item, row) for row in rows}


def select(connection: Connection, item: Classified) -> list[Row]:
    """Everything a connection can read of a table."""
    return list(run(connection, f'SELECT * FROM "{item.table}"'))


def run(connection: Connection, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[dict[str, Any]]:
    """Execute a statement composed from names of the catalogue."""
    return connection.execute(statement, list(values))


def fill(owner: Connection) -> None:
    """Rows for A, for B, for both, and disclosed ones, in every shared and local table."""
    maker = Maker(owner)
    for item in OFFICE_TABLES:
        for given, office in _cases(maker, item):
            maker.make(item.model, office, **given)


def _cases(maker: Maker, item: Classified) -> Iterator[tuple[Values, UUID]]:
    match item.isolation:
        case Shared(audience=audience, subject=subject):
            for offices in ((A,), (B,), (A, B)):
                yield {audience: maker.audience(*offices)}, offices[0]
            opened = uuid4()
            maker.make(DISCLOSED.model, A, office_id=A, subject_id=opened)
            yield {audience: maker.audience(B), subject: opened}, B
        case SharedBetween(columns=columns):
            for office in (A, B):
                yield dict.fromkeys(columns, office), office
            for column in columns[1:]:
                yield {**dict.fromkeys(columns, B), column: A}, B
        case Local(office=column):
            for office in (A, B):
                yield {column: office}, office
            if item.model._meta.get_field(column).null:
                yield {column: None}, A


DISCLOSED = next(item for item in SHARED_TABLES if item.table == "exchange_disclosed")
