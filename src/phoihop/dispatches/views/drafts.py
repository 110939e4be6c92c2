"""Drafts: their list, the editor that saves itself, and the files kept with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.actions.listing import drop_list, take_lists
from phoihop.dispatches.actions.starting import start_draft, start_telegram
from phoihop.dispatches.declared_lists import DRAFTS
from phoihop.dispatches.forms.drafts import DraftForm, type_choices, uuid_or_none
from phoihop.dispatches.forms.showing import show_errors
from phoihop.dispatches.models import Draft
from phoihop.dispatches.rules import TELEGRAM, DraftState
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.counts import desk_counts
from phoihop.dispatches.selectors.recipients import addressable, closed_recipients, list_choices
from phoihop.dispatches.views.acting_on import attempt
from phoihop.dispatches.views.steps import draft_page, steps_context, submitted_words
from phoihop.files.actions import hold_uploads, keep_upload, receive_file, remove_upload
from phoihop.files.selectors import uploads_of
from phoihop.lists.pages import EVERYTHING, default_address, open_list
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import bodies_of
from phoihop.offices.web import for_office


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def drafts(request: HttpRequest, by: Acting) -> HttpResponse:
    """Documents of the office that are not issued yet, by the step they wait for."""
    if default := default_address(DRAFTS, request.GET, by=by):
        return redirect(default)
    state, mine = request.GET.get("state", ""), "mine" in request.GET
    counts = desk_counts(by)
    labels = [
        ("", _("Tất cả"), 0),
        ("mine", _("Của tôi"), 0),
        (DraftState.DRAFTING.value, _("Đang soạn"), 0),
        (DraftState.REVIEWING.value, _("Đang duyệt"), 0),
        (DraftState.SUBMITTED.value, _("Chờ ký"), counts.to_sign),
        (DraftState.SIGNED.value, _("Chờ cấp số"), counts.to_number),
        (DraftState.NUMBERED.value, _("Chờ phát hành"), counts.to_issue),
        (DraftState.WITHDRAWN.value, _("Đã rút"), 0),
    ]
    current = "mine" if mine else "" if state == EVERYTHING else state
    tabs = [
        {
            "url": "?mine=1" if key == "mine" else f"?state={key or EVERYTHING}",
            "label": label,
            "count": count,
            "current": key == current,
        }
        for key, label, count in labels
    ]
    page = open_list(DRAFTS, request.GET, by=by)
    context = {"listed": page, "drafts": [row for _id, row in page.rows], "tabs": tabs}
    return render(request, "dispatches/drafts.html", context | _offers(by))


def _offers(by: Acting) -> dict[str, bool]:
    return {"may_draft": by.may(Permission.DISPATCH_DRAFT), "may_route": by.may(Permission.DISPATCH_ROUTES)}


@require_POST
@for_office(Permission.DISPATCH_DRAFT)
def start(request: HttpRequest, by: Acting) -> HttpResponse:
    """Soạn văn bản, or Soạn công điện: a draft without words, opened in the editor."""
    begin = start_telegram if request.POST.get("kind") == TELEGRAM else start_draft
    return redirect("dispatches:draft", begin(by=by).id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISPATCH_VIEW)
def draft(request: HttpRequest, by: Acting, draft_id: UUID) -> HttpResponse:
    """The editor while it is being written, the document to be signed, numbered and issued afterwards."""
    found = access.draft(draft_id, by=by)
    if request.method == "POST":
        return _save(request, by, found)
    if found.state == DraftState.DRAFTING and by.may(Permission.DISPATCH_DRAFT):
        form = _form(found, by)
        return _editor(request, by, found, form)
    return draft_page(request, by, found)


def _save(request: HttpRequest, by: Acting, found: Draft) -> HttpResponse:
    check_may(by, Permission.DISPATCH_DRAFT)
    form = _form(found, by, request.POST)
    silent = request.headers.get("X-Autosave") == "1"
    try:
        if not form.is_valid():
            return _refused(request, by, found, form, silent)
        revision = form.cleaned_data["revision"]
        saved = attempt(lambda: drafting.save_draft(form.stated(), by=by, draft_id=found.id, revision=revision))
    except Invalid as error:
        show_errors(form, error)
        return _refused(request, by, found, form, silent)
    except Conflict as error:
        return HttpResponse(status=409) if silent else _too_late(request, by, found, error)
    if silent:
        return JsonResponse({"version": str(saved.revision)})
    _keep_files(request, by, saved, form)
    if not form.errors and (answer := _use_lists(request, by, saved, form)):
        return answer
    if "submit" in request.POST and not form.errors:
        return _submit(request, by, saved, form)
    if form.errors:
        return _editor(request, by, saved, _with_revision(form, saved), status=422)
    messages.success(request, _("Đã lưu dự thảo."))
    return redirect("dispatches:draft", found.id)


def _use_lists(request: HttpRequest, by: Acting, saved: Draft, form: DraftForm) -> HttpResponse | None:
    """Take in, or out, whom lists hold; the editor then shows them. None when no list was spoken of."""
    taken, dropped = form.cleaned_data["take_lists"], uuid_or_none(request.POST.get("drop_list"))
    if not taken and dropped is None:
        return None
    try:
        if dropped is not None:
            attempt(lambda: drop_list(saved.id, dropped, by=by))
        else:
            attempt(lambda: take_lists(saved.id, [UUID(one) for one in taken], by=by))
    except Invalid as error:
        show_errors(form, error)
        return _editor(request, by, saved, _with_revision(form, saved), status=422)
    if dropped is None:
        messages.info(request, _("Đã lấy nơi nhận theo danh sách. Xem lại những nơi đó rồi trình ký."))
    return redirect(f"{reverse('dispatches:draft', args=[saved.id])}#recipients")


def _submit(request: HttpRequest, by: Acting, saved: Draft, form: DraftForm) -> HttpResponse:
    try:
        submitted = attempt(lambda: drafting.submit_draft(saved.id, by=by))
    except (Invalid, Conflict) as error:
        show_errors(form, error)
        return _editor(request, by, saved, _with_revision(form, saved), status=422)
    messages.success(request, submitted_words(submitted))
    return redirect("dispatches:draft", saved.id)


def _refused(request: HttpRequest, by: Acting, found: Draft, form: DraftForm, silent: bool) -> HttpResponse:
    return HttpResponse(status=422) if silent else _editor(request, by, found, form, status=422)


def _too_late(request: HttpRequest, by: Acting, found: Draft, error: Conflict) -> HttpResponse:
    """Changed elsewhere meanwhile. What was typed stays; saving once more now overwrites knowingly."""
    now_there = access.draft(found.id, by=by)
    if now_there.state != DraftState.DRAFTING:
        return draft_page(request, by, now_there, conflict=error, typed=request.POST)
    form = _with_revision(_form(now_there, by, request.POST), now_there)
    return _editor(request, by, now_there, form, status=409, conflict=error)


def _with_revision(form: DraftForm, saved: Draft) -> DraftForm:
    assert isinstance(form.data, QueryDict)
    data = form.data.copy()
    data["revision"] = str(saved.revision)
    form.data = data
    return form


def _form(found: Draft, by: Acting, data: Any = None) -> DraftForm:
    return DraftForm(
        data,
        initial=DraftForm.initial_of(found),
        bodies=bodies_of(by),
        possible=addressable(by),
        closed=closed_recipients(found),
        lists=list_choices(by),
        types_url=reverse("dispatches:draft_types"),
    )


def _editor(
    request: HttpRequest,
    by: Acting,
    found: Draft,
    form: DraftForm,
    *,
    status: int = 200,
    conflict: Conflict | None = None,
) -> HttpResponse:
    context = steps_context(found, by) | {"form": form, "conflict": conflict}
    return render(request, "dispatches/draft_editor.html", context, status=status)


def _keep_files(request: HttpRequest, by: Acting, saved: Draft, form: DraftForm) -> None:
    for message in _take_in(request, by, saved):
        form.add_error(None, message)


def _take_in(request: HttpRequest, by: Acting, saved: Draft) -> list[str]:
    """Keep the files of the request with the draft. Returns a sentence for each that was not taken."""
    refused: list[str] = []
    for file in request.FILES.getlist("files"):
        assert isinstance(file, UploadedFile)
        try:
            received = receive_file(file.chunks(), name=file.name or "", by=by)
            attempt(lambda received=received: keep_upload(received, holder_id=saved.id, by=by))  # type: ignore[misc]
        except Invalid as error:
            refused.append(f"{file.name}: {error}")
    sent_before = [one for one in map(uuid_or_none, request.POST.getlist("uploads")) if one]
    try:
        attempt(lambda: hold_uploads(sent_before, holder_id=saved.id, by=by))
    except Invalid as error:
        refused.append(str(error))
    return refused


@require_safe
@for_office(Permission.DISPATCH_DRAFT)
def draft_types(request: HttpRequest, by: Acting) -> HttpResponse:
    """The types that a body's regime knows, as the field of the editor."""
    chosen = uuid_or_none(request.GET.get("body_id"))
    body = next((one for one in bodies_of(by) if one.id == chosen), None)
    choices, wanted = type_choices(body), request.GET.get("type_code", "")
    context = {"choices": choices, "wanted": wanted if wanted in dict(choices) else ""}
    return render(request, "dispatches/parts/type_field.html", context)


