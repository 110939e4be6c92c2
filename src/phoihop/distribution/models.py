"""Distribution lists of an office with all their versions, their uses, and the lists other offices published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local, Shared


class DistributionList(models.Model):
    """A list as it stands: what its newest version says. ``members`` are tokens of ``rules.Members``.

    ``published_at`` tells that other offices have it; its id is then that of the subject, too.
    """

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    name = models.TextField()
    folded = models.TextField(db_collation="C")
    sort_key = models.TextField(db_collation="C")
    purpose = models.TextField(default="", blank=True)
    number = models.IntegerField(default=1)
    members = models.JSONField(default=list)
    offices = models.JSONField(default=list)
    changed_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "folded"], condition=Q(retired_at__isnull=True), name="list_name_once"
            )
        ]


class ListVersion(models.Model):
    """One version of a list, kept for ever: what it held, who that was (``offices``), who made it, and why."""

    isolation: ClassVar[Isolation] = Local(append_only=True)

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    list_id = models.UUIDField()
    number = models.IntegerField()
    name = models.TextField()
    purpose = models.TextField(default="", blank=True)
    members = models.JSONField(default=list)
    offices = models.JSONField(default=list)
    reason = models.TextField(default="", blank=True)
    made_by = models.TextField()
    made_at = models.DateTimeField(default=now)
    is_retired = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office_id", "list_id", "number"], name="list_version_once"),
        ]


class ListUse(models.Model):
    """That a document went out by a list, in which version, and who was in it then."""

    isolation: ClassVar[Isolation] = Local(append_only=True)

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    list_id = models.UUIDField()
    subject_id = models.UUIDField()
    number = models.IntegerField()
    offices = models.JSONField(default=list)
    used_at = models.DateTimeField(default=now)
    used_by = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["office_id", "list_id", "-used_at"], name="list_use_newest")]


class PublishedVersion(models.Model):
    """One version of a list as its owner published it; ``members`` name no other lists."""

    isolation: ClassVar[Isolation] = Shared(subject="list_id", record="record_id")

    record_id = models.UUIDField(primary_key=True)
    list_id = models.UUIDField()
    audience_id = models.UUIDField()
    owner_id = models.UUIDField()
    number = models.IntegerField()
    name = models.TextField()
    sort_key = models.TextField(db_collation="C")
    purpose = models.TextField(default="", blank=True)
    members = models.JSONField(default=list)
    offices = models.JSONField(default=list)
    reason = models.TextField(default="", blank=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    is_retired = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["list_id", "-number"], name="published_list_newest")]
