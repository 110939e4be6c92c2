"""What people keep of lists: saved filters, chosen columns, and workbooks on their way or waiting to be fetched."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local


class SavedFilter(models.Model):
    """A filter with a name: of one position, or of the whole office when ``position_id`` is null.

    ``query`` is the part of the list's address behind the question mark, without the place in the list.
    """

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    position_id = models.UUIDField(null=True)
    list_key = models.TextField()
    name = models.TextField()
    query = models.TextField(default="", blank=True)
    made_by = models.UUIDField()
    made_by_name = models.TextField()
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "list_key", "position_id", "name"], name="filter_name_once", nulls_distinct=False
            )
        ]


class ListChoice(models.Model):
    """How one position wants to see one list: the columns it hid, and the filter the list opens with."""

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    position_id = models.UUIDField()
    list_key = models.TextField()
    hidden = models.JSONField(default=list)
    default_filter_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office_id", "position_id", "list_key"], name="list_choice_once")
        ]


class Export(models.Model):
    """A list on its way into a workbook. Jobs know its id alone; whose it is and what it holds stands here.

    ``attempt`` counts how often the writing began: a worker that was killed leaves it running, and the next one begins
    anew. ``expected`` is null until the rows were counted. The bytes are kept until ``expires_at``. ``form`` is
    "workbook", or "paper" for a list that can be printed.
    """

    isolation: ClassVar[Isolation] = Local()

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ đến lượt")
        RUNNING = "running", _("Đang xuất")
        DONE = "done", _("Đã xong")
        FAILED = "failed", _("Chưa xuất được")
        CANCELLED = "cancelled", _("Đã dừng")

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    position_id = models.UUIDField()
    list_key = models.TextField()
    title = models.TextField()
    query = models.JSONField(default=dict)
    hidden = models.JSONField(default=list)
    form = models.TextField(default="workbook", db_default="workbook")
    language = models.TextField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    attempt = models.IntegerField(default=0)
    written = models.IntegerField(default=0)
    expected = models.IntegerField(null=True)
    file_name = models.TextField(default="", blank=True)
    sha256 = models.TextField(default="", blank=True)
    size = models.BigIntegerField(default=0)
    reason = models.TextField(default="", blank=True)
    made_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["office_id", "position_id", "-made_at"], name="export_own"),
            models.Index(fields=["sha256"], name="export_bytes", condition=~Q(sha256="")),
        ]
