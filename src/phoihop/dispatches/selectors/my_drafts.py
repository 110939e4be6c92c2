"""Drafts that wait for the acting position: what it should do with each, since when, and by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.core.machine import N_
from phoihop.dispatches.selectors.approving import lenders_of
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission

MOST = 12

_WORDS: Final = {
    "approve": N_("Duyệt"),
    "format": N_("Kiểm tra thể thức"),
    "opine": N_("Cho ý kiến"),
    "sign": N_("Ký"),
    "number": N_("Cấp số"),
    "issue": N_("Phát hành"),
    "mend": N_("Sửa theo ý kiến"),
}

_SQL = """
SELECT d.id, d.abstract, d.urgency, d.author_name, array_agg(w.what ORDER BY w.since), min(w.since), min(w.due_on)
FROM (
 SELECT draft_id, CASE kind WHEN 'format' THEN 'format' ELSE 'approve' END AS what, asked_at AS since, due_on
  FROM dispatches_approvaltask WHERE state = 'asked' AND position_id IN (SELECT %(position)s UNION ALL {lenders})
 UNION ALL
 SELECT draft_id, 'opine', asked_at, due_on
  FROM dispatches_draftopinion WHERE state = 'asked' AND position_id IN (SELECT %(position)s UNION ALL {lenders})
 UNION ALL
 SELECT id, CASE state WHEN 'submitted' THEN 'sign' WHEN 'signed' THEN 'number' ELSE 'issue' END, changed_at, NULL::date
  FROM dispatches_draft WHERE office_id = %(office)s AND issued_as IS NULL
  AND (state = ANY(%(states)s) OR (state = 'submitted' AND body_id = ANY(%(signs)s)))
 UNION ALL
 SELECT id, 'mend', changed_at, NULL::date FROM dispatches_draft
  WHERE office_id = %(office)s AND issued_as IS NULL AND state = 'drafting' AND returned_reason <> ''
  AND author_position_id = %(position)s
) w JOIN dispatches_draft d ON d.id = w.draft_id AND d.office_id = %(office)s
GROUP BY d.id ORDER BY min(w.due_on) < %(today)s DESC NULLS LAST, min(w.since) LIMIT %(most)s
"""


@dataclass(frozen=True)
class WaitingDraft:
    """One draft that waits for this position: everything it should do, as one line."""

    id: UUID
    abstract: str
    urgency: str
    author: str
    verbs: tuple[str, ...]
    since: datetime
    due_on: date | None
    is_late: bool

    @property
    def what(self) -> str:
        """What to do, in words."""
        return ", ".join(_(_WORDS[one]) for one in self.verbs)


def drafts_waiting(*, by: Acting) -> Sequence[WaitingDraft]:
    """What lies on the desk of the acting position, and of those it stands in for: late ones first, then the oldest."""
    day = today()
    with connection.cursor() as cursor:
        lenders, values = _named(lenders_of(by))
        cursor.execute(_SQL.format(lenders=lenders), _asked(by) | values | {"today": day, "most": MOST})
        rows = cursor.fetchall()
    return [
        WaitingDraft(draft, abstract, urgency, author, tuple(dict.fromkeys(verbs)), since, due, _is_late(due, day))
        for draft, abstract, urgency, author, verbs, since, due in rows
    ]


def _named(rows: QuerySet[Any, Any]) -> tuple[str, dict[str, Any]]:
    """A query as part of another that names its values."""
    query, given = rows.query.sql_with_params()
    values = {f"given_{number}": value for number, value in enumerate(given)}
    for name in values:
        query = query.replace("%s", f"%({name})s", 1)
    return query, values


def _is_late(due_on: date | None, day: date) -> bool:
    return due_on is not None and due_on < day


def _asked(by: Acting) -> dict[str, Any]:
    states = {"signed": Permission.DISPATCH_NUMBER, "numbered": Permission.DISPATCH_ISSUE}
    return {
        "office": by.office_id,
        "position": by.position_id,
        "states": [state for state, permission in states.items() if by.may(permission)],
        "signs": [one.body_id for one in by.signings] if by.may(Permission.DISPATCH_SIGN) else [],
    }
