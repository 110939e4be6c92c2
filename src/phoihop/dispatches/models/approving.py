"""How a draft is agreed inside its office: the way it goes, who was asked what, and the text as it was then."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local


class ApprovalRoute(models.Model):
    """The steps that drafts of a type pass before signature; ``type_code`` is empty for every type without its own.

    ``steps`` in order: ``{"kind", "title", "needs", "people", "days"}`` with position ids, whether all or any of them
    must agree, and in how many days (null: no limit).
    """

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    type_code = models.TextField(default="", blank=True)
    steps = models.JSONField(default=list)
    changed_at = models.DateTimeField(default=now)
    changed_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office_id", "type_code"], name="route_once")]


class ApprovalTask(models.Model):
    """One person's part in one step. ``round`` counts submissions, ``turn`` how often the step was gone through in it.

    ``decided_by`` is who did it, which is somebody else than ``name`` when a deputy acted.
    """

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    draft_id = models.UUIDField()
    round = models.IntegerField()
    step = models.IntegerField()
    turn = models.IntegerField(default=1)
    kind = models.TextField()
    title = models.TextField()
    needs = models.TextField()
    days = models.IntegerField(null=True)
    position_id = models.UUIDField()
    name = models.TextField()
    position_title = models.TextField()
    state = models.TextField()
    asked_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="", blank=True)
    remark = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "draft_id", "round", "step", "turn", "position_id"], name="approval_task_once"
            )
        ]
        indexes = [
            models.Index(fields=["position_id"], name="approval_asked", condition=Q(state="asked")),
        ]


class DraftVersion(models.Model):
    """What a draft said when it was submitted, returned or changed by an approver, with the remark made then."""

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    draft_id = models.UUIDField()
    number = models.IntegerField()
    event = models.TextField()
    abstract = models.TextField(default="", blank=True)
    content = models.TextField(default="", blank=True)
    files = models.JSONField(default=list)
    by_name = models.TextField()
    by_title = models.TextField()
    at = models.DateTimeField(default=now)
    remark = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office_id", "draft_id", "number"], name="draft_version_once")]


class DraftOpinion(models.Model):
    """What a colleague was asked about a draft, by when, and what they said; no answer stays no answer."""

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    draft_id = models.UUIDField()
    position_id = models.UUIDField()
    name = models.TextField()
    position_title = models.TextField()
    question = models.TextField(default="", blank=True)
    due_on = models.DateField(null=True)
    asked_by = models.TextField()
    asked_by_position_id = models.UUIDField()
    asked_at = models.DateTimeField(default=now)
    version = models.IntegerField()
    state = models.TextField()
    text = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "draft_id", "position_id"], name="opinion_awaited_once", condition=Q(state="asked")
            )
        ]
        indexes = [
            models.Index(fields=["position_id"], name="opinion_asked", condition=Q(state="asked")),
            models.Index(fields=["draft_id", "asked_at"], name="opinion_of_draft"),
        ]
