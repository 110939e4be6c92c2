"""Casefiles of an office and what lies in them. Nothing is copied: an item names what it is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local


class Casefile(models.Model):
    """One casefile. ``retention`` is in years, 0 for ever; ``state`` is a ``rules.CasefileState``."""

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    year = models.SmallIntegerField()
    code = models.TextField()
    title = models.TextField()
    retention = models.SmallIntegerField()
    position_id = models.UUIDField()
    keeper = models.TextField()
    state = models.TextField()
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.TextField(default="", blank=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office_id", "year", "code"], name="casefile_once")]
        indexes = [models.Index(fields=["office_id", "state", "-changed_at"], name="casefile_by_state")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Item(models.Model):
    """Something in a casefile: what a room registered (``kind`` and ``subject_id``), or a note of its own.

    What was taken out stays with its reason.
    """

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    casefile = models.ForeignKey(Casefile, models.CASCADE, related_name="items")
    number = models.IntegerField()
    kind = models.TextField()
    subject_id = models.UUIDField(null=True)
    text = models.TextField(default="", blank=True)
    added_at = models.DateTimeField(default=now)
    added_by = models.TextField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.TextField(default="", blank=True)
    removed_reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["casefile", "kind", "subject_id"],
                condition=Q(removed_at__isnull=True, subject_id__isnull=False),
                name="item_once",
            )
        ]
        indexes = [models.Index(fields=["subject_id"], name="item_subject", condition=Q(subject_id__isnull=False))]

    def __str__(self) -> str:
        return f"{self.number}. {self.kind}"
