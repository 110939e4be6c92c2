"""Attachments of records, and uploads that are not yet part of one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local, Shared


class Attachment(models.Model):
    """A file that belongs to a record, fetched by record and number, never by hash."""

    isolation: ClassVar[Isolation] = Shared()

    pk = models.CompositePrimaryKey("record_id", "number")
    record_id = models.UUIDField()
    number = models.SmallIntegerField()
    subject_id = models.UUIDField(db_index=True)
    audience_id = models.UUIDField()
    name = models.TextField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.TextField()


class Upload(models.Model):
    """A file an office has sent in and not yet issued. ``holder_id`` is the draft or entry it is kept for."""

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField(db_index=True)
    holder_id = models.UUIDField(null=True, db_index=True)
    order = models.SmallIntegerField(default=0)
    name = models.TextField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.TextField()
    uploaded_at = models.DateTimeField(default=now)
    uploaded_by = models.TextField()

    class Meta:
        ordering = ["order", "uploaded_at"]
