"""How a due time reads: done, on time, soon, late. Pure; the caller gives the present time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOON = timedelta(hours=24)


class DueState(StrEnum):
    """Where something stands against its due time."""

    DONE = "done"
    DONE_LATE = "done-late"
    OPEN = "open"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Due:
    """``distance`` is the time left (open, soon), past (late) or by which it was missed (done late); never negative."""

    state: DueState
    distance: timedelta


def due_state(at: datetime, *, now: datetime, done_at: datetime | None = None) -> Due:
    """State of a thing due at ``at``. Being done exactly at the due time is on time."""
    if done_at is not None:
        if done_at > at:
            return Due(DueState.DONE_LATE, done_at - at)
        return Due(DueState.DONE, timedelta(0))
    left = at - now
    if left < timedelta(0):
        return Due(DueState.LATE, -left)
    return Due(DueState.SOON if left <= SOON else DueState.OPEN, left)