@require_POST
@for_office(Permission.DISPATCH_DRAFT)
def add_files(request: HttpRequest, by: Acting, draft_id: UUID) -> HttpResponse:
    """Files dropped on the editor; answers with the list of files."""
    found = _editable(draft_id, by)
    return _files(request, by, found, refused=_take_in(request, by, found))


@require_POST
@for_office(Permission.DISPATCH_DRAFT)
def remove_file(request: HttpRequest, by: Acting, draft_id: UUID, upload_id: UUID) -> HttpResponse:
    """Take a file out of the draft; answers with the list of files."""
    found = _editable(draft_id, by)
    if upload_id in {one.id for one in uploads_of(found.id, by=by)}:
        remove_upload(upload_id, by=by)
    return _files(request, by, found)


def _editable(draft_id: UUID, by: Acting) -> Draft:
    found = access.draft(draft_id, by=by, for_update=True)
    if found.state != DraftState.DRAFTING:
        raise Forbidden(
            "draft_closed",
            _("Văn bản đã trình ký nên không thay đổi tệp được nữa."),
            remedy=_("Đề nghị người ký hoặc văn thư trả lại để sửa."),
        )
    return found


def _files(request: HttpRequest, by: Acting, found: Draft, refused: list[str] | None = None) -> HttpResponse:
    context = {"draft": found, "uploads": uploads_of(found.id, by=by), "refused": refused or [], "editable": True}
    if request.headers.get("HX-Request") == "true":
        return render(request, "dispatches/parts/draft_files.html", context)
    for message in refused or []:
        messages.error(request, message)
    return redirect("dispatches:draft", found.id)
