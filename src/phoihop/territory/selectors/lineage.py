"""What units were before and became later: for pages, for lists side by side, and to convert figures.

``on`` is a calendar day in the region; left out, it is today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.core.errors import NotFound
from phoihop.territory.models import MILLION, Commune, CommuneSuccession, Province
from phoihop.territory.series import Conversion, Step


@dataclass(frozen=True)
class Kinship:
    """A unit that another became, or was made of. The parts are millionths of the area of each; None: not known."""

    unit: Commune
    part: int | None
    part_of_unit: int | None

    @property
    def percent(self) -> float | None:
        """How much of the unit asked about, in percent."""
        return None if self.part is None else self.part / (MILLION / 100)

    @property
    def percent_of_unit(self) -> float | None:
        """How much of this unit, in percent."""
        return None if self.part_of_unit is None else self.part_of_unit / (MILLION / 100)

    @property
    def is_whole(self) -> bool:
        """All of the unit asked about."""
        return self.part == MILLION

    @property
    def takes_all_of_unit(self) -> bool:
        """All of this unit."""
        return self.part_of_unit == MILLION


@dataclass(frozen=True)
class Correspondence:
    """One line of the list of former communes beside those of today."""

    before: Commune
    after: Commune
    part_of_before: int | None
    part_of_after: int | None


@dataclass(frozen=True)
class Unresolved:
    """A number that named no unit on that day."""

    gso: str
    on: date


def get_commune(code: str) -> Commune:
    """The commune of today or of former times with this code, with its province. Raises NotFound."""
    found = Commune.objects.select_related("province").filter(code=code).first()
    if found is None:
        raise NotFound("commune_unknown", _("Không có xã, phường, đặc khu mang mã này."))
    return found


def successors_of(commune: Commune) -> Sequence[Kinship]:
    """What a former commune became, the greatest part first, unknown parts last. One query."""
    edges = commune.became.select_related("successor__province")
    found = [Kinship(edge.successor, edge.part_of_predecessor, edge.part_of_successor) for edge in edges]
    return sorted(found, key=_greatest_first)


def origins_of(commune: Commune) -> Sequence[Kinship]:
    """The former communes that a commune of today was made of, in dictionary order. One query."""
    edges = commune.made_of.select_related("predecessor__province")
    found = [Kinship(edge.predecessor, edge.part_of_successor, edge.part_of_predecessor) for edge in edges]
    return sorted(found, key=lambda kin: (kin.unit.sort_key, kin.unit.code))


def predecessors_of(province: Province) -> QuerySet[Province]:
    """The provinces that became this one, in dictionary order."""
    return province.predecessors.order_by("sort_key", "code")


def correspondences(*, of: Iterable[str]) -> Iterator[Correspondence]:
    """Former communes beside those of today, where either lies in one of the provinces ``of`` (codes).

    In the order of the former ones: province, district, name. One query.
    """
    codes = list(of)
    edges = CommuneSuccession.objects.select_related("predecessor__province", "successor__province")
    edges = (edges.filter(predecessor__province__in=codes) | edges.filter(successor__province__in=codes)).order_by(
        "predecessor__province__sort_key",
        "predecessor__district_key",
        "predecessor__sort_key",
        "predecessor",
        "successor",
    )
    for edge in edges:
        yield Correspondence(edge.predecessor, edge.successor, edge.part_of_predecessor, edge.part_of_successor)


def resolve(gso: str, *, on: date | None = None) -> Province | Commune:
    """The unit that a GSO number meant on a day: 44 was Quảng Bình until 30 June 2025. Raises NotFound."""
    day = on or today()
    for units in (Province.objects.all(), Commune.objects.select_related("province")):
        for unit in units.filter(gso=gso):
            if _was_on(unit.valid_from, unit.valid_to, day):
                return unit
    raise NotFound("unit_unknown", no_such_unit(gso, day))


def no_such_unit(gso: str, on: date) -> str:
    """The sentence for a number that meant no unit on a day."""
    said = _("Ngày %(day)s không có đơn vị hành chính mang mã %(gso)s.")
    return said % {"day": on.strftime("%d/%m/%Y"), "gso": gso}


def resolve_all(numbers: Iterable[tuple[str, date]]) -> Mapping[tuple[str, date], str | Unresolved]:
    """(GSO number, day) → the code of the unit meant, for many at once. Two queries."""
    wanted = set(numbers)
    named: defaultdict[str, list[tuple[str, date | None, date | None]]] = defaultdict(list)
    for model in (Province, Commune):
        rows = model.objects.filter(gso__in={gso for gso, _day in wanted})
        for gso, code, begins, ends in rows.values_list("gso", "code", "valid_from", "valid_to"):
            named[gso].append((code, begins, ends))
    found: dict[tuple[str, date], str | Unresolved] = {}
    for gso, day in wanted:
        meant = (code for code, begins, ends in named[gso] if _was_on(begins, ends, day))
        found[gso, day] = next(meant, Unresolved(gso, day))
    return found


def conversion(*, on: date | None = None) -> Conversion:
    """How figures of units of any day, provinces and communes, are brought to the units of one day. Three queries."""
    day = on or today()
    spans = {
        code: (begins, ends)
        for model in (Province, Commune)
        for code, begins, ends in model.objects.values_list("code", "valid_from", "valid_to")
    }
    later, earlier = _steps()
    exist = frozenset(code for code, (begins, ends) in spans.items() if _was_on(begins, ends, day))
    steps: dict[str, Sequence[Step]] = {}
    for code, (_begins, ends) in spans.items():
        if code not in exist:
            steps[code] = (later if ends is not None and ends < day else earlier).get(code, ())
    return Conversion(day, exist, steps)


def _steps() -> tuple[Mapping[str, list[Step]], Mapping[str, list[Step]]]:
    """Unit → what it became; unit → what it was made of; in the order of the codes."""
    later: defaultdict[str, list[Step]] = defaultdict(list)
    earlier: defaultdict[str, list[Step]] = defaultdict(list)
    for before, after, part, part_after in _edges():
        later[before].append(Step(after, part, part_after))
        earlier[after].append(Step(before, part_after, part))
    return later, earlier


def _edges() -> Iterator[tuple[str, str, int | None, int | None]]:
    merged = Province.objects.exclude(successor=None).order_by("code")
    for before, after, part_after in merged.values_list("code", "successor_id", "part_of_successor"):
        yield before, str(after), MILLION, part_after
    edges = CommuneSuccession.objects.order_by("predecessor_id", "successor_id")
    yield from edges.values_list("predecessor_id", "successor_id", "part_of_predecessor", "part_of_successor")


def _was_on(begins: date | None, ends: date | None, day: date) -> bool:
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def _greatest_first(kin: Kinship) -> tuple[int, str, str]:
    return -(kin.part or 0), kin.unit.sort_key, kin.unit.code
