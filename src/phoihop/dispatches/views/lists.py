"""Lists of documents that came in and went out, with their filters in the address; the same rows as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phoihop.core.clock import today
from phoihop.dispatches import workbooks
from phoihop.dispatches.forms.filters import ListQuery
from phoihop.dispatches.rules import HandlingState
from phoihop.dispatches.selectors import lists
from phoihop.dispatches.selectors.counts import DeskCounts, desk_counts
from phoihop.dispatches.selectors.search import search_ids
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import offices
from phoihop.offices.web import for_office

MOST_FOUND = 2000


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def home(request: HttpRequest, by: Acting) -> HttpResponse:
    """Where the entry Văn bản of the navigation leads."""
    return redirect("dispatches:incoming")


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def incoming(request: HttpRequest, by: Acting) -> HttpResponse:
    """Văn bản đến: tabs by what is to be done, newest arrival first."""
    query = ListQuery(request.GET, offices=_senders())
    page = lists.incoming(query.wanted(ids=_found(query, by)), by=by, after=query.cursor())
    rows = cast(Sequence[lists.IncomingRow], page.rows)
    counts = desk_counts(by)
    context = {
        "query": query,
        "rows": [(row, quick_move(row, by)) for row in rows],
        "next_page": _next_page(request, page),
        "tabs": _incoming_tabs(query, counts, by),
        "export_url": f"{reverse('dispatches:export_incoming')}?{_kept(request)}",
        "may_register": by.may(Permission.DISPATCH_REGISTER),
        "quarantined": counts.quarantined,
        "first_page": query.cursor() is None,
    }
    return render(request, "dispatches/incoming.html", context)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def outgoing(request: HttpRequest, by: Acting) -> HttpResponse:
    """Văn bản đi: what the office issued, newest first, and how far it got."""
    query = ListQuery(request.GET, offices=_senders())
    page = lists.outgoing(query.wanted(ids=_found(query, by)), by=by, after=query.cursor())
    context = {
        "query": query,
        "rows": page.rows,
        "next_page": _next_page(request, page),
        "tabs": _outgoing_tabs(query, desk_counts(by)),
        "export_url": f"{reverse('dispatches:export_outgoing')}?{_kept(request)}",
        "first_page": query.cursor() is None,
    }
    return render(request, "dispatches/outgoing.html", context)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def export_incoming(request: HttpRequest, by: Acting) -> HttpResponse:
    """The filtered list of arrivals as XLSX: the newest rows, up to the limit."""
    query = ListQuery(request.GET)
    page = lists.incoming(query.wanted(ids=_found(query, by)), by=by, size=workbooks.MOST_ROWS)
    rows = cast(Sequence[lists.IncomingRow], page.rows)
    return _workbook(workbooks.incoming_workbook(rows, cut=page.following is not None), "van-ban-den")


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def export_outgoing(request: HttpRequest, by: Acting) -> HttpResponse:
    """The filtered list of issued documents as XLSX: the newest rows, up to the limit."""
    query = ListQuery(request.GET)
    page = lists.outgoing(query.wanted(ids=_found(query, by)), by=by, size=workbooks.MOST_ROWS)
    rows = cast(Sequence[lists.OutgoingRow], page.rows)
    return _workbook(workbooks.outgoing_workbook(rows, cut=page.following is not None), "van-ban-di")


def quick_move(row: lists.IncomingRow, by: Acting) -> str:
    """The one move this person can make from the list itself: entering in the book, or accepting what is theirs."""
    if row.state is HandlingState.ARRIVED and by.may(Permission.DISPATCH_REGISTER):
        return "register"
    can_accept = row.state in (HandlingState.DISTRIBUTED, HandlingState.DIRECTED)
    mine = row.handling is not None and row.handling.lead_position_id == by.position_id
    return "accept" if can_accept and mine and by.may(Permission.DISPATCH_HANDLE) else ""


def _found(query: ListQuery, by: Acting) -> Sequence[Any] | None:
    return search_ids(query.words, by=by, most=MOST_FOUND) if query.words else None


def _senders() -> Sequence[Office]:
    """Offices to narrow by: those above communes; a commune is found by its name in the search."""
    return list(offices().filter(commune_code=""))


def _next_page(request: HttpRequest, page: lists.Page) -> str:
    if page.following is None:
        return ""
    parameters = request.GET.copy()
    parameters["at"], parameters["after"] = page.following.at.isoformat(), str(page.following.id)
    return f"?{parameters.urlencode()}"


def _kept(request: HttpRequest) -> str:
    return urlencode([(name, value) for name, value in request.GET.items() if name not in {"at", "after"}])


def _incoming_tabs(query: ListQuery, counts: DeskCounts, by: Acting) -> list[dict[str, object]]:
    labels: list[tuple[str, str, int]] = [
        ("", _("Tất cả"), 0),
        ("unregistered", _("Chưa vào sổ"), counts.unregistered),
        ("undirected", _("Chờ phân phối, chỉ đạo"), counts.undirected),
        ("mine", _("Của tôi"), counts.mine),
        ("open", _("Chưa xong"), 0),
        ("late", _("Quá hạn"), counts.late),
        ("finished", _("Đã xong"), 0),
        ("returned", _("Trả lại"), 0),
    ]
    if counts.to_answer:
        labels.append(("to_answer", _("Chờ trả lời thu hồi, thay thế"), counts.to_answer))
    return _tabs(query, labels)


def _outgoing_tabs(query: ListQuery, counts: DeskCounts) -> list[dict[str, object]]:
    labels = [
        ("", _("Tất cả"), 0),
        ("waiting", _("Còn nơi chưa nhận xử lý"), 0),
        ("returned", _("Có nơi trả lại"), 0),
    ]
    return _tabs(query, labels)


def _tabs(query: ListQuery, labels: Sequence[tuple[str, str, int]]) -> list[dict[str, object]]:
    current = query.cleaned_data.get("state", "")
    return [
        {"url": f"?state={key}" if key else "?", "label": label, "count": count, "current": key == current}
        for key, label, count in labels
    ]


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=workbooks.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}-{today().isoformat()}.xlsx"'
    return response
