"""What is said of a due date on which nobody works."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from phoihop.core.clock import local
from phoihop.dispatches.limits import calendar_in_force
from phoihop.ui.day_fields import SHOWN_DAY


def day_off_words(due: datetime | date | None) -> str:
    """That the day is a day off, and which working day comes next; nothing for a working day or none."""
    calendar = calendar_in_force()
    day = local(due).date() if isinstance(due, datetime) else due
    if day is None or calendar.is_working_day(day):
        return ""
    following = calendar.add_working_days(day, 0)
    return _("Hạn rơi vào ngày nghỉ %(day)s; ngày làm việc tiếp theo là %(next)s.") % {
        "day": day.strftime(SHOWN_DAY),
        "next": following.strftime(SHOWN_DAY),
    }
