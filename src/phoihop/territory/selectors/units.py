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

Order = Literal["name", "code", "area", "district"]
SEARCH_LIMIT = 20


@dataclass(frozen=True)
class ProvinceOverview:
    """A province with the numbers its row shows on a day.

    ``communes`` is 0 where its communes of that time are not known. ``unknown_areas``: communes of today that
    ``province.km2`` leaves out.
    """

    province: Province
    communes: int
    wards: int
    special_zones: int
    unknown_areas: int


@dataclass(frozen=True)
class Totals:
    """The last row of a list of provinces: sums of what is known, and of how many provinces it is not."""

    communes: int
    wards: int
    special_zones: int
    unknown_areas: int
    km2: float
    without_communes: int
    without_area: int


@dataclass(frozen=True)
class UnitMatch:
    """A unit found by search. ``province_name`` is empty for a province, ``district`` for a unit of today.

    ``valid_to`` is the last day of a unit that ended.
    """

    code: str
    full_name: str
    kind: str
    level: Literal["province", "commune"]
    province_code: str
    province_name: str
    district: str
    gso: str
    valid_to: date | None


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


def ever_provinces(*, region: str | None = None) -> QuerySet[Province]:
    """The provinces that belong or ever belonged to a region, or to any, those of today first."""
    member = Q(memberships__isnull=False) if region is None else Q(memberships__region=region)
    return Province.objects.filter(member).distinct().order_by(F("valid_to").desc(nulls_first=True), "sort_key", "code")


def turning_days(*, region: str | None = None) -> Sequence[date]:
    """The last days of a region as it was before a change of its provinces, latest first."""
    ended = ever_provinces(region=region).exclude(valid_to=None).order_by()
    return sorted({day for day in ended.values_list("valid_to", flat=True) if day is not None}, reverse=True)


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
    district: str = "",
    kind: CommuneKind | None = None,
    text: str = "",
    order: Order = "name",
    on: date | None = None,
) -> QuerySet[Commune]:
    """Communes on a day, with their provinces, narrowed by province code, district, kind, and words of name or code.

    Of former communes it is mostly not known since when they were: the last list before the change stands for all days
    before it.
    """
    found = _valid(Commune.objects.select_related("province"), on or today())
    if province is not None:
        found = found.filter(province=province)
    if district:
        found = found.filter(district=district)
    if kind is not None:
        found = found.filter(kind=kind)
    for word in fold(text).split():
        found = found.filter(_own(word))
    return found.order_by(*_ORDERS[order])


_ORDERS: dict[Order, tuple[str | OrderBy, ...]] = {
    "name": ("sort_key", "code"),
    "code": ("gso", "code"),
    "district": ("district_key", "sort_key", "code"),
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
        without_communes=sum(not row.communes for row in overviews),
        without_area=sum(row.province.km2 is None for row in overviews),
    )


def province_overview(province: Province, *, on: date | None = None) -> ProvinceOverview:
    """One province with the numbers of its communes on a day. One query."""
    return ProvinceOverview(province, *_numbers([province.code], on or today()).get(province.code, (0, 0, 0, 0)))


def _numbers(provinces: Sequence[str], on: date) -> dict[str, tuple[int, int, int, int]]:
    """Province code → communes, wards, special zones on a day; communes of today of unknown area."""
    then = _valid_on(on)
    counted = (
        Commune.objects.filter(province__in=provinces)
        .order_by()
        .values_list("province")
        .annotate(
            communes=Count("code", filter=then),
            wards=Count("code", filter=then & Q(kind=CommuneKind.WARD)),
            zones=Count("code", filter=then & Q(kind=CommuneKind.SPECIAL_ZONE)),
            unknown=Count("code", filter=Q(km2=None, valid_to=None)),
        )
    )
    return {province: (communes, wards, zones, unknown) for province, communes, wards, zones, unknown in counted}


def search(
    text: str, *, within: QuerySet[Province] | None = None, on: date | None = None, limit: int = SEARCH_LIMIT
) -> Sequence[UnitMatch]:
    """Units ``within`` provinces (all that ever were of a region, by default) that bear the words or that number.

    Every word of the text must begin a word of the name. A commune is also found with the help of its province or
    district ("ham rong thanh hoa"). Names that hold the words side by side come first, provinces before communes, units
    of today before former ones. ``on`` keeps to the units of a day. Empty text finds nothing. Two queries.
    """
    begin = fold(text)
    words = begin.split()
    if not words:
        return ()
    searched = list(ever_provinces() if within is None else within)
    found = Commune.objects.select_related("province").filter(province__in=[province.code for province in searched])
    if on is not None:
        found = _valid(found, on)
        searched = [province for province in searched if _was(province, on)]
    named = Q()
    for word in words:
        found = found.filter(_own(word) | _begins("province__folded", word) | _begins("district_folded", word))
        named |= _own(word)
    units: list[Province | Commune] = [unit for unit in searched if unit.gso == begin or _holds(unit.folded, words)]
    units += found.filter(named).order_by("sort_key", "code")
    units.sort(key=lambda unit: _rank(unit, begin))
    return [_match(unit) for unit in units[:limit]]


def _rank(unit: Province | Commune, begin: str) -> tuple[bool, bool, bool]:
    return f" {begin}" not in f" {unit.folded}", isinstance(unit, Commune), unit.valid_to is not None


def map_sketch(*, region: str | None = None, province: str | None = None, on: date | None = None) -> Sketch:
    """The outlines of a region's provinces on a day, or of one of them, as GeoJSON with the box around. One query.

    A province that was not there on the day, or is of no region, leaves the collection empty.
    """
    day = on or today()
    codes = region_provinces(region=region, on=day).order_by().values_list("code", flat=True)
    if province is not None:
        codes = codes.filter(code=province)
    return sketch(frozenset(codes), day)


def _valid(units: QuerySet[U], on: date) -> QuerySet[U]:
    return units.filter(_valid_on(on))


def _valid_on(on: date) -> Q:
    return (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gte=on))


def _was(unit: Unit, on: date) -> bool:
    return (unit.valid_from is None or unit.valid_from <= on) and (unit.valid_to is None or on <= unit.valid_to)


def _own(word: str) -> Q:
    return _begins("folded", word) | Q(gso=word)


def _begins(field: str, word: str) -> Q:
    """Some word of the folded field begins with ``word``."""
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


def _holds(folded: str, words: Sequence[str]) -> bool:
    return all(f" {word}" in f" {folded}" for word in words)


def _match(unit: Province | Commune) -> UnitMatch:
    level: Literal["province", "commune"] = "commune" if isinstance(unit, Commune) else "province"
    province = unit.province if isinstance(unit, Commune) else unit
    return UnitMatch(
        code=unit.code,
        full_name=unit.full_name,
        kind=unit.kind,
        level=level,
        province_code=province.code,
        province_name=province.full_name if level == "commune" else "",
        district=unit.district if isinstance(unit, Commune) else "",
        gso=unit.gso,
        valid_to=unit.valid_to,
    )


def districts(*, province: str, on: date | None = None) -> Sequence[str]:
    """Full names of the districts of a province on a day, in dictionary order; today there are none."""
    named = _valid(Commune.objects.filter(province=province), on or today()).exclude(district="")
    return list(named.order_by("district_key").values_list("district", flat=True).distinct())
