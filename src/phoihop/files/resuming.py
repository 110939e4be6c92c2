"""Files that come in pieces: what has arrived stays, through a cut line, a closed page and a restarted server.

A piece is on the disk before its offset is told; whatever came after the last told offset is thrown away. The browser
asks for the offset and goes on from there. Nothing here holds a transaction while it waits for the line.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.files.actions import check_spooled, keep_upload
from phoihop.files.models import PartialUpload, Upload
from phoihop.files.sniffing import safe_name
from phoihop.files.storage import check_size, settle, spool_root, spooled_at
from phoihop.offices.acting import Acting

KEPT_FOR = timedelta(days=3)
"""How long pieces wait for the rest."""
MOST_AT_ONCE = 20
MAX_FINGERPRINT = 500


def begin_upload(*, name: str, size: int, fingerprint: str, by: Acting) -> PartialUpload:
    """Announce a file, or find the one of the same fingerprint that this position has begun and not put anywhere.

    Raises Invalid for a file too large or empty, Conflict when position or office has too much under way.
    """
    check_size(size, settings.ATTACHMENT_MAX_BYTES)
    if size <= 0:
        raise Invalid("file_empty", _("Tệp rỗng."), remedy=_("Chọn tệp khác."))
    with connection.cursor() as cursor:  # counted and added in one go, however many windows begin at once
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"partial uploads {by.office_id}"])
    known = _begun(size=size, fingerprint=fingerprint, by=by)
    if known is not None:
        return known
    _check_room(size, by=by)
    return PartialUpload.objects.create(
        office_id=by.office_id,
        position_id=by.position_id,
        name=safe_name(name),
        fingerprint=fingerprint[:MAX_FINGERPRINT],
        size=size,
    )


def _begun(*, size: int, fingerprint: str, by: Acting) -> PartialUpload | None:
    """The same file, sent by the same position, that can go on or lies complete and unused."""
    if not fingerprint:
        return None
    for one in own_partials(by=by):
        if (one.fingerprint, one.size) == (fingerprint[:MAX_FINGERPRINT], size):
            return one
    return None


def own_partials(*, by: Acting) -> Sequence[PartialUpload]:
    """What this position has begun: not yet whole, or whole and not yet part of a draft or document. Newest first."""
    rows = PartialUpload.objects.filter(office_id=by.office_id, position_id=by.position_id, refused="")
    recent = list(rows.filter(touched_at__gt=now() - KEPT_FOR).order_by("-touched_at"))
    unheld = set(
        Upload.objects.filter(
            id__in=[one.upload_id for one in recent if one.upload_id], office_id=by.office_id, holder_id=None
        ).values_list("id", flat=True)
    )
    return [one for one in recent if one.upload_id is None or one.upload_id in unheld]


def _check_room(size: int, *, by: Acting) -> None:
    under_way = PartialUpload.objects.filter(office_id=by.office_id, upload_id=None, refused="")
    total = under_way.aggregate(bytes=Sum("size", default=0))["bytes"]
    own = under_way.filter(position_id=by.position_id).count()
    if own >= MOST_AT_ONCE or total + size > settings.PARTIAL_UPLOADS_MAX_BYTES:
        raise Conflict(
            "too_many_partial",
            _("Đang có quá nhiều tệp gửi dở."),
            remedy=_("Gửi nốt hoặc bỏ các tệp gửi dở rồi thử lại."),
        )


def partial_upload(partial_id: UUID, *, by: Acting) -> PartialUpload:
    """One upload in pieces of the acting office. Raises NotFound."""
    found = PartialUpload.objects.filter(id=partial_id, office_id=by.office_id).first()
    if found is None:
        raise NotFound("partial_unknown", _("Không tìm thấy tệp đang gửi dở này."), remedy=_("Chọn tệp để gửi lại."))
    return found


def abandon_upload(partial_id: UUID, *, by: Acting) -> None:
    """Throw away what has come of a file that no draft or document holds. Raises NotFound."""
    found = partial_upload(partial_id, by=by)
    if found.upload_id is not None:
        Upload.objects.filter(id=found.upload_id, office_id=by.office_id, holder_id=None).delete()
    found.delete()
    _path(partial_id).unlink(missing_ok=True)


def append_piece(partial_id: UUID, pieces: Iterable[bytes], *, offset: int, by: Acting) -> PartialUpload:
    """Add bytes that begin at ``offset``; with the last byte the file becomes an upload. Opens its own scopes.

    What a cut line left behind is kept up to the last whole piece read. Raises Conflict ``partial_offset`` when bytes
    from another place are wanted (the row says which) and ``partial_busy`` while another request adds to the file;
    Invalid when more comes than was announced, or the file as a whole may not be taken in.
    """
    with _locked(_path(partial_id), partial_id, by) as (file, found):
        if found.upload_id is None and not found.refused:
            there = file.seek(0, os.SEEK_END)
            if there < found.offset:  # another machine's disk, or one that lost what it had promised
                _advance(found, 0 if there == 0 else there, by=by)
            if offset != found.offset:
                raise Conflict("partial_offset", _("Phần tệp gửi lên không nối tiếp phần đã có."))
            _write(file, found, pieces, by=by)
            if found.offset == found.size:
                _finish(file, found, by=by)
    return found


def _path(partial_id: UUID) -> Path:
    return spool_root() / f"partial-{partial_id}"


@contextmanager
def _locked(path: Path, partial_id: UUID, by: Acting) -> Iterator[tuple[IO[bytes], PartialUpload]]:
    """The pieces so far, for this request alone, with the row as it stands once no other request can change it."""
    with scope("web", by.office_id, read_only=True):
        partial_upload(partial_id, by=by)
    with path.open("ab+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("partial_busy", _("Tệp này đang được gửi ở nơi khác.")) from error
        with scope("web", by.office_id, read_only=True):
            found = partial_upload(partial_id, by=by)
        yield file, found


def _write(file: IO[bytes], found: PartialUpload, pieces: Iterable[bytes], *, by: Acting) -> None:
    file.truncate(found.offset)
    reached = found.offset
    try:
        for piece in _until_cut(pieces):
            if reached + len(piece) > found.size:
                raise Invalid("partial_too_long", _("Tệp gửi lên dài hơn đã báo."), remedy=_("Chọn tệp để gửi lại."))
            file.write(piece)
            reached += len(piece)
    finally:
        file.flush()
        os.fsync(file.fileno())
    _advance(found, reached, by=by)


def _until_cut(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What comes before the line breaks; the browser will send the rest."""
    try:
        yield from pieces
    except OSError:
        return


