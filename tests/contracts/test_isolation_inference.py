"""What the web role can find out about rows it cannot read: through keys that collide, and references that exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

import psycopg
import pytest
from django.db import models

from phoihop.core.ids import new_id
from phoihop.core.isolation import WEB, Classified, Local, isolation_of
from tests.contracts.rows import Maker, Values, column_of, columns_of, insert, key_columns
from tests.contracts.worlds import LOCAL_TABLES, A, B, World, run


@dataclass(frozen=True)
class Reference:
    """A foreign key of a local table into another local table."""

    item: Classified
    field: models.ForeignKey[Any, Any]

    def __str__(self) -> str:
        return f"{self.item.table}.{self.field.column}"


def _references() -> Iterator[Reference]:
    for item in LOCAL_TABLES:
        for field in columns_of(item.model):
            if isinstance(field, models.ForeignKey) and isinstance(isolation_of(field.related_model), Local):
                yield Reference(item, field)


REFERENCES = list(_references())


def office_column(item: Classified) -> str:
    assert isinstance(item.isolation, Local)
    return item.isolation.office


@pytest.mark.parametrize("reference", REFERENCES, ids=str)
def test_a_reference_to_a_row_of_another_office_fails_as_one_to_no_row(world: World, reference: Reference) -> None:
    item, column = reference.item, column_of(reference.field)
    with world.owner() as owner:
        maker = Maker(owner)
        target = maker.local(reference.field.related_model, B)[column_of(reference.field.target_field)]
        values = maker.values(item.model, A, **{office_column(item): A})
        owner.commit()
    assert _answer(world, item, values) == "done"
    theirs = _answer(world, item, {**values, column: target})
    nobodys = _answer(world, item, {**values, column: uuid4()})
    assert theirs != "done", f"{reference} may point at a row of another office"
    assert theirs == nobodys, f"{reference} tells whether another office has such a row"


def _answer(world: World, item: Classified, values: Values) -> str:
    """What the database answers to an INSERT as the web role for A, constraints checked."""
    try:
        with world.acting(WEB, A) as web:
            run(web, insert(item.model, values), tuple(values.values()))
            run(web, "SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error as error:
        return str(error.sqlstate)
    return "done"


@dataclass(frozen=True)
class UniqueKey:
    """The columns of a unique index of a local table."""

    item: Classified
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.item.table}({','.join(self.columns)})"


def _unique_keys() -> Iterator[UniqueKey]:
    for item in LOCAL_TABLES:
        meta = item.model._meta
        yield UniqueKey(item, key_columns(item.model))
        for field in columns_of(item.model):
            if field.unique and not field.primary_key:
                yield UniqueKey(item, (column_of(field),))
        for constraint in meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                names = constraint.fields
                yield UniqueKey(
                    item, tuple(column_of(cast("models.Field[Any, Any]", meta.get_field(name))) for name in names)
                )


UNIQUE_KEYS = list(_unique_keys())


def test_every_unique_index_of_the_database_is_known_to_the_models(world: World) -> None:
    with world.owner() as owner:
        rows = owner.execute(
            """
            SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname) AS columns FROM pg_index i
            JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
            WHERE i.indisunique AND c.relname = ANY(%s) GROUP BY c.relname, i.indexrelid
            """,
            [[item.table for item in LOCAL_TABLES]],
        ).fetchall()
    assert {(row["relname"], tuple(row["columns"])) for row in rows} == {
        (unique.item.table, tuple(sorted(unique.columns))) for unique in UNIQUE_KEYS
    }


@pytest.mark.parametrize("unique", UNIQUE_KEYS, ids=str)
def test_a_key_of_another_office_cannot_be_guessed_or_taken(unique: UniqueKey) -> None:
    """A key is safe when it holds the office, is random, or holds a reference that the policy checks."""
    model = unique.item.model
    fields = [next(field for field in columns_of(model) if field.column == column) for column in unique.columns]
    with_office = office_column(unique.item) in unique.columns
    random = len(fields) == 1 and fields[0].default is new_id
    guarded = {reference.field for reference in REFERENCES if reference.item.table == unique.item.table}
    assert with_office or random or guarded & set(fields), (
        f"{unique}: the office must be part of this key, or an office could learn of or block another's rows"
    )


def _with_office() -> Sequence[UniqueKey]:
    return [unique for unique in UNIQUE_KEYS if office_column(unique.item) in unique.columns]


@pytest.mark.parametrize("unique", _with_office(), ids=str)
def test_the_same_key_can_be_taken_by_each_office(world: World, unique: UniqueKey) -> None:
    item = unique.item
    foreign = world.foreign_row(item)
    with world.owner() as owner:
        same = {column: foreign[column] for column in unique.columns if column != office_column(item)}
        values = Maker(owner).values(item.model, A, **{**same, office_column(item): A})
        owner.commit()
    assert foreign[office_column(item)] == B
    assert _answer(world, item, values) == "done"
