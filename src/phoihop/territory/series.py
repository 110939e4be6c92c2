"""Carries figures across a change of units without losing or inventing any. Pure: no database.

A figure of a unit that was wholly taken into another goes there whole. A figure of a unit that was split, or of a
merged unit that is asked for as its former parts, is apportioned by largest remainder, so that the parts add up to it
exactly: by area, or by a figure known for the parts (``like``), such as their people. Where neither is known it is not
apportioned at all, but kept apart as undetermined. Area says little of where people live: ``like`` is better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid

MILLION = 1_000_000


@dataclass(frozen=True)
class Step:
    """From a unit to one that it became, or was made of.

    ``part`` is how much of the unit's area is meant, ``part_of_target`` how much of the other's, both in millionths;
    None where it is not known.
    """

    target: str
    part: int | None
    part_of_target: int | None


@dataclass(frozen=True)
class Conversion:
    """How units of any day become the units of one day: those that ``exist`` then, and the ``steps`` of all others.

    A unit with no steps (nothing is known of what it was before) leads nowhere. Steps lead towards the day and end.
    """

    day: date
    exist: frozenset[str]
    steps: Mapping[str, Sequence[Step]]

    def knows(self, unit: str) -> bool:
        """Whether the unit is one of any day."""
        return unit in self.exist or unit in self.steps


@dataclass(frozen=True)
class Observation:
    """A figure of a unit (its code here, not the bare GSO number) in a period, such as a day."""

    unit: str
    period: date
    value: int


@dataclass(frozen=True)
class Series:
    """Figures by unit and period. ``undetermined`` are those that could not be brought to the units of the day,
    under the units they came in; with them the totals of every period are what they were."""

    values: Mapping[tuple[str, date], int]
    undetermined: Mapping[tuple[str, date], int]

    def total(self, period: date) -> int:
        """All that was observed in a period."""
        both = (*self.values.items(), *self.undetermined.items())
        return sum(value for (_unit, when), value in both if when == period)


def convert_series(
    observations: Iterable[Observation], by: Conversion, *, like: Mapping[str, int] | None = None
) -> Series:
    """Every figure in the units of the conversion's day, figures of one unit and period added up.

    A series that crosses a change thus means the same places before and after. ``like`` gives weights of units of the
    day. Raises Invalid (``unit_unknown``) for a unit that never was.
    """
    values: defaultdict[tuple[str, date], int] = defaultdict(int)
    undetermined: defaultdict[tuple[str, date], int] = defaultdict(int)
    for seen in observations:
        counts, left = convert_count(seen.unit, seen.value, by, like=like)
        for unit, value in counts.items():
            values[unit, seen.period] += value
        for unit, value in left.items():
            undetermined[unit, seen.period] += value
    return Series(dict(values), dict(undetermined))


def convert_count(
    unit: str, value: int, by: Conversion, *, like: Mapping[str, int] | None = None
) -> tuple[dict[str, int], dict[str, int]]:
    """One figure in the units of the day, and what could not be brought there, under the unit it got stuck in."""
    if not by.knows(unit):
        raise Invalid("unit_unknown", _("Không có đơn vị hành chính mang mã %(code)s.") % {"code": unit})
    arrived: defaultdict[str, int] = defaultdict(int)
    stuck: defaultdict[str, int] = defaultdict(int)
    waiting = [(unit, value)]
    while waiting:
        at, amount = waiting.pop()
        if at in by.exist:
            arrived[at] += amount
            continue
        weights = _weights(by.steps[at], like)
        if weights is None:
            stuck[at] += amount
        else:
            targets = [step.target for step in by.steps[at]]
            waiting += zip(targets, apportion(amount, weights), strict=True)
    return dict(arrived), dict(stuck)


def convert_amounts(
    amounts: Mapping[str, Decimal], by: Conversion, *, like: Mapping[str, int] | None = None
) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """As ``convert_count`` for amounts with decimals (hectares, triệu đồng), to the finest place that any of them has.

    Raises Invalid for what is no number.
    """
    if not all(amount.is_finite() for amount in amounts.values()):
        raise Invalid("amount_malformed", _("Có giá trị không phải là số."))
    places = max((max(-int(amount.as_tuple().exponent), 0) for amount in amounts.values()), default=0)
    arrived: defaultdict[str, int] = defaultdict(int)
    stuck: defaultdict[str, int] = defaultdict(int)
    for unit, amount in amounts.items():
        there, left = convert_count(unit, int(amount.scaleb(places)), by, like=like)
        for sums, found in ((arrived, there), (stuck, left)):
            for code, value in found.items():
                sums[code] += value
    return (
        {unit: Decimal(value).scaleb(-places) for unit, value in arrived.items()},
        {unit: Decimal(value).scaleb(-places) for unit, value in stuck.items()},
    )


def _weights(steps: Sequence[Step], like: Mapping[str, int] | None) -> Sequence[Fraction] | None:
    """Weights of the steps; None when the figure may not be apportioned."""
    if len(steps) == 1:
        return (Fraction(1),)
    if like is not None and (known := _known_weights(steps, like)) is not None:
        return known
    if not steps or any(step.part is None for step in steps):
        return None
    return [Fraction(step.part or 0) for step in steps]


def _known_weights(steps: Sequence[Step], like: Mapping[str, int]) -> Sequence[Fraction] | None:
    """Each target's known figure, as far as the target is part of this unit; None when any of that is not known."""
    if any(step.target not in like or step.part_of_target is None for step in steps):
        return None
    weights = [Fraction(like[step.target] * (step.part_of_target or 0)) for step in steps]
    return weights if sum(weights) > 0 and min(weights) >= 0 else None


def apportion(amount: int, weights: Sequence[Fraction | int]) -> list[int]:
    """The amount in whole parts as the weights are, by largest remainder; of equal remainders the first gets the unit.

    The parts add up to the amount exactly, also below zero. Weights are not negative and not all zero.
    """
    size = abs(amount)
    total = sum(weights)
    whole, rest = [], []
    for weight in weights:
        quotient, remainder = divmod(size * weight, total)
        whole.append(int(quotient))
        rest.append(remainder)
    order = sorted(range(len(weights)), key=lambda place: (-rest[place], place))
    for place in order[: size - sum(whole)]:
        whole[place] += 1
    return whole if amount >= 0 else [-part for part in whole]
