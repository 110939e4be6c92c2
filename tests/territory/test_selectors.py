"""Reading the units: counts, order, time, search, and how many queries it takes."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from pytest_django import DjangoAssertNumQueries

from phoihop.core.errors import NotFound
from phoihop.core.text import fold, sort_key
from phoihop.territory import selectors
from phoihop.territory.models import CommuneKind

pytestmark = pytest.mark.usefixtures("as_some_office")


def test_the_region_has_five_provinces_and_483_communes_today(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        rows = selectors.province_overviews(selectors.region_provinces())
    assert {row.province.code: row.communes for row in rows} == {"38": 166, "40": 130, "42": 69, "44": 78, "46": 40}
    totals = selectors.totals_of(rows)
    assert (totals.communes, totals.wards, totals.special_zones, totals.unknown_areas) == (483, 68, 1, 2)
    assert totals.km2 == pytest.approx(50101.33, abs=0.01)


def test_provinces_stand_in_vietnamese_order() -> None:
    assert [province.name for province in selectors.region_provinces()] == [
        "Hà Tĩnh",
        "Huế",
        "Nghệ An",
        "Quảng Trị",
        "Thanh Hóa",
    ]


def test_communes_stand_in_vietnamese_order_by_their_letters_then_their_tones() -> None:
    names = [commune.name for commune in selectors.communes()]
    assert len(names) == 3321
    assert all(sort_key(one) <= sort_key(other) for one, other in pairwise(names))
    first_of = {letter: next(i for i, name in enumerate(names) if name.startswith(letter)) for letter in "ABCDĐEGHX"}
    assert sorted(first_of, key=first_of.__getitem__) == list("ABCDĐEGHX")


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2024, 6, 30), "Hà Tĩnh, Nghệ An, Quảng Bình, Quảng Trị, Thanh Hóa, Thừa Thiên Huế"),
        (date(2024, 12, 31), "Hà Tĩnh, Nghệ An, Quảng Bình, Quảng Trị, Thanh Hóa, Thừa Thiên Huế"),
        (date(2025, 1, 1), "Hà Tĩnh, Huế, Nghệ An, Quảng Bình, Quảng Trị, Thanh Hóa"),
        (date(2025, 6, 30), "Hà Tĩnh, Huế, Nghệ An, Quảng Bình, Quảng Trị, Thanh Hóa"),
        (date(2025, 7, 1), "Hà Tĩnh, Huế, Nghệ An, Quảng Trị, Thanh Hóa"),
    ],
)
def test_the_region_on_an_earlier_day(day: date, names: str) -> None:
    assert ", ".join(province.name for province in selectors.region_provinces(on=day)) == names


def test_the_country_has_34_provinces_and_an_unknown_region_none() -> None:
    assert selectors.provinces().count() == 34
    assert selectors.region_provinces(region="QK4").count() == 5
    assert selectors.region_provinces(region="QK9").count() == 0


def test_the_communes_of_a_day_are_those_of_that_day() -> None:
    assert selectors.communes(province="38", on=date(2025, 6, 30)).count() == 547
    assert selectors.communes(province="38", on=date(2025, 7, 1)).count() == 166
    assert selectors.communes(province="44-old", on=date(2025, 6, 30)).count() == 145
    assert selectors.communes(province="45-old", on=date(2024, 6, 30)).count() == 120
    assert selectors.communes(province="46", on=date(2025, 6, 30)).count() == 133
    assert selectors.communes(on=date(2025, 6, 30)).count() == 10_040


def test_no_communes_are_claimed_where_the_list_of_that_time_is_not_known() -> None:
    """Thừa Thiên Huế was divided anew when it became a city: of before, no source is held."""
    assert selectors.communes(province="46", on=date(2024, 12, 31)).count() == 0
    assert selectors.communes(province="46-old", on=date(2024, 12, 31)).count() == 0


def test_a_former_province_names_its_successor(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        successor = selectors.get_province("44-old").successor
        assert successor is not None
        assert successor.full_name == "Tỉnh Quảng Trị"
    with pytest.raises(NotFound):
        selectors.get_province("99")


def test_communes_are_narrowed_by_kind_words_and_code() -> None:
    assert selectors.communes(province="46", kind=CommuneKind.WARD).count() == 21
    assert [item.name for item in selectors.communes(province="38", text="ham rong")] == ["Hàm Rồng"]
    assert [item.name for item in selectors.communes(province="38", text="phường HÀM")] == ["Hàm Rồng"]
    assert [item.name for item in selectors.communes(text="19742")] == ["Cồn Cỏ"]
    assert selectors.communes(province="38", text="%").count() == 0


def test_communes_can_be_ordered_by_area_with_the_unknown_last_and_by_code() -> None:
    by_area = [item.km2 for item in selectors.communes(province="44", order="area")]
    known = [area for area in by_area if area is not None]
    assert known == sorted(known, reverse=True)
    assert by_area[-2:] == [None, None]
    codes = [item.code for item in selectors.communes(province="44", order="code")]
    assert codes == sorted(codes)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ham rong", "Phường Hàm Rồng"),
        ("Hàm Rồng Thanh Hóa", "Phường Hàm Rồng"),
        ("thanh hoa ham rong", "Phường Hàm Rồng"),
        ("hue", "Thành phố Huế"),
        ("thừa thiên", "Tỉnh Thừa Thiên Huế"),
        ("quang binh", "Tỉnh Quảng Bình"),
        ("đông thọ", "Phường Đông Thọ"),
        ("dong tho thanh pho thanh hoa", "Phường Đông Thọ"),
        ("trung hòa cầu giấy", None),
        ("con co", "Đặc khu Cồn Cỏ"),
        ("44", "Tỉnh Quảng Trị"),
        ("19742", "Đặc khu Cồn Cỏ"),
        ("cầu giấy", None),
        ("a%", None),
        ("   ", None),
    ],
)
def test_search_finds_what_was_meant(text: str, first: str | None) -> None:
    found = selectors.search(text)
    assert (found[0].full_name if found else None) == first


def test_search_reaches_as_far_as_asked() -> None:
    assert selectors.search("cầu giấy", within=selectors.provinces())[0].province_name == "Thành phố Hà Nội"


def test_search_stops_at_its_limit_and_takes_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        found = selectors.search("phuong", limit=5)
    assert len(found) == 5
    assert all(" phuong" in f" {fold(match.full_name)}" for match in found)


def test_the_map_takes_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        drawn = selectors.map_sketch()
    assert drawn.body.startswith(b'{"type":"FeatureCollection","bbox":[')
