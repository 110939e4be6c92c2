"""The directory as data: what a loader, an import or a test states about offices and their people. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class BodySpec:
    """An issuing body; ``edxml_id`` is its identifier in the national document exchange."""

    code: str
    name: str
    regime: str
    notation: str
    place: str
    superior_name: str = ""
    edxml_id: str = ""
    valid_from: date = date(2025, 7, 1)


@dataclass(frozen=True)
class OfficeSpec:
    """An office with the bodies it issues for."""

    code: str
    name: str
    short_name: str
    bodies: tuple[BodySpec, ...]
    parent: str = ""
    region_code: str = ""
    province_code: str = ""
    commune_code: str = ""
    hotline: str = ""
    valid_from: date = date(2025, 7, 1)


@dataclass(frozen=True)
class PositionSpec:
    """A position: roles, and the bodies it signs for as (body code, authority form)."""

    office: str
    title: str
    roles: tuple[str, ...]
    signs: tuple[tuple[str, str], ...] = ()
    valid_from: date = date(2025, 7, 1)
    valid_to: date | None = None


@dataclass(frozen=True)
class DelegationSpec:
    """Authority lent to another person's first position in the same office; ``body`` empty: no signing."""

    taker: str
    permissions: tuple[str, ...]
    body: str
    authority: str
    reason: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class PersonSpec:
    """A person with an account name and positions."""

    username: str
    full_name: str
    positions: tuple[PositionSpec, ...]
    delegations: tuple[DelegationSpec, ...] = field(default=())
