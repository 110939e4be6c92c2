"""The data files themselves: what they count, and that every fact in them is well formed."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from phoihop.core.errors import Invalid
from phoihop.territory.data_files import UnitFact, read_former, read_regions, read_units
from phoihop.territory.models import CommuneKind, ProvinceKind

PER_PROVINCE = {"38": 166, "40": 130, "42": 69, "44": 78, "46": 40}
WARDS = {"38": 19, "40": 11, "42": 9, "44": 8, "46": 21}


def test_the_country_has_34_provinces_and_3321_communes() -> None:
    provinces, communes = read_units()
    assert sum(province.valid_to is None for province in provinces) == 34
    assert len(communes) == 3321
    assert Counter(commune.kind for commune in communes) == {"commune": 2621, "ward": 687, "special_zone": 13}


def test_the_region_has_483_communes_distributed_as_the_law_says() -> None:
    _, communes = read_units()
    counted = Counter(commune.province for commune in communes if commune.province in PER_PROVINCE)
    assert counted == PER_PROVINCE
    assert counted.total() == 483
    wards = Counter(item.province for item in communes if item.province in WARDS and item.kind == CommuneKind.WARD)
    assert wards == WARDS


def _all_units() -> list[UnitFact]:
    provinces, communes = read_units()
    return [*provinces, *communes, *read_former()[0]]


def test_every_unit_is_well_formed() -> None:
    provinces, communes = read_units()
    codes = [unit.code for unit in _all_units()]
    assert len(set(codes)) == len(codes)
    known = {province.code for province in provinces}
    for unit in _all_units():
        assert unicodedata.is_normalized("NFC", unit.full_name)
        assert unit.full_name.endswith(" " + unit.name)
        assert (unit.lat is None) == (unit.lon is None)
        assert unit.lat is None or 8.0 < unit.lat < 23.5
        assert unit.lon is None or 102.0 < unit.lon < 115.0
        assert unit.km2 is None or unit.km2 > 0
    assert {commune.province for commune in communes} <= known
    assert {province.successor for province in provinces} - {None} <= known


def test_the_kind_is_the_first_word_of_the_full_name() -> None:
    words = {"commune": "Xã", "ward": "Phường", "special_zone": "Đặc khu", "province": "Tỉnh", "city": "Thành phố"}
    words |= {"township": "Thị trấn", "island_district": "Huyện đảo"}
    assert set(words) == {*CommuneKind.values, *ProvinceKind.values}
    assert all(unit.full_name == f"{words[unit.kind]} {unit.name}" for unit in _all_units())


def test_a_code_that_changed_its_meaning_keeps_its_former_meaning_under_another_code() -> None:
    provinces = {province.code: province for province in read_units()[0]}
    assert provinces["44"].name == "Quảng Trị"
    assert provinces["44"].valid_from == date(2025, 7, 1)
    assert provinces["44-old"].name == "Quảng Bình"
    assert provinces["44-old"].valid_to == date(2025, 6, 30)
    assert provinces["44-old"].successor == "44"
    assert provinces["46-old"].full_name == "Tỉnh Thừa Thiên Huế"


def test_regions_name_known_provinces_once() -> None:
    known = {province.code for province in read_units()[0]}
    for region in read_regions():
        named = [member.province for member in region.provinces]
        assert len(set(named)) == len(named)
        assert set(named) <= known


@pytest.mark.parametrize("text", ["", "{", "[]", '{"provinces": []}', '{"regions": [{"code": "X"}]}'])
def test_a_spoiled_file_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "spoiled.json"
    file.write_text(text, encoding="utf-8")
    for read in (read_units, read_former, read_regions):
        with pytest.raises(Invalid, match=r"spoiled\.json"):
            read(file)


def test_a_date_that_is_no_date_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "regions.json"
    region = {"code": "A", "name": "A", "provinces": [["38", "2025-02-30", None]]}
    file.write_text(json.dumps({"regions": [region]}), encoding="utf-8")
    with pytest.raises(Invalid):
        read_regions(file)
