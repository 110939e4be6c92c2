"""Taking files in, giving them to a holder, and attaching them to a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.rows import insert_rows
from phoihop.files.guard.checking import check_file
from phoihop.files.models import Attachment, Upload
from phoihop.files.sniffing import is_program, media_type, safe_name
from phoihop.files.storage import Spooled, Stored, settle, spooled
from phoihop.files.viruses import check_for_viruses
from phoihop.offices.acting import Acting

MAX_FILES = 50


@dataclass(frozen=True)
class Checked:
    """A file that may be taken in: where it waits, its clean name, and the media type its bytes show."""

    file: Spooled
    name: str
    media_type: str


def receive_file(chunks: Iterable[bytes], *, name: str, by: Acting | None = None) -> tuple[Stored, str, str]:
    """Take an upload into the store, outside any transaction. Returns what was stored, its clean name and media type.

    Raises Invalid for an empty, oversized, executable or infected file, or one that bears a mark of secrecy, of which
    nothing is kept, and Unavailable when a part that must look at it does not answer. ``by`` is whom an incident names.
    """
    with spooled(chunks) as file:
        checked = check_spooled(file, name=name, by=by)
        return settle(file), checked.name, checked.media_type


def check_spooled(file: Spooled, *, name: str, by: Acting | None = None) -> Checked:
    """What a file must pass before anybody has it; every way in leads through here. Raises as ``receive_file`` does."""
    clean = safe_name(name)
    if is_program(file.head):
        raise Invalid(
            "file_program",
            _("Tệp “%(name)s” là chương trình nên không được nhận.") % {"name": clean},
            remedy=_("Chọn tệp văn bản, bảng tính, PDF hoặc ảnh."),
        )
    check_for_viruses(file.path)
    kind = media_type(file.head, clean)
    check_file(file.path, name=clean, media_type=kind, place="upload", by=by)
    return Checked(file, clean, kind)


def keep_upload(received: tuple[Stored, str, str], *, holder_id: UUID | None, by: Acting) -> Upload:
    """Make a received file an upload of the acting office, held for a draft or entry."""
    stored, name, kind = received
    if holder_id is None:
        _check_unheld(stored.size, by=by)
    order = Upload.objects.filter(holder_id=holder_id, office_id=by.office_id).count() if holder_id else 0
    if order >= MAX_FILES:
        raise Invalid("too_many_files", _("Chỉ đính kèm được tối đa %(count)d tệp.") % {"count": MAX_FILES})
    return Upload.objects.create(
        office_id=by.office_id,
        holder_id=holder_id,
        order=order,
        name=name,
        media_type=kind,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_by=by.person_name,
        position_id=by.position_id,
    )


def _check_unheld(size: int, *, by: Acting) -> None:
    """Raise Conflict when this position has sent in as much as it may without putting it into a document."""
    unheld = Upload.objects.filter(office_id=by.office_id, position_id=by.position_id, holder_id=None)
    there = unheld.aggregate(count=Count("id"), bytes=Sum("size", default=0))
    if there["count"] >= settings.UNHELD_UPLOADS_MAX_COUNT or there["bytes"] + size > settings.UNHELD_UPLOADS_MAX_BYTES:
        raise Conflict(
            "too_many_unheld",
            _("Đã gửi lên quá nhiều tệp chưa đưa vào văn bản nào."),
            remedy=_("Đưa các tệp đã gửi vào văn bản, hoặc chờ hệ thống dọn sau vài ngày."),
        )


def hold_uploads(upload_ids: Sequence[UUID], *, holder_id: UUID, by: Acting) -> None:
    """Give uploads that nothing holds yet to a draft or document, in order. Raises Invalid at ``attachments.N``."""
    wanted = list(dict.fromkeys(upload_ids))
    free = Upload.objects.select_for_update().filter(id__in=wanted, office_id=by.office_id, holder_id=None)
    found = free.in_bulk()
    missing = [number for number, one in enumerate(wanted) if one not in found]
    if missing:
        message = _("Không có tệp này, hoặc tệp đã thuộc một văn bản khác.")
        fields = {f"attachments.{number}": [message] for number in missing}
        raise Invalid("upload_unknown", message, fields=fields)
    first = Upload.objects.filter(holder_id=holder_id, office_id=by.office_id).count()
    if first + len(wanted) > MAX_FILES:
        raise Invalid("too_many_files", _("Chỉ đính kèm được tối đa %(count)d tệp.") % {"count": MAX_FILES})
    for order, one in enumerate(wanted, start=first):
        found[one].holder_id, found[one].order = holder_id, order
    Upload.objects.bulk_update(found.values(), ["holder_id", "order"])


def remove_upload(upload_id: UUID, *, by: Acting) -> None:
    """Take a file out of a draft. Raises NotFound when the office has no such upload."""
    deleted, _rows = Upload.objects.filter(id=upload_id, office_id=by.office_id).delete()
    if not deleted:
        raise NotFound("upload_unknown", _("Không tìm thấy tệp này."))


def attach(rows: Sequence[Mapping[str, Any]]) -> None:
    """Project the attachments of records: rows of ``Attachment`` by field. For projections, in a writer scope."""
    insert_rows(Attachment, rows)
