"""Sending files out: streamed, never guessed at by the browser, shown in the page only where that is safe."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from phoihop.files.looking import Shown, send_page, send_thumbnail, show_file
from phoihop.files.selectors import attachment, upload
from phoihop.files.sniffing import SHOWN_IN_PAGE
from phoihop.files.storage import open_stored
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office

_SANDBOX = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def show_attachment(request: HttpRequest, by: Acting, record_id: UUID, number: int) -> FileResponse:
    """One attachment of a record, by record and number."""
    found = attachment(record_id, number, by=by)
    return _send(request, found.sha256, found.name, found.media_type)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def show_upload(request: HttpRequest, by: Acting, upload_id: UUID) -> FileResponse:
    """One file of the acting office's own drafts."""
    found = upload(upload_id, by=by)
    return _send(request, found.sha256, found.name, found.media_type)


@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def view_attachment(request: HttpRequest, by: Acting, record_id: UUID, number: int) -> HttpResponse:
    """Xem: an attachment drawn in the page."""
    return show_file(request, by, lambda by: _of_record(record_id, number, by))


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


@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def view_upload(request: HttpRequest, by: Acting, upload_id: UUID) -> HttpResponse:
    """Xem: a file of a draft drawn in the page."""
    return show_file(request, by, lambda by: _of_draft(upload_id, by))


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


def _of_record(record_id: UUID, number: int, by: Acting) -> Shown:
    return Shown(attachment(record_id, number, by=by), "attachment", (record_id, number))


def _of_draft(upload_id: UUID, by: Acting) -> Shown:
    return Shown(upload(upload_id, by=by), "upload", (upload_id,))


def _send(request: HttpRequest, sha256: str, name: str, media_type: str) -> FileResponse:
    inline = media_type in SHOWN_IN_PAGE and "download" not in request.GET
    response = FileResponse(
        open_stored(sha256), as_attachment=not inline, filename=name, content_type=_content_type(media_type)
    )
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _content_type(media_type: str) -> str:
    return "text/plain; charset=utf-8" if media_type == "text/plain" else media_type
