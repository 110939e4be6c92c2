"""Columns, saved filters, workbooks and bulk actions, the same for every list."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.files.storage import open_stored
from phoihop.lists import actions, bulk, selectors
from phoihop.lists.declaring import BulkAction, ListKind, list_kind
from phoihop.lists.models import Export
from phoihop.lists.workbook import MEDIA_TYPE
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.web import for_office

_UNDER_WAY = frozenset({Export.State.WAITING, Export.State.RUNNING})


@require_POST
@for_office()
def columns(request: HttpRequest, by: Acting, key: str) -> HttpResponse:
    """Keep which columns of a list are shown."""
    kind = list_kind(key)
    actions.choose_columns(kind, shown=request.POST.getlist("shown"), by=by)
    return _back(request, kind)


@require_POST
@for_office()
def save_filter(request: HttpRequest, by: Acting, key: str) -> HttpResponse:
    """Keep what narrows a list, under a name."""
    kind = list_kind(key)
    said = request.POST
    try:
        with transaction.atomic():
            saved = actions.save_filter(
                kind, name=said.get("name", ""), said=_query(request), by=by,
                shared="shared" in said, opens="opens" in said,
            )  # fmt: skip
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
        return _back(request, kind)
    messages.success(request, _("Đã lưu bộ lọc “%(name)s”.") % {"name": saved.name})
    return _back(request, kind)


@require_POST
@for_office()
def remove_filter(request: HttpRequest, by: Acting, filter_id: UUID) -> HttpResponse:
    """Take a saved filter away."""
    try:
        removed = actions.remove_filter(filter_id, by=by)
    except (NotFound, Forbidden) as error:
        messages.error(request, str(error))
        return redirect(_wanted_next(request) or reverse("lists:exports"))
    messages.success(request, _("Đã xóa bộ lọc “%(name)s”.") % {"name": removed.name})
    return _back(request, list_kind(removed.list_key))


@require_POST
@for_office()
def open_with(request: HttpRequest, by: Acting, key: str) -> HttpResponse:
    """Have a list open with a filter, or with none."""
    kind = list_kind(key)
    chosen = _uuid(request.POST.get("filter", ""))
    actions.open_with(kind, chosen, by=by)
    messages.success(
        request, _("Danh sách sẽ mở bằng bộ lọc này.") if chosen else _("Danh sách sẽ mở không kèm bộ lọc.")
    )
    return _back(request, kind)


@require_POST
@for_office()
def start_export(request: HttpRequest, by: Acting, key: str) -> HttpResponse:
    """Xuất Excel: the list as it is narrowed, or the chosen rows."""
    kind = list_kind(key)
    hidden = selectors.kept(kind.key, by=by).hidden if "only_shown" in request.POST else ()
    try:
        with transaction.atomic():
            made = actions.start_export(
                kind, said=_query(request), hidden=hidden, ids=_chosen(request), by=by,
                form=request.POST.get("form", "workbook"),
            )  # fmt: skip
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("lists:exports")
    return redirect("lists:export", made.id)


@require_safe
@for_office()
def exports(request: HttpRequest, by: Acting) -> HttpResponse:
    """Tệp đã xuất: the workbooks this position asked for."""
    found = selectors.exports(by=by)
    under_way = any(one.state in _UNDER_WAY for one in found)
    return render(request, "lists/exports.html", {"exports": found, "under_way": under_way})


@require_safe
@for_office()
def export(request: HttpRequest, by: Acting, export_id: UUID) -> HttpResponse:
    """One workbook: how far it is, or the way to fetch it. One that is gone leads to those that are there."""
    try:
        found = selectors.export(export_id, by=by)
    except NotFound:
        return redirect("lists:exports")
    return render(request, "lists/export.html", {"export": found, "under_way": found.state in _UNDER_WAY})


@require_POST
@for_office()
def fetch_export(request: HttpRequest, by: Acting, export_id: UUID) -> HttpResponseBase:
    """The workbook itself. It is asked for by a form, because that it was fetched stands in the journal."""
    try:
        found = selectors.export(export_id, by=by)
    except NotFound:
        return redirect("lists:exports")
    if not found.sha256:
        return redirect("lists:export", found.id)
    file = open_stored(found.sha256)
    actions.note_fetched(found, by=by)
    media_type = "application/pdf" if found.form == "paper" else MEDIA_TYPE
    response = FileResponse(file, as_attachment=True, filename=found.file_name, content_type=media_type)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@for_office()
def cancel_export(request: HttpRequest, by: Acting, export_id: UUID) -> HttpResponse:
    """Stop an export."""
    try:
        return redirect("lists:export", actions.cancel_export(export_id, by=by).id)
    except NotFound:
        return redirect("lists:exports")


@require_http_methods(["POST"])
@for_office(scoped=False)
def bulk_action(request: HttpRequest, by: Acting, key: str, verb: str) -> HttpResponse:
    """What an action would do to the chosen rows; once that was seen and confirmed, doing it."""
    kind = list_kind(key)
    action = next((one for one in kind.bulk if one.key == verb), None)
    if action is None:
        raise Http404
    check_may(by, kind.permission)
    check_may(by, action.permission)
    ids = _chosen(request)
    if not ids or len(ids) > bulk.MOST:
        messages.error(request, _choose(len(ids)))
        return _back(request, kind)
    confirmed = "confirmed" in request.POST
    form_data = request.POST if confirmed else None
    with scope("web", by.office_id, read_only=True):
        found = bulk.preview(kind, action, ids, by=by)
        form = action.form(form_data, by) if action.form else None
        valid = confirmed and (form is None or form.is_valid())
        if not valid:
            return _preview_page(request, kind, action, found, form, status=422 if confirmed else 200)
    return _act(request, by, kind, action, ids, form.cleaned_data if form else {})


def _act(
    request: HttpRequest, by: Acting, kind: ListKind, action: BulkAction, ids: list[UUID], said: dict[str, Any]
) -> HttpResponse:
    marks = {one: request.POST.get(f"mark-{one}", "") for one in ids}
    done = bulk.act_on_each(kind, action, marks, said, by=by)
    count = sum(one.is_done for one in done)
    context = {"kind": kind, "action": action, "results": done, "count": count, "back": _back_address(request, kind)}
    with scope("web", by.office_id, read_only=True):
        return render(request, "lists/bulk_done.html", context)


def _preview_page(
    request: HttpRequest, kind: ListKind, action: BulkAction, found: bulk.Preview, form: Any, *, status: int
) -> HttpResponse:
    context = {
        "kind": kind,
        "action": action,
        "preview": found,
        "form": form,
        "next": _back_address(request, kind),
        "here": reverse("lists:bulk", args=[kind.key, action.key]),
    }
    return render(request, "lists/bulk_preview.html", context, status=status)


def _choose(count: int) -> str:
    if count == 0:
        return _("Chưa chọn dòng nào.")
    most = bulk.MOST
    return ngettext("Chỉ chọn được tối đa %(most)d dòng.", "Chỉ chọn được tối đa %(most)d dòng.", most) % {"most": most}


def _chosen(request: HttpRequest) -> list[UUID]:
    found = [_uuid(one) for one in request.POST.getlist("chosen")]
    return list(dict.fromkeys(one for one in found if one is not None))


def _uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


def _query(request: HttpRequest) -> dict[str, str]:
    return dict(parse_qsl(request.POST.get("query", "")[:4000]))


def _back(request: HttpRequest, kind: ListKind) -> HttpResponse:
    return redirect(_back_address(request, kind))


def _back_address(request: HttpRequest, kind: ListKind) -> str:
    """The page the form was sent from, when it names one of ours; else the list."""
    return _wanted_next(request) or reverse(kind.url_name)


def _wanted_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""
