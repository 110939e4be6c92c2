"""Records, who may see them, how far they got, and the log that holds them all."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import APPEND, CHANGE, READ, Internal, Isolation, Local, Reference, Shared, SharedBetween

NEXT_POSITION = models.Func(template="nextval('exchange_position')", output_field=models.BigIntegerField())
"""The next ingest position of this database."""

THIS_TRANSACTION = models.Func(template="pg_current_xact_id()::text::bigint", output_field=models.BigIntegerField())
"""The number of the running transaction, which orders commits for the sequencer."""


class Audience(models.Model):
    """A set of offices. Equal sets are one row: the id derives from the digest."""

    isolation: ClassVar[Isolation] = Internal(writer=APPEND, worker=READ)

    id = models.UUIDField(primary_key=True)
    digest = models.BinaryField(unique=True)


class AudienceMember(models.Model):
    """That an office belongs to an audience."""

    isolation: ClassVar[Isolation] = SharedBetween(columns=("office_id",), immutable=True)

    pk = models.CompositePrimaryKey("audience_id", "office_id")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="members", db_index=False)
    office_id = models.UUIDField()

    class Meta:
        db_table = "exchange_audience_member"
        indexes = [models.Index(fields=["office_id", "audience_id"], name="member_by_office")]


class Disclosed(models.Model):
    """That an office sees a subject by name: it was opened to it later, or withdrawn from it.

    ``until_id`` is the withdrawal; what was said before it stays seen, what comes after belongs to a smaller audience.
    """

    isolation: ClassVar[Isolation] = SharedBetween(columns=("office_id",))

    pk = models.CompositePrimaryKey("office_id", "subject_id")
    office_id = models.UUIDField()
    subject_id = models.UUIDField()
    record_id = models.UUIDField()
    until_id = models.UUIDField(null=True)


class Subject(models.Model):
    """What records are about. ``audience_id`` is the audience of its next record."""

    isolation: ClassVar[Isolation] = Shared(subject="id", current=True)

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    owner_id = models.UUIDField()
    audience_id = models.UUIDField()
    parent_id = models.UUIDField(null=True)


class Record(models.Model):
    """A signed, immutable statement by an office on a subject: the envelope as signed, and its read-out."""

    isolation: ClassVar[Isolation] = Shared(record="id", immutable=True)

    id = models.UUIDField(primary_key=True)
    position = models.BigIntegerField(unique=True, db_default=NEXT_POSITION)
    transaction = models.BigIntegerField(db_default=THIS_TRANSACTION)
    kind = models.TextField()
    version = models.SmallIntegerField()
    office_id = models.UUIDField()
    node_id = models.UUIDField()
    incarnation_id = models.UUIDField()
    subject_id = models.UUIDField()
    audience_id = models.UUIDField()
    prev_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    envelope = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "position"], name="record_by_subject"),
            models.Index(fields=["transaction", "position"], name="record_by_transaction"),
            models.Index(fields=["prev_id"], name="record_by_prev", condition=Q(prev_id__isnull=False)),
        ]


class RecordBody(models.Model):
    """The exact bytes of a body: 16 random bytes, then JSON. Apart from the record so that it can be purged alone."""

    isolation: ClassVar[Isolation] = Shared(record="record_id", immutable=True)

    record_id = models.UUIDField(primary_key=True)
    subject_id = models.UUIDField()
    audience_id = models.UUIDField()
    content = models.BinaryField()


class Head(models.Model):
    """The last record of each office on each subject: what ``prev`` and ``saw`` are taken from."""

    isolation: ClassVar[Isolation] = Internal(writer=CHANGE, worker=READ)

    pk = models.CompositePrimaryKey("subject_id", "office_id")
    subject_id = models.UUIDField()
    office_id = models.UUIDField()
    record_id = models.UUIDField()


class Delivery(models.Model):
    """One subject for one recipient office, with the earliest time of each state it reached. Null is "not known"."""

    isolation: ClassVar[Isolation] = SharedBetween(columns=("recipient_id", "owner_id"))

    pk = models.CompositePrimaryKey("subject_id", "recipient_id")
    subject_id = models.UUIDField()
    recipient_id = models.UUIDField()
    owner_id = models.UUIDField()
    expected = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(default="", blank=True)
    done_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["recipient_id", "-arrived_at", "subject_id"], name="delivery_inbox"),
            models.Index(
                fields=["recipient_id", "-arrived_at"],
                name="delivery_unregistered",
                condition=Q(registered_at__isnull=True, returned_at__isnull=True),
            ),
            models.Index(
                fields=["recipient_id", "-arrived_at"],
                name="delivery_open",
                condition=Q(done_at__isnull=True, returned_at__isnull=True),
            ),
            models.Index(
                fields=["owner_id", "-arrived_at"],
                name="delivery_waiting",
                condition=Q(returned_at__isnull=True, done_at__isnull=True),
            ),
        ]


class PastHosting(models.Model):
    """That a node hosted an office until a moment. Who hosts it now stands with the office itself.

    Signatures are judged, and arrivals derived, by who hosted the office when the record was made.
    """

    isolation: ClassVar[Isolation] = Reference()

    pk = models.CompositePrimaryKey("office_id", "until")
    office_id = models.UUIDField()
    node_id = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        db_table = "exchange_past_hosting"
        verbose_name_plural = "past hostings"


class SetAside(models.Model):
    """A record that could not be applied, or that raises an alarm; kept whole until someone resolves it.

    ``reason`` is a code: poison, waiting, needs_upgrade, fork, or one of the codes of ``exchange.receiving``.
    """

    isolation: ClassVar[Isolation] = Internal(writer=CHANGE, worker=CHANGE)

    record_id = models.UUIDField(primary_key=True)
    reason = models.TextField()
    detail = models.TextField(default="", blank=True)
    waits_for = models.UUIDField(null=True, db_index=True)
    subject_id = models.UUIDField(null=True, db_index=True)
    envelope = models.BinaryField()
    content = models.BinaryField()
    members = models.JSONField(default=list)
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "set aside"


class LogEntry(models.Model):
    """The place of a record in the Merkle tree of this node's incarnation."""

    isolation: ClassVar[Isolation] = Internal(writer="", worker=APPEND)

    pk = models.CompositePrimaryKey("incarnation_id", "index")
    incarnation_id = models.UUIDField()
    index = models.BigIntegerField()
    record_id = models.UUIDField(unique=True)
    leaf = models.BinaryField()

    class Meta:
        verbose_name_plural = "log entries"


