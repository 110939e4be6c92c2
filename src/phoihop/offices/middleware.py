"""From a signed-in account to an acting position, and the gate around sign-in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

from phoihop.core.isolation import scope
from phoihop.offices.acting import Acting
from phoihop.offices.devices import see
from phoihop.offices.duties import Duty, duty_of
from phoihop.offices.selectors import acting_for
from phoihop.offices.sessions import chosen_position
from phoihop.offices.sign_in_journal import address_of

SIGN_IN_PATH = "/accounts/"


class ActingRequest(HttpRequest):
    """A request with its acting position; None for visitors, accounts without a position, and while a duty is open."""

    acting: Acting | None
    duty: Duty | None


class ActingMiddleware:
    """Sets ``request.acting``. Pages under /accounts/ run inside the gate; all others open their own scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        acting_request = cast(ActingRequest, request)
        acting_request.acting = acting_request.duty = None
        if request.path.startswith(SIGN_IN_PATH):
            with scope("gate"):
                _find_who_acts(acting_request)
                return self.get_response(request)
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            with scope("gate"):
                _find_who_acts(acting_request)
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: SimpleTemplateResponse) -> Any:
        """A view under /accounts/ sees accounts and nothing else; what is drawn around it belongs to the office."""
        acting = cast(ActingRequest, request).acting
        if acting is not None and request.path.startswith(SIGN_IN_PATH):
            with scope("web", acting.office_id):
                response.render()
        return response


def _find_who_acts(request: ActingRequest) -> None:
    if not request.COOKIES.get(settings.SESSION_COOKIE_NAME) or not request.user.is_authenticated:
        return
    acting = acting_for(request.user, chosen_position(request.session))
    request.duty = duty_of(request.user, acting)
    request.acting = None if request.duty else acting
    see(request, request.user, address=address_of(request))
