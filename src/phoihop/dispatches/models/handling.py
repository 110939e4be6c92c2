"""How an office deals with a document that came."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phoihop.core.isolation import Isolation, SharedBetween


class Handling(models.Model):
    """What one office does with a document: arrival number, distribution, directions, result. Its own matter alone.

    The id is that of the office's child subject. ``coordinators`` and ``informed`` list
    ``{"position": id, "name": …, "title": …}``.
    """

    isolation: ClassVar[Isolation] = SharedBetween(columns=("office_id",))

    id = models.UUIDField(primary_key=True)
    dispatch_id = models.UUIDField()
    office_id = models.UUIDField()
    state = models.TextField()
    book = models.TextField(default="", blank=True)
    arrival_number = models.IntegerField(null=True)
    arrival_year = models.SmallIntegerField(null=True)
    registered_at = models.DateTimeField(null=True)
    registered_by = models.TextField(default="", blank=True)
    forwarded_to = models.JSONField(null=True)
    direction = models.TextField(default="", blank=True)
    directed_by = models.TextField(default="", blank=True)
    directed_at = models.DateTimeField(null=True)
    lead_position_id = models.UUIDField(null=True)
    lead_name = models.TextField(default="", blank=True)
    lead_title = models.TextField(default="", blank=True)
    coordinators = models.JSONField(default=list)
    informed = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(default="", blank=True)
    finished_at = models.DateTimeField(null=True)
    result = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispatch_id", "office_id"], name="handling_once")]
        indexes = [
            models.Index(
                fields=["office_id", "lead_position_id", "due_at"],
                name="handling_open",
                condition=Q(finished_at__isnull=True, returned_at__isnull=True),
            ),
            models.Index(fields=["office_id", "book", "arrival_year", "arrival_number"], name="handling_book"),
            models.Index(
                fields=["office_id", "-registered_at", "dispatch_id"],
                name="handling_by_entry",
                condition=Q(registered_at__isnull=False),
            ),
            models.Index(
                fields=["office_id", "-due_at", "dispatch_id"],
                name="handling_by_due",
                condition=Q(due_at__isnull=False),
            ),
        ]
