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


class DirectoryProposal(models.Model):
    """A change of the region's directory that was prepared here, as the file that goes to where it is signed.

    Written once. Whether it was signed and applied meanwhile follows from the directory's own records.
    """

    class Source(models.TextChoices):
        SHEET = "sheet", "Bảng tính"
        MERGER = "merger", "Nhập văn phòng"

    isolation: ClassVar[Isolation] = Local(append_only=True)

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    source = models.TextField(choices=Source.choices)
    upload_id = models.UUIDField(null=True)
    title = models.TextField()
    reason = models.TextField(default="", blank=True)
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    made_at = models.DateTimeField(default=now)
    made_name = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["office", "-made_at"], name="directory_proposal_list")]
