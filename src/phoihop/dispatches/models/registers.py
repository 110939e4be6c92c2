"""The books an office keeps, and their numbers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local


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
    """The last number given in one period of a register: the one row the write path locks, last of all.

    A series that is closed gives no more numbers. ``closing`` is a ``register_closing.Closing`` as it was then;
    ``remarks`` lists ``{"at": moment, "by": name, "text": …}``: a closed book is put right by remarks alone.
    """

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    register_id = models.UUIDField()
    period = models.TextField()
    last_number = models.IntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(default="", db_default="", blank=True)
    closing = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    remarks = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

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
