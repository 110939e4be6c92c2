"""Recalling, updating, replacing; answering those; and giving a document out as edXML."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from phoihop.core.errors import Conflict, Invalid
from phoihop.dispatches.actions.changing import answer_change, recall_dispatch
from phoihop.dispatches.actions.exporting import (
    Export,
    export_change,
    export_dispatch,
    export_receivers,
    export_status,
    note_export,
)
from phoihop.dispatches.actions.replacing import start_change
from phoihop.dispatches.forms.handling import MoveForm, ReasonForm
from phoihop.dispatches.forms.showing import show_errors
from phoihop.dispatches.views.acting_on import attempt, back_to
from phoihop.dispatches.views.documents import document_page
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office

_IN_MEMORY = 1024 * 1024


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def change(request: HttpRequest, by: Acting, dispatch_id: UUID, action: str) -> HttpResponse:
    """Thu hồi, or the beginning of the document that updates or replaces this one."""
    form = ReasonForm(request.POST, auto_id=f"{action}_%s")
    return _acted(request, by, dispatch_id, (action, form), lambda: _change(request, by, dispatch_id, action, form))


def _change(request: HttpRequest, by: Acting, dispatch_id: UUID, action: str, form: MoveForm) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    if action == "recall":
        attempt(lambda: recall_dispatch(dispatch_id, reason=reason, by=by))
        messages.success(request, _("Đã thu hồi. Các nơi đang giữ văn bản được đề nghị trả lời."))
        return redirect("dispatches:document", dispatch_id)
    if action in ("update", "replace"):
        begun = attempt(lambda: start_change(dispatch_id, action=action, reason=reason, by=by))  # type: ignore[arg-type]
        messages.success(request, _("Đã mở dự thảo; văn bản cũ chỉ thay đổi khi dự thảo này được phát hành."))
        return redirect("dispatches:draft", begun.id)
    raise Http404


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def answer(request: HttpRequest, by: Acting, dispatch_id: UUID, change_id: UUID, verb: str) -> HttpResponse:
    """Đồng ý or Không đồng ý with what the issuer asked."""
    if verb not in ("agree", "refuse"):
        raise Http404
    form = (ReasonForm if verb == "refuse" else MoveForm)(request.POST, auto_id=f"{verb}_%s")
    return _acted(request, by, dispatch_id, (verb, form), lambda: _answer(request, by, dispatch_id, change_id, form))


def _answer(request: HttpRequest, by: Acting, dispatch_id: UUID, change_id: UUID, form: MoveForm) -> HttpResponse:
    agreed = not isinstance(form, ReasonForm)
    reason = form.cleaned_data.get("reason", "")
    attempt(lambda: answer_change(change_id, agreed=agreed, reason=reason, by=by))
    messages.success(request, _("Đã trả lời nơi ban hành."))
    return back_to(request, reverse("dispatches:document", args=[dispatch_id]))


def _acted(
    request: HttpRequest, by: Acting, dispatch_id: UUID, said: tuple[str, MoveForm], act: Callable[[], HttpResponse]
) -> HttpResponse:
    """What the act answers; refused, the page comes back with the words that were typed."""
    _verb, form = said
    again: dict[str, Any] = {"refused": said, "refused_url": request.path}
    if form.is_valid():
        try:
            return act()
        except Invalid as error:
            show_errors(form, error)
        except Conflict as error:
            return document_page(request, by, dispatch_id, **again, conflict=error)
    return document_page(request, by, dispatch_id, **again)


_EXPORTS = {"document": export_dispatch, "status": export_status, "receivers": export_receivers}


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def export(request: HttpRequest, by: Acting, dispatch_id: UUID, what: str) -> HttpResponse | FileResponse:
    """Tải edXML: the document, how far it got here, or to whom it was opened later. A POST, since it is journalled."""
    if what not in _EXPORTS:
        raise Http404
    return _sent(request, by, dispatch_id, lambda: _EXPORTS[what](dispatch_id, by=by))


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def export_the_change(
    request: HttpRequest, by: Acting, dispatch_id: UUID, change_id: UUID
) -> HttpResponse | FileResponse:
    """Tải edXML of a recall, or of the document that updates or replaces."""
    return _sent(request, by, dispatch_id, lambda: export_change(change_id, by=by))


def _sent(
    request: HttpRequest, by: Acting, dispatch_id: UUID, make: Callable[[], Export]
) -> HttpResponse | FileResponse:
    try:
        made = make()
        spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the response closes it
        made.write_to(spool)
    except Conflict as error:
        return document_page(request, by, dispatch_id, conflict=error)
    note_export(made, subject_id=dispatch_id, by=by)
    spool.seek(0)
    response = FileResponse(spool, as_attachment=True, filename=made.file_name, content_type="application/xml")
    response.headers["Cache-Control"] = "private, no-store"
    return response
