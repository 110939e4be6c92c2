"""From a request into a room: the decorator every page uses. It is the only way from a view to a scope."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from phoihop.core.isolation import scope
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

P = ParamSpec("P")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def for_office(
    permission: Permission | None = None,
) -> Callable[[Callable[Concatenate[HttpRequest, Acting, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Open a page to signed-in people who hold a position, and to holders of ``permission`` when one is named.

    The view receives ``by`` after the request and runs, rendering included, in one scope of the acting office; a GET
    runs in a read-only transaction. Visitors are sent to sign in; an htmx request of theirs is told to reload.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, Acting, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            by = cast("Acting | None", getattr(request, "acting", None))
            if by is None:
                return _turn_away(request)
            if permission is not None:
                check_may(by, permission)
            with scope("web", by.office_id, read_only=request.method in SAFE):
                response = view(request, by, *args, **kwargs)
                render_now = getattr(response, "render", None)
                return cast(HttpResponseBase, render_now()) if callable(render_now) else response

        wrapper.for_office_permission = permission  # type: ignore[attr-defined]  # read by the URL sweep of the tests
        return wrapper

    return decorate


def _turn_away(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if user.is_authenticated:
        return render(request, "offices/no_position.html", status=403)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())
