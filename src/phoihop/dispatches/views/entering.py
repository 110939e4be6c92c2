"""What comes from outside the directory: edXML files, paper, and files that wait for the records clerk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phoihop.core.errors import Invalid
from phoihop.core.ids import derived_id, new_id
from phoihop.core.isolation import scope
from phoihop.dispatches.actions import edxml, entering
from phoihop.dispatches.actions.edxml import ImportResult
from phoihop.dispatches.days_off import day_off_words
from phoihop.dispatches.edxml import DEFAULT_LIMITS, Data
from phoihop.dispatches.forms.drafts import uuid_or_none
from phoihop.dispatches.forms.entering import DismissForm, PaperForm
from phoihop.dispatches.forms.showing import show_errors
from phoihop.dispatches.reading_papers import Reading, read_first
from phoihop.dispatches.selectors import access, lists
from phoihop.dispatches.selectors.books import incoming_books
from phoihop.dispatches.views.acting_on import attempt
from phoihop.files.actions import hold_uploads, keep_upload, receive_file
from phoihop.files.models import Upload
from phoihop.files.selectors import uploads_of
from phoihop.files.storage import open_stored
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office


@require_POST
@for_office(Permission.DISPATCH_REGISTER)
def import_edxml(request: HttpRequest, by: Acting) -> HttpResponse:
    """edXML files dropped on the incoming page: what became of each. Sending them again changes nothing."""
    results = [_take_in(file, by) for file in request.FILES.getlist("files") if isinstance(file, UploadedFile)]
    context = {"results": results, "counts": _counted(results)}
    fragment = request.headers.get("HX-Request") == "true"
    template = "dispatches/parts/edxml_results.html" if fragment else "dispatches/edxml_results.html"
    return render(request, template, context)


def _take_in(file: UploadedFile[bytes], by: Acting) -> ImportResult:
    name = file.name or _("tệp không tên")
    if (file.size or 0) > DEFAULT_LIMITS.total:
        limit = DEFAULT_LIMITS.total // (1024 * 1024)
        reason = _("Tệp lớn hơn %(limit)d MB nên không được nhận và không được giữ lại.") % {"limit": limit}
        return ImportResult(name, "quarantined", "unknown", "", reason, reason_code="too_large")
    try:
        return attempt(lambda: edxml.import_edxml(_content(file), file_name=name, by=by))
    except Invalid as error:
        return ImportResult(name, "quarantined", "unknown", "", str(error), reason_code=error.code)


def _content(file: UploadedFile[bytes]) -> Data:
    """A large upload lies on the disk already, and stays there."""
    if isinstance(file, TemporaryUploadedFile):
        return edxml.mapped(Path(file.temporary_file_path()))
    return bytes(file.read())


def _counted(results: list[ImportResult]) -> dict[str, int]:
    return {outcome: sum(one.outcome == outcome for one in results) for outcome in ("imported", "known", "quarantined")}


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISPATCH_REGISTER)
def enter_paper(request: HttpRequest, by: Acting) -> HttpResponse:
    """Vào sổ văn bản giấy."""
    if request.method != "POST":
        return _paper_page(request, PaperForm(initial={"key": new_id()}, books=incoming_books(by=by)))
    form = PaperForm(request.POST, books=incoming_books(by=by))
    if not form.is_valid():
        return _paper_page(request, form, status=422)
    dispatch_id = derived_id("paper", by.office_id, by.position_id, form.cleaned_data["key"])
    try:
        entered = attempt(
            lambda: entering.enter_paper(
                form.stated(),
                by=by,
                uploads=_scans(request, by, dispatch_id),
                dispatch_id=dispatch_id,
                book_id=form.book_id(),
            )
        )
    except Invalid as error:
        show_errors(form, error)
        return _paper_page(request, form, status=422)
    handling = access.own_handling(entered, by=by)
    number = handling.arrival_number if handling else None
    said = _("Đã vào sổ, số đến %(number)s.") % {"number": number}
    messages.success(request, " ".join(filter(None, [said, day_off_words(form.cleaned_data["due_at"])])))
    if "another" in request.POST:
        return redirect("dispatches:enter_paper")
    return redirect("dispatches:document", entered)


@require_POST
@for_office(Permission.DISPATCH_REGISTER, scoped=False)
def read_paper(request: HttpRequest, by: Acting) -> HttpResponse:
    """Fill the form from its scan: proposals for fields left empty, which the clerk confirms. No transaction waits."""
    key = uuid_or_none(request.POST.get("key", "")) or new_id()
    holder_id = derived_id("paper", by.office_id, by.position_id, key)
    uploads: list[Upload] = []
    try:
        with scope("web", by.office_id):
            uploads = _scans(request, by, holder_id)
    except Invalid as error:
        messages.error(request, str(error))
    reading = read_first(uploads)
    if uploads and reading is None:
        messages.warning(request, _("Không đọc được mục nào từ tệp; hãy nhập tay."))
    with scope("web", by.office_id, read_only=True):
        form = PaperForm(initial=_initial(request, reading) | {"key": key}, books=incoming_books(by=by))
        if reading is not None:
            form.mark_proposed({name: reading.note(name) for name in reading.proposals if not request.POST.get(name)})
        return _paper_page(request, form, uploads=uploads, reading=reading)


def _initial(request: HttpRequest, reading: Reading | None) -> dict[str, object]:
    """What the clerk typed, and proposals where nothing was typed; an urgency left at the usual counts as not typed."""
    typed: dict[str, object] = {name: value for name, value in request.POST.items() if value}
    if typed.get("urgency") == "normal":
        del typed["urgency"]
    proposed = {name: one.value for name, one in reading.proposals.items()} if reading else {}
    return {**proposed, **typed}


def _scans(request: HttpRequest, by: Acting, holder_id: UUID) -> list[Upload]:
    """The files of the form, and those that were sent in pieces before it."""
    sent_before = [one for one in map(uuid_or_none, request.POST.getlist("uploads")) if one]
    if sent_before and not uploads_of(holder_id, by=by):  # entering the same paper again finds them there
        hold_uploads(sent_before, holder_id=holder_id, by=by)
    for file in request.FILES.getlist("files"):
        if isinstance(file, UploadedFile):
            keep_upload(receive_file(file.chunks(), name=file.name or "", by=by), holder_id=holder_id, by=by)
    return list(uploads_of(holder_id, by=by))


def _paper_page(
    request: HttpRequest,
    form: PaperForm,
    status: int = 200,
    *,
    uploads: Sequence[Upload] = (),
    reading: Reading | None = None,
) -> HttpResponse:
    context = {"form": form, "uploads": uploads, "reading": reading}
    return render(request, "dispatches/paper.html", context, status=status)


@require_safe
@for_office(Permission.DISPATCH_REGISTER)
def waiting(request: HttpRequest, by: Acting) -> HttpResponse:
    """Chờ văn thư kiểm tra: files that could not be taken in, each with the reason."""
    return _waiting_page(request, by)


def _waiting_page(request: HttpRequest, by: Acting, *, refused: tuple[UUID, DismissForm] | None = None) -> HttpResponse:
    items = edxml.waiting_reasons(lists.quarantine(by=by))
    rows = [
        (item, reason, refused[1] if refused and refused[0] == item.id else DismissForm(auto_id=f"{item.id}_%s"))
        for item, reason in items
    ]
    context = {"rows": rows, "refused": refused is not None}
    return render(request, "dispatches/waiting.html", context, status=422 if refused else 200)


@require_safe
@for_office(Permission.DISPATCH_REGISTER)
def original(request: HttpRequest, by: Acting, item_id: UUID) -> FileResponse:
    """The bytes as they came, always as a download: nothing of them is ever interpreted by the browser."""
    item = access.quarantined(item_id, by=by)
    return FileResponse(
        open_stored(item.sha256), as_attachment=True, filename=item.file_name, content_type="application/octet-stream"
    )


@require_POST
@for_office(Permission.DISPATCH_REGISTER)
def retry(request: HttpRequest, by: Acting, item_id: UUID) -> HttpResponse:
    """Read a waiting file once more."""
    result = attempt(lambda: edxml.retry_quarantined(item_id, by=by))
    if result.outcome == "quarantined":
        messages.warning(request, _("Vẫn chưa nhập được: %(reason)s") % {"reason": result.reason})
        return redirect("dispatches:waiting")
    messages.success(request, f"{result.file}: {result.reason}")
    if result.dispatch_id is not None:
        return redirect("dispatches:document", result.dispatch_id)
    return redirect("dispatches:waiting")


@require_POST
@for_office(Permission.DISPATCH_REGISTER)
def dismiss(request: HttpRequest, by: Acting, item_id: UUID) -> HttpResponse:
    """Set a waiting file aside for good."""
    form = DismissForm(request.POST, auto_id=f"{item_id}_%s")
    if not form.is_valid():
        return _waiting_page(request, by, refused=(item_id, form))
    attempt(lambda: edxml.dismiss_quarantined(item_id, reason=form.cleaned_data["reason"], by=by))
    messages.success(request, _("Đã bỏ qua tệp; bản gốc vẫn được giữ."))
    return redirect("dispatches:waiting")
