"""Pages of the shell itself: language, circulation notice, component gallery."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from phoihop.ui import samples


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
    """The counts of navigation and bell, fetched again when something has changed."""
    return render(request, "ui/counts.html")


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for authors and reviewers."""
    return render(request, "ui/gallery.html", samples.gallery())
