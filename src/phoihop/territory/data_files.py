"""Reads the data files of this room: units, regions and outlines. No database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from phoihop.core.errors import Invalid

FOLDER = Path(__file__).parent / "data"
UNITS = FOLDER / "units.json"
FORMER = FOLDER / "former_units.json"
REGIONS = FOLDER / "regions.json"
OUTLINES = FOLDER / "region_outlines.geojson"

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class UnitFact:
    """What a file states of any unit; see ``models.Unit`` for the meaning of the fields."""

    code: str
    gso: str
    kind: str
    name: str
    full_name: str
    lat: float | None
    lon: float | None
    km2: float | None
    valid_to: date | None


@dataclass(frozen=True)
class ProvinceFact(UnitFact):
    """A province as the file states it."""

    valid_from: date | None
    successor: str | None
    part_of_successor: int | None


@dataclass(frozen=True)
class CommuneFact(UnitFact):
    """A commune as the file states it."""

    province: str
    valid_from: date | None
    district: str = ""


@dataclass(frozen=True)
class SuccessionFact:
    """Who became whom; the parts are millionths of the area of each, or None; see ``models.CommuneSuccession``."""

    predecessor: str
    successor: str
    part_of_predecessor: int | None
    part_of_successor: int | None


@dataclass(frozen=True)
class MembershipFact:
    """A province's time in a region."""

    region: str
    province: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class RegionFact:
    """A region with its provinces."""

    code: str
    name: str
    provinces: tuple[MembershipFact, ...]


@dataclass(frozen=True)
class Outline:
    """One feature of the map: the outline of a province, or a point for an island the outlines leave out."""

    code: str
    province: str
    valid_from: date | None
    valid_to: date | None
    feature: Mapping[str, Any]


def read_units(path: Path = UNITS) -> tuple[Sequence[ProvinceFact], Sequence[CommuneFact]]:
    """Provinces, former ones last, and communes. Raises Invalid when the file cannot be read as such."""
    content = _load(path)
    try:
        provinces = [ProvinceFact(**row) for row in _rows(content, "province_columns", "provinces")]
        communes = [CommuneFact(**row) for row in _rows(content, "commune_columns", "communes")]
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(path, error) from error
    return provinces, communes


def read_former(path: Path = FORMER) -> tuple[Sequence[CommuneFact], Sequence[SuccessionFact]]:
    """The communes that ended and what they became. Raises Invalid when the file cannot be read as such."""
    content = _load(path)
    try:
        ended = _day(content["last_day"])
        rows = _rows(content, "commune_columns", "communes")
        communes = [CommuneFact(**row, km2=None, valid_to=ended) for row in rows]
        names = content["succession_columns"]
        edges = [SuccessionFact(**dict(zip(names, row, strict=True))) for row in content["successions"]]
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(path, error) from error
    return communes, edges


def read_regions(path: Path = REGIONS) -> Sequence[RegionFact]:
    """The regions of the file. Raises Invalid when the file cannot be read as such."""
    content = _load(path)
    try:
        return [_region(item) for item in content["regions"]]
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(path, error) from error


@cache
def read_outlines() -> tuple[Outline, ...]:
    """Every outline held, today's and former. Read once per process: the file comes with the program."""
    return tuple(
        Outline(
            code=feature["properties"]["code"],
            province=feature["properties"]["province"],
            valid_from=_day(feature["properties"]["valid_from"]),
            valid_to=_day(feature["properties"]["valid_to"]),
            feature=feature,
        )
        for feature in _load(OUTLINES)["features"]
    )


def _region(item: Mapping[str, Any]) -> RegionFact:
    code = item["code"]
    members = tuple(
        MembershipFact(code, province, _day(begins), _day(ends)) for province, begins, ends in item["provinces"]
    )
    return RegionFact(code, item["name"], members)


def _rows(content: Mapping[str, Any], columns: str, rows: str) -> Iterator[dict[str, Any]]:
    names = content[columns]
    for row in content[rows]:
        fact = dict(zip(names, row, strict=True))
        yield {**fact, **{name: _day(fact[name]) for name in ("valid_from", "valid_to") if name in fact}}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> Invalid:
    return Invalid("territory_file_unreadable", f"{path}: {error}")
