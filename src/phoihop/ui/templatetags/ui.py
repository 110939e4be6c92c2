"""Filters for page authors: times, numbers, urgency, due marks, form controls.

Filters that return HTML exist for table cells, where a component per cell would cost too much.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_vite.core.asset_loader import DjangoViteAssetLoader

from phoihop.core import clock
from phoihop.ui.due import DueState, due_state

register = template.Library()

_NOTICE_TONES: Mapping[str, str] = {
    "debug": "info",
    "info": "info",
    "success": "success",
    "warning": "warning",
    "error": "danger",
}


@register.filter
def moment(value: datetime | None) -> str:
    """``14:05 03/10/2026`` on the region's wall clock; a dash when there is no time."""
    return clock.local(value).strftime("%H:%M %d/%m/%Y") if value else "–"


@register.filter
def day(value: date | datetime | None) -> str:
    """``03/10/2026``; a dash when there is no date."""
    if value is None:
        return "–"
    local = clock.local(value) if isinstance(value, datetime) else value
    return local.strftime("%d/%m/%Y")


@register.filter
def iso(value: datetime) -> str:
    """RFC 3339 in UTC, for ``datetime=`` attributes."""
    return value.isoformat(timespec="seconds")


@register.filter
def number(value: int | float | Decimal | None, places: int = 0) -> str:
    """``1.234.567,8``: points between thousands, a comma before decimals; a dash for None (zero is shown as 0)."""
    if value is None:
        return "–"
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


@register.filter
def urgency(level: str | None) -> SafeString:
    """The urgency mark: colour and always the word. Takes urgent, very_urgent, express in any case; else nothing."""
    key = str(level or "").lower()
    words = {"urgent": _("Khẩn"), "very_urgent": _("Thượng khẩn"), "express": _("Hỏa tốc")}
    if key not in words:
        return SafeString("")
    return format_html('<span class="ph-urgency ph-urgency-{}">{}</span>', key, words[key])


_BRIEFLY: Mapping[str, str] = {
    "Ủy ban nhân dân": "UBND",
    "Hội đồng nhân dân": "HĐND",
    "Đoàn đại biểu Quốc hội": "Đoàn ĐBQH",
    "Văn phòng": "VP",
    "Bộ Tư lệnh": "BTL",
}


@register.filter
def briefly(name: str) -> str:
    """A body's name as offices shorten it, for a narrow column: what tells two bodies apart must not be cut off."""
    for whole, brief in _BRIEFLY.items():
        name = name.replace(whole, brief)
    return name


@register.filter
def due_day(at: datetime | None) -> SafeString:
    """The due mark of an open matter in a narrow column: the day and the word; the time of day on pointing at it."""
    if at is None:
        return SafeString("")
    found = due_state(at, now=clock.now(), done_at=None)
    word = (_("quá hạn %(span)s") if found.state is DueState.LATE else _("còn %(span)s")) % {
        "span": span_words(found.distance)
    }
    return format_html(
        '<span class="ph-due ph-due-{}"><time datetime="{}" title="{}">{}</time>'
        ' <span class="ph-due-word">{}</span></span>',
        found.state.value,
        iso(at),
        moment(at),
        day(at),
        word,
    )


@register.filter
def due(at: datetime | None, done_at: datetime | None = None) -> SafeString:
    """The due mark: the time, and in words whether it is near, late, or done."""
    if at is None:
        return SafeString('<span class="ph-none">–</span>')
    found = due_state(at, now=clock.now(), done_at=done_at)
    words = {
        DueState.DONE: _("xong đúng hạn"),
        DueState.DONE_LATE: _("xong, chậm %(span)s"),
        DueState.OPEN: _("còn %(span)s"),
        DueState.SOON: _("còn %(span)s"),
        DueState.LATE: _("quá hạn %(span)s"),
    }
    text = words[found.state] % {"span": span_words(found.distance)}
    return format_html(
        '<span class="ph-due ph-due-{}"><time datetime="{}">{}</time> <span class="ph-due-word">{}</span></span>',
        found.state.value,
        iso(at),
        moment(at),
        text,
    )


def span_words(span: timedelta) -> str:
    """The largest whole unit of ``span``: days, hours or minutes (at least one minute)."""
    minutes = max(1, int(span.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)d phút", "%(n)d phút", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d giờ", "%(n)d giờ", hours) % {"n": hours}
    return ngettext("%(n)d ngày", "%(n)d ngày", hours // 24) % {"n": hours // 24}


@register.filter
def icon(name: str) -> SafeString:
    """An icon in a table cell, without the cost of a component."""
    return format_html(
        '<svg class="icon ph-icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        DjangoViteAssetLoader.instance().generate_vite_asset_url("icons.svg"),
        name,
    )


@register.filter
def notice_tone(level_tag: str) -> str:
    """The look of a Django message."""
    return _NOTICE_TONES.get(level_tag, "info")


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the label belongs after the control."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the control is several inputs that need a legend instead of a label."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def control(field: BoundField) -> SafeString:
    """The form control in the look of the shell, tied to its help and errors for screen readers."""
    widget = field.field.widget
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    attributes: dict[str, str | bool] = {}
    if not is_group(field):  # Django would put the class on the wrapper of the group, too
        attributes["class"] = f"{_control_class(field)} {widget.attrs.get('class', '')}".strip()
    if field.errors:
        described.append(f"{field.auto_id}_error")
        attributes["aria-invalid"] = "true"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attributes)


def _control_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"
