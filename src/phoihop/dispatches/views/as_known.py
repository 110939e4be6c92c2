"""The page Xem tại thời điểm: a document as this office knew it then. Read only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from phoihop.core.clock import REGION_ZONE, local, pretend
from phoihop.dispatches.presentation import RECEIPT_STATES, timeline_lines
from phoihop.dispatches.selectors.as_known import DispatchThen, Knowledge, knowledge_of
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.reading import noted_reading
from phoihop.offices.web import for_office

_PARTS = ("document_state", "receptions", "handling", "timeline")
_FOR_PROGRAMS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M")


class MomentForm(forms.Form):
    """The moment asked for: a time on the region's clock, or the number of a change, counted from 1."""

    at = forms.DateTimeField(
        label=gettext_lazy("Xem tại thời điểm"),
        required=False,
        input_formats=["%H:%M:%S %d/%m/%Y", "%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", *_FOR_PROGRAMS],
        widget=forms.DateTimeInput(attrs={"autocomplete": "off"}, format="%H:%M:%S %d/%m/%Y"),
        help_text=gettext_lazy("Giờ, ngày tháng năm; ví dụ 14:05 03/10/2026."),
        error_messages={"invalid": gettext_lazy("Nhập ngày giờ, ví dụ 14:05 03/10/2026.")},
    )
    step = forms.IntegerField(required=False, min_value=1)

    def clean_at(self) -> datetime | None:
        """The time on the region's clock. A second that was typed is meant to its end."""
        at: datetime | None = self.cleaned_data["at"]
        if at is None:
            return None
        whole = at.replace(microsecond=999_999) if at.microsecond == 0 else at
        return whole.replace(tzinfo=REGION_ZONE)


@noted_reading("dispatches:document:as_known", lambda _by, given: given["dispatch_id"])
@require_safe
@for_office(Permission.DISPATCH_VIEW)
def show(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """The page. What was typed and cannot be read comes back with a message and the last change."""
    form = MomentForm(request.GET or None)
    said = form.cleaned_data if form.is_valid() else {}
    knowledge = knowledge_of(dispatch_id, by=by)
    then = knowledge.then(_moment(said, knowledge))
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "dispatches/as_known.html", _context(then, form), status=status)


def _moment(said: Mapping[str, Any], knowledge: Knowledge) -> datetime:
    """The time asked for, or that of the change asked for; without either, the last change."""
    if said.get("at"):
        at: datetime = said["at"]
        return at
    moments = knowledge.moments or [knowledge.document.issued_at]
    step: int = said.get("step") or len(moments)
    return moments[min(step, len(moments)) - 1]


def _context(then: DispatchThen, form: MomentForm) -> dict[str, Any]:
    step = sum(one <= then.at for one in then.moments)
    shown = form if form.is_bound and not form.is_valid() else MomentForm(initial={"at": local(then.at)})
    return {
        "then": then,
        "dispatch": then.dispatch,
        "form": shown,
        "step": step,
        "steps": len(then.moments),
        "previous": step - 1 if step > 1 else 0,
        "following": step + 1 if step < len(then.moments) else 0,
        "first": then.moments[0] if then.moments else None,
        "last": then.moments[-1] if then.moments else None,
        "parts": _parts(then) if then.known.is_known else {},
    }


def _parts(then: DispatchThen) -> dict[str, SafeString]:
    """The parts of a document's page, with lateness counted at that moment and not today."""
    context = {
        "detail": then,
        "dispatch": then.dispatch,
        "receipts": RECEIPT_STATES,
        "summary": _summary(then),
        "lines": timeline_lines(then.timeline),
    }
    with pretend(then.at):
        return {name: render_to_string(f"dispatches/parts/{name}.html", context) for name in _PARTS}


def _summary(then: DispatchThen) -> dict[str, int]:
    deliveries = [row.delivery for row in then.recipients if row.delivery is not None]
    counted = {
        state: sum(getattr(one, f"{state}_at") is not None for one in deliveries) for state, _label in RECEIPT_STATES
    }
    return counted | {
        "all": len(then.recipients),
        "returned": sum(one.returned_at is not None for one in deliveries),
        "late": sum(row.is_late for row in then.recipients),
    }
