"""What is shared between offices: documents, their text for search, changes of them and the answers."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from phoihop.core.isolation import Isolation, Shared, SharedBetween


class Dispatch(models.Model):
    """A document as its audience sees it. The id is the subject's; ``owner_id`` is the office that stated it.

    ``origin`` tells whether it was issued here (``issued``) or entered from outside the directory (``paper``,
    ``edxml``). ``recipients`` lists ``{"office": id, "role": "main" | "copy"}``. ``standing`` is a
    ``rules.DispatchState``: whether it is still in force, or was recalled or replaced. ``personal_data`` is a
    ``marking.PersonalData`` or empty; such a document is to be erased after ``keep_until``.
    """

    isolation: ClassVar[Isolation] = Shared(subject="id")

    id = models.UUIDField(primary_key=True)
    record_id = models.UUIDField(unique=True)
    audience_id = models.UUIDField()
    owner_id = models.UUIDField()
    origin = models.TextField()
    business = models.TextField(default="new")
    body_id = models.UUIDField(null=True)
    issuer_name = models.TextField()
    regime = models.TextField()
    code = models.TextField()
    type_code = models.TextField()
    type_name = models.TextField()
    abstract = models.TextField()
    content = models.TextField(default="", blank=True)
    urgency = models.TextField()
    circulation = models.TextField()
    dated = models.DateField(null=True)
    place = models.TextField(default="", blank=True)
    signatory_name = models.TextField(default="", blank=True)
    signatory_title = models.TextField(default="", blank=True)
    signatory_authority = models.TextField(default="", blank=True)
    recipients = models.JSONField(default=list)
    other_recipients = models.TextField(default="", blank=True)
    due_at = models.DateTimeField(null=True)
    reply_to = models.UUIDField(null=True)
    related_to = models.UUIDField(null=True)
    issued_at = models.DateTimeField()
    exercise = models.BooleanField(default=False)
    attachment_count = models.SmallIntegerField(default=0)
    standing = models.TextField(default="issued", db_default="issued")
    personal_data = models.TextField(default="", db_default="", blank=True)
    keep_until = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "dispatches"
        indexes = [
            models.Index(fields=["owner_id", "-issued_at", "id"], name="dispatch_outbox"),
            models.Index(fields=["reply_to"], name="dispatch_replies", condition=Q(reply_to__isnull=False)),
            models.Index(fields=["related_to"], name="dispatch_related", condition=Q(related_to__isnull=False)),
            models.Index(fields=["owner_id", "code"], name="dispatch_owner_code"),
            models.Index(fields=["owner_id", "due_at"], name="dispatch_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["keep_until"], name="dispatch_kept", condition=Q(keep_until__isnull=False)),
        ]


class DispatchText(models.Model):
    """What search reads: folded words and the normalised code. Reached only through ``dispatches_search``."""

    isolation: ClassVar[Isolation] = Shared(subject="dispatch_id")

    dispatch_id = models.UUIDField(primary_key=True)
    audience_id = models.UUIDField()
    issued_at = models.DateTimeField()
    code = models.TextField()
    words = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="dispatch_words"),
            models.Index(fields=["-issued_at", "dispatch_id"], name="dispatch_text_newest"),
            GinIndex(OpClass("code", "gin_trgm_ops"), name="dispatch_code_trgm"),
        ]


class ExternalReceipt(models.Model):
    """A state that an organisation outside the directory reported of our document, in an edXML status message."""

    isolation: ClassVar[Isolation] = SharedBetween(columns=("office_id",))

    id = models.UUIDField(primary_key=True)
    dispatch_id = models.UUIDField(db_index=True)
    office_id = models.UUIDField()
    organ_id = models.TextField()
    organ_name = models.TextField()
    status_code = models.TextField()
    description = models.TextField(default="", blank=True)
    reported_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()


class Change(models.Model):
    """That a document was recalled, or is updated or replaced by a later one. The id is that of the record."""

    isolation: ClassVar[Isolation] = Shared(subject="dispatch_id")

    id = models.UUIDField(primary_key=True)
    dispatch_id = models.UUIDField(db_index=True)
    audience_id = models.UUIDField()
    owner_id = models.UUIDField()
    action = models.TextField()
    reason = models.TextField()
    new_document_id = models.UUIDField(null=True)
    new_code = models.TextField(default="", blank=True)
    asked_by = models.TextField(default="", blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["new_document_id"], name="change_new", condition=Q(new_document_id__isnull=False))
        ]


class ChangeAnswer(models.Model):
    """How one office that holds a document answers its change. ``state`` is a ``rules.AnswerState``.

    A row is there from the moment the office is asked, so that those who have not answered are known. ``asked`` is
    false for an answer that nobody asked for; such a row counts for nothing.
    """

    isolation: ClassVar[Isolation] = SharedBetween(columns=("office_id", "owner_id"))

    pk = models.CompositePrimaryKey("change_id", "office_id")
    change_id = models.UUIDField()
    office_id = models.UUIDField()
    owner_id = models.UUIDField()
    dispatch_id = models.UUIDField()
    action = models.TextField()
    state = models.TextField()
    asked = models.BooleanField()
    reason = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["office_id"], name="change_to_answer", condition=Q(state="requested")),
            models.Index(fields=["dispatch_id", "office_id"], name="change_of_dispatch"),
            models.Index(fields=["office_id", "dispatch_id"], name="change_agreed", condition=Q(state="agreed")),
        ]
