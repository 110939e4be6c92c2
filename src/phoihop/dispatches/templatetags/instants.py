"""Times to the second, where two things of one minute must be told apart."""

from __future__ import annotations

from datetime import datetime

from django import template

from phoihop.core import clock

register = template.Library()


@register.filter
def instant(value: datetime | None) -> str:
    """``14:05:07 03/10/2026`` on the region's wall clock; a dash when there is no time."""
    return clock.local(value).strftime("%H:%M:%S %d/%m/%Y") if value else "–"
