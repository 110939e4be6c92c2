"""A small site for the browser tests: the gallery inside the shell, filled as rooms above ``ui`` would fill it."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import include, path
from django.views.decorators.http import require_GET, require_POST

from phoihop.ui import registry, samples
from tests.ui.test_shell import Person

PERSON = Person(permissions=frozenset({"dispatch.view"}))
saved: list[dict[str, str]] = []
accepted: list[str] = []


def acting_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Everybody acts as the same person."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        request.acting = PERSON  # type: ignore[attr-defined]
        return get_response(request)

    return respond


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery.html", {**samples.gallery(), "save_url": "/draft/", "act_url": "/accept/"})


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    if request.GET["q"].startswith("không có"):
        return HttpResponse("")
    return HttpResponse('<ul><li><a href="/paper/1/">12/QĐ-UBND <small>Kiện toàn Ban Chỉ huy</small></a></li></ul>')


@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/counts.html")


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    if request.POST["signer"] == "409":
        return HttpResponse(status=409)
    if request.POST["signer"] == "500":
        return HttpResponse(status=500)
    saved.append({name: str(value) for name, value in request.POST.items()})
    return HttpResponse(json.dumps({"version": str(len(saved))}), content_type="application/json")


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    accepted.append(request.POST.get("reason", ""))
    return redirect("/")


def register() -> None:
    """Fill the registry as rooms would."""
    registry.register_navigation(registry.NavigationItem("desk", "Bàn làm việc", "home", icon="home", order=0))
    registry.register_navigation(
        registry.NavigationItem("papers", "Văn bản", "palette", icon="mail", order=1, count=lambda _: len(accepted))
    )
    registry.register_bell(lambda _: 3, "palette")
    registry.register_search("palette", "palette")


urlpatterns = [
    path("", home, name="home"),
    path("palette/", palette, name="palette"),
    path("ui/counts/", counts),
    path("draft/", draft, name="draft"),
    path("accept/", accept, name="accept"),
    path("ui/", include("phoihop.ui.urls")),
]
