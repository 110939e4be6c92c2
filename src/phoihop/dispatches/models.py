"""Official documents out and in: what is shared between offices, and what each office keeps to itself."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local, Shared, SharedBetween


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


class Register(models.Model):
    """A book of an office: outgoing numbers of one body, or arrivals. ``numbered_by`` says whose numbers stand in it.

    ``period`` is "year" or "term" (of a Party committee, named by ``term_label`` such as 2025-2030); ``per_type`` keeps
    one series for each document type; ``first_number`` continues the paper book of the period the office began here.
    ``shut`` after the node was restored: numbers may have gone out that the backup does not know.
    """

    isolation: ClassVar[Isolation] = Local()

    class NumberedBy(models.TextChoices):
        PHOIHOP = "phoihop", "Phối Hợp"
        EXISTING = "existing", "Phần mềm đang dùng"

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    body_id = models.UUIDField(null=True)
    direction = models.TextField()
    name = models.TextField()
    numbered_by = models.TextField(choices=NumberedBy.choices, default=NumberedBy.EXISTING)
    period = models.TextField(default="year")
    term_label = models.TextField(default="", blank=True)
    per_type = models.BooleanField(default=False)
    first_number = models.IntegerField(default=1)
    shut = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "body_id", "direction"], name="register_once", nulls_distinct=False
            )
        ]


class RegisterPeriod(models.Model):
    """The last number given in one period of a register: the one row the write path locks, last of all."""

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    register_id = models.UUIDField()
    period = models.TextField()
    last_number = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office_id", "register_id", "period"], name="period_once")]


class RegisterNumber(models.Model):
    """One number of a register and what became of it; a voided number keeps its reason and is never given again."""

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    register_id = models.UUIDField()
    period = models.TextField()
    number = models.IntegerField()
    code = models.TextField()
    holder_id = models.UUIDField(null=True)
    voided_reason = models.TextField(default="", blank=True)
    given_at = models.DateTimeField(default=now)
    given_by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office_id", "register_id", "period", "number"], name="number_once"),
            models.UniqueConstraint(fields=["office_id", "register_id", "period", "code"], name="code_once"),
        ]


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
