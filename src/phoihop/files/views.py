"""Sending files out: streamed, never guessed at by the browser, shown in the page only where that is safe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from phoihop.core.errors import PhoiHopError
from phoihop.core.isolation import scope
from phoihop.files.looking import Shown, send_page, send_thumbnail, show_file
from phoihop.files.models import PartialUpload
from phoihop.files.resuming import abandon_upload, append_piece, begin_upload, own_partials, partial_upload
from phoihop.files.selectors import attachment, upload
from phoihop.files.sniffing import SHOWN_IN_PAGE
from phoihop.files.storage import CHUNK_BYTES, open_stored
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.reading import noted_reading
from phoihop.offices.web import for_office

_SANDBOX = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"


def _document_of(by: Acting, given: Mapping[str, Any]) -> UUID:
    return attachment(given["record_id"], given["number"], by=by).subject_id


@noted_reading("files:attachment:open", _document_of)
@require_safe
@for_office(Permission.DISPATCH_VIEW)
def show_attachment(request: HttpRequest, by: Acting, record_id: UUID, number: int) -> FileResponse:
    """One attachment of a record, by record and number."""
    found = attachment(record_id, number, by=by)
    return _send(request, found.sha256, found.name, found.media_type)


@noted_reading("files:upload:open", lambda _by, given: given["upload_id"])
@require_safe
@for_office(Permission.DISPATCH_VIEW)
def show_upload(request: HttpRequest, by: Acting, upload_id: UUID) -> FileResponse:
    """One file of the acting office's own drafts."""
    found = upload(upload_id, by=by)
    return _send(request, found.sha256, found.name, found.media_type)


@noted_reading("files:attachment:open", _document_of)
@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def view_attachment(request: HttpRequest, by: Acting, record_id: UUID, number: int) -> HttpResponse:
    """Xem: an attachment drawn in the page."""
    return show_file(request, by, lambda by: _of_record(record_id, number, by))


@noted_reading("files:attachment:open", _document_of)
@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def attachment_page(request: HttpRequest, by: Acting, record_id: UUID, number: int, page: int) -> HttpResponseBase:
    """One page of an attachment as a picture."""
    return send_page(by, lambda by: _of_record(record_id, number, by), page)


@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def attachment_thumbnail(request: HttpRequest, by: Acting, record_id: UUID, number: int) -> HttpResponseBase:
    """The first page of an attachment, small."""
    return send_thumbnail(by, lambda by: _of_record(record_id, number, by))


@noted_reading("files:upload:open", lambda _by, given: given["upload_id"])
@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def view_upload(request: HttpRequest, by: Acting, upload_id: UUID) -> HttpResponse:
    """Xem: a file of a draft drawn in the page."""
    return show_file(request, by, lambda by: _of_draft(upload_id, by))


@noted_reading("files:upload:open", lambda _by, given: given["upload_id"])
@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def upload_page(request: HttpRequest, by: Acting, upload_id: UUID, page: int) -> HttpResponseBase:
    """One page of a draft's file as a picture."""
    return send_page(by, lambda by: _of_draft(upload_id, by), page)


@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def upload_thumbnail(request: HttpRequest, by: Acting, upload_id: UUID) -> HttpResponseBase:
    """The first page of a draft's file, small."""
    return send_thumbnail(by, lambda by: _of_draft(upload_id, by))


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISPATCH_DRAFT)
def pieces(request: HttpRequest, by: Acting) -> JsonResponse:
    """The files this position is sending in pieces; a POST announces one."""
    if request.method != "POST":
        return JsonResponse({"files": [_piece(one) for one in own_partials(by=by)]})
    size = request.POST.get("size", "")
    try:
        begun = begin_upload(
            name=request.POST.get("name", ""),
            size=int(size) if size.isdecimal() and len(size) < 16 else 0,
            fingerprint=request.POST.get("fingerprint", ""),
            by=by,
        )
    except PhoiHopError as error:
        return _refused(error)
    return JsonResponse(_piece(begun))


@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@for_office(Permission.DISPATCH_DRAFT, scoped=False)
def piece(request: HttpRequest, by: Acting, partial_id: UUID) -> HttpResponse:
    """One file in pieces: GET how far it is, PATCH the bytes from ``Upload-Offset`` on, DELETE it."""
    try:
        if request.method == "PATCH":
            offset = request.headers.get("Upload-Offset", "")
            at = int(offset) if offset.isdecimal() and len(offset) < 16 else -1
            return JsonResponse(_piece(append_piece(partial_id, _body(request), offset=at, by=by)))
        with scope("web", by.office_id, read_only=request.method != "DELETE"):
            if request.method == "DELETE":
                abandon_upload(partial_id, by=by)
                return HttpResponse(status=204)
            return JsonResponse(_piece(partial_upload(partial_id, by=by)))
    except PhoiHopError as error:
        return _refused(error)


def _piece(one: PartialUpload) -> dict[str, object]:
    return {
        "id": str(one.id),
        "address": reverse("files:piece", args=[one.id]),
        "name": one.name,
        "fingerprint": one.fingerprint,
        "size": one.size,
        "offset": one.offset,
        "upload": str(one.upload_id) if one.upload_id else "",
        "refused": one.refused,
    }


def _body(request: HttpRequest) -> Iterator[bytes]:
    """What the request holds, no more than it states: a line that is cut ends it early."""
    stated = request.headers.get("Content-Length", "")
    left = int(stated) if stated.isdecimal() else 0
    while left > 0 and (chunk := request.read(min(CHUNK_BYTES, left))):
        left -= len(chunk)
        yield chunk


def _refused(error: PhoiHopError) -> JsonResponse:
    return JsonResponse({"code": error.code, "message": str(error)}, status=error.status)


def _of_record(record_id: UUID, number: int, by: Acting) -> Shown:
    return Shown(attachment(record_id, number, by=by), "attachment", (record_id, number))


def _of_draft(upload_id: UUID, by: Acting) -> Shown:
    return Shown(upload(upload_id, by=by), "upload", (upload_id,))


def _send(request: HttpRequest, sha256: str, name: str, media_type: str) -> FileResponse:
    inline = media_type in SHOWN_IN_PAGE and "download" not in request.GET
    response = FileResponse(open_stored(sha256), as_attachment=not inline, filename=name, content_type=media_type)
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-store"
    return response
