"""Proposing that documents with personal data be erased when their term has passed.

A job may not be one of the two people: it tells those who may, and their page is filled in when they open it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Final
from uuid import UUID

from phoihop.core.clock import today
from phoihop.core.machine import N_
from phoihop.dispatches.models import Dispatch
from phoihop.exchange.models import PurgeProposal
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import positions_with

RETENTION_SENTENCES: Final = {
    "dispatch.kept_too_long": Sentence(
        N_("Hết hạn lưu dữ liệu cá nhân từ %(day)s: đề nghị xóa nội dung %(code)s"),
        "user-shield",
        "exchange:propose_purge",
    )
}
_MOST = 500


def due_for_erasure(day: date) -> list[Dispatch]:
    """Documents of offices hosted here whose last day was before ``day`` and that nobody proposed to erase yet."""
    here = Office.objects.filter(node__is_self=True).values_list("id", flat=True)
    asked = PurgeProposal.objects.filter(state=PurgeProposal.State.OPEN).values_list("subject_id", flat=True)
    kept = Dispatch.objects.filter(keep_until__lt=day, owner_id__in=list(here)).exclude(id__in=list(asked))
    return list(kept.order_by("keep_until", "id")[:_MOST])


def propose_due_erasures(day: date | None = None) -> int:
    """Tell those who may remove content, once a day for each document. As the worker. Returns how many are due."""
    at = day or today()
    due = due_for_erasure(at)
    holders: dict[UUID, list[UUID]] = defaultdict(list)
    for office, position in positions_with(Permission.FILES_PURGE, {one.owner_id for one in due}):
        holders[office].append(position)
    tell([_telling(one, position, at) for one in due for position in holders[one.owner_id]])
    return len(due)


def _telling(document: Dispatch, position: UUID, at: date) -> Telling:
    assert document.keep_until is not None
    values = {"code": document.code or document.type_name, "day": document.keep_until.strftime("%d/%m/%Y")}
    once = f"kept:{document.id}:{at.isoformat()}"
    return Telling(document.owner_id, position, "dispatch.kept_too_long", once, document.id, values)
