"""The only source of the present time. Stored in UTC, shown in ``Asia/Ho_Chi_Minh``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

REGION_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in the region."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """``moment`` on the region's wall clock."""
    return moment.astimezone(REGION_ZONE)
