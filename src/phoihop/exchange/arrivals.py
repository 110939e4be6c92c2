"""When records came to this node: the time of the first signed checkpoint that covers them, never a claimed time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from phoihop.core.isolation import entered_office, scope

_LOGGED = """
SELECT e.record_id, c."at" FROM exchange_logentry e
CROSS JOIN LATERAL (
    SELECT c."at" FROM exchange_checkpoint c
    WHERE c.incarnation_id = e.incarnation_id AND c."size" > e."index" ORDER BY c."size" LIMIT 1) c
WHERE e.record_id = ANY(%s)
"""


def logged_times(record_ids: Collection[UUID]) -> Mapping[UUID, datetime]:
    """When this node's log first held each of these records; those it does not hold yet are left out.

    The log belongs to no office: the caller asks only about records its office sees.
    """
    if not record_ids:
        return {}
    with scope("worker", entered_office()), connection.cursor() as cursor:
        cursor.execute(_LOGGED, [list(record_ids)])
        return dict(cursor.fetchall())
