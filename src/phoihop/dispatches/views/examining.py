"""What a file says about itself: whether a draft keeps to its form, and who signed a PDF. Read outside transactions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phoihop.core.clock import today
from phoihop.core.errors import Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.dispatches.models import Draft
from phoihop.dispatches.selectors import access
from phoihop.dispatches.written_papers import describe_draft
from phoihop.documents.checking.check import check
from phoihop.documents.checking.findings import Finding, Severity
from phoihop.documents.signing.judgements import SignatureJudgement
from phoihop.documents.signing.judging import judge
from phoihop.documents.writing.docx import write_docx
from phoihop.files.selectors import attachments_of, uploads_of
from phoihop.files.storage import open_stored, stored_path
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.snapshot import directory
from phoihop.offices.web import for_office

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_FILES = 10
"""Files looked at for one page; a document seldom has more, and each takes a process of its own."""


@dataclass(frozen=True)
class Checked:
    """One file held against the rules; ``refused`` says why it could not be read."""

    name: str
    breaches: Sequence[Finding] = ()
    unknown: Sequence[Finding] = ()
    refused: str = ""


@dataclass(frozen=True)
class Signed:
    """The signatures of one PDF; ``refused`` says why they could not be judged."""

    name: str
    signatures: Sequence[SignatureJudgement] = ()
    refused: str = ""


@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def form_check(request: HttpRequest, by: Acting, draft_id: UUID) -> HttpResponse:
    """Kiểm tra thể thức: the Word and PDF files of a draft, or the draft as Word when it has none."""
    with scope("web", by.office_id, read_only=True):
        draft = access.draft(draft_id, by=by)
        regime, day = _rules_of(draft)
        named = [(one.name, one.sha256) for one in uploads_of(draft.id, by=by) if one.media_type in (PDF, WORD)]
        made = b"" if named else write_docx(describe_draft(draft, by=by))
    reads: list[tuple[str, Callable[[], bytes]]] = [(name, partial(_read, one)) for name, one in named[:MOST_FILES]]
    checked = [_checked(name, read, regime, day) for name, read in reads or [(_("Bản soạn trên trang"), lambda: made)]]
    context = {"draft": draft, "checked": checked, "left_out": len(named) - MOST_FILES}
    with scope("web", by.office_id, read_only=True):
        return render(request, "dispatches/form_check.html", context)


@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def signatures(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Chữ ký số: who signed the PDF files of a document, whether they are intact, whether the signer is trusted."""
    with scope("web", by.office_id, read_only=True):
        document = access.dispatch(dispatch_id, by=by)
        files = [one for one in attachments_of(document.id, by=by) if one.is_here and one.media_type == PDF]
    judged = [_signed(one.name, one.sha256) for one in files[:MOST_FILES]]
    context = {"dispatch": document, "judged": judged, "left_out": len(files) - MOST_FILES}
    with scope("web", by.office_id, read_only=True):
        return render(request, "dispatches/signatures.html", context)


def _rules_of(draft: Draft) -> tuple[str, date]:
    body = directory().bodies.get(draft.body_id) if draft.body_id else None
    if body is None or not draft.type_code:
        raise NotFound(
            "draft_without_type",
            _("Dự thảo chưa chọn cơ quan ban hành và loại văn bản nên chưa kiểm tra được."),
            remedy=_("Chọn cơ quan ban hành, loại văn bản rồi lưu."),
        )
    return body.regime, draft.dated or today()


def _read(sha256: str) -> bytes:
    with open_stored(sha256) as file:
        return file.read()


def _checked(name: str, read: Callable[[], bytes], regime: str, day: date) -> Checked:
    try:
        found = check(read(), regime, day)
    except (Invalid, NotFound) as error:
        return Checked(name, refused=str(error))
    return Checked(
        name,
        [one for one in found if one.severity is Severity.BREACH],
        [one for one in found if one.severity is Severity.UNKNOWN],
    )


def _signed(name: str, sha256: str) -> Signed:
    try:
        with stored_path(sha256) as path:
            return Signed(name, judge(Path(path), home=settings.HOME))
    except (Invalid, NotFound) as error:
        return Signed(name, refused=str(error))
