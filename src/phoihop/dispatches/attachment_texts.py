"""Having the attachments of documents read for search: soon after they arrive, and later those that were missed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from phoihop.core.isolation import scope
from phoihop.dispatches import records
from phoihop.exchange.registry import Logged
from phoihop.files.holding import HELD
from phoihop.files.texts import read_attachments

_AT_ONCE = 200
_TASK = "phoihop.dispatches.jobs.read_attachment_texts"

_WITH_FILES = "SELECT record_id FROM dispatches_dispatch WHERE record_id = ANY(%s) AND attachment_count > 0"
_TIMES = "SELECT record_id, issued_at FROM dispatches_dispatch WHERE record_id = ANY(%s)"
_UNREAD = f"""
SELECT d.record_id FROM dispatches_dispatch d
WHERE d.attachment_count > 0 AND EXISTS (
    SELECT FROM files_attachment a WHERE a.record_id = d.record_id AND {HELD} AND NOT EXISTS (
        SELECT FROM files_attachmenttext t WHERE t.record_id = a.record_id AND t.number = a.number))
ORDER BY d.issued_at DESC LIMIT %s
"""


def follow_log(rows: Sequence[Logged]) -> None:
    """Queue one job for the newly logged documents that have files. Runs with the sequencer, as the worker."""
    stated = [row.record_id for row in rows if row.kind in {records.ISSUED, records.ENTERED}]
    if not stated:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WITH_FILES, [stated])
        found: list[JSONValue] = [str(record) for (record,) in cursor.fetchall()]
    if found:
        app.configure_task(_TASK).defer(record_ids=found)


def read_texts(record_ids: Sequence[UUID], *, again: bool = False) -> int:
    """Read the attachments of these records. Returns how many files were read."""
    with scope("worker", read_only=True), connection.cursor() as cursor:
        cursor.execute(_TIMES, [list(record_ids)])
        wanted = cursor.fetchall()
    return read_attachments(wanted, again=again)


def read_missed_texts() -> int:
    """Read attachments that have no text yet, newest documents first: what came before its file, or before a crash."""
    with scope("worker", read_only=True), connection.cursor() as cursor:
        cursor.execute(_UNREAD, [_AT_ONCE])
        found = [record for (record,) in cursor.fetchall()]
    return read_texts(found)
