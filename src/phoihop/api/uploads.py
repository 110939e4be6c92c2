"""Sending files in: the body of the request is the file, written to the store before any transaction begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Annotated, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from phoihop.api import replies
from phoihop.api.doors import admit
from phoihop.api.problems import BadRequest, TooLarge
from phoihop.core.isolation import scope
from phoihop.files.actions import keep_upload, receive_file
from phoihop.files.storage import CHUNK_BYTES, Stored
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.api import acting_of
from phoihop.offices.permissions import Permission
from phoihop.offices.reading import noted_refusals

_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}}


class UploadOut(Schema):
    """A file of the office that is not yet part of a document."""

    id: UUID = Field(description="Name it in `attachments` when issuing.")
    name: str
    media_type: str = Field(description="As found in the content, whatever the sender claimed.")
    size: int = Field(description="Bytes.")
    sha256: str


class _ReceivingRequest(HttpRequest):
    received: tuple[Stored, str, str]


def file_door(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Like ``office_door``, for a body that never stands in memory as a whole."""

    @wraps(run)
    def enter(request: HttpRequest, **arguments: object) -> HttpResponseBase:
        by = admit(request)
        with noted_refusals(request, by, arguments):
            check_may(by, Permission.DISPATCH_DRAFT)
        key = replies.key_of(request)
        received = receive_file(_chunks(request), name=request.GET.get("name", ""), by=by)
        cast(_ReceivingRequest, request).received = received
        digest = replies.fingerprint(request, bytes.fromhex(received[0].sha256))
        with scope("web", by.office_id):
            return replies.once(lambda: cast(HttpResponse, run(request, **arguments)), key=key, digest=digest, by=by)

    return enter


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    """The body in pieces. Raises when its length is not said, is too large, or the connection ends before it."""
    stated = request.headers.get("Content-Length", "")
    if not stated.isdigit():
        raise BadRequest("length_required", _("Cần tiêu đề Content-Length."))
    left = int(stated)
    if left > settings.ATTACHMENT_MAX_BYTES:
        most = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
        raise TooLarge("file_too_large", _("Tệp lớn hơn mức cho phép (%(limit)d MB).") % {"limit": most})
    while left > 0:
        chunk = request.read(min(CHUNK_BYTES, left))
        if not chunk:
            raise BadRequest("body_cut_short", _("Kết nối đứt khi tệp chưa gửi xong; chưa lưu gì."))
        left -= len(chunk)
        yield chunk


router = Router(tags=["files"])
router.add_decorator(file_door, mode="view")


@router.post(
    "/uploads",
    response={201: UploadOut},
    operation_id="upload_file",
    openapi_extra={"requestBody": {"required": True, "content": _BINARY}},
)
def upload_file(
    request: HttpRequest,
    name: Annotated[str, Query(min_length=1, max_length=300, description="File name, for people.")],
) -> UploadOut:
    """Send one file; the body is its content."""
    by: Acting = acting_of(request)
    upload = keep_upload(cast(_ReceivingRequest, request).received, holder_id=None, by=by)
    return UploadOut(
        id=upload.id, name=upload.name, media_type=upload.media_type, size=upload.size, sha256=upload.sha256
    )
