"""Days and moments as they are written in Vietnam, typed by hand, whatever language the browser speaks.

Browsers show their own date inputs in their own language, so one page would read 03/10 and 10/03 on two machines. These
fields are text: ``03/10/2026`` and ``17:00 03/10/2026``. The script ``day.ts`` adds a calendar and fills in zeros;
without it nothing is lost. Programs and older addresses may go on writing ISO 8601.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from phoihop.core.clock import REGION_ZONE, local

_DAY: Final = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})(?:[/.\- ]([0-9]{4}|[0-9]{2}))?")
_BARE: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = r"([0-9]{1,2})(?:[:hg]|\s+giờ\s*)([0-9]{2})?(?::([0-9]{2}))?"
_TIME_FIRST: Final = re.compile(rf"{_TIME}(?:\s+ngày)?[\s,]+(\S.*)", re.IGNORECASE)
_DAY_FIRST: Final = re.compile(rf"(\S+?)[\sT,]+{_TIME}", re.IGNORECASE)
_CENTURY: Final = 2000
_LEAP_YEAR: Final = 2024
_CALENDAR: Final = "calendar"
"""The icon of the button; the build finds its name here."""
SHOWN_DAY: Final = "%d/%m/%Y"
SHOWN_MOMENT: Final = "%H:%M %d/%m/%Y"


def read_day(text: str) -> date:
    """The day that was typed: ``03/10/2026``, ``3.10.26``, ``03102026`` or ISO.  Raises ValidationError in words."""
    said = unicodedata.normalize("NFKC", text).strip()
    if iso := _ISO.fullmatch(said):
        year, month, day = (int(part) for part in iso.groups())
        return _day(year, month, day)
    found = _BARE.fullmatch(said) or _DAY.fullmatch(said)
    if found is None:
        raise forms.ValidationError(_("Nhập ngày, tháng, năm, ví dụ 03/10/2026."), code="invalid")
    day, month, written = int(found[1]), int(found[2]), found[3]
    if not written:
        _day(_LEAP_YEAR, month, day, shown=f"{day:02}/{month:02}")
        raise forms.ValidationError(_("Nhập cả năm, ví dụ 03/10/2026."), code="invalid")
    return _day(int(written) if len(written) > 2 else _CENTURY + int(written), month, day)


def _day(year: int, month: int, day: int, *, shown: str = "") -> date:
    try:
        return date(year, month, day)
    except ValueError:
        named = shown or f"{day:02}/{month:02}/{year:04}"
        words = _("Không có ngày {day}. Xem lại ngày và tháng.").format(day=named)
        raise forms.ValidationError(words, code="invalid") from None


def read_moment(text: str) -> datetime:
    """The time of day and day that were typed, in either order, on the region's clock.  Raises ValidationError."""
    said = unicodedata.normalize("NFKC", text).strip()
    if found := _TIME_FIRST.fullmatch(said):
        hour, minute, second, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(said):
        day, hour, minute, second = found.groups()
    else:
        read_day(said)
        raise forms.ValidationError(_("Nhập cả giờ, ví dụ 17:00 03/10/2026."), code="invalid")
    on = read_day(day)
    try:
        at = time(int(hour), int(minute or 0), int(second or 0))
    except ValueError:
        words = _("Không có giờ {time}. Giờ từ 00:00 đến 23:59.").format(time=f"{hour}:{minute or '00'}")
        raise forms.ValidationError(words, code="invalid") from None
    return datetime.combine(on, at, REGION_ZONE)


class _Picked(forms.TextInput):
    """A text input inside the element that ``day.ts`` gives a calendar."""

    kind = "date"

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        plain = {"autocomplete": "off", "placeholder": self.example(), "data-day-target": "typed"}
        control = super().render(name, value, {**plain, **(attrs or {})}, renderer)
        return format_html(
            '<span class="ph-day" data-controller="day" data-day-kind-value="{}" data-day-icon-value="{}"'
            ' data-day-pick-value="{}">{}</span>',
            self.kind,
            _CALENDAR,
            _("Chọn ngày"),
            control,
        )

    def example(self) -> str:
        return _("ngày/tháng/năm")


class DayInput(_Picked):
    """Shows a day as ``03/10/2026``; what cannot be read is shown as it was typed."""

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, str):
            try:
                return read_day(value).strftime(SHOWN_DAY)
            except forms.ValidationError:
                return value
        return str(value.strftime(SHOWN_DAY)) if value else None


class MomentInput(_Picked):
    """Shows a moment as ``17:00 03/10/2026`` on the region's clock."""

    kind = "datetime-local"

    def example(self) -> str:
        return _("giờ:phút ngày/tháng/năm")

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, str):
            try:
                return local(read_moment(value)).strftime(SHOWN_MOMENT)
            except forms.ValidationError:
                return value
        return local(value).strftime(SHOWN_MOMENT) if value else None


class DayField(forms.DateField):
    """A calendar day, read by ``read_day``."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        return read_day(value) if isinstance(value, str) and value.strip() else super().to_python(value)


class MomentField(forms.DateTimeField):
    """A moment on the region's clock, read by ``read_moment``."""

    widget = MomentInput

    def prepare_value(self, value: Any) -> Any:
        """As it is: the widget shows times on the region's clock, whatever zone the process has."""
        return value

    def to_python(self, value: Any) -> datetime | None:
        return read_moment(value) if isinstance(value, str) and value.strip() else super().to_python(value)
