"""A draft as Word, already filled in, and as PDF, as it would be printed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from phoihop.core.text import slug
from phoihop.dispatches.models import Draft
from phoihop.dispatches.selectors import access
from phoihop.dispatches.written_papers import describe_draft
from phoihop.documents.writing.docx import write_docx
from phoihop.documents.writing.pdf import write_pdf
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONGEST_NAME = 60


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def word(request: HttpRequest, by: Acting, draft_id: UUID) -> HttpResponse:
    """Tải mẫu Word đã điền sẵn: the draft as it was last saved."""
    found = access.draft(draft_id, by=by)
    return _file(write_docx(describe_draft(found, by=by)), _WORD, f'attachment; filename="{_name(found)}.docx"')


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def pdf(request: HttpRequest, by: Acting, draft_id: UUID) -> HttpResponse:
    """Xem bản PDF: the draft as it was last saved, shown by the browser."""
    found = access.draft(draft_id, by=by)
    return _file(write_pdf(describe_draft(found, by=by)), "application/pdf", f'inline; filename="{_name(found)}.pdf"')


def _name(draft: Draft) -> str:
    return slug(draft.abstract)[:_LONGEST_NAME].strip("-") or f"du-thao-{draft.id}"


def _file(data: bytes, media_type: str, disposition: str) -> HttpResponse:
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type=media_type, headers=headers)
