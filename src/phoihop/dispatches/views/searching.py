"""Search over every document the office may see: a page, and the list of the command palette."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from phoihop.core.errors import Invalid
from phoihop.core.text import clean_line
from phoihop.dispatches.selectors.search import search, snippets_of
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office

ON_PAGE = 100
IN_PALETTE = 8


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def results(request: HttpRequest, by: Acting) -> HttpResponse:
    """Documents in and out that match, newest first."""
    words, refused = request.GET.get("q", ""), ""
    try:
        cleaned = clean_line(words)
        found = search(cleaned, by=by, most=ON_PAGE + 1) if cleaned else []
    except Invalid as error:
        found, refused = [], str(error)
    shown = found[:ON_PAGE]
    said = snippets_of(shown, words, by=by) if shown else {}
    context = {
        "search_text": words,
        "found": [(one, said.get(one.id)) for one in shown],
        "more": len(found) > ON_PAGE,
        "refused": refused,
        "office_id": by.office_id,
    }
    return render(request, "dispatches/search.html", context)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def palette(request: HttpRequest, by: Acting) -> HttpResponse:
    """The first matches, for Ctrl+K. What may not be typed finds nothing."""
    try:
        words = clean_line(request.GET.get("q", ""))
    except Invalid:
        words = ""
    found = search(words, by=by, most=IN_PALETTE) if words else []
    return render(request, "dispatches/parts/palette.html", {"found": found})
