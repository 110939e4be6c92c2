"""From a request into a room: the decorator every page uses. It is the only way from a view to a scope."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phoihop.core.isolation import scope
from phoihop.offices.account_selectors import first_day_of
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.duties import Duty
from phoihop.offices.permissions import Permission
from phoihop.offices.reading import noted_refusals

P = ParamSpec("P")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def for_office(
    permission: Permission | None = None,
    *,
    scoped: bool = True,
) -> Callable[[Callable[Concatenate[HttpRequest, Acting, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Open a page to signed-in people who hold a position, and to holders of ``permission`` when one is named.

    The view receives ``by`` after the request and runs, rendering included, in one scope of the acting office; a GET
    runs in a read-only transaction. Visitors are sent to sign in; an htmx request of theirs is told to reload.
    A view that waits for a slow line or another process is not ``scoped``: it opens scopes of ``by`` around what it
    asks of the database, so that no transaction waits with it.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, Acting, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            by = cast("Acting | None", getattr(request, "acting", None))
            if by is None:
                return _turn_away(request)
            with noted_refusals(request, by, kwargs):
                if permission is not None:
                    check_may(by, permission)
                if not scoped:
                    return view(request, by, *args, **kwargs)
                with scope("web", by.office_id, read_only=request.method in SAFE):
                    response = view(request, by, *args, **kwargs)
                    render_now = getattr(response, "render", None)
                    return cast(HttpResponseBase, render_now()) if callable(render_now) else response

        wrapper.for_office_permission = permission  # type: ignore[attr-defined]  # read by the URL sweep of the tests
        return wrapper

    return decorate


def _turn_away(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    duty: Duty | None = getattr(request, "duty", None)
    if duty is not None:
        return _send(request, reverse(duty.value))
    if user.is_authenticated:
        return render(request, "offices/no_position.html", {"begins": first_day_of(user.pk)}, status=403)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())


def _send(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=403, headers={"HX-Redirect": address})
    return redirect(address)
