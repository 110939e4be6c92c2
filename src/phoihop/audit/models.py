"""The journal: what people did here. Plain ids and names, so that it outlives what it names."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local


class JournalEntry(models.Model):
    """One act of one person. ``event`` reads ``room:subject:verb``."""

    isolation: ClassVar[Isolation] = Local(append_only=True, gate="INSERT")

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField(default=now)
    office_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    person_name = models.TextField()
    position_title = models.TextField()
    event = models.TextField()
    subject_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "journal entries"
        indexes = [
            models.Index(fields=["office_id", "-at", "id"], name="journal_by_time"),
            models.Index(fields=["office_id", "person_id", "-at", "id"], name="journal_by_person"),
            models.Index(fields=["subject_id"], name="journal_subject"),
        ]
