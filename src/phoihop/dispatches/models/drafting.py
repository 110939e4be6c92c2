"""What an office is writing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local


class Draft(models.Model):
    """A document before issue. Local to its office; ``revision`` counts saves, so that two tabs cannot overwrite.

    ``changes`` says what issuing it does to the document it is ``related_to``: ``update``, ``replace`` or nothing.
    ``lists`` are the distribution lists it is addressed by: ``{"list", "number", "name", "role", "seen"}``, where
    ``seen`` are the offices in it when somebody looked; whom it is sent to says ``recipients`` alone.
    """

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    revision = models.IntegerField(default=1)
    state = models.TextField(default="drafting")
    body_id = models.UUIDField(null=True)
    type_code = models.TextField(default="", blank=True)
    unit = models.TextField(default="", blank=True)
    abstract = models.TextField(default="", blank=True)
    content = models.TextField(default="", blank=True)
    urgency = models.TextField(default="normal")
    circulation = models.TextField(default="NORMAL")
    recipients = models.JSONField(default=list)
    lists = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    other_recipients = models.TextField(default="", blank=True)
    due_at = models.DateTimeField(null=True)
    reply_to = models.UUIDField(null=True)
    related_to = models.UUIDField(null=True)
    author_position_id = models.UUIDField()
    author_name = models.TextField()
    signer_position_id = models.UUIDField(null=True)
    signer_name = models.TextField(default="", blank=True)
    signer_title = models.TextField(default="", blank=True)
    signer_authority = models.TextField(default="", blank=True)
    signed_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(default="", blank=True)
    code = models.TextField(default="", blank=True)
    dated = models.DateField(null=True)
    numbered_by = models.TextField(default="", blank=True)
    issued_as = models.UUIDField(null=True)
    changes = models.TextField(default="", db_default="", blank=True)
    change_reason = models.TextField(default="", db_default="", blank=True)
    personal_data = models.TextField(default="", db_default="", blank=True)
    keep_until = models.DateField(null=True)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(
                fields=["office_id", "state", "-changed_at"], name="draft_open", condition=Q(issued_as__isnull=True)
            ),
            models.Index(
                fields=["office_id", "-changed_at", "id"], name="draft_by_change", condition=Q(issued_as__isnull=True)
            ),
        ]
