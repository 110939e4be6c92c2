"""Deriving who recalled, updated or replaced a document, and who answered what. In any order, any number of times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from phoihop.core.ids import derived_id
from phoihop.core.rows import insert_rows
from phoihop.dispatches import models, records
from phoihop.exchange.registry import Stated


def answer_id(dispatch_id: UUID, office_id: UUID) -> UUID:
    """The subject on which an office and the issuer of a document speak of its changes."""
    return derived_id("answer", dispatch_id, office_id)


def project_requested(stated: Sequence[Stated[records.ChangeRequested]]) -> None:
    """A document is recalled, or a later one updates or replaces it: who is asked, and whether it is in force."""
    insert_rows(models.Change, [_change_row(item) for item in stated])
    _merge_answers([row for item in stated for row in _asked_rows(item)])
    mark_standing([item.envelope.subject for item in stated])


def _change_row(item: Stated[records.ChangeRequested]) -> dict[str, Any]:
    body, envelope = item.body, item.envelope
    return {
        "id": envelope.id,
        "dispatch_id": envelope.subject,
        "audience_id": item.audience_id,
        "owner_id": envelope.office,
        "action": body.action,
        "reason": body.reason,
        "new_document_id": body.new_document,
        "new_code": body.new_code,
        "asked_by": body.asked_by,
        "requested_at": envelope.at,
        "requested_by": f"{body.by.name}, {body.by.title}",
    }


def _asked_rows(item: Stated[records.ChangeRequested]) -> list[dict[str, Any]]:
    return [
        {
            "change_id": item.envelope.id,
            "office_id": office,
            "owner_id": item.envelope.office,
            "dispatch_id": item.envelope.subject,
            "action": item.body.action,
            "state": "requested",
            "asked": True,
            "reason": "",
            "answered_at": None,
            "answered_by": "",
        }
        for office in dict.fromkeys(item.body.asked)
    ]


def project_answered(stated: Sequence[Stated[records.ChangeAnswered]]) -> None:
    """An office agrees or refuses. Agreeing stands against refusing, whichever came first; of two alike the earlier."""
    for item in stated:  # one by one: two answers of one office would collide in one statement
        body = item.body
        _merge_answers(
            [
                {
                    "change_id": body.change,
                    "office_id": item.envelope.office,
                    "owner_id": body.owner,
                    "dispatch_id": body.dispatch,
                    "action": body.action,
                    "state": "agreed" if body.agreed else "refused",
                    "asked": False,
                    "reason": body.reason,
                    "answered_at": item.envelope.at,
                    "answered_by": f"{body.by.name}, {body.by.title}",
                }
            ]
        )


_KNOWN = "dispatches_changeanswer"
_RANK = "array_position(ARRAY['agreed', 'refused', 'requested'], {}.state)"
_NEWS_STANDS = f"""({_RANK.format("EXCLUDED")}, EXCLUDED.answered_at, EXCLUDED.reason COLLATE "C")
    < ({_RANK.format(_KNOWN)}, {_KNOWN}.answered_at, {_KNOWN}.reason COLLATE "C")"""
_ANSWER = ("state", "reason", "answered_at", "answered_by")
_QUESTION = ("owner_id", "dispatch_id", "action")
_MERGE = ", ".join(
    [f"{name} = CASE WHEN {_NEWS_STANDS} THEN EXCLUDED.{name} ELSE {_KNOWN}.{name} END" for name in _ANSWER]
    # What the answer claims of the question counts only until the question itself is known.
    + [f"{name} = CASE WHEN EXCLUDED.asked THEN EXCLUDED.{name} ELSE {_KNOWN}.{name} END" for name in _QUESTION]
    + [f"asked = {_KNOWN}.asked OR EXCLUDED.asked"]
)


def _merge_answers(rows: Sequence[dict[str, Any]]) -> None:
    insert_rows(models.ChangeAnswer, rows, on_conflict=f"(change_id, office_id) DO UPDATE SET {_MERGE}")


_STANDING = """
UPDATE dispatches_dispatch p SET standing = c.standing
FROM (SELECT dispatch_id, CASE WHEN bool_or(action = 'recall') THEN 'recalled'
                               WHEN bool_or(action = 'replace') THEN 'replaced' ELSE 'issued' END AS standing
      FROM dispatches_change WHERE dispatch_id = ANY(%s) GROUP BY dispatch_id) c
WHERE p.id = c.dispatch_id AND p.standing <> c.standing
"""


def mark_standing(dispatch_ids: Sequence[UUID]) -> None:
    """Whether documents are in force, by what is known of their changes; whichever of the two came first."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [list(dispatch_ids)])
