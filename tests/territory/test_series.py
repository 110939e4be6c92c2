"""Figures across a change of units: totals to the last one, there and back, and the same in bulk as one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.core.errors import Invalid
from phoihop.territory.bulk import MOST, BulkConversion
from phoihop.territory.data_files import SuccessionFact, read_former, read_units
from phoihop.territory.series import (
    MILLION,
    Conversion,
    Observation,
    Step,
    apportion,
    convert_amounts,
    convert_count,
    convert_series,
)

THEN, NOW = date(2025, 6, 30), date(2025, 7, 1)
_FORMER, _EDGES = read_former()
_TODAY = [commune.code for commune in read_units()[1]]
_BEFORE = [commune.code for commune in _FORMER]


def _conversion(
    edges: Sequence[SuccessionFact], before: Sequence[str], after: Sequence[str], *, back: bool
) -> Conversion:
    steps: dict[str, list[Step]] = {unit: [] for unit in (after if back else before)}
    for edge in edges:
        if back:
            steps[edge.successor].append(Step(edge.predecessor, edge.part_of_successor, edge.part_of_predecessor))
        else:
            steps[edge.predecessor].append(Step(edge.successor, edge.part_of_predecessor, edge.part_of_successor))
    return Conversion(THEN if back else NOW, frozenset(before if back else after), steps)


THERE = _conversion(_EDGES, _BEFORE, _TODAY, back=False)
BACK = _conversion(_EDGES, _BEFORE, _TODAY, back=True)
SPLIT = [unit for unit, steps in THERE.steps.items() if len(steps) > 1]
MERGED = [unit for unit, steps in THERE.steps.items() if len(steps) == 1]

counts = st.integers(-(10**12), 10**12)
former = st.one_of(st.sampled_from(SPLIT), st.sampled_from(_BEFORE))


@settings(deadline=None)
@given(counts, st.lists(st.integers(0, MILLION), min_size=1, max_size=8).filter(any))
def test_parts_add_up_and_none_is_more_than_one_away_from_its_share(amount: int, weights: list[int]) -> None:
    parts = apportion(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)


@settings(deadline=None)
@given(st.dictionaries(former, counts, max_size=60))
def test_totals_are_kept_there_and_back(before: dict[str, int]) -> None:
    there = convert_series((Observation(unit, THEN, value) for unit, value in before.items()), THERE)
    assert there.total(THEN) == sum(before.values())
    assert {unit for unit, _day in there.values} <= THERE.exist
    back = convert_series((Observation(unit, day, value) for (unit, day), value in there.values.items()), BACK)
    assert back.total(THEN) == sum(there.values.values())
    assert {unit for unit, _day in back.values} <= BACK.exist


@settings(deadline=None)
@given(st.dictionaries(former, st.integers(0, 10**9), min_size=1, max_size=60))
def test_a_figure_stays_among_the_kin_of_its_unit(before: dict[str, int]) -> None:
    for unit, value in before.items():
        there, stuck = convert_count(unit, value, THERE)
        assert set(there) <= {step.target for step in THERE.steps[unit]}
        assert sum(there.values()) + sum(stuck.values()) == value
        for target in there:
            assert unit in {step.target for step in BACK.steps[target]}, "who was made of it can be made of it again"


@settings(deadline=None)
@given(st.data())
def test_with_the_figures_of_before_as_weights_merged_units_come_back_exactly(data: st.DataObject) -> None:
    """Of a unit made of whole ones: what went in comes out, when it is known how it was shared before."""
    whole = [unit for unit, steps in BACK.steps.items() if all(step.part_of_target == MILLION for step in steps)]
    chosen = data.draw(st.sampled_from(whole))
    parts = {step.target: data.draw(st.integers(1, 10**6)) for step in BACK.steps[chosen]}
    there = convert_series((Observation(unit, THEN, value) for unit, value in parts.items()), THERE)
    assert there.values == {(chosen, THEN): sum(parts.values())}
    back, stuck = convert_count(chosen, sum(parts.values()), BACK, like=parts)
    assert (back, stuck) == (parts, {})


def test_what_cannot_be_apportioned_is_kept_apart_and_named() -> None:
    unknown = "15772-old"  # a township shared among three communes, of which the estimate hardly finds one
    series = convert_series([Observation(unknown, THEN, 41)], THERE)
    assert (series.values, series.undetermined) == ({}, {(unknown, THEN): 41})
    assert series.total(THEN) == 41


def test_known_weights_come_before_areas() -> None:
    by = Conversion(NOW, frozenset({"a", "b"}), {"ab": (Step("a", 900_000, MILLION), Step("b", 100_000, MILLION))})
    assert convert_count("ab", 10, by)[0] == {"a": 9, "b": 1}
    assert convert_count("ab", 10, by, like={"a": 1, "b": 4})[0] == {"a": 2, "b": 8}
    assert convert_count("ab", 10, by, like={"a": 1})[0] == {"a": 9, "b": 1}, "half-known weights are none"
    assert convert_count("ab", -10, by)[0] == {"a": -9, "b": -1}


def test_a_series_goes_on_across_several_changes() -> None:
    by = Conversion(NOW, frozenset({"c"}), {"a": (Step("b", MILLION, None),), "b": (Step("c", MILLION, None),)})
    seen = [Observation("a", THEN, 3), Observation("b", THEN, 4), Observation("c", NOW, 5)]
    assert convert_series(seen, by).values == {("c", THEN): 7, ("c", NOW): 5}


def test_a_unit_that_never_was_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="99999"):
        convert_count("99999", 1, THERE)
    with pytest.raises(Invalid, match="99999"):
        BulkConversion(THERE).indexes(["99999"])


@settings(deadline=None)
@given(st.dictionaries(former, st.decimals(0, 10**9, places=3), min_size=1, max_size=20))
def test_amounts_keep_their_totals_to_the_last_decimal(amounts: dict[str, Decimal]) -> None:
    there, stuck = convert_amounts(amounts, THERE)
    assert sum(there.values()) + sum(stuck.values()) == sum(amounts.values())


def test_an_amount_that_is_no_number_is_refused() -> None:
    with pytest.raises(Invalid):
        convert_amounts({_BEFORE[0]: Decimal("NaN")}, THERE)


@settings(deadline=None)
@given(
    st.lists(st.tuples(former, counts), max_size=80), st.lists(st.tuples(st.sampled_from(_TODAY), counts), max_size=80)
)
def test_bulk_gives_what_one_by_one_gives(old: list[tuple[str, int]], new: list[tuple[str, int]]) -> None:
    for by, bulk, rows in ((THERE, _BULK_THERE, old + new), (BACK, _BULK_BACK, new + old)):
        mapped = bulk.map_rows(
            bulk.indexes(unit for unit, _count in rows), np.array([count for _unit, count in rows], np.int64)
        )
        one_by_one = [convert_count(unit, count, by) for unit, count in rows]
        for place, (there, stuck) in enumerate(one_by_one):
            mine = mapped.row == place
            got = {
                mapped.units[unit]: int(count)
                for unit, count in zip(mapped.unit[mine], mapped.count[mine], strict=True)
            }
            assert got == there | stuck
            assert bool(mapped.is_determined[mine].all()) == (not stuck)


_BULK_THERE, _BULK_BACK = BulkConversion(THERE), BulkConversion(BACK)


def test_bulk_sums_by_unit_and_refuses_what_would_overflow() -> None:
    units = _BULK_THERE.indexes([MERGED[0], MERGED[0], MERGED[1]])
    sums = _BULK_THERE.map_rows(units, np.array([1, 2, 4], np.int64)).sums()
    assert sum(sums.values()) == 7
    with pytest.raises(Invalid, match="quá lớn"):
        _BULK_THERE.map_rows(units[:1], np.array([MOST + 1], np.int64))
    nothing = _BULK_THERE.map_rows(units[:0], np.array([], np.int64))
    assert nothing.sums() == {}
