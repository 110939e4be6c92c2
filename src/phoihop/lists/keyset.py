"""Pages by key, forward and back: no page costs more than the first, and none shifts when rows come in.

A list is read in legs, one after the other: a sort by a time that not every row has is a leg of the rows that have it
and a leg of those that have not, so that blanks stand last in both directions and each leg stands on an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

_LONGEST = 200
_YEARS = range(1900, 2200)


@dataclass(frozen=True)
class Leg:
    """Rows in the order of ``field``, then ``tie``, a field that no two rows share.

    The tie runs against the field, as the indexes do: ascending where the field descends.
    """

    rows: QuerySet[Any]
    field: str
    tie: str
    descending: bool = True

    def turned(self) -> Leg:
        """The same rows from the other end."""
        return replace(self, descending=not self.descending)


@dataclass(frozen=True)
class Mark:
    """A row's place in a list: its leg, the value it is sorted by, its id."""

    leg: int
    value: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.leg}~{self.value}~{self.id}"


@dataclass(frozen=True)
class Slice:
    """One page of ids in order, and the marks the pages before and after it begin at."""

    ids: Sequence[UUID]
    previous: Mark | None
    following: Mark | None


def read_mark(word: str) -> Mark | None:
    """The mark an address names; None for anything else."""
    parts = word[:_LONGEST].split("~")
    if len(parts) != 3 or not parts[0].isdecimal() or len(parts[0]) > 2:
        return None
    try:
        return Mark(int(parts[0]), parts[1], UUID(parts[2]))
    except ValueError:
        return None


def read_slice(legs: Sequence[Leg], *, size: int, after: Mark | None = None, before: Mark | None = None) -> Slice:
    """The page after, or before, a mark; the first page without one, or for a mark that means nothing here."""
    if before is not None and _is_plausible(legs, before):
        found = _ahead(_turned(legs), _turned_mark(legs, before), size + 1)
        if len(found) > size:
            page = [_turned_mark(legs, mark) for mark in reversed(found[:size])]
            return Slice([mark.id for mark in page], page[0], page[-1])
        after = None
    if after is not None and not _is_plausible(legs, after):
        after = None
    found = _ahead(legs, after, size + 1)
    page = found[:size]
    following = page[-1] if len(found) > size else None
    return Slice([mark.id for mark in page], page[0] if page and after else None, following)


def chunks(legs: Sequence[Leg], *, size: int, after: Mark | None = None) -> Iterator[Sequence[Mark]]:
    """All rows from the mark on, so many at once; each chunk is one read, so the caller may pause between them."""
    while found := _ahead(legs, after, size):
        yield found
        after = found[-1]


def _turned(legs: Sequence[Leg]) -> Sequence[Leg]:
    return [leg.turned() for leg in reversed(legs)]


def _turned_mark(legs: Sequence[Leg], mark: Mark) -> Mark:
    return replace(mark, leg=len(legs) - 1 - mark.leg)


def _ahead(legs: Sequence[Leg], mark: Mark | None, size: int) -> list[Mark]:
    found: list[Mark] = []
    for number, leg in enumerate(legs):
        if mark is not None and number < mark.leg:
            continue
        rows = _beyond(leg, mark) if mark is not None and number == mark.leg else leg.rows
        rows = rows.order_by(*_order(leg)).values_list(leg.field, leg.tie)[: size - len(found)]
        found += [Mark(number, _written(value), tie) for value, tie in rows]
        if len(found) >= size:
            break
    return found


def _order(leg: Leg) -> tuple[str, ...]:
    if leg.field == leg.tie:
        return (f"-{leg.field}" if leg.descending else leg.field,)
    return (f"-{leg.field}", leg.tie) if leg.descending else (leg.field, f"-{leg.tie}")


def _beyond(leg: Leg, mark: Mark) -> QuerySet[Any]:
    value = _read(leg, mark.value)
    further = "lt" if leg.descending else "gt"
    if leg.field == leg.tie:
        return leg.rows.filter(**{f"{leg.field}__{further}": value})
    tie = "gt" if leg.descending else "lt"
    same = Q(**{leg.field: value, f"{leg.tie}__{tie}": mark.id})
    return leg.rows.filter(**{f"{leg.field}__{further}e": value}).filter(Q(**{f"{leg.field}__{further}": value}) | same)


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _read(leg: Leg, word: str) -> Any:
    """The value of a mark as the leg's field has it. Raises ValidationError."""
    value = leg.rows.model._meta.get_field(leg.field).to_python(word)
    if value is None:
        raise ValidationError("empty")
    if isinstance(value, date) and value.year not in _YEARS:
        raise ValidationError("implausible")
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValidationError("no zone")
    return value


def _is_plausible(legs: Sequence[Leg], mark: Mark) -> bool:
    if mark.leg >= len(legs):
        return False
    try:
        _read(legs[mark.leg], mark.value)
    except (ValidationError, ValueError, OverflowError):
        return False
    return True
