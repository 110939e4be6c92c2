"""Attachments of records, and uploads that are not yet part of one."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local, Shared
from phoihop.offices.models import Node


class Possession(models.Model):
    """That the bytes of a file came to this node with the record that names it, from the node that made the record.

    A record from elsewhere may name the hash of any file; only these rows let its audience have the bytes.
    Records made at this node need none: their files were taken in here.
    """

    isolation: ClassVar[Isolation] = Shared()

    pk = models.CompositePrimaryKey("record_id", "sha256")
    record_id = models.UUIDField()
    sha256 = models.TextField(db_index=True)
    subject_id = models.UUIDField(db_index=True)
    audience_id = models.UUIDField()


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Attachments with whether their bytes may be fetched."""

    def told_if_here(self) -> AttachmentQuerySet:
        """Each with ``is_here``; nothing of it depends on what else the store holds."""
        own = Node.objects.filter(id=OuterRef("node_id"), is_self=True)
        came = Possession.objects.filter(record_id=OuterRef("record_id"), sha256=OuterRef("sha256"))
        return self.annotate(may_fetch=Exists(own) | Exists(came))


class Attachment(models.Model):
    """A file that belongs to a record, fetched by record and number, never by hash. ``node_id`` made the record.

    ``is_here`` is told by ``told_if_here`` alone, and is no where nobody asked.
    """

    isolation: ClassVar[Isolation] = Shared()
    objects: ClassVar[models.Manager[Attachment]] = AttachmentQuerySet.as_manager()

    pk = models.CompositePrimaryKey("record_id", "number")
    record_id = models.UUIDField()
    number = models.SmallIntegerField()
    subject_id = models.UUIDField(db_index=True)
    audience_id = models.UUIDField()
    node_id = models.UUIDField()
    name = models.TextField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.TextField()

    @property
    def is_here(self) -> bool:
        """Whether the bytes came with the record, as ``told_if_here`` asked."""
        return bool(self.__dict__.get("may_fetch", False))


class Upload(models.Model):
    """A file an office has sent in and not yet issued. ``holder_id`` is the draft or entry it is kept for.

    ``position_id`` sent it in; null for what was carried over from another document.
    """

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
    position_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["order", "uploaded_at"]


class PartialUpload(models.Model):
    """A file that comes in pieces, over a line that may break. ``offset`` bytes of ``size`` are safely here.

    ``fingerprint`` is what the browser knows a chosen file by, so that the same file goes on where it stopped.
    ``upload_id`` is the upload it became; ``refused`` the sentence with which it was turned away.
    """

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    position_id = models.UUIDField()
    name = models.TextField()
    fingerprint = models.TextField(default="", blank=True)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    upload_id = models.UUIDField(null=True)
    refused = models.TextField(default="", blank=True)
    started_at = models.DateTimeField(default=now)
    touched_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["office_id", "position_id", "-touched_at"], name="partial_upload_own")]


class AttachmentText(models.Model):
    """What an attachment says, for search: derived from its bytes by a job, and so made anew at any time.

    ``folded`` is ``text`` letter by letter without marks; ``at`` is the time of the document it belongs to; ``state``
    is ``read`` or the reason why there is nothing to read.
    """

    isolation: ClassVar[Isolation] = Shared()

    pk = models.CompositePrimaryKey("record_id", "number")
    record_id = models.UUIDField()
    number = models.SmallIntegerField()
    subject_id = models.UUIDField(db_index=True)
    audience_id = models.UUIDField()
    at = models.DateTimeField()
    state = models.TextField()
    text = models.TextField(default="", blank=True)
    folded = models.TextField(default="", blank=True)
    words = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="attachment_words"),
            models.Index(fields=["-at", "record_id"], name="attachment_text_newest"),
        ]


class Incident(models.Model):
    """That something bearing a mark of secrecy was stopped, or came from elsewhere. Never what it said.

    ``place`` is the way in (``guard.incidents.PLACES``), ``spot`` the field or part of the file, ``level`` the mark.
    ``times`` counts how often the same person was stopped at the same spot within minutes. ``subject_id`` is known for
    what came from elsewhere alone.
    """

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    at = models.DateTimeField(default=now)
    last_at = models.DateTimeField(default=now)
    times = models.IntegerField(default=1)
    person_id = models.UUIDField(null=True)
    person_name = models.TextField()
    position_title = models.TextField()
    place = models.TextField()
    spot = models.TextField()
    level = models.TextField()
    subject_id = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.TextField(default="", blank=True)
    settlement = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["office_id", "-at"], name="incident_by_office"),
            models.Index(fields=["office_id"], name="incident_open", condition=Q(settled_at__isnull=True)),
        ]
