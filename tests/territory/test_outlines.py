"""The map: valid GeoJSON, the right shapes on the right day, nothing outside the region."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from phoihop.territory.data_files import read_outlines, read_units
from phoihop.territory.outlines import bounds_of, outlines_of, sketch

TODAY = frozenset({"38", "40", "42", "44", "46"})
SIX = frozenset({"38", "40", "42", "44-old", "45-old", "46-old"})
NOW = date(2026, 11, 23)
BEFORE = date(2024, 6, 30)

Ring = list[list[float]]


def _rings() -> list[tuple[str, Ring]]:
    return [
        (outline.code, ring)
        for outline in read_outlines()
        if outline.feature["geometry"]["type"] == "Polygon"
        for ring in outline.feature["geometry"]["coordinates"]
    ]


def _area(ring: Ring) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring)) / 2


def _holds(ring: Ring, lon: float, lat: float) -> bool:
    """Whether a point lies inside, by counting the borders east of it."""
    inside = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > lat) != (by > lat) and lon < (bx - ax) * (lat - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def test_rings_are_closed_counter_clockwise_and_do_not_stand_still() -> None:
    rings = _rings()
    assert len(rings) == 8
    for code, ring in rings:
        assert ring[0] == ring[-1], code
        assert len(ring) > 100, code
        assert _area(ring) > 0, code
        assert all(a != b for a, b in pairwise(ring)), code
        assert len({tuple(point) for point in ring}) == len(ring) - 1, f"{code} touches itself"


def test_shapes_lie_in_the_region() -> None:
    for code, ring in _rings():
        assert all(103.8 < lon < 108.3 and 15.9 < lat < 20.7 for lon, lat in ring), code


def test_a_province_lies_inside_its_outline_and_so_do_nearly_all_its_communes() -> None:
    provinces, communes = read_units()
    centres = {unit.code: (unit.lon, unit.lat) for unit in (*provinces, *communes) if unit.lon and unit.lat}
    for code, ring in _rings():
        assert _holds(ring, *centres[code]), code
        own = [commune for commune in communes if commune.province == code]
        inside = sum(_holds(ring, *centres[commune.code]) for commune in own)
        assert inside >= 0.9 * len(own), f"{code}: {inside} of {len(own)}"


def test_the_merged_province_is_exactly_the_two_it_was_made_of() -> None:
    areas = {code: _area(ring) for code, ring in _rings()}
    assert areas["44"] == pytest.approx(areas["44-old"] + areas["45-old"], rel=1e-9)
    assert areas["46"] == areas["46-old"]


def test_today_shows_five_provinces_and_the_island() -> None:
    assert [outline.code for outline in outlines_of(TODAY, NOW)] == ["38", "40", "42", "44", "46", "19742"]


def test_an_earlier_day_shows_six_provinces_and_still_the_island() -> None:
    shown = [outline.code for outline in outlines_of(SIX, BEFORE)]
    assert sorted(shown) == sorted([*SIX, "471-old"])


def test_the_first_and_the_last_day_of_a_province_are_its_own() -> None:
    both = frozenset({"44", "44-old"})
    assert {outline.code for outline in outlines_of(both, date(2025, 6, 30))} == {"44-old"}
    assert {outline.code for outline in outlines_of(both, date(2025, 7, 1))} == {"44", "19742"}


def test_the_rectangle_holds_every_shape_with_room_around() -> None:
    shown = outlines_of(TODAY, NOW)
    west, south, east, north = bounds_of(shown)
    for outline in shown:
        own_west, own_south, own_east, own_north = bounds_of([outline])
        assert west <= own_west < own_east <= east
        assert south <= own_south < own_north <= north
    with pytest.raises(ValueError, match="no outlines"):
        bounds_of([])


def test_the_sketch_is_geojson_and_its_tag_follows_its_content() -> None:
    drawn = sketch(TODAY, NOW)
    content: dict[str, Any] = json.loads(drawn.body)
    assert content["type"] == "FeatureCollection"
    assert content["bbox"] == list(bounds_of(outlines_of(TODAY, NOW)))
    assert {feature["type"] for feature in content["features"]} == {"Feature"}
    assert sketch(TODAY, date(2026, 11, 24)).etag == drawn.etag
    assert sketch(SIX, BEFORE).etag != drawn.etag


def test_no_provinces_give_an_empty_map_not_an_error() -> None:
    assert json.loads(sketch(frozenset(), NOW).body) == {"type": "FeatureCollection", "features": []}
