"""What is said of a due date on which nobody works."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from phoihop.core.clock import local
from phoihop.dispatches.deadlines import standard_limits
from phoihop.ui.day_fields import SHOWN_DAY


def day_off_words(due_at: datetime | None) -> str:
    """That the day is a day off, and which working day comes next; nothing for a working day or none."""
    calendar = standard_limits().calendar
    if due_at is None or calendar.is_working_day(local(due_at).date()):
        return ""
    day = local(due_at).date()
    following = calendar.add_working_days(day, 0)
    return _("Hạn rơi vào ngày nghỉ %(day)s; ngày làm việc tiếp theo là %(next)s.") % {
        "day": day.strftime(SHOWN_DAY),
        "next": following.strftime(SHOWN_DAY),
    }
