"""The region's other communes: for each unit of the territory an office, a body, four people, a place in the scripts.

Nothing is drawn from outside: the same unit always gets the same people and numbers.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from phoihop.core.text import fold
from phoihop.demo.directory import (
    BodyEntry,
    Directory,
    Group,
    OfficeEntry,
    PersonEntry,
    PositionEntry,
    ProvinceEntry,
    Register,
    Signing,
)
from phoihop.demo.play import CommunePlace
from phoihop.demo.tables import Table, read_table
from phoihop.territory.data_files import CommuneFact, read_units

_SEED: Final = "phoi-hop"
_KM_PER_DEGREE: Final = 111.2


@dataclass(frozen=True)
class Grown:
    """What was added: the wider directory, the added communes' places, and those of their offices by group."""

    directory: Directory
    places: tuple[CommunePlace, ...]
    habits: Table


@dataclass(frozen=True)
class _Added:
    unit: CommuneFact
    office: OfficeEntry
    word: str
    hamlet: str


def grow(directory: Directory, *, most: int | None = None) -> Grown:
    """The directory with every commune of its provinces, or at most ``most`` added in each. Same input, same output."""
    facts = read_table("communes.toml")
    added: list[_Added] = []
    for province in directory.provinces:
        added += list(_offices(directory, province, facts))[:most]
    people = tuple(_people(directory, added, facts))
    grown = replace(
        directory,
        offices=(*directory.offices, *(one.office for one in added)),
        people=(*directory.people, *people),
        groups=tuple(_group(one, directory, added) for one in directory.groups),
    )
    return Grown(grown, tuple(_place(one, facts) for one in added), facts["habits"])


def _offices(directory: Directory, province: ProvinceEntry, facts: Table) -> Iterator[_Added]:
    known = {one.commune for one in directory.offices}
    codes = {one.code for one in directory.offices}
    model = next(one for one in directory.offices if one.kind == "commune" and one.province == province.code)
    units = [one for one in read_units()[1] if one.province == province.code and one.code not in known]
    for place, unit in enumerate(units, start=1):
        code = f"{province.prefix}-{''.join(sign for sign in fold(unit.name).upper() if sign.isalnum())}"
        while code in codes:
            code += "2"
        codes.add(code)
        kind = facts["kinds"][unit.kind]
        yield _Added(unit, _office(unit, code, place, model, kind["word"], facts), kind["word"], kind["hamlet"])


def _office(unit: CommuneFact, code: str, place: int, model: OfficeEntry, word: str, facts: Table) -> OfficeEntry:
    """``model`` is an office of the same province that the data files name."""
    return replace(
        model,
        code=code,
        name=f"Văn phòng HĐND và UBND {word} {unit.name}",
        short_name=f"VP {word} {unit.name}",
        commune=unit.code,
        place=unit.name,
        seat=f"{word} {unit.name}, {model.seat.partition(', ')[2]}",
        hotline=f"{model.hotline[:8]} {1000 + place}",
        bodies=(_body(unit, code, place, model.bodies[0], word, facts),),
    )


def _body(unit: CommuneFact, code: str, place: int, model: BodyEntry, word: str, facts: Table) -> BodyEntry:
    chance = random.Random(f"{_SEED}/{unit.code}")  # noqa: S311  # made-up numbers, no secret
    out, arrivals = model.register("out"), model.register("in")
    registers: tuple[Register, ...] = (
        replace(out, first_number=chance.randint(310, 620)),
        replace(arrivals, first_number=chance.randint(1200, 2100)),
    )
    return replace(
        model,
        code=f"{code}-UBND",
        name=f"Ủy ban nhân dân {word} {unit.name}",
        edxml_id=f"001.{place // 100:02d}.{place % 100:02d}.{model.edxml_id.rpartition('.')[2]}",
        units=tuple(facts["units"]),
        registers=registers,
    )


def _people(directory: Directory, added: Sequence[_Added], facts: Table) -> Iterator[PersonEntry]:
    taken = {one.name for one in directory.people}
    seen: dict[str, int] = defaultdict(int)
    for one in added:
        seen[one.office.province] += 1
        signs_in = seen[one.office.province] <= facts["accounts_in_each_province"]
        chance = random.Random(f"{_SEED}/{one.unit.code}/people")  # noqa: S311  # made-up people, no secret
        for post in facts["staff"]:
            name = _name(chance, facts["names"], taken, women=post["women"])
            yield _person(one, post, name, signs_in=signs_in)


def _name(chance: random.Random, names: dict[str, list[str]], taken: set[str], *, women: float) -> str:
    """A name that nobody in the region has yet."""
    sex = "women" if chance.random() < women else "men"
    while True:
        parts = (names["family"], names[f"middle_{sex}"], names[f"given_{sex}"])
        name = " ".join(chance.choice(values) for values in parts)
        if name not in taken:
            taken.add(name)
            return name


def _person(one: _Added, post: dict[str, Any], name: str, *, signs_in: bool) -> PersonEntry:
    signing = (Signing(f"{one.office.code}-UBND", post["form"], tuple(post["lines"])),) if post["lines"] else ()
    position = PositionEntry(post["title"].format(word=one.word), (post["role"],), signing)
    return PersonEntry(f"{post['handle']}.{one.office.code.lower()}", one.office.code, name, (position,), signs_in)


def _group(group: Group, directory: Directory, added: Sequence[_Added]) -> Group:
    """A group of communes takes in the new ones of its province."""
    first = directory.office_of(group.bodies[0])
    if first.kind != "commune":
        return group
    more = (one.office.bodies[0].code for one in added if one.office.province == first.province)
    return replace(group, bodies=(*group.bodies, *more))


def _place(one: _Added, facts: Table) -> CommunePlace:
    chance = random.Random(f"{_SEED}/{one.unit.code}/place")  # noqa: S311  # made-up places, no secret
    hamlets = tuple(f"{one.hamlet} {name}" for name in chance.sample(facts["hamlets"], 4))
    return CommunePlace(one.office.code, _terrain(one.unit, facts), hamlets, {})


def _terrain(unit: CommuneFact, facts: Table) -> tuple[str, ...]:
    """A guess from where the centre lies and how large the unit is; nothing but the choice of scripts rests on it."""
    if unit.kind == "special_zone":
        return ("island",)
    if _km_to_shore(unit, facts["shore"]) <= facts["shore_km"]:
        return ("coast", "river")
    return ("mountain",) if (unit.km2 or 0.0) >= facts["mountain_km2"] else ("river", "downstream")


def _km_to_shore(unit: CommuneFact, shore: Sequence[Sequence[float]]) -> float:
    if unit.lat is None or unit.lon is None:
        return math.inf
    at = (unit.lon * math.cos(math.radians(unit.lat)) * _KM_PER_DEGREE, unit.lat * _KM_PER_DEGREE)
    line = [(lon * math.cos(math.radians(lat)) * _KM_PER_DEGREE, lat * _KM_PER_DEGREE) for lat, lon in shore]
    return min(_to_segment(at, start, end) for start, end in pairwise(line))


def _to_segment(at: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    along = (end[0] - start[0], end[1] - start[1])
    share = ((at[0] - start[0]) * along[0] + (at[1] - start[1]) * along[1]) / (along[0] ** 2 + along[1] ** 2)
    share = max(0.0, min(1.0, share))
    return math.dist(at, (start[0] + share * along[0], start[1] + share * along[1]))
