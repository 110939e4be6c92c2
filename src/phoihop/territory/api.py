"""The part of the public API that lists provinces and communes. The API room mounts ``router``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from phoihop.territory import selectors
from phoihop.territory.models import Commune, CommuneKind, Province

router = Router(tags=["territory"])

Day = Annotated[date | None, Query(description="A day; today when left out.")]


class ProvinceOut(Schema):
    """A province or centrally-run city."""

    code: str = Field(description="GSO code; a former unit whose number means another one now ends in -old.")
    name: str
    full_name: str
    kind: Literal["province", "city"]
    lat: float = Field(description="Centroid, WGS 84 degrees.")
    lon: float
    km2: float | None = Field(description="Sum of the known areas of its communes.")
    valid_from: date | None = Field(description="First day in this form; null: before anything recorded.")
    valid_to: date | None = Field(description="Last day; null while it exists.")
    successor: str | None = Field(description="Code of the province it became part of.")


class CommuneOut(Schema):
    """A commune, ward or special zone."""

    code: str
    province: str = Field(description="Code of its province.")
    name: str
    full_name: str
    kind: Literal["commune", "ward", "special_zone"]
    lat: float
    lon: float
    km2: float | None = Field(description="Null where no source gives the area.")
    valid_from: date
    valid_to: date | None


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
