"""The only source of the present time. Stored in UTC, shown in ``Asia/Ho_Chi_Minh``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

REGION_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


_pretended: ContextVar[datetime | None] = ContextVar("phoihop_pretended_time", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _pretended.get() or datetime.now(UTC)


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Let it be another moment inside the block: for the made-up past of the demonstration, and for tests."""
    token = _pretended.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pretended.reset(token)


def today() -> date:
    """The calendar day in the region."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """``moment`` on the region's wall clock."""
    return moment.astimezone(REGION_ZONE)
