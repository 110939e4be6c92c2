"""Who confirmed that an urgent document has come, when the others were reminded, and who was telephoned."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local, Shared, SharedBetween


class Confirmation(models.Model):
    """That a person of a receiving office has read a document and confirms it. Between that office and the sender."""

    isolation: ClassVar[Isolation] = SharedBetween(columns=("office_id", "owner_id"))

    pk = models.CompositePrimaryKey("dispatch_id", "office_id")
    dispatch_id = models.UUIDField()
    office_id = models.UUIDField()
    owner_id = models.UUIDField()
    at = models.DateTimeField()
    name = models.TextField()
    title = models.TextField()


class Reminder(models.Model):
    """That the sender reminded everybody who had not confirmed by then. The id is that of the record."""

    isolation: ClassVar[Isolation] = Shared(subject="dispatch_id")

    id = models.UUIDField(primary_key=True)
    dispatch_id = models.UUIDField(db_index=True)
    audience_id = models.UUIDField()
    owner_id = models.UUIDField()
    at = models.DateTimeField()
    remark = models.TextField(default="", blank=True)
    said_by = models.TextField()


class CallNote(models.Model):
    """That the sender telephoned an office about a document: who answered there, and what they said."""

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    dispatch_id = models.UUIDField(db_index=True)
    called_id = models.UUIDField()
    at = models.DateTimeField(default=now)
    said_by = models.TextField()
    answered_by = models.TextField(default="", blank=True)
    said = models.TextField(default="", blank=True)
