"""From a signed-in account to an acting position, and the gate around sign-in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from phoihop.core.isolation import scope
from phoihop.offices.acting import Acting
from phoihop.offices.selectors import acting_for
from phoihop.offices.sessions import chosen_position

SIGN_IN_PATH = "/accounts/"


class ActingRequest(HttpRequest):
    """A request with its acting position; None for visitors and accounts without a position."""

    acting: Acting | None


class ActingMiddleware:
    """Sets ``request.acting``. Pages under /accounts/ run inside the gate; all others open their own scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        acting_request = cast(ActingRequest, request)
        acting_request.acting = None
        if request.path.startswith(SIGN_IN_PATH):
            with scope("gate"):
                response = self.get_response(request)
                render = getattr(response, "render", None)
                return cast(HttpResponseBase, render()) if callable(render) else response
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            with scope("gate"):
                if request.user.is_authenticated:
                    acting_request.acting = acting_for(request.user, chosen_position(request.session))
        return self.get_response(request)
