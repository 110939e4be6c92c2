"""Loads the units and regions of the data files into the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import models, transaction

from phoihop.core.ids import derived_id
from phoihop.core.text import fold, nfc, sort_key
from phoihop.territory.data_files import (
    FORMER,
    REGIONS,
    UNITS,
    CommuneFact,
    ProvinceFact,
    RegionFact,
    SuccessionFact,
    read_former,
    read_regions,
    read_units,
)
from phoihop.territory.models import Commune, CommuneSuccession, Province, Region, RegionProvince

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Loaded:
    """How many rows the files hold, former units included, and how many rows were new, different or gone."""

    provinces: int
    communes: int
    successions: int
    regions: int
    changed: int


def load_units(*, units: Path = UNITS, former: Path = FORMER, regions: Path = REGIONS, using: str = "owner") -> Loaded:
    """Make the tables say what the files say; only rows that differ are written, so a second run writes none.

    A unit that the file no longer names keeps its row, since other rows may speak of it: end it with ``valid_to``.
    A province that the file no longer names in a region leaves it, and a succession it no longer names goes. Runs on
    the connection ``using``, the owner's, because no running process may write reference data. Raises Invalid when a
    file cannot be read.
    """
    provinces, today = read_units(units)
    ended, successions = read_former(former)
    communes = [*today, *ended]
    named = read_regions(regions)
    with transaction.atomic(using=using):
        changed = (
            _write(Province, [_province(fact) for fact in provinces], using)
            + _write(Commune, [_commune(fact) for fact in communes], using)
            + _write_exactly(CommuneSuccession, [_succession(fact) for fact in successions], using)
            + _write(Region, [Region(code=fact.code, name=nfc(fact.name)) for fact in named], using)
            + _write_memberships(named, using)
        )
    return Loaded(len(provinces), len(communes), len(successions), len(named), changed)


def _province(fact: ProvinceFact) -> Province:
    return Province(
        code=fact.code,
        gso=fact.gso,
        kind=fact.kind,
        name=nfc(fact.name),
        full_name=nfc(fact.full_name),
        sort_key=sort_key(fact.name),
        folded=fold(fact.full_name),
        lat=fact.lat,
        lon=fact.lon,
        km2=fact.km2,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        successor_id=fact.successor,
        part_of_successor=fact.part_of_successor,
    )


def _commune(fact: CommuneFact) -> Commune:
    return Commune(
        code=fact.code,
        gso=fact.gso,
        province_id=fact.province,
        district=nfc(fact.district),
        district_key=sort_key(fact.district),
        district_folded=fold(fact.district),
        kind=fact.kind,
        name=nfc(fact.name),
        full_name=nfc(fact.full_name),
        sort_key=sort_key(fact.name),
        folded=fold(fact.full_name),
        lat=fact.lat,
        lon=fact.lon,
        km2=fact.km2,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
    )


def _succession(fact: SuccessionFact) -> CommuneSuccession:
    return CommuneSuccession(
        id=derived_id("commune succession", fact.predecessor, fact.successor),
        predecessor_id=fact.predecessor,
        successor_id=fact.successor,
        part_of_predecessor=fact.part_of_predecessor,
        part_of_successor=fact.part_of_successor,
    )


def _write_memberships(named: Sequence[RegionFact], using: str) -> int:
    members = [
        RegionProvince(
            id=derived_id("region province", fact.region, fact.province),
            region_id=fact.region,
            province_id=fact.province,
            valid_from=fact.valid_from,
            valid_to=fact.valid_to,
        )
        for region in named
        for fact in region.provinces
    ]
    kept = [member.id for member in members]
    of_named = RegionProvince.objects.using(using).filter(region__in=[region.code for region in named])
    removed, _ = of_named.exclude(id__in=kept).delete()
    return removed + _write(RegionProvince, members, using)


def _write_exactly(model: type[M], rows: Sequence[M], using: str) -> int:
    """As ``_write``, and rows that are not among these go."""
    table = model._default_manager.using(using)
    gone = set(table.values_list("pk", flat=True)) - {row.pk for row in rows}
    if gone:
        table.filter(pk__in=gone).delete()
    return len(gone) + _write(model, rows, using)


def _write(model: type[M], rows: Sequence[M], using: str) -> int:
    """Insert or update the rows that differ from what is stored, in one statement; how many they were."""
    columns = [field.attname for field in model._meta.concrete_fields]
    stored = set(model._default_manager.using(using).values_list(*columns))
    differing = [row for row in rows if tuple(getattr(row, column) for column in columns) not in stored]
    key = model._meta.pk.name
    model._default_manager.using(using).bulk_create(
        differing,
        update_conflicts=True,
        unique_fields=[key],
        update_fields=[field.name for field in model._meta.concrete_fields if field.name != key],
    )
    return len(differing)