def _advance(found: PartialUpload, offset: int, *, by: Acting) -> None:
    found.offset, found.touched_at = offset, now()
    with scope("web", by.office_id):
        found.save(update_fields=["offset", "touched_at"])


def _finish(file: IO[bytes], found: PartialUpload, *, by: Acting) -> None:
    """The whole file passes what every file must pass. What is refused is gone at once; the sentence stays."""
    path = Path(file.name)
    try:
        checked = check_spooled(spooled_at(path), name=found.name, by=by)
    except Invalid as error:
        path.unlink(missing_ok=True)
        found.refused = str(error)
        with scope("web", by.office_id):
            found.save(update_fields=["refused"])
        raise
    stored = settle(checked.file)
    with scope("web", by.office_id):
        upload = keep_upload((stored, checked.name, checked.media_type), holder_id=None, by=by)
        found.upload_id = upload.id
        found.save(update_fields=["upload_id"])
    path.unlink(missing_ok=True)


def forget_old_partials(*, before: timedelta = KEPT_FOR) -> int:
    """Remove what was begun and left, with its pieces. As the worker. Returns how many."""
    found = list(PartialUpload.objects.filter(touched_at__lt=now() - before).values_list("id", flat=True))
    PartialUpload.objects.filter(id__in=found).delete()
    for partial_id in found:
        _path(partial_id).unlink(missing_ok=True)
    return len(found)
