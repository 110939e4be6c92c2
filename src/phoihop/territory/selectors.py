"""Reads provinces, communes and regions. Reference data: the same for every office, so no acting position is asked.

``on`` is a calendar day in the region; left out, it is today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from django.db.models import Count, F, OrderBy, Q, QuerySet
from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.core.errors import NotFound
from phoihop.core.text import fold
from phoihop.territory.models import Commune, CommuneKind, Province, Region, Unit
from phoihop.territory.outlines import Sketch, sketch

U = TypeVar("U", bound=Unit)

Order = Literal["name", "code", "area"]
SEARCH_LIMIT = 20


@dataclass(frozen=True)
class ProvinceOverview:
    """A province with the numbers its row shows. ``unknown_areas``: communes that ``province.km2`` leaves out."""

    province: Province
    communes: int
    wards: int
    special_zones: int
    unknown_areas: int


@dataclass(frozen=True)
class Totals:
    """The last row of a list of provinces. ``km2`` is the sum of the known areas."""

    communes: int
    wards: int
    special_zones: int
    unknown_areas: int
    km2: float


@dataclass(frozen=True)
class UnitMatch:
    """A unit found by search. ``province_name`` is empty for a province."""

    code: str
    full_name: str
    kind: str
    level: Literal["province", "commune"]
    province_code: str
    province_name: str


def provinces(*, on: date | None = None) -> QuerySet[Province]:
    """All provinces of the country on a day, in dictionary order."""
    return _valid(Province.objects.all(), on or today()).order_by("sort_key", "code")


def region_provinces(*, region: str | None = None, on: date | None = None) -> QuerySet[Province]:
    """The provinces of a region on a day, in dictionary order; of every region this installation knows, by default."""
    day = on or today()
    member = (Q(memberships__valid_from=None) | Q(memberships__valid_from__lte=day)) & (
        Q(memberships__valid_to=None) | Q(memberships__valid_to__gte=day)
    )
    if region is not None:
        member &= Q(memberships__region=region)
    else:
        member &= Q(memberships__isnull=False)
    return provinces(on=day).filter(member).distinct()


def regions() -> QuerySet[Region]:
    """The regions this installation knows."""
    return Region.objects.order_by("name", "code")


def get_province(code: str) -> Province:
    """The province of today or of former times with this code. Raises NotFound."""
    found = Province.objects.select_related("successor").filter(code=code).first()
    if found is None:
        raise NotFound("province_unknown", _("Không có tỉnh, thành phố mang mã này."))
    return found


def communes(
    *,
    province: str | None = None,
    kind: CommuneKind | None = None,
    text: str = "",
    order: Order = "name",
    on: date | None = None,
) -> QuerySet[Commune]:
    """Communes on a day, with their provinces, narrowed by province code, kind, and words of their name or code."""
    found = _valid(Commune.objects.select_related("province"), on or today())
    if province is not None:
        found = found.filter(province=province)
    if kind is not None:
        found = found.filter(kind=kind)
    for word in fold(text).split():
        found = found.filter(_own(word))
    return found.order_by(*_ORDERS[order])


_ORDERS: dict[Order, tuple[str | OrderBy, ...]] = {
    "name": ("sort_key", "code"),
    "code": ("code",),
    "area": (F("km2").desc(nulls_last=True), "sort_key", "code"),
}


def province_overviews(of: QuerySet[Province], *, on: date | None = None) -> Sequence[ProvinceOverview]:
    """The provinces of a queryset, in its order, each with the numbers of its communes on a day. Two queries."""
    listed = list(of)
    counted = _numbers([province.code for province in listed], on or today())
    return [ProvinceOverview(province, *counted.get(province.code, (0, 0, 0, 0))) for province in listed]


def totals_of(overviews: Sequence[ProvinceOverview]) -> Totals:
    """The sums under a list of provinces."""
    return Totals(
        communes=sum(row.communes for row in overviews),
        wards=sum(row.wards for row in overviews),
        special_zones=sum(row.special_zones for row in overviews),
        unknown_areas=sum(row.unknown_areas for row in overviews),
        km2=sum(row.province.km2 or 0.0 for row in overviews),
    )


def province_overview(province: Province, *, on: date | None = None) -> ProvinceOverview:
    """One province with the numbers of its communes on a day. One query."""
    return ProvinceOverview(province, *_numbers([province.code], on or today()).get(province.code, (0, 0, 0, 0)))


def _numbers(provinces: Sequence[str], on: date) -> dict[str, tuple[int, int, int, int]]:
    """Province code → communes, wards, special zones, communes of unknown area."""
    counted = (
        _valid(Commune.objects.filter(province__in=provinces), on)
        .order_by()
        .values_list("province")
        .annotate(
            communes=Count("code"),
            wards=Count("code", filter=Q(kind=CommuneKind.WARD)),
            zones=Count("code", filter=Q(kind=CommuneKind.SPECIAL_ZONE)),
            unknown=Count("code", filter=Q(km2=None)),
        )
    )
    return {province: (communes, wards, zones, unknown) for province, communes, wards, zones, unknown in counted}


def search(text: str, *, within: QuerySet[Province] | None = None, limit: int = SEARCH_LIMIT) -> Sequence[UnitMatch]:
    """Units ``within`` provinces (the regions', by default) that bear the words, diacritics or not, or that code.

    Every word of the text must begin a word of the name. A commune is also found with the help of its province
    ("ham rong thanh hoa"). Names that hold the words side by side come first, and provinces before communes. Empty
    text finds nothing. Two queries.
    """
    begin = fold(text)
    words = begin.split()
    if not words:
        return ()
    searched = list(region_provinces() if within is None else within)
    found = _valid(Commune.objects.select_related("province"), today())
    found = found.filter(province__in=[province.code for province in searched])
    named = Q()
    for word in words:
        found = found.filter(_own(word) | _begins("province__folded", word))
        named |= _own(word)
    units: list[Province | Commune] = [unit for unit in searched if unit.code == begin or _holds(unit.folded, words)]
    units += found.filter(named).order_by("sort_key", "code")
    units.sort(key=lambda unit: f" {begin}" not in f" {unit.folded}")
    return [_match(unit) for unit in units[:limit]]


def map_sketch(*, region: str | None = None, on: date | None = None) -> Sketch:
    """The outlines of a region's provinces on a day as GeoJSON, with the rectangle around them. One query."""
    day = on or today()
    codes = region_provinces(region=region, on=day).order_by().values_list("code", flat=True)
    return sketch(frozenset(codes), day)


def _valid(units: QuerySet[U], on: date) -> QuerySet[U]:
    return units.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on))


def _own(word: str) -> Q:
    return _begins("folded", word) | Q(code=word)


def _begins(field: str, word: str) -> Q:
    """Some word of the folded field begins with ``word``."""
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


def _holds(folded: str, words: Sequence[str]) -> bool:
    return all(f" {word}" in f" {folded}" for word in words)


def _match(unit: Province | Commune) -> UnitMatch:
    if isinstance(unit, Commune):
        province = unit.province
        return UnitMatch(unit.code, unit.full_name, unit.kind, "commune", province.code, province.full_name)
    return UnitMatch(unit.code, unit.full_name, unit.kind, "province", unit.code, "")
