"""Pages and maps of provinces and communes. Open to everyone who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phoihop.core.clock import today
from phoihop.offices.acting import Acting
from phoihop.offices.web import for_office
from phoihop.territory import selectors, workbooks
from phoihop.territory.forms import CommuneFilter, DayQuery, ProvinceFilter
from phoihop.territory.models import Province
from phoihop.territory.outlines import is_drawn
from phoihop.territory.points import points_of
from phoihop.ui.templatetags.ui import day as written

MAP_SECONDS = 3600
"""How long a browser may show the map without asking: outlines change with the program or with midnight."""


@require_safe
@for_office()
def show_provinces(request: HttpRequest, _by: Acting) -> HttpResponse:
    """The provinces of the region or the country on a day with the number of their communes; or what a search finds."""
    form = ProvinceFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    words, on = asked.get("q", ""), asked.get("on")
    country = asked.get("scope") == "country"
    listed = selectors.provinces(on=on) if country else selectors.region_provinces(on=on)
    overviews = () if words else selectors.province_overviews(listed, on=on)
    context = {
        "form": form,
        "words": words,
        "country": country,
        "on": on,
        "ages": _ages(request, on),
        "regions": list(selectors.regions()),
        "matches": _found(words, country=country, on=on) if words else None,
        "overviews": overviews,
        "totals": selectors.totals_of(overviews),
    }
    return render(request, "territory/provinces.html", context)


@require_safe
@for_office()
def show_province(request: HttpRequest, _by: Acting, code: str) -> HttpResponse:
    """One province and its communes on a day, narrowed and ordered by the URL, and what it was before and became."""
    province = selectors.get_province(code)
    on = _day_of(request, province)
    districts = selectors.districts(province=code, on=on)
    form = CommuneFilter(request.GET, districts=districts, is_former=bool(districts))
    asked = form.cleaned_data if form.is_valid() else {}
    overview = selectors.province_overview(province, on=on)
    order = cast(selectors.Order, asked.get("order") or "name")
    communes = selectors.communes(
        province=code,
        district=asked.get("district", ""),
        kind=form.kind_asked() if asked else None,
        text=asked.get("q", ""),
        order=order,
        on=on,
    )
    context = {
        "province": province,
        "overview": overview,
        "form": form,
        "order": order,
        "communes": list(communes),
        "on": on,
        "is_past": on < today(),
        "ages": _ages(request, on if on < today() else None) if not province.valid_to else (),
        "predecessors": list(selectors.predecessors_of(province)),
        "has_districts": bool(districts),
        "is_drawn": is_drawn(code, on),
    }
    return render(request, "territory/province.html", context)


@require_safe
@for_office()
def show_commune(request: HttpRequest, _by: Acting, code: str) -> HttpResponse:
    """One commune of today or of former times: what it was made of, what it became, and where it lies."""
    commune = selectors.get_commune(code)
    origins, successors = selectors.origins_of(commune), selectors.successors_of(commune)
    kin = [*origins, *successors]
    context = {
        "commune": commune,
        "origins": origins,
        "successors": successors,
        "has_estimates": any(k.part not in (None, 1_000_000) or k.part_of_unit not in (None, 1_000_000) for k in kin),
        "has_unknown": any(k.part is None or k.part_of_unit is None for k in kin),
        "on": commune.valid_to or today(),
        "is_drawn": is_drawn(commune.province_id, commune.valid_to or today()) and commune.lat is not None,
    }
    return render(request, "territory/commune.html", context)


@require_safe
@for_office()
def outlines(request: HttpRequest, _by: Acting) -> HttpResponseBase:
    """Outlines of the region's provinces as GeoJSON, on the day ``?on=`` or today, or of ``?province=`` alone."""
    query = DayQuery(request.GET)
    drawn = selectors.map_sketch(on=query.day(), province=query.cleaned_data["province"] or None)
    response = HttpResponse(drawn.body, content_type="application/geo+json")
    response["ETag"] = drawn.etag
    response["Cache-Control"] = f"private, max-age={MAP_SECONDS}"
    return get_conditional_response(request, etag=drawn.etag, response=response) or response


@require_safe
@for_office()
def points(request: HttpRequest, _by: Acting) -> HttpResponse:
    """Where communes lie as GeoJSON: of the region or a ``?province=`` on a day, or a ``?commune=`` and its kin."""
    query = DayQuery(request.GET)
    on = query.day()
    if code := query.cleaned_data["commune"]:
        commune = selectors.get_commune(code)
        kin = [*selectors.origins_of(commune), *selectors.successors_of(commune)]
        drawn = points_of([k.unit for k in kin], chosen=commune)
    elif code := query.cleaned_data["province"]:
        drawn = points_of(selectors.communes(province=selectors.get_province(code).code, on=on))
    else:
        drawn = points_of(selectors.communes(on=on).filter(province__in=selectors.region_provinces(on=on)))
    return HttpResponse(drawn, content_type="application/geo+json")


@require_safe
@for_office()
def export(request: HttpRequest, _by: Acting) -> HttpResponse:
    """Units of a day and former communes beside those of today as XLSX: of ``?province=``, region or country."""
    query = DayQuery(request.GET)
    on = query.day() or today()
    if code := query.cleaned_data["province"]:
        listed = Province.objects.filter(code=selectors.get_province(code).code)
    elif query.cleaned_data["scope"] == "country":
        listed = selectors.provinces(on=on)
    else:
        listed = selectors.region_provinces(on=on)
    response = HttpResponse(workbooks.units_workbook(listed, on=on), content_type=workbooks.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="dia-ban-{on:%Y%m%d}.xlsx"'
    return response


def _found(words: str, *, country: bool, on: date | None) -> Sequence[selectors.UnitMatch]:
    """Without a day the units of all times are searched."""
    if not country:
        return selectors.search(words, on=on)
    return selectors.search(words, on=on, within=Province.objects.order_by("sort_key", "code"))


def _day_of(request: HttpRequest, province: Province) -> date:
    """The day asked for, as far as the province was there: a former one is shown on its last day."""
    query = DayQuery({"on": request.GET.get("on", "")})
    day = query.cleaned_data["on"] if query.is_valid() else None
    if province.valid_to is not None:
        return min(day or province.valid_to, province.valid_to)
    return day or today()


def _ages(request: HttpRequest, on: date | None) -> Sequence[dict[str, Any]]:
    """Tabs: as it is now, and as it was up to each change of the region's provinces; that of the day is current."""
    turns = selectors.turning_days()
    days: list[date | None] = [None, *turns]
    age = min((day for day in turns if on is not None and on <= day), default=None)
    return [
        {
            "label": _("Đến hết %(day)s") % {"day": written(day)} if day else _("Hiện nay"),
            "url": f"?{_with_day(request, day)}",
            "current": day == age,
        }
        for day in days
    ]


def _with_day(request: HttpRequest, day: date | None) -> str:
    """The query of this page for another day; districts and kinds of one age mean nothing in another."""
    kept = request.GET.copy()
    for name in ("on", "district", "kind"):
        kept.pop(name, None)
    if day is not None:
        kept["on"] = day.isoformat()
    return kept.urlencode()
