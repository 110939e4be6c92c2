"""What units were and became: both ways, by number and day, and every figure of the data."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from phoihop.core.errors import NotFound
from phoihop.core.text import sort_key
from phoihop.territory import selectors
from phoihop.territory.data_files import read_former, read_units
from phoihop.territory.models import MILLION, Commune, Province
from phoihop.territory.series import Observation, convert_series
from phoihop.territory.workbooks import units_workbook

pytestmark = pytest.mark.usefixtures("as_some_office")

BEFORE, TODAY = date(2025, 6, 30), date(2025, 7, 1)


def test_every_former_commune_became_something_and_every_one_of_today_was_made_of_something() -> None:
    _, today = read_units()
    former, edges = read_former()
    assert {edge.predecessor for edge in edges} == {commune.code for commune in former}
    assert {edge.successor for edge in edges} == {commune.code for commune in today}
    assert len({(edge.predecessor, edge.successor) for edge in edges}) == len(edges)


def test_known_parts_add_up_to_the_whole_both_ways() -> None:
    _, edges = read_former()
    for end, part in (("predecessor", "part_of_predecessor"), ("successor", "part_of_successor")):
        parts = defaultdict(list)
        for edge in edges:
            parts[getattr(edge, end)].append(getattr(edge, part))
        for unit, found in parts.items():
            assert found == [None] * len(found) or sum(found) == MILLION, unit


def test_no_number_meant_two_units_on_one_day() -> None:
    spans = defaultdict(list)
    provinces = Province.objects.values_list("gso", "valid_from", "valid_to")
    for gso, begins, ends in (*provinces, *Commune.objects.values_list("gso", "valid_from", "valid_to")):
        spans[gso].append((begins or date.min, ends or date.max))
    for gso, found in spans.items():
        found.sort()
        assert all(one[1] < other[0] for one, other in pairwise(found)), gso


@pytest.mark.parametrize(
    ("gso", "day", "meant"),
    [
        ("44", date(2014, 1, 1), "Tỉnh Quảng Bình"),
        ("44", BEFORE, "Tỉnh Quảng Bình"),
        ("44", TODAY, "Tỉnh Quảng Trị"),
        ("45", BEFORE, "Tỉnh Quảng Trị"),
        ("46", date(2024, 12, 31), "Tỉnh Thừa Thiên Huế"),
        ("46", date(2025, 1, 1), "Thành phố Huế"),
        ("14758", BEFORE, "Phường Đông Thọ"),
        ("14758", TODAY, "Phường Hàm Rồng"),
        ("471", BEFORE, "Huyện đảo Cồn Cỏ"),
    ],
)
def test_a_number_means_a_unit_only_on_a_day(gso: str, day: date, meant: str) -> None:
    unit = selectors.resolve(gso, on=day)
    assert unit.full_name == meant
    assert selectors.resolve_all([(gso, day)]) == {(gso, day): unit.code}


def test_a_number_that_means_nothing_on_that_day_says_so() -> None:
    with pytest.raises(NotFound, match=r"01/07/2025.*45"):
        selectors.resolve("45", on=TODAY)
    assert selectors.resolve_all([("45", TODAY)]) == {("45", TODAY): selectors.Unresolved("45", TODAY)}


def test_a_split_ward_names_its_parts_and_they_name_it(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ward = selectors.get_commune("14758-old")
    with django_assert_num_queries(1):
        parts = selectors.successors_of(ward)
    assert [kin.unit.full_name for kin in parts] == ["Phường Hàm Rồng", "Phường Hạc Thành"]
    assert sum(kin.part or 0 for kin in parts) == MILLION
    for kin in parts:
        assert "14758-old" in {origin.unit.code for origin in selectors.origins_of(kin.unit)}
    with pytest.raises(NotFound):
        selectors.get_commune("14758-new")


@settings(deadline=None)
@given(st.sampled_from([edge.predecessor for edge in read_former()[1]]))
def test_there_and_back_every_unit_finds_itself(code: str) -> None:
    for kin in selectors.successors_of(Commune(code=code)):
        assert code in {origin.unit.code for origin in selectors.origins_of(kin.unit)}


def test_a_series_keeps_its_meaning_across_the_change(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Quảng Trị of today from 2024 on: the two provinces then, the one now; as two again only by estimated area."""
    with django_assert_num_queries(4):
        now = selectors.conversion(on=TODAY)
    seen = [Observation("44-old", date(2024, 1, 1), 60), Observation("45-old", date(2024, 1, 1), 40)]
    seen += [Observation("44", date(2026, 1, 1), 110), Observation("46-old", date(2024, 1, 1), 5)]
    assert convert_series(seen, now).values == {
        ("44", date(2024, 1, 1)): 100,
        ("44", date(2026, 1, 1)): 110,
        ("46", date(2024, 1, 1)): 5,
    }
    then = convert_series(seen, selectors.conversion(on=date(2024, 6, 30)))
    assert then.values["44-old", date(2026, 1, 1)] == 69
    assert then.values["45-old", date(2026, 1, 1)] == 41
    assert then.values["46-old", date(2024, 1, 1)] == 5


def test_what_is_not_known_of_before_is_not_invented() -> None:
    """Of the communes of Thừa Thiên Huế before it became a city no list is held."""
    hue = next(iter(selectors.communes(province="46", on=TODAY)))
    series = convert_series([Observation(hue.code, TODAY, 7)], selectors.conversion(on=date(2024, 6, 30)))
    assert not series.values
    assert series.total(TODAY) == 7


def test_the_workbook_holds_provinces_communes_and_both_side_by_side() -> None:
    of = Province.objects.filter(code__in=["44-old", "45-old"]).order_by("sort_key")
    book = load_workbook(BytesIO(units_workbook(of, on=BEFORE)), read_only=True)
    provinces, communes, pairs = (list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets)
    assert [row[:3] for row in provinces[1:]] == [("44", "Tỉnh Quảng Bình", 145), ("45", "Tỉnh Quảng Trị", 120)]
    assert len(communes) == 1 + 145 + 120
    names = [str(row[1]).split(" ", 1)[1] for row in communes[1:] if row[4] == "Tỉnh Quảng Bình" and row[2] == "Xã"]
    assert names == sorted(names, key=sort_key)
    assert len(pairs) == 1 + 265
    assert {row[6] for row in pairs[1:]} == {"Tỉnh Quảng Trị"}


def test_estimates_and_the_unknown_are_called_so_in_the_workbook() -> None:
    of = Province.objects.filter(code="38")
    book = load_workbook(BytesIO(units_workbook(of, on=TODAY)), read_only=True)
    rows = {(row[0], row[4]): row for row in book.worksheets[2].iter_rows(values_only=True)}
    assert rows["14758", "14758"][7:] == (58.64, 11.99, "Tỷ lệ theo diện tích là số ước tính")
    assert rows["15772", "15796"][7:] == (None, None, "Chưa rõ tỷ lệ chia theo diện tích")
