"""What came from outside and was read, or could not be."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local


class EdxmlReceived(models.Model):
    """An edXML file this office took in: by identity, so that the same message is known when it comes again.

    ``organ_id`` and ``document_id`` are how its sender names itself and the document, for what it says of it later.
    """

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    identity = models.TextField()
    kind = models.TextField()
    organ_id = models.TextField(default="", db_default="", blank=True)
    document_id = models.TextField(default="", db_default="", blank=True)
    dispatch_id = models.UUIDField(null=True, db_index=True)
    received_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "edXML received"
        constraints = [models.UniqueConstraint(fields=["office_id", "identity"], name="edxml_once")]


class Quarantined(models.Model):
    """A file that could not be taken in and waits for the records clerk, with its original bytes and the reason."""

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    file_name = models.TextField()
    sha256 = models.TextField()
    size = models.BigIntegerField()
    reason_code = models.TextField()
    reason_values = models.JSONField(default=dict)
    identity = models.TextField(default="", blank=True)
    received_at = models.DateTimeField(default=now)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.TextField(default="", blank=True)
    resolution = models.TextField(default="", blank=True)

    class Meta:
        verbose_name_plural = "quarantined"
        constraints = [models.UniqueConstraint(fields=["office_id", "sha256"], name="quarantined_once")]