class Checkpoint(models.Model):
    """A signed state of the log. ``frontier`` lets the next one be computed without reading the tree again."""

    isolation: ClassVar[Isolation] = Internal(writer="", worker=APPEND)

    pk = models.CompositePrimaryKey("incarnation_id", "size")
    incarnation_id = models.UUIDField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    frontier = models.BinaryField()
    last_transaction = models.BigIntegerField()
    last_position = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()


class DirectoryRecord(models.Model):
    """One record of the region's directory, as signed. Offices, bodies, hosting and keys follow from all of them."""

    isolation: ClassVar[Isolation] = Reference()

    number = models.PositiveIntegerField(primary_key=True)
    digest = models.TextField(unique=True)
    signed = models.BinaryField()
    at = models.DateTimeField()
    applied_at = models.DateTimeField(default=now)


class DirectoryFork(models.Model):
    """A well-signed record that contradicts the directory known here: an alarm, with the evidence."""

    isolation: ClassVar[Isolation] = Internal(writer="", worker=READ)

    digest = models.TextField(primary_key=True)
    number = models.PositiveIntegerField()
    signed = models.BinaryField()
    seen_at = models.DateTimeField(default=now)


class Succession(models.Model):
    """That an office ended and another goes on with its work; ``since`` is the successor's first day."""

    isolation: ClassVar[Isolation] = Reference()

    office_id = models.UUIDField(primary_key=True)
    successor_id = models.UUIDField(db_index=True)
    since = models.DateField()


class Restoration(models.Model):
    """That this database came out of a backup. The node goes on as ``incarnation``, and as no other."""

    isolation: ClassVar[Isolation] = Internal(writer="", worker=READ)

    incarnation = models.UUIDField(primary_key=True)
    at = models.DateTimeField(default=now)
    backup_made_at = models.DateTimeField()
    log_size = models.BigIntegerField()


class Purged(models.Model):
    """That the content of a subject was removed, why, and by whose decision. Envelopes and deliveries stay."""

    isolation: ClassVar[Isolation] = Shared()

    subject_id = models.UUIDField(primary_key=True)
    audience_id = models.UUIDField()
    record_id = models.UUIDField(unique=True)
    owner_id = models.UUIDField()
    reason = models.TextField()
    decision = models.TextField()
    proposed_by = models.TextField()
    confirmed_by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "purged"


class PurgeProposal(models.Model):
    """That somebody proposed to remove the content of a subject, and what a second person made of it.

    ``name`` is what the document is called without its content: type and code.
    """

    isolation: ClassVar[Isolation] = Local()

    class State(models.TextChoices):
        OPEN = "open", _("Chờ người thứ hai")
        CONFIRMED = "confirmed", _("Đã gỡ bỏ")
        DECLINED = "declined", _("Không gỡ bỏ")

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    subject_id = models.UUIDField()
    name = models.TextField()
    reason = models.TextField()
    decision = models.TextField()
    state = models.TextField(choices=State.choices, default=State.OPEN)
    proposed_at = models.DateTimeField(default=now)
    proposed_by = models.UUIDField()
    proposed_name = models.TextField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_name = models.TextField(default="", blank=True)
    closed_reason = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["office_id", "-proposed_at"], name="purge_by_office")]
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "subject_id", "closed_at"], name="purge_proposed_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="purge_by_two",
                condition=~Q(state="confirmed") | (Q(closed_by__isnull=False) & ~Q(closed_by=F("proposed_by"))),
            ),
        ]


class Erasure(models.Model):
    """What a purge still has to remove outside the database: files by hash. Finished when they are gone."""

    isolation: ClassVar[Isolation] = Internal(writer=CHANGE, worker=CHANGE)

    purge_id = models.UUIDField(primary_key=True)
    subject_id = models.UUIDField()
    sha256s = models.JSONField(default=list)
    at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)
