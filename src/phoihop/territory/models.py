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


class Unit(models.Model):
    """What provinces and communes have in common.

    ``code`` is the GSO code. A former unit whose number now means another unit carries the number with ``-old``.
    ``lat`` and ``lon`` are the centroid in WGS 84 degrees. ``km2`` is None where no source gives the area.
    """

    code = models.TextField(primary_key=True)
    name = models.TextField(help_text="Without the word for the kind: Hàm Rồng.")
    full_name = models.TextField(help_text="With it: Phường Hàm Rồng.")
    sort_key = models.TextField(db_collation="C")
    folded = models.TextField(db_collation="C", help_text="The full name as core.text.fold gives it, for search.")
    lat = models.FloatField()
    lon = models.FloatField()
    km2 = models.FloatField(null=True)
    valid_to = models.DateField(null=True, help_text="The last day it was; empty while it is.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.full_name


class Province(Unit):
    """A province or centrally-run city. Its ``km2`` is the sum of the known areas of its communes."""

    isolation: ClassVar[Isolation] = Reference()

    kind = models.TextField(choices=ProvinceKind)
    valid_from = models.DateField(null=True, help_text="Empty: since before anything recorded here.")
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="province_ends_after_it_begins",
            ),
        ]


class Commune(Unit):
    """A commune, ward or special zone."""

    isolation: ClassVar[Isolation] = Reference()

    province = models.ForeignKey(Province, models.PROTECT, related_name="communes")
    kind = models.TextField(choices=CommuneKind)
    valid_from = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["province", "sort_key"], name="commune_of_province")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="commune_ends_after_it_begins",
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
