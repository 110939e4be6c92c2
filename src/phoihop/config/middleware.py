"""Errors meant for a person become a page, or JSON under /api/; whatever else escapes gets a reference number."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from phoihop.core.errors import PhoiHopError
from phoihop.ui.errors import said


class ErrorMiddleware:
    """Turns ``PhoiHopError`` into its page. The transaction of the view has been rolled back by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return said(request, exception) if isinstance(exception, PhoiHopError) else None
