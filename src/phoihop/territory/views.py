"""Pages and the map of provinces and communes. Open to everyone who is signed in."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from phoihop.offices.acting import Acting
from phoihop.offices.web import for_office
from phoihop.territory import selectors
from phoihop.territory.forms import CommuneFilter, DayQuery, ProvinceFilter
from phoihop.territory.models import CommuneKind

MAP_SECONDS = 3600
"""How long a browser may show the map without asking: outlines change with the program or with midnight."""


@require_safe
@for_office()
def show_provinces(request: HttpRequest, _by: Acting) -> HttpResponse:
    """The provinces of the region or of the country with the number of their communes; or what a search finds."""
    form = ProvinceFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    words = asked.get("q", "")
    country = asked.get("scope") == "country"
    listed = selectors.provinces() if country else selectors.region_provinces()
    overviews = () if words else selectors.province_overviews(listed)
    context = {
        "form": form,
        "words": words,
        "country": country,
        "regions": list(selectors.regions()),
        "matches": selectors.search(words, within=listed) if words else None,
        "overviews": overviews,
        "totals": selectors.totals_of(overviews),
    }
    return render(request, "territory/provinces.html", context)


@require_safe
@for_office()
def show_province(request: HttpRequest, _by: Acting, code: str) -> HttpResponse:
    """One province and its communes, narrowed and ordered by the URL. A former one shows what it became part of."""
    province = selectors.get_province(code)
    form = CommuneFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    overview = selectors.province_overview(province)
    order = cast(selectors.Order, asked.get("order") or "name")
    communes = selectors.communes(
        province=province.code,
        kind=CommuneKind(asked["kind"]) if asked.get("kind") else None,
        text=asked.get("q", ""),
        order=order,
    )
    context = {
        "province": province,
        "overview": overview,
        "form": form,
        "order": order,
        "communes": list(communes),
    }
    return render(request, "territory/province.html", context)


@require_safe
@for_office()
def outlines(request: HttpRequest, _by: Acting) -> HttpResponseBase:
    """The outlines of the region's provinces as GeoJSON, on the day ``?on=`` or today; 304 when unchanged."""
    drawn = selectors.map_sketch(on=DayQuery(request.GET).day())
    response = HttpResponse(drawn.body, content_type="application/geo+json")
    response["ETag"] = drawn.etag
    response["Cache-Control"] = f"private, max-age={MAP_SECONDS}"
    return get_conditional_response(request, etag=drawn.etag, response=response) or response
