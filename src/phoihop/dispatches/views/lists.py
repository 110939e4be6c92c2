"""Lists of documents that came in and went out, with their filters in the address."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phoihop.dispatches.declared_lists import INCOMING, OUTGOING
from phoihop.dispatches.forms.filters import ListQuery
from phoihop.dispatches.rules import HandlingState
from phoihop.dispatches.selectors import lists
from phoihop.dispatches.selectors.counts import DeskCounts, desk_counts
from phoihop.lists.pages import EVERYTHING, default_address, open_list
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import colleagues, offices
from phoihop.offices.web import for_office


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def home(request: HttpRequest, by: Acting) -> HttpResponse:
    """Where the entry Văn bản of the navigation leads."""
    return redirect("dispatches:incoming")


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def incoming(request: HttpRequest, by: Acting) -> HttpResponse:
    """Văn bản đến: tabs by what is to be done, newest arrival first."""
    if default := default_address(INCOMING, request.GET, by=by):
        return redirect(default)
    query = ListQuery(request.GET, offices=_senders(), people=colleagues(by))
    page = open_list(INCOMING, request.GET, by=by)
    counts = desk_counts(by)
    context = {
        "query": query,
        "listed": page,
        "rows": [(row, quick_move(row, by)) for _id, row in page.rows],
        "tabs": _incoming_tabs(query, counts, by),
        "may_register": by.may(Permission.DISPATCH_REGISTER),
        "quarantined": counts.quarantined,
    }
    return render(request, "dispatches/incoming.html", context)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def outgoing(request: HttpRequest, by: Acting) -> HttpResponse:
    """Văn bản đi: what the office issued, newest first, and how far it got."""
    if default := default_address(OUTGOING, request.GET, by=by):
        return redirect(default)
    query = ListQuery(request.GET, offices=_senders())
    page = open_list(OUTGOING, request.GET, by=by)
    context = {
        "query": query,
        "listed": page,
        "rows": [row for _id, row in page.rows],
        "tabs": _outgoing_tabs(query, desk_counts(by)),
    }
    return render(request, "dispatches/outgoing.html", context)


def quick_move(row: lists.IncomingRow, by: Acting) -> str:
    """The one move this person can make from the list itself: entering in the book, or accepting what is theirs."""
    if row.state is HandlingState.ARRIVED and by.may(Permission.DISPATCH_REGISTER):
        return "register"
    can_accept = row.state in (HandlingState.DISTRIBUTED, HandlingState.DIRECTED)
    mine = row.handling is not None and row.handling.lead_position_id == by.position_id
    return "accept" if can_accept and mine and by.may(Permission.DISPATCH_HANDLE) else ""


def _senders() -> Sequence[Office]:
    """Offices to narrow by: those above communes; a commune is found by its name in the search."""
    return list(offices().filter(commune_code=""))


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
        {
            "url": f"?state={key or EVERYTHING}",
            "label": label,
            "count": count,
            "current": key == ("" if current == EVERYTHING else current),
        }
        for key, label, count in labels
    ]
