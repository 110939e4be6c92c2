"""Removing what nobody holds: uploads no document took, pieces that were left, bytes without an owner, old pictures.

Everything has a time of grace, so that what is on its way is never taken for what was left.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.isolation import scope
from phoihop.files.holding import HELD
from phoihop.files.models import PartialUpload, Upload
from phoihop.files.previews import remove_old_previews
from phoihop.files.registry import still_needed
from phoihop.files.resuming import forget_old_partials
from phoihop.files.storage import spool_root
from phoihop.files.stores import Resting, store

UNHELD_FOR = timedelta(days=7)
ORPHANED_FOR = timedelta(days=1)
UNSEEN_FOR = timedelta(days=30)
_AT_ONCE = 5_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cleaned:
    """How much was removed, of each sort."""

    uploads: int
    partials: int
    spooled: int
    stored: int
    previews: int


@dataclass(frozen=True)
class _Installation:
    """Who cleans, as the journal of an office names it."""

    office_id: UUID
    person_id: None = None
    person_name: str = "Phối Hợp"
    position_title: str = ""


def clean() -> Cleaned:
    """Remove all that is left over. Runs outside any scope; bytes go after the rows that named them."""
    moment = now()
    with scope("worker"):
        partials = forget_old_partials()
        uploads = _forget_unheld(moment - UNHELD_FOR)
    cleaned = Cleaned(
        uploads=uploads,
        partials=partials,
        spooled=_clear_spool(moment - ORPHANED_FOR),
        stored=_remove_orphans(moment - ORPHANED_FOR),
        previews=remove_old_previews(moment - UNSEEN_FOR),
    )
    _log.info("cleaned %s", cleaned)
    return cleaned


def _forget_unheld(before: datetime) -> int:
    """Uploads that no draft or document took; each office's journal says how many of its own."""
    found = list(Upload.objects.filter(holder_id=None, uploaded_at__lt=before).values_list("id", "office_id"))
    Upload.objects.filter(id__in=[upload for upload, _office in found], holder_id=None).delete()
    for office, count in Counter(office for _upload, office in found).items():
        note(by=_Installation(office), event="files:upload:expire", count=count)
    return len(found)


def _clear_spool(before: datetime) -> int:
    """What a killed process was writing. Pieces with a row wait for the rest, and go with it."""
    with scope("worker", read_only=True):
        waiting = {f"partial-{one}" for one in PartialUpload.objects.values_list("id", flat=True)}
    removed = 0
    for path in spool_root().iterdir():
        try:
            if path.name not in waiting and path.stat().st_mtime < before.timestamp():
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue
    return removed


def _remove_orphans(before: datetime) -> int:
    removed = 0
    for batch in _old_in_batches(before):
        with scope("worker", read_only=True):
            needed = still_needed([one.sha256 for one in batch])
        for one in batch:
            if one.sha256 not in needed:
                removed += store().remove(one.sha256, unless_since=before)
    return removed


def _old_in_batches(before: datetime) -> Iterator[Sequence[Resting]]:
    batch: list[Resting] = []
    for one in store().resting():
        if one.at < before:
            batch.append(one)
        if len(batch) >= _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def needed_here(hashes: Sequence[str]) -> list[str]:
    """Those of the hashes that uploads name, or attachments whose bytes came with their record."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.sha256 FROM unnest(%s::text[]) AS h(sha256)"
            f" WHERE EXISTS (SELECT FROM files_attachment a WHERE a.sha256 = h.sha256 AND {HELD})"
            " OR EXISTS (SELECT FROM files_upload u WHERE u.sha256 = h.sha256)",
            [list(hashes)],
        )
        return [sha256 for (sha256,) in cursor.fetchall()]
