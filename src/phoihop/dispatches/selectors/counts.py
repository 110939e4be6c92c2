"""Open work in numbers. Each is one query over a partial index, never a count of everything."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from phoihop.core.clock import now
from phoihop.dispatches.rules import DraftState
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.ui import registry

MOST = 1000


@dataclass(frozen=True)
class DeskCounts:
    """What waits at the acting office and for the acting position; capped at ``MOST``."""

    unregistered: int
    undirected: int
    mine: int
    late: int
    to_sign: int
    to_number: int
    to_issue: int
    unanswered: int
    quarantined: int
    to_answer: int
    to_agree: int


_SQL = """
SELECT
 (SELECT count(*) FROM (SELECT 1 FROM exchange_delivery WHERE recipient_id = %(office)s AND expected
   AND registered_at IS NULL AND returned_at IS NULL AND arrived_at IS NOT NULL LIMIT %(most)s) a),
 (SELECT count(*) FROM (SELECT 1 FROM dispatches_handling WHERE office_id = %(office)s AND finished_at IS NULL
   AND returned_at IS NULL AND state IN ('registered', 'distributed') LIMIT %(most)s) b),
 (SELECT count(*) FROM (SELECT 1 FROM dispatches_handling WHERE office_id = %(office)s AND finished_at IS NULL
   AND returned_at IS NULL AND lead_position_id = %(position)s LIMIT %(most)s) c),
 (SELECT count(*) FROM (SELECT 1 FROM dispatches_handling WHERE office_id = %(office)s AND finished_at IS NULL
   AND returned_at IS NULL AND due_at < %(now)s LIMIT %(most)s) d),
 (SELECT count(*) FROM dispatches_draft WHERE office_id = %(office)s AND issued_as IS NULL AND state = %(submitted)s),
 (SELECT count(*) FROM dispatches_draft WHERE office_id = %(office)s AND issued_as IS NULL AND state = %(signed)s),
 (SELECT count(*) FROM dispatches_draft WHERE office_id = %(office)s AND issued_as IS NULL AND state = %(numbered)s),
 (SELECT count(*) FROM (SELECT 1 FROM exchange_delivery WHERE owner_id = %(office)s AND recipient_id <> %(office)s
   AND expected AND accepted_at IS NULL AND returned_at IS NULL AND done_at IS NULL LIMIT %(most)s) e),
 (SELECT count(*) FROM dispatches_quarantined WHERE office_id = %(office)s AND resolved_at IS NULL),
 (SELECT count(*) FROM (SELECT 1 FROM dispatches_changeanswer WHERE office_id = %(office)s AND state = 'requested'
   AND asked LIMIT %(most)s) f),
 (SELECT count(*) FROM dispatches_approvaltask WHERE state = 'asked' AND position_id = %(position)s)
  + (SELECT count(*) FROM dispatches_draftopinion WHERE state = 'asked' AND position_id = %(position)s)
"""


def desk_counts(by: Acting) -> DeskCounts:
    """All figures of the desk in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "office": by.office_id,
                "position": by.position_id,
                "now": now(),
                "most": MOST,
                "submitted": DraftState.SUBMITTED.value,
                "signed": DraftState.SIGNED.value,
                "numbered": DraftState.NUMBERED.value,
            },
        )
        row = cursor.fetchone()
    assert row is not None
    return DeskCounts(*row)


def waiting_count(acting: registry.Acting) -> int:
    """The figure beside Văn bản in the navigation: what waits for this position."""
    if not isinstance(acting, Acting):
        return 0
    counts = desk_counts(acting)
    waiting = counts.mine + counts.to_agree
    for permission, figure in (
        (Permission.DISPATCH_REGISTER, counts.unregistered + counts.to_answer),
        (Permission.DISPATCH_DISTRIBUTE, counts.undirected),
        (Permission.DISPATCH_SIGN, counts.to_sign),
        (Permission.DISPATCH_NUMBER, counts.to_number),
        (Permission.DISPATCH_ISSUE, counts.to_issue),
    ):
        waiting += figure if acting.may(permission) else 0
    return waiting
