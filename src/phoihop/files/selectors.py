"""Reading attachments and uploads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.core.rows import read_as
from phoihop.files.models import Attachment, AttachmentQuerySet, Upload
from phoihop.offices.acting import Acting

Withholding = Callable[[Collection[UUID], Acting], set[UUID]]
_withholdings: list[Withholding] = []


def register_withholding(withholding: Withholding) -> None:
    """Have a room above say whose files an office no longer has: of these subjects, those it gave up."""
    if withholding not in _withholdings:
        _withholdings.append(withholding)


def _is_withheld(subject_id: UUID, by: Acting) -> bool:
    return any(withholding({subject_id}, by) for withholding in _withholdings)


def attachments_of(subject_id: UUID, *, by: Acting, nothing_given_up: bool = False) -> Sequence[Attachment]:
    """The files of a subject's records, in order; none when the office gave them up.

    ``nothing_given_up`` is for who has found out already that nobody was asked to, and saves a question.
    """
    if not nothing_given_up and _is_withheld(subject_id, by):
        return []
    return list(told_if_here().filter(subject_id=subject_id).order_by("record_id", "number"))


def told_if_here() -> AttachmentQuerySet:
    """Attachments, each with whether its bytes came with its record and may be fetched."""
    return AttachmentQuerySet(Attachment).told_if_here()


def check_here(file: Attachment) -> None:
    """Raise NotFound when the file's bytes did not come with its record, whatever else this node stores."""
    if not file.is_here:
        raise NotFound(
            "file_not_come",
            _("Chưa có tệp này: nơi gửi chưa chuyển tệp tới."),
            remedy=_("Đề nghị nơi gửi chuyển lại văn bản kèm tệp."),
        )


def attachment(record_id: UUID, number: int, *, by: Acting) -> Attachment:
    """One attachment the acting office may see and whose bytes came with its record. Raises NotFound."""
    found = told_if_here().filter(record_id=record_id, number=number).first()
    if found is None or _is_withheld(found.subject_id, by):
        raise NotFound("attachment_unknown", _("Không tìm thấy tệp này."))
    check_here(found)
    return found


def uploads_of(holder_id: UUID, *, by: Acting) -> Sequence[Upload]:
    """The files an office keeps for a draft or entry, in order."""
    query = 'SELECT * FROM files_upload WHERE holder_id = %s AND office_id = %s ORDER BY "order", uploaded_at'
    return read_as(Upload, query, [holder_id, by.office_id])


def upload(upload_id: UUID, *, by: Acting) -> Upload:
    """One upload of the acting office. Raises NotFound."""
    found = Upload.objects.filter(id=upload_id, office_id=by.office_id).first()
    if found is None:
        raise NotFound("upload_unknown", _("Không tìm thấy tệp này."))
    return found
