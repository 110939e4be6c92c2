"""Offices and issuing bodies for everybody: the list, one office through time, the versions, and a table of it all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phoihop.administration.directory_selectors import directory_offices, office_view
from phoihop.administration.directory_sheet import directory_workbook
from phoihop.administration.people_sheet import MEDIA_TYPE
from phoihop.audit.actions import note
from phoihop.core.clock import today
from phoihop.core.isolation import scope
from phoihop.exchange.directory.keyfile import fingerprint
from phoihop.exchange.directory.lines import REGIME_WORDS
from phoihop.exchange.directory.selectors import history, present_state
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office

_ROWS_A_PAGE = 100
_OFFICES_A_PAGE = 25
"""On a phone an office takes the height of six lines."""
_MOST_SENTENCES = 12


def paging(request: HttpRequest, count: int, *, rows: int = _ROWS_A_PAGE) -> tuple[int, dict[str, object]]:
    """Where a page of rows begins, and what the template needs to lead on and back; other filters are kept."""
    asked = request.GET.get("from", "")
    first = min(int(asked), count) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    last = first + rows

    def address(start: int) -> str:
        query = request.GET.copy()
        query["from"] = str(start)
        return "?" + query.urlencode()

    return first, {
        "range": _("%(first)d–%(last)d trên %(all)d dòng")
        % {"first": first + bool(count), "last": min(last, count), "all": count},
        "previous": address(max(0, first - rows)) if first else "",
        "next": address(last) if last < count else "",
    }


@require_safe
@for_office()
def directory(request: HttpRequest, by: Acting) -> HttpResponse:
    """Every office with its bodies, where it is hosted and since when; ended ones on demand."""
    words, with_former = request.GET.get("q", "").strip(), request.GET.get("former") == "1"
    entries = directory_offices(words=words, with_former=with_former)
    first, pages = paging(request, len(entries), rows=_OFFICES_A_PAGE)
    context = {
        "entries": entries[first : first + _OFFICES_A_PAGE],
        "count": len(entries),
        "words": words,
        "with_former": with_former,
        "pages": pages,
        "state": present_state(using="default"),
        "may_change": by.may(Permission.NODE_OPERATE),
    }
    return render(request, "administration/directory.html", context)


@require_safe
@for_office()
def office(request: HttpRequest, by: Acting, code: str) -> HttpResponse:
    """One office, present or former: its bodies, where it was hosted, and every version that says something of it."""
    view = office_view(code)
    context = {
        "view": view,
        "bodies": [(body, _(REGIME_WORDS[body.regime])) for body in view.bodies],
        "may_change": by.may(Permission.NODE_OPERATE),
        "has_ended": view.office.valid_to is not None and view.office.valid_to < today(),
    }
    return render(request, "administration/directory_office.html", context)


@require_safe
@for_office()
def versions(request: HttpRequest, by: Acting) -> HttpResponse:
    """Who changed the directory when, why, and with which key each version was signed."""
    items = history(using="default")
    first, pages = paging(request, len(items), rows=20)
    shown = [
        {"item": item, "sentences": item.sentences[:_MOST_SENTENCES], "more": len(item.sentences) - _MOST_SENTENCES}
        for item in items[first : first + 20]
    ]
    state = present_state(using="default")
    mark = fingerprint(state.key) if state.is_founded else ""
    context = {"versions": shown, "pages": pages, "state": state, "mark": mark}
    return render(request, "administration/directory_versions.html", context)


@require_safe
@for_office(scoped=False)
def export(request: HttpRequest, by: Acting) -> HttpResponse:
    """The whole directory in the form that can be changed and uploaded again. Told to the journal."""
    with scope("web", by.office_id):
        state = present_state(using="default")
        note(by=by, event="administration:directory:export", number=state.number)
    return _workbook(directory_workbook(state), f"danh-ba-ban-{state.number}.xlsx")


@require_safe
@for_office(Permission.NODE_OPERATE)
def template(request: HttpRequest, by: Acting) -> HttpResponse:
    """The empty form, with how to fill it in."""
    return _workbook(directory_workbook(present_state(using="default"), with_rows=False), "mau-danh-ba.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})
