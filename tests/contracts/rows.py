"""Rows for any table, made from what its model says, so that a table added tomorrow is tested without a line here.

Rows are written by the owner of the database, who stands above the policies; what a policy lets others see of them is
for the tests to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.fields import NOT_PROVIDED
from psycopg import sql
from psycopg.types.json import Jsonb

from phoihop.core.isolation import Isolation, Local, Shared, SharedBetween, isolation_of

Values = dict[str, Any]
Row = Mapping[str, Any]
Model = type[models.Model]

_numbers = count(1000)
_MOMENT = datetime(2026, 10, 3, 7, 5, tzinfo=UTC)


def columns_of(model: Model) -> list[models.Field[Any, Any]]:
    """The fields that have a column of their own."""
    return [field for field in model._meta.concrete_fields if field.column]


def column_of(field: models.Field[Any, Any]) -> str:
    """The name of a field's column."""
    return cast(str, field.column)


def key_columns(model: Model) -> tuple[str, ...]:
    """The columns of the primary key."""
    return tuple(column_of(field) for field in model._meta.pk_fields)


def deciding_columns(isolation: Isolation) -> tuple[str, ...]:
    """The columns a policy looks at."""
    match isolation:
        case Shared():
            return (isolation.audience, isolation.subject)
        case SharedBetween():
            return isolation.columns
        case Local():
            return (isolation.office,)
    return ()


class Maker:
    """Writes rows as the owner. ``values`` only composes them, for a test that wants to insert them itself."""

    def __init__(self, owner: psycopg.Connection[Any]) -> None:
        self._owner = owner
        self._locals: dict[tuple[Model, UUID], Values] = {}
        self._audiences: dict[frozenset[UUID], UUID] = {}

    def make(self, model: Model, office: UUID, **given: Any) -> Values:
        """Insert one row and return all its columns. ``office`` owns whatever rows it refers to."""
        values = self.values(model, office, **given)
        row = self._owner.execute(insert(model, values), list(values.values())).fetchone()
        return dict(cast(Row, row))

    def values(self, model: Model, office: UUID, **given: Any) -> Values:
        """Columns of a row that satisfies the table's constraints, without inserting it."""
        values: Values = {}
        for field in columns_of(model):
            column = column_of(field)
            if column in given:
                values[column] = given[column]
            elif not (field.null or field.db_default is not NOT_PROVIDED or isinstance(field, models.AutoField)):
                values[column] = self._value(field, office)
        return values

    def audience(self, *offices: UUID) -> UUID:
        """The id of the audience of exactly these offices."""
        members = frozenset(offices)
        if members not in self._audiences:
            audience = uuid4()
            self._owner.execute(
                "INSERT INTO exchange_audience (id, digest) VALUES (%s, %s)", [audience, audience.bytes]
            )
            for office in members:
                self._owner.execute(
                    "INSERT INTO exchange_audience_member (audience_id, office_id) VALUES (%s, %s)", [audience, office]
                )
            self._audiences[members] = audience
        return self._audiences[members]

    def local(self, model: Model, office: UUID) -> Values:
        """A row of a local table that belongs to ``office``; the same one each time."""
        if (model, office) not in self._locals:
            isolation = cast(Local, isolation_of(model))
            self._locals[model, office] = self.make(model, office, **{isolation.office: office})
        return self._locals[model, office]

    def _value(self, field: models.Field[Any, Any], office: UUID) -> Any:
        if isinstance(field, models.ForeignKey):
            return self._referred(field, office)
        if field.choices:
            return next(iter(field.flatchoices))[0]
        return plain_value(field)

    def _referred(self, field: models.ForeignKey[Any, Any], office: UUID) -> Any:
        target: Model = field.related_model
        column = column_of(field.target_field)
        isolation = isolation_of(target)
        if isinstance(isolation, Local):
            return self.local(target, office)[column]
        if target._meta.label == "exchange.Audience":
            return self.make(target, office)[column]
        found = self._owner.execute(
            sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(target._meta.db_table))
        ).fetchone()
        return (found or self.make(target, office))[column]


# By the type of a column, most special first; texts and numbers are new each time.
_VALUES: list[tuple[type[models.Field[Any, Any]], Callable[[int], Any]]] = [
    (models.UUIDField, lambda _number: uuid4()),
    (ArrayField, lambda _number: []),
    (models.BinaryField, lambda number: number.to_bytes(32, "big")),
    (SearchVectorField, lambda number: f"'w{number}':1"),
    (models.BooleanField, lambda _number: False),
    (models.IntegerField, lambda number: number),
    (models.FloatField, float),
    (models.DateTimeField, lambda _number: _MOMENT),
    (models.DateField, lambda _number: _MOMENT.date()),
    (models.CharField, lambda number: f"v{number}"),
    (models.TextField, lambda number: f"v{number}"),
]


def plain_value(field: models.Field[Any, Any]) -> Any:
    """A value for a column by the type of its field."""
    if isinstance(field, models.JSONField):
        return Jsonb(field.get_default() if field.has_default() else {})
    for kind, value in _VALUES:
        if isinstance(field, kind):
            return value(next(_numbers))
    raise AssertionError(f"Say in tests/contracts/rows.py what a value of {type(field).__name__} looks like ({field}).")


def insert(model: Model, values: Mapping[str, Any]) -> str:
    """An INSERT of these columns that returns the whole row."""
    names = ", ".join(f'"{name}"' for name in values)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({", ".join(["%s"] * len(values))}) RETURNING *'
