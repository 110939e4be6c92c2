"""The desk: four questions on one screen, every figure a link to exactly the rows it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phoihop.dispatches.selectors import desk
from phoihop.dispatches.selectors.counts import DeskCounts, desk_counts
from phoihop.dispatches.selectors.my_drafts import drafts_waiting
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office
from phoihop.territory.selectors import region_provinces


@dataclass(frozen=True)
class Figure:
    """One figure of the desk and the list it counts. ``tone`` colours it only while it is not zero."""

    label: str
    count: int
    url: str
    tone: str


@require_safe
@for_office()
def show_desk(request: HttpRequest, by: Acting) -> HttpResponse:
    """The first page after signing in."""
    if not by.may(Permission.DISPATCH_VIEW):
        return render(request, "home/no_content.html")
    counts, work = desk_counts(by), desk.work(by=by)
    context = {
        "figures": _figures(counts, by),
        "drafts": drafts_waiting(by=by),
        "waiting": work.waiting,
        "late": work.late,
        "urgent": work.urgent,
        "unanswered": desk.unanswered(by=by) if counts.unanswered else (),
    }
    return render(request, "home/desk.html", context)


def _figures(counts: DeskCounts, by: Acting) -> Sequence[Figure]:
    incoming, drafts = reverse("dispatches:incoming"), reverse("dispatches:drafts")
    offered = (
        (Permission.DISPATCH_REGISTER, _("Chờ vào sổ"), counts.unregistered, f"{incoming}?state=unregistered", "blue"),
        (
            Permission.DISPATCH_REGISTER,
            _("Chờ kiểm tra"),
            counts.quarantined,
            reverse("dispatches:waiting"),
            "amber",
        ),
        (
            Permission.DISPATCH_REGISTER,
            _("Chờ trả lời thu hồi, thay thế"),
            counts.to_answer,
            f"{incoming}?state=to_answer",
            "amber",
        ),
        (Permission.DISPATCH_DIRECT, _("Chờ chỉ đạo"), counts.undirected, f"{incoming}?state=undirected", "blue"),
        (Permission.DISPATCH_SIGN, _("Chờ ký"), counts.to_sign, f"{drafts}?state=submitted", "blue"),
        (Permission.DISPATCH_NUMBER, _("Chờ cấp số"), counts.to_number, f"{drafts}?state=signed", "blue"),
        (Permission.DISPATCH_ISSUE, _("Chờ phát hành"), counts.to_issue, f"{drafts}?state=numbered", "blue"),
        (Permission.DISPATCH_VIEW, _("Giao cho tôi"), counts.mine, f"{incoming}?state=mine", "blue"),
        (Permission.DISPATCH_VIEW, _("Quá hạn xử lý"), counts.late, f"{incoming}?state=late", "red"),
        (
            Permission.DISPATCH_VIEW,
            _("Chờ nơi nhận xử lý"),
            counts.unanswered,
            reverse("dispatches:outgoing") + "?state=waiting",
            "amber",
        ),
    )
    return [
        Figure(label, count, url, tone if count else "neutral")
        for permission, label, count, url, tone in offered
        if by.may(permission)
    ]


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def around(request: HttpRequest, by: Acting) -> JsonResponse:
    """Points for the desk's map: open documents of the last days, by the sender's province (GeoJSON)."""
    counts = desk.senders_by_province(by=by)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [province.lon, province.lat]},
            "properties": {"label": str(counts[province.code]), "name": province.name, "count": counts[province.code]},
        }
        for province in region_provinces()
        if counts.get(province.code)
    ]
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    response.headers["Content-Type"] = "application/geo+json"
    response.headers["Cache-Control"] = "private, no-store"
    return response
