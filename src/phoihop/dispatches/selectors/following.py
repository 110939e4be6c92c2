"""Theo dõi: since when a document waits at the acting office, by when the next step is due, and how late it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from phoihop.core.clock import local, now
from phoihop.dispatches import records
from phoihop.dispatches.deadlines import WAITS_FOR, is_overdue, step_due
from phoihop.dispatches.limits import limits_in_force
from phoihop.dispatches.rules import HandlingState, Urgency
from phoihop.dispatches.selectors.detail import DispatchDetail
from phoihop.offices.acting import Acting


@dataclass(frozen=True)
class Following:
    """``since`` is when the present state began, ``due_at`` by when the next step is due at the latest, if ever.

    ``late_days`` counts the working days begun after the day it was due; it is 0 on that day itself.
    """

    since: datetime
    due_at: datetime | None
    is_late: bool
    late_days: int


def following(detail: DispatchDetail, *, by: Acting) -> Following | None:
    """What the page says of a document that waits at the acting office; None when nothing is left to do there.

    Reads nothing: everything is in the detail. A state whose beginning is not known is not followed.
    """
    since = _since(detail)
    if detail.incoming is None or since is None:
        return None
    state, moment = detail.incoming.state, now()
    limits = limits_in_force(office=by.office_code, regime=detail.dispatch.regime)
    due_at = detail.incoming.due_at
    if state in WAITS_FOR:
        due_at = step_due(WAITS_FOR[state], since, Urgency(detail.dispatch.urgency), limits).latest
    late = is_overdue(due_at, now=moment)
    days = limits.calendar.working_days_between(local(due_at).date(), local(moment).date()) if due_at and late else 0
    return Following(since, due_at, late, days)


def _since(detail: DispatchDetail) -> datetime | None:
    if detail.incoming is None:
        return None
    state, handling = detail.incoming.state, detail.handling
    if state is HandlingState.ARRIVED:
        return detail.incoming.delivery.arrived_at
    if handling is None:
        return None
    if state is HandlingState.DISTRIBUTED:
        told = [entry.at for entry in detail.timeline if entry.kind == records.DISTRIBUTED]
        return max(told, default=None)
    began = {
        HandlingState.REGISTERED: handling.registered_at,
        HandlingState.DIRECTED: handling.directed_at,
        HandlingState.ACCEPTED: handling.accepted_at,
    }
    return began.get(state)
