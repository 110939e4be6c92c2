"""The part of the public API about units and what became of them. The API room mounts ``router``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from phoihop.core.errors import Invalid
from phoihop.territory import selectors
from phoihop.territory.models import MILLION, Commune, CommuneKind, Province
from phoihop.territory.series import Observation, Series, convert_series

MOST_FIGURES = 5_000
MOST = 10**12

router = Router(tags=["territory"])

Day = Annotated[date | None, Query(description="A day; today when left out.")]


_GEOJSON = {"application/geo+json": {"schema": {"type": "object", "required": ["type", "features"]}}}
"""A FeatureCollection (RFC 7946)."""


class ProvinceOut(Schema):
    """A province or centrally-run city."""

    code: str = Field(description="The GSO number; with -old behind it for a unit that ended.")
    gso: str = Field(description="The GSO number alone: names a unit only together with a day.")
    name: str
    full_name: str
    kind: Literal["province", "city"]
    lat: float | None = Field(description="Centroid, WGS 84 degrees.")
    lon: float | None
    km2: float | None = Field(description="Sum of the known areas of its communes.")
    valid_from: date | None = Field(description="First day in this form; null: before anything recorded.")
    valid_to: date | None = Field(description="Last day; null while it exists.")
    successor: str | None = Field(description="Code of the province it became part of.")


class CommuneOut(Schema):
    """A commune, ward or special zone; before July 2025 also a township or an island district."""

    code: str = Field(description="The GSO number; with -old behind it for a unit that ended.")
    gso: str = Field(description="The GSO number alone: names a unit only together with a day.")
    province: str = Field(description="Code of its province.")
    district: str = Field(description="Full name of the district it lay in; empty today.")
    name: str
    full_name: str
    kind: Literal["commune", "ward", "special_zone", "township", "island_district"]
    lat: float | None = Field(description="Centre, WGS 84 degrees; null where no source can be believed.")
    lon: float | None
    km2: float | None = Field(description="Null where no source gives the area.")
    valid_from: date | None = Field(description="Null: not known since when.")
    valid_to: date | None


class KinOut(Schema):
    """A unit that another became or was made of, with the shares of the area of each, from 0 to 1."""

    unit: CommuneOut
    share: float | None = Field(description="Of the unit asked about; an estimate unless 1; null: not known.")
    share_of_unit: float | None = Field(description="Of this unit; an estimate unless 1; null: not known.")


class LineageOut(Schema):
    """A commune, the former ones it was made of, and those of today it became."""

    commune: CommuneOut
    made_of: list[KinOut]
    became: list[KinOut]


class FigureIn(Schema):
    """A figure of a unit: its GSO number as it was used on the day of the figure."""

    unit: Annotated[str, Field(pattern=r"^[0-9]{1,5}(-old)?$", description="GSO number, or a code such as 44-old.")]
    day: date
    value: Annotated[int, Field(ge=-MOST, le=MOST)]


class FiguresIn(Schema):
    """Figures to bring to the units of one day."""

    to: date | None = Field(None, description="Today when left out.")
    figures: Annotated[list[FigureIn], Field(max_length=MOST_FIGURES)]


class FigureOut(Schema):
    """A figure in a unit of the day asked for."""

    unit: str
    day: date
    value: int


class FiguresOut(Schema):
    """Every total is kept: values and undetermined together are what came in."""

    to: date
    values: list[FigureOut]
    undetermined: list[FigureOut] = Field(description="What could not be apportioned, under the units it came in.")


@router.get("/provinces", response=list[ProvinceOut], operation_id="list_provinces")
def list_provinces(
    request: HttpRequest,
    on: Day = None,
    country: Annotated[bool, Query(description="The whole country instead of the region.")] = False,
) -> list[ProvinceOut]:
    """Provinces of the region, in Vietnamese order."""
    found = selectors.provinces(on=on) if country else selectors.region_provinces(on=on)
    return [province_out(province) for province in found]


@router.get("/provinces/{code}/communes", response=list[CommuneOut], operation_id="list_communes")
def list_communes(
    request: HttpRequest,
    code: str,
    q: Annotated[str, Query(max_length=100, description="Words of the name, diacritics or not, or a code.")] = "",
    kind: CommuneKind | None = None,
    on: Day = None,
) -> list[CommuneOut]:
    """Communes of one province, in Vietnamese order. 404 when there is no such province."""
    province = selectors.get_province(code)
    found = selectors.communes(province=province.code, kind=kind, text=q, on=on)
    return [commune_out(commune) for commune in found]


@router.get("/communes/{code}", response=LineageOut, operation_id="get_commune")
def get_commune(request: HttpRequest, code: str) -> LineageOut:
    """A commune of today or of former times with what it was made of and what it became. 404 when there is none."""
    commune = selectors.get_commune(code)
    return LineageOut(
        commune=commune_out(commune),
        made_of=[_kin_out(kin) for kin in selectors.origins_of(commune)],
        became=[_kin_out(kin) for kin in selectors.successors_of(commune)],
    )


@router.get("/meaning/{gso}", response=ProvinceOut | CommuneOut, operation_id="get_unit_by_number")
def get_unit_by_number(request: HttpRequest, gso: str, on: Day = None) -> ProvinceOut | CommuneOut:
    """The unit that a GSO number meant on a day: 44 was Quảng Bình until 30 June 2025. 404 when it meant none."""
    unit = selectors.resolve(gso, on=on)
    return province_out(unit) if isinstance(unit, Province) else commune_out(unit)


@router.get(
    "/outlines",
    operation_id="get_outlines",
    openapi_extra={"responses": {"200": {"description": "The outlines", "content": _GEOJSON}}},
)
def get_outlines(request: HttpRequest, on: Day = None, province: str = "") -> HttpResponse:
    """Outlines of the region's provinces on a day, or of one of them, as GeoJSON (RFC 7946).

    A sketch of about 150 m without legal value.
    """
    drawn = selectors.map_sketch(on=on, province=province or None)
    response = HttpResponse(drawn.body, content_type="application/geo+json")
    response["ETag"] = drawn.etag
    return response


@router.post("/convert", response=FiguresOut, operation_id="convert_figures")
def convert_figures(request: HttpRequest, asked: FiguresIn) -> FiguresOut:
    """Figures of units of any day in the units of one day, totals kept. Nothing is stored."""
    conversion = selectors.conversion(on=asked.to)
    meant = selectors.resolve_all((figure.unit, figure.day) for figure in asked.figures)
    observations = []
    for figure in asked.figures:
        unit = figure.unit if figure.unit.endswith("-old") else meant[figure.unit, figure.day]
        if isinstance(unit, selectors.Unresolved):
            raise Invalid("unit_unknown", selectors.no_such_unit(unit.gso, unit.on))
        observations.append(Observation(unit, figure.day, figure.value))
    return _figures_out(conversion.day, convert_series(observations, conversion))


def _figures_out(day: date, series: Series) -> FiguresOut:
    values, left = (
        [FigureOut(unit=unit, day=when, value=value) for (unit, when), value in sorted(found.items())]
        for found in (series.values, series.undetermined)
    )
    return FiguresOut(to=day, values=values, undetermined=left)


def _kin_out(kin: selectors.Kinship) -> KinOut:
    share, of_unit = (None if part is None else part / MILLION for part in (kin.part, kin.part_of_unit))
    return KinOut(unit=commune_out(kin.unit), share=share, share_of_unit=of_unit)


def province_out(province: Province) -> ProvinceOut:
    """A province as the API shows it."""
    return ProvinceOut.model_validate(
        {
            **{name: getattr(province, name) for name in ProvinceOut.model_fields if name != "successor"},
            "successor": province.successor_id,
        }
    )


def commune_out(commune: Commune) -> CommuneOut:
    """A commune as the API shows it."""
    return CommuneOut.model_validate(
        {
            **{name: getattr(commune, name) for name in CommuneOut.model_fields if name != "province"},
            "province": commune.province_id,
        }
    )
