"""Addresses of the API. Whatever is not one of them answers with a problem document too."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, path, re_path

from phoihop.api.problems import edge, unknown_address
from phoihop.api.public import public

app_name = "api"


def index(request: HttpRequest) -> JsonResponse:
    """Where the description is: OpenAPI 3.1, for any client or viewer."""
    return JsonResponse({"openapi": request.build_absolute_uri("openapi.json")})


def _edged(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    found = [pattern for pattern in patterns if isinstance(pattern, URLPattern)]
    for pattern in found:
        pattern.callback = edge(pattern.callback)
    return found


urlpatterns = [
    path("", edge(index), name="index"),
    *_edged(public.urls[0]),
    re_path(r"^", edge(unknown_address), name="unknown"),  # "." would leave out addresses with a line break
]
