"""Open work of an office that was merged: its successor is let into every subject that is not finished.

Whoever owns such a subject discloses it, by the directory's own record: the merged office for what it issued, another
office for what it sent there. So the successor joins the audience from that record on, with all that was said before,
exactly as with any other disclosure; and nobody but the owner widens an audience.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import today
from phoihop.core.isolation import scope
from phoihop.exchange import store
from phoihop.exchange.actions import publish_as_office
from phoihop.exchange.directory.selectors import present_state
from phoihop.exchange.keyring import load_keyring
from phoihop.exchange.models import Subject, Succession
from phoihop.exchange.records import DISCLOSURE, Disclosure
from phoihop.exchange.standing import why_read_only
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.offices.models import Office
from phoihop.offices.selectors import acting_for_command

_AT_ONCE = 200

_OPEN = """
SELECT DISTINCT d.owner_id, d.subject_id
FROM exchange_delivery d JOIN exchange_subject s ON s.id = d.subject_id AND s.owner_id = d.owner_id
WHERE (d.recipient_id = %(merged)s OR d.owner_id = %(merged)s) AND d.owner_id = ANY(%(hosted)s)
  AND d.expected AND d.done_at IS NULL AND d.returned_at IS NULL
  AND NOT EXISTS (SELECT FROM exchange_audience_member m
                  WHERE m.audience_id = s.audience_id AND m.office_id = %(successor)s)
ORDER BY d.owner_id, d.subject_id LIMIT %(limit)s
"""


def let_successors_in() -> int:
    """Disclose what offices hosted here own to the successors of merged offices. Returns how many subjects were.

    Repeating it changes nothing more. A node that may not write does nothing.
    """
    if why_read_only() is not None:
        return 0
    with scope("worker", read_only=True):
        successors = _final_successors()
        hosted = sorted(load_keyring().hosted_here)
    opened = 0
    for merged, successor in sorted(successors.items()):
        while subjects := _open_subjects(merged, successor, hosted):
            for owner, ids in sorted(subjects.items()):
                _disclose(ids, owner=owner, merged=merged, successor=successor)
                opened += len(ids)
    return opened


def _final_successors() -> Mapping[UUID, UUID]:
    """Who goes on today with the work of each merged office; a successor may have been merged itself."""
    direct = dict(Succession.objects.filter(since__lte=today()).values_list("office_id", "successor_id"))
    found: dict[UUID, UUID] = {}
    for merged, successor in direct.items():
        last = successor
        for _step in direct:
            last = direct.get(last, last)
        found[merged] = last
    return found


def _open_subjects(merged: UUID, successor: UUID, hosted: Sequence[UUID]) -> Mapping[UUID, list[UUID]]:
    wanted: dict[str, Any] = {"merged": merged, "successor": successor, "hosted": list(hosted), "limit": _AT_ONCE}
    with scope("worker", read_only=True), connection.cursor() as cursor:
        cursor.execute(_OPEN, wanted)
        found: dict[UUID, list[UUID]] = defaultdict(list)
        for owner, subject in cursor.fetchall():
            found[owner].append(subject)
    return found


def _disclose(ids: Sequence[UUID], *, owner: UUID, merged: UUID, successor: UUID) -> None:
    with scope("writer", owner):
        store.hold_chains(ids, office=owner)
        present = dict(Subject.objects.filter(id__in=ids).values_list("id", "audience_id"))
        members = store.members_of(sorted(set(present.values())))
        body = _reason(merged, successor)
        publish_as_office(
            [
                Statement(DISCLOSURE, 1, body, one, AudienceSet.of({*members[present[one]].offices, successor}))
                for one in ids
            ],
            office_id=owner,
        )
        by = acting_for_command(Office.objects.get(id=owner), name=_("Danh bạ của vùng"), permissions=())
        note(by=by, event="exchange:subject:inherit", office=str(merged), successor=str(successor), count=len(ids))


def _reason(merged: UUID, successor: UUID) -> Disclosure:
    state = present_state()
    names = dict(Office.objects.filter(id__in=[merged, successor]).values_list("id", "name"))
    said = _("%(merged)s đã nhập vào %(successor)s theo danh bạ của vùng.") % {
        "merged": names[merged],
        "successor": names[successor],
    }
    return Disclosure(
        offices=(successor,),
        reason=said,
        approver=_("Danh bạ %(name)s") % {"name": state.name},
        approver_title=_("bản số %(number)d") % {"number": state.number},
    )
