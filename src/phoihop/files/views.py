"""Sending files out: streamed, never guessed at by the browser, shown in the page only where that is safe."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

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
