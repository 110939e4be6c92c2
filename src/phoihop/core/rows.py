"""Set-based inserts for projections: one statement however many rows, typed by the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar, cast

import psycopg
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

M = TypeVar("M", bound=models.Model)


@contextmanager
def array_cursor() -> Iterator[CursorWrapper]:
    """A cursor for statements over long arrays, whose parameters are written ``%b`` and sent in binary.

    Django's own cursor quotes every element into the text of the statement, which costs ten times the CPU.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        plain = psycopg.Cursor(connection.connection)
    with connection.make_cursor(cast("CursorWrapper", plain)) as cursor:
        yield cursor


def insert_rows(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, on_conflict: str = "DO NOTHING"
) -> None:
    """Insert rows given as {field name: value}, all with the same fields, through ``unnest``.

    ``on_conflict`` is SQL after ``ON CONFLICT``. Fields left out take their database default or null.
    """
    if not rows:
        return
    statement, values = insertion(model, rows, on_conflict=on_conflict)
    with array_cursor() as cursor:
        cursor.execute(statement, values)


def insertion(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, on_conflict: str = "DO NOTHING"
) -> tuple[str, list[Any]]:
    """The statement of ``insert_rows`` and its parameters, to be part of a larger one; ``rows`` must not be empty."""
    statement, types, fields = _insert_statement(model, tuple(rows[0]))
    listed, values = as_rows(types, [_prepared(field, [row[field.name] for row in rows]) for field in fields])
    return f"{statement} {listed} ON CONFLICT {on_conflict}", values


def as_rows(types: tuple[str, ...], columns: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """SQL for rows given by column, with the database type of each, and its parameters; for ``array_cursor``.

    A single row is written out: its plain values cost a third of arrays of one.
    """
    if len(columns[0]) == 1:
        return _one_row(types), [column[0] for column in columns]
    return _many_rows(types), list(columns)


@cache
def _one_row(types: tuple[str, ...]) -> str:
    return f"SELECT {', '.join(f'%b::{one}' for one in types)}"


@cache
def _many_rows(types: tuple[str, ...]) -> str:
    return f"SELECT * FROM unnest({', '.join(f'%b::{one}[]' for one in types)})"


@cache
def _insert_statement(
    model: type[models.Model], names: tuple[str, ...]
) -> tuple[str, tuple[str, ...], Sequence[models.Field[Any, Any]]]:
    fields = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in names]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    types = tuple(str(field.db_type(connection)) for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns})', types, fields


def read_as(model: type[M], sql: str, parameters: Sequence[Any]) -> list[M]:
    """Instances of a model from a statement that selects whole rows: a fraction of what ``Manager.raw`` costs."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = _attributes(model, tuple(column.name for column in cursor.description or ()))
        return [model.from_db(connection.alias, names, row) for row in cursor.fetchall()]


@cache
def _attributes(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, ...]:
    by_column = {field.column: field.attname for field in model._meta.concrete_fields}
    return tuple(by_column[column] for column in columns)


_AS_IT_IS = (models.UUIDField, models.TextField, models.DateTimeField, models.IntegerField, models.BooleanField)
"""Fields whose Python value psycopg takes as it is: asking Django for each costs more than sending it."""


def _prepared(field: models.Field[Any, Any], values: list[Any]) -> list[Any]:
    if isinstance(field, _AS_IT_IS):
        return values
    return [None if value is None else field.get_db_prep_save(value, connection) for value in values]
