"""What the administration of an office keeps while it works: uploaded workbooks that wait to be applied."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import Isolation, Local
from phoihop.offices.models import Office


class SheetUpload(models.Model):
    """A workbook of people or of the directory, as it was uploaded. Nothing is changed until it is applied.

    ``ends_missing`` says that the file is the whole list, so that positions it leaves out end. ``outcome`` counts what
    applying did. The row goes ``actions.KEPT_DAYS`` after the upload.
    """

    class Kind(models.TextChoices):
        PEOPLE = "people", "Người và chức vụ"
        DIRECTORY = "directory", "Văn phòng và cơ quan ban hành"

    isolation: ClassVar[Isolation] = Local()

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    kind = models.TextField(choices=Kind.choices)
    name = models.TextField()
    content = models.BinaryField()
    ends_missing = models.BooleanField(default=False)
    reason = models.TextField(default="", blank=True)
    made_at = models.DateTimeField(default=now)
    made_name = models.TextField()
    applied_at = models.DateTimeField(null=True)
    applied_name = models.TextField(default="", blank=True)
    outcome = models.JSONField(default=dict)
