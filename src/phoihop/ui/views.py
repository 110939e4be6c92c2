"""Pages of the shell itself: language, circulation notice, component gallery."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from phoihop.core.isolation import scope
from phoihop.ui import samples
from phoihop.ui.registry import Acting


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Set the language cookie from POST ``language`` and go back to POST ``next``."""
    return set_language(request)


@require_GET
def circulation(request: HttpRequest) -> HttpResponse:
    """The full notice on what may not be entered here."""
    return render(request, "ui/circulation.html")


@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """The counts of navigation and bell, fetched again when something has changed; visitors are told to reload."""
    if _acting(request) is None:
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return _within_office(request, "ui/counts.html", {})


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for authors and reviewers."""
    return _within_office(request, "ui/gallery.html", samples.gallery())


def _acting(request: HttpRequest) -> Acting | None:
    return getattr(request, "acting", None)


def _within_office(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """Draw the shell inside the acting office, since its counts are read from that office's rows."""
    acting = _acting(request)
    if acting is None:
        return render(request, template, context)
    with scope("web", acting.office_id, read_only=True):
        return render(request, template, context)
