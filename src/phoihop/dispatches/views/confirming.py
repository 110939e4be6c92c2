"""Theo dõi xác nhận of an urgent document: map and table, reminding, telephoning; and confirming at the other end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from phoihop.core.errors import Conflict, Invalid
from phoihop.dispatches.actions import confirming
from phoihop.dispatches.forms.showing import show_errors
from phoihop.dispatches.selectors.confirming import Followed, Reach, Reached, follow_confirmations
from phoihop.dispatches.views.acting_on import attempt
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office


@dataclass(frozen=True)
class ReachLook:
    """How a reach is shown: words, tone and icon, so that colour never stands alone."""

    label: Any
    tone: str
    icon: str


LOOKS: Final[Mapping[Reach, ReachLook]] = {
    Reach.UNKNOWN: ReachLook(gettext_lazy("Chưa rõ đã đến"), "red", "help-circle"),
    Reach.UNOPENED: ReachLook(gettext_lazy("Đã đến, chưa ai mở"), "orange", "mail"),
    Reach.OPENED: ReachLook(gettext_lazy("Đã mở, chưa xác nhận"), "amber", "eye"),
    Reach.RETURNED: ReachLook(gettext_lazy("Trả lại"), "purple", "corner-up-left"),
    Reach.CONFIRMED: ReachLook(gettext_lazy("Đã xác nhận"), "green", "circle-check"),
}


class CallForm(forms.Form):
    """Who answered the telephone, and what they said."""

    office = forms.UUIDField(widget=forms.HiddenInput)
    answered_by = forms.CharField(label=gettext_lazy("Người nghe máy"), max_length=500)
    said = forms.CharField(label=gettext_lazy("Nội dung trao đổi"), required=False, max_length=500)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def follow(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """The page; ``?reach=silent`` or one reach, and ``?province=``, narrow its table."""
    return _page(request, by, dispatch_id)


def _page(
    request: HttpRequest, by: Acting, dispatch_id: UUID, *, refused: CallForm | None = None, conflict: Any = None
) -> HttpResponse:
    found = follow_confirmations(dispatch_id, by=by)
    reach, province = request.GET.get("reach", ""), request.GET.get("province")
    context = {
        "found": found,
        "dispatch": found.dispatch,
        "rows": [(row, LOOKS[row.reach]) for row in _narrowed(found.rows, reach, province)],
        "figures": [(one, LOOKS[one], found.counts.get(one, 0)) for one in Reach],
        "reach": reach,
        "province": province,
        "province_name": next((one.name for one in found.totals if one.code == province), ""),
        "may_act": by.may(Permission.DISPATCH_DRAFT),
        "call_form": refused or CallForm(),
        "called": _office_named(found, refused) if refused else None,
        "conflict": conflict,
        "part": request.GET.get("part") == "live",
    }
    template = "dispatches/parts/confirmations.html" if context["part"] else "dispatches/confirmations.html"
    return render(request, template, context, status=409 if conflict else 422 if refused else 200)


def _narrowed(rows: Sequence[Reached], reach: str, province: str | None) -> Sequence[Reached]:
    return [
        row
        for row in rows
        if (not reach or (reach == "silent" and row.is_silent) or row.reach == reach)
        and (province is None or row.office.province_code == province)
    ]


def _office_named(found: Followed, form: CallForm) -> Any:
    wanted = str(form.data.get("office", ""))
    return next((row.office for row in found.rows if str(row.office.id) == wanted), None)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def points(request: HttpRequest, by: Acting, dispatch_id: UUID) -> JsonResponse:
    """The offices as points (GeoJSON), each in the tone of how far the document got there."""
    features = [
        {
            "type": "Feature",
            "id": str(row.office.id),
            "geometry": {"type": "Point", "coordinates": list(row.place)},
            "properties": {
                "title": _title(row),
                "tone": LOOKS[row.reach].tone,
                "radius": 5 if row.is_silent else 4,
                "url": reverse("dispatches:confirmations", args=[dispatch_id]) + f"#at-{row.office.id}",
            },
        }
        for row in reversed(follow_confirmations(dispatch_id, by=by).rows)
        if row.place
    ]
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    response.headers["Content-Type"] = "application/geo+json"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _title(row: Reached) -> str:
    said = f"{row.office.short_name}: {LOOKS[row.reach].label}"
    return f"{said} · {row.office.hotline}" if row.is_silent and row.office.hotline else said


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def confirm(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Xác nhận đã nhận, from the document's page."""
    if attempt(lambda: confirming.confirm_dispatch(dispatch_id, by=by)):
        messages.success(request, _("Đã xác nhận. Nơi gửi thấy tên, chức vụ và giờ xác nhận."))
    else:
        messages.info(request, _("Văn phòng đã xác nhận từ trước."))
    return redirect("dispatches:document", dispatch_id)


@require_POST
@for_office(Permission.DISPATCH_DRAFT)
def remind(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Nhắc lại whoever has not confirmed. What is refused says when it can be done."""
    try:
        attempt(lambda: confirming.remind_of_dispatch(dispatch_id, remark=request.POST.get("remark", ""), by=by))
    except (Conflict, Invalid) as error:
        return _page(request, by, dispatch_id, conflict=error)
    messages.success(request, _("Đã nhắc các nơi chưa xác nhận."))
    return redirect("dispatches:confirmations", dispatch_id)


@require_POST
@for_office(Permission.DISPATCH_DRAFT)
def call(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Note a call; what was typed comes back when it is refused."""
    form = CallForm(request.POST)
    if not form.is_valid():
        return _page(request, by, dispatch_id, refused=form)
    said = form.cleaned_data
    try:
        attempt(
            lambda: confirming.note_call(
                dispatch_id, office_id=said["office"], answered_by=said["answered_by"], said=said["said"], by=by
            )
        )
    except Invalid as error:
        show_errors(form, error)
        return _page(request, by, dispatch_id, refused=form)
    messages.success(request, _("Đã ghi cuộc gọi."))
    return redirect(f"{reverse('dispatches:confirmations', args=[dispatch_id])}#at-{said['office']}")
