"""Notices: what a position should know, kept until it is read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local


class Notice(models.Model):
    """One notice to one position. ``key`` names the sentence and ``values`` fill it, so that it can be translated."""

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    position_id = models.UUIDField()
    key = models.TextField()
    values = models.JSONField(default=dict)
    subject_id = models.UUIDField(null=True)
    once = models.TextField()
    at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office_id", "position_id", "once"], name="notice_once")]
        indexes = [
            models.Index(fields=["position_id", "-at"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["position_id", "-at"], name="notice_by_position"),
        ]
