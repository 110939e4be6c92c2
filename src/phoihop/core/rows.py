"""Set-based inserts for projections: one statement however many rows, typed by the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

import psycopg
from django.db import connection, models
from django.db.backends.utils import CursorWrapper


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
    statement, fields = _insert_statement(model, tuple(rows[0]))
    values = [[_prepared(field, row[field.name]) for row in rows] for field in fields]
    with array_cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT {on_conflict}", values)


@cache
def _insert_statement(
    model: type[models.Model], names: tuple[str, ...]
) -> tuple[str, Sequence[models.Field[Any, Any]]]:
    fields = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in names]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    arrays = ", ".join(f"%b::{field.db_type(connection)}[]" for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT * FROM unnest({arrays})', fields


def _prepared(field: models.Field[Any, Any], value: Any) -> Any:
    return None if value is None else field.get_db_prep_save(value, connection)
