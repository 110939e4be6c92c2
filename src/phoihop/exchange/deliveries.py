"""Deliveries and receipts as rows: derived from records, merged to the earliest time, in any order of arrival."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from phoihop.core.rows import array_cursor
from phoihop.exchange.registry import Kind, Stated
from phoihop.offices.models import Office


class ReceiptState(StrEnum):
    """How far a subject got with one recipient."""

    ARRIVED = "arrived"
    REGISTERED = "registered"
    SEEN = "seen"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DONE = "done"
    PURGED = "purged"


def open_deliveries(kind: Kind[Any], stated: Sequence[Stated[Any]]) -> None:
    """Open a delivery for each recipient the records name.

    For offices on the issuing node "arrived" is the time of publishing; for others it comes as a receipt.
    """
    rows = [
        (item.envelope.subject, kind.recipients(item), item.envelope.office, item.envelope.at, item.envelope.node)
        for item in stated
    ]
    if any(recipients for _subject, recipients, _owner, _at, _node in rows):
        _upsert_expected(rows)


def expect_deliveries(*, subject: UUID, owner: UUID, recipients: Sequence[UUID], at: datetime, node: UUID) -> None:
    """Open deliveries of a subject that was disclosed to further offices."""
    _upsert_expected([(subject, recipients, owner, at, node)])


_HOST_AT = """COALESCE(
    (SELECT h.node_id FROM exchange_past_hosting h WHERE h.office_id = o.id AND h.until > r.at
     ORDER BY h.until LIMIT 1),
    o.node_id)"""
"""The node that hosted office ``o`` at the time ``r.at``: the directory as it was then, not as it is now."""


def _upsert_expected(rows: Sequence[tuple[UUID, Sequence[UUID], UUID, datetime, UUID]]) -> None:
    """One row a subject: its recipients travel as one text each, since there are far more of them than of all else."""
    subjects, recipients, owners, times, nodes = (list(column) for column in zip(*rows, strict=True))
    lists = [f"{{{','.join([office.hex for office in offices])}}}" for offices in recipients]
    with array_cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO exchange_delivery AS d
                (subject_id, recipient_id, owner_id, expected, returned_reason, arrived_at)
            SELECT DISTINCT ON (r.subject, r.recipient) r.subject, r.recipient, r.owner, true, '',
                   CASE WHEN {_HOST_AT} = r.node THEN r.at END
            FROM (SELECT n.subject, to_office AS recipient, n.owner, n.at, n.node
                  FROM unnest(%b::uuid[], %b::text[], %b::uuid[], %b::timestamptz[], %b::uuid[])
                       AS n(subject, recipients, owner, at, node), unnest(n.recipients::uuid[]) AS to_office) r
            LEFT JOIN {Office._meta.db_table} o ON o.id = r.recipient
            ORDER BY r.subject, r.recipient, r.at
            ON CONFLICT (subject_id, recipient_id) DO UPDATE
            SET expected = true, owner_id = EXCLUDED.owner_id,
                arrived_at = LEAST(d.arrived_at, EXCLUDED.arrived_at)
            """,
            [subjects, lists, owners, times, nodes],
        )


_OWNER = "owner_id = CASE WHEN d.expected THEN d.owner_id ELSE LEAST(d.owner_id, EXCLUDED.owner_id) END"
"""Until the record itself says whose the subject is, what others claim is merged the same way in any order."""


def merge_receipts(
    rows: Sequence[tuple[UUID, UUID, UUID, ReceiptState, datetime, str]],
) -> None:
    """Merge (subject, recipient, owner, state, time, reason) rows: the earliest time of each state stands.

    A receipt may come before the record it answers; its row then waits, not yet expected.
    """
    merged: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    for subject, recipient, owner, state, at, reason in rows:
        row = merged.setdefault((subject, recipient), {"owner": owner, "reason": ""})
        row["owner"] = min(row["owner"], owner)
        known = row.get(state.value)
        if state is ReceiptState.RETURNED and (known is None or (at, reason) < (known, row["reason"])):
            row["reason"] = reason
        row[state.value] = at if known is None else min(known, at)
    states = [state.value for state in ReceiptState]
    columns: list[list[Any]] = [
        [subject for subject, _ in merged],
        [recipient for _, recipient in merged],
        [row["owner"] for row in merged.values()],
        [row["reason"] for row in merged.values()],
        *([row.get(state) for row in merged.values()] for state in states),
    ]
    least = ", ".join(f"{state}_at = LEAST(d.{state}_at, EXCLUDED.{state}_at)" for state in states)
    with array_cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO exchange_delivery AS d (subject_id, recipient_id, owner_id, expected, returned_reason,
                {", ".join(f"{state}_at" for state in states)})
            SELECT r.subject, r.recipient, r.owner, false, r.reason, {", ".join(f"r.{state}" for state in states)}
            FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::text[]{", %b::timestamptz[]" * len(states)})
                 AS r(subject, recipient, owner, reason, {", ".join(states)})
            ON CONFLICT (subject_id, recipient_id) DO UPDATE SET {least}, {_OWNER},
                returned_reason = CASE WHEN EXCLUDED.returned_at IS NOT NULL AND (d.returned_at IS NULL
                    OR (EXCLUDED.returned_at, EXCLUDED.returned_reason COLLATE "C")
                        < (d.returned_at, d.returned_reason COLLATE "C"))
                    THEN EXCLUDED.returned_reason ELSE d.returned_reason END
            """,
            columns,
        )


def mark_answered(rows: Sequence[tuple[UUID, UUID, UUID, datetime]]) -> None:
    """Note (subject, recipient, owner, time) that a recipient answered the owner with a document of its own.

    Several rows of one delivery name everyone the answer went to; it counts when the owner is among them.
    """
    if not rows:
        return
    with array_cursor() as cursor:
        cursor.execute(
            """
            UPDATE exchange_delivery d SET answered_at = LEAST(d.answered_at, r.at)
            FROM (SELECT subject, recipient, owner, min(at) AS at
                  FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::timestamptz[]) AS u(subject, recipient, owner, at)
                  GROUP BY 1, 2, 3) r
            WHERE d.subject_id = r.subject AND d.recipient_id = r.recipient AND d.owner_id = r.owner
            """,
            [list(column) for column in zip(*rows, strict=True)],
        )
