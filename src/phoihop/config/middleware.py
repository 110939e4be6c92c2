"""Errors meant for a person become a page, or JSON under /api/; a node that may not write refuses what would."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from phoihop.api.problems import problem
from phoihop.core.errors import PhoiHopError
from phoihop.exchange.standing import why_read_only
from phoihop.offices.middleware import SIGN_IN_PATH
from phoihop.offices.web import SAFE
from phoihop.ui.errors import said


class ErrorMiddleware:
    """Turns ``PhoiHopError`` into its page. The transaction of the view has been rolled back by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return said(request, exception) if isinstance(exception, PhoiHopError) else None


class ReadOnlyMiddleware:
    """Refuses what would change something while this node may only be read. Signing in stays open: it is to be read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in SAFE and not request.path.startswith(SIGN_IN_PATH):
            reason = why_read_only()
            if reason is not None:
                return problem(request, reason) if request.path.startswith("/api/") else said(request, reason)
        return self.get_response(request)
