"""By when each step is to be done here, and on which days nobody works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from phoihop.core.clock import today
from phoihop.dispatches.agreed_limits import AgreedLimit
from phoihop.dispatches.deadlines import Step, StepLimit, WorkCalendar
from phoihop.dispatches.limits import FILE_NAME, agreement, fault, limits_in_force
from phoihop.dispatches.rules import Urgency
from phoihop.offices.acting import Acting
from phoihop.offices.models import Regime
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office

STEP_WORDS: Final = {
    Step.REGISTER: _("Vào sổ văn bản đến"),
    Step.DISTRIBUTE: _("Trình, phân phối"),
    Step.DIRECT: _("Cho ý kiến chỉ đạo"),
    Step.ACCEPT: _("Nhận xử lý"),
    Step.NUMBER: _("Cấp số, ngày"),
    Step.ISSUE: _("Phát hành"),
}


@dataclass(frozen=True)
class LimitLine:
    """One step with its limit; ``urgent`` are the minutes by degree, least first; ``agreed`` when it is not the
    package's own."""

    name: str
    limit: StepLimit
    urgent: Sequence[int]
    agreed: AgreedLimit | None = None
    regime: str = ""


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def time_limits(request: HttpRequest, by: Acting) -> HttpResponse:
    """The limits in force for this office today, those agreed besides, and the days off of this year and the next."""
    day = today()
    limits = limits_in_force(office=by.office_code)
    own = [one for one in agreement().limits if one.office in ("", by.office_code)]
    context = {
        "lines": [_line(step, limits.steps[step]) for step in Step],
        "agreed": [_line(one.step, one.limit, one) for one in sorted(own, key=lambda one: (one.step, one.since))],
        "closes": limits.calendar.day_ends,
        "off": _span(limits.calendar, day, worked=False),
        "worked": _span(limits.calendar, day, worked=True),
        "fault": fault(),
        "file_name": FILE_NAME,
        "day": day,
    }
    return render(request, "dispatches/time_limits.html", context)


def _line(step: Step, limit: StepLimit, agreed: AgreedLimit | None = None) -> LimitLine:
    degrees = (Urgency.URGENT, Urgency.VERY_URGENT, Urgency.EXPRESS)
    regime = str(Regime(agreed.regime).label) if agreed and agreed.regime else ""
    return LimitLine(str(STEP_WORDS[step]), limit, [limit.minutes[degree] for degree in degrees], agreed, regime)


def _span(calendar: WorkCalendar, day: date, *, worked: bool) -> list[tuple[date, date]]:
    """The days of this year and the next that are off, or worked in exchange: first and last of each row of days."""
    known = calendar.makeup_days if worked else calendar.holidays
    spans: list[tuple[date, date]] = []
    for one in sorted(one for one in known if day.year <= one.year <= day.year + 1):
        if spans and one - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], one)
        else:
            spans.append((one, one))
    return spans
