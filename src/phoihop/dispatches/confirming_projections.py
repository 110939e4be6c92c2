"""Deriving who confirmed a document, and when the others were reminded. In any order, any number of times."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from phoihop.core.ids import derived_id
from phoihop.core.rows import insert_rows
from phoihop.dispatches import models, records
from phoihop.exchange.registry import Stated

_EARLIER = "(dispatch_id, office_id) DO UPDATE SET " + ", ".join(
    f"{name} = CASE WHEN (EXCLUDED.at, EXCLUDED.name) < (dispatches_confirmation.at, dispatches_confirmation.name)"
    f" THEN EXCLUDED.{name} ELSE dispatches_confirmation.{name} END"
    for name in ("owner_id", "at", "name", "title")
)


def confirmation_id(dispatch_id: UUID, office_id: UUID) -> UUID:
    """The subject on which an office confirms a document to its issuer."""
    return derived_id("confirmation", dispatch_id, office_id)


def project_confirmed(stated: Sequence[Stated[records.Confirmed]]) -> None:
    """Of several confirmations of one office the earliest stands."""
    for item in stated:  # one by one: two of one office would collide in one statement
        row = {
            "dispatch_id": item.body.dispatch,
            "office_id": item.envelope.office,
            "owner_id": item.body.owner,
            "at": item.envelope.at,
            "name": item.body.by.name,
            "title": item.body.by.title,
        }
        insert_rows(models.Confirmation, [row], on_conflict=_EARLIER)


def project_reminded(stated: Sequence[Stated[records.Reminded]]) -> None:
    """Every reminder is kept."""
    insert_rows(
        models.Reminder,
        [
            {
                "id": item.envelope.id,
                "dispatch_id": item.envelope.subject,
                "audience_id": item.audience_id,
                "owner_id": item.envelope.office,
                "at": item.envelope.at,
                "remark": item.body.remark,
                "said_by": f"{item.body.by.name}, {item.body.by.title}",
            }
            for item in stated
        ],
    )
