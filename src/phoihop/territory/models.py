"""Provinces and communes through time, and which provinces form a region.

Everything here is reference data: every office reads it, and only the loader (``actions.load_units``) writes it, as
the owner of the database.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from phoihop.core.isolation import Isolation, Reference


class ProvinceKind(models.TextChoices):
    """What a province-level unit is in law."""

    PROVINCE = "province", _("Tỉnh")
    CITY = "city", _("Thành phố")


class CommuneKind(models.TextChoices):
    """What a commune-level unit is in law."""

    COMMUNE = "commune", _("Xã")
    WARD = "ward", _("Phường")
    SPECIAL_ZONE = "special_zone", _("Đặc khu")
    TOWNSHIP = "township", _("Thị trấn")
    ISLAND_DISTRICT = "island_district", _("Huyện đảo")


KINDS_TODAY = (CommuneKind.COMMUNE, CommuneKind.WARD, CommuneKind.SPECIAL_ZONE)
KINDS_BEFORE = (CommuneKind.COMMUNE, CommuneKind.WARD, CommuneKind.TOWNSHIP, CommuneKind.ISLAND_DISTRICT)
"""Which kinds there were before 1 July 2025. An island district had no communes and stands in their list for itself."""

MILLION = 1_000_000


class Unit(models.Model):
    """What provinces and communes have in common.

    ``code`` is our own: the GSO number of a unit of today, with ``-old`` behind it for a unit that ended. The number
    alone (``gso``) names a unit only together with a day: most were given again in 2025 and mean another unit now.
    ``lat`` and ``lon`` are the centre in WGS 84 degrees. They and ``km2`` are None where no source knows.
    """

    code = models.TextField(primary_key=True)
    gso = models.TextField(help_text="Number of the General Statistics Office, as it was in its time.")
    name = models.TextField(help_text="Without the word for the kind: Hàm Rồng.")
    full_name = models.TextField(help_text="With it: Phường Hàm Rồng.")
    sort_key = models.TextField(db_collation="C")
    folded = models.TextField(db_collation="C", help_text="The full name as core.text.fold gives it, for search.")
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    km2 = models.FloatField(null=True)
    valid_from = models.DateField(null=True, help_text="Empty: since before anything recorded here.")
    valid_to = models.DateField(null=True, help_text="The last day it was; empty while it is.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.full_name


class Province(Unit):
    """A province or centrally-run city. Its ``km2`` is the sum of the known areas of its communes."""

    isolation: ClassVar[Isolation] = Reference()

    kind = models.TextField(choices=ProvinceKind)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")
    part_of_successor = models.PositiveIntegerField(
        null=True, help_text="How much of the successor's area it makes up, in millionths, estimated; empty: not known."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="province_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["gso"], name="province_by_gso")]


class Commune(Unit):
    """A commune, ward or special zone; formerly also a township, and an island district that had no communes."""

    isolation: ClassVar[Isolation] = Reference()

    province = models.ForeignKey(Province, models.PROTECT, related_name="communes")
    kind = models.TextField(choices=CommuneKind)
    district = models.TextField(help_text="Full name of the district it lay in; empty: districts were abolished.")
    district_key = models.TextField(db_collation="C", help_text="Its sort key.")
    district_folded = models.TextField(db_collation="C", help_text="For search.")

    class Meta:
        indexes = [
            models.Index(fields=["province", "sort_key"], name="commune_of_province"),
            models.Index(fields=["gso"], name="commune_by_gso"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="commune_ended_after_it_began",
            ),
        ]


class CommuneSuccession(models.Model):
    """A former commune became a commune of today, or a part of it did.

    Parts are of the area, in millionths. All of a former unit went to its only successor; how a split one was shared
    out, and how much of a new unit each former one makes up, are estimates, and None where nothing allows one.
    """

    isolation: ClassVar[Isolation] = Reference()

    id = models.UUIDField(primary_key=True, help_text="Derived from the two codes.")
    predecessor = models.ForeignKey(Commune, models.PROTECT, related_name="became")
    successor = models.ForeignKey(Commune, models.PROTECT, related_name="made_of")
    part_of_predecessor = models.PositiveIntegerField(null=True)
    part_of_successor = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="commune_succeeds_once"),
            models.CheckConstraint(
                condition=Q(part_of_predecessor__range=(1, MILLION)) | Q(part_of_predecessor=None),
                name="part_of_predecessor_in_millionths",
            ),
            models.CheckConstraint(
                condition=Q(part_of_successor__range=(1, MILLION)) | Q(part_of_successor=None),
                name="part_of_successor_in_millionths",
            ),
        ]


class Region(models.Model):
    """A group of provinces under one regional office, such as Quân khu 4."""

    isolation: ClassVar[Isolation] = Reference()

    code = models.TextField(primary_key=True)
    name = models.TextField()

    def __str__(self) -> str:
        return self.name


class RegionProvince(models.Model):
    """A province belongs to a region from one day to another, both included; empty ends are open."""

    isolation: ClassVar[Isolation] = Reference()

    id = models.UUIDField(primary_key=True, help_text="Derived from the two codes.")
    region = models.ForeignKey(Region, models.CASCADE, related_name="memberships")
    province = models.ForeignKey(Province, models.PROTECT, related_name="memberships")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "province"], name="province_once_in_region")]
