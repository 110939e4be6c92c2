"""Removing the content of a subject: what rooms forget, the rows that stay, and the bodies that go.

A purge is a record of the subject's owner. Its projection hides at once and is repeatable like any other; ``erase``
then removes bodies, local copies and files of this node, once. Envelopes, deliveries and the log stay and verify.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from phoihop.core.isolation import scope
from phoihop.core.rows import insert_rows
from phoihop.exchange.deliveries import expect_deliveries, mark_answered
from phoihop.exchange.models import Delivery, Erasure, Purged, SetAside
from phoihop.exchange.records import DISCLOSURE, PURGE, WITHDRAWAL, Purge
from phoihop.exchange.registry import Stated
from phoihop.files.models import Attachment, AttachmentText, Possession, Upload
from phoihop.files.selectors import told_if_here


def _nothing(_subjects: Collection[UUID]) -> None:
    return None


def _nothing_local(_subjects: Collection[UUID], _files: Collection[str]) -> None:
    return None


@dataclass(frozen=True)
class Forgetting:
    """What a room forgets of purged subjects.

    ``rows`` removes or empties its projected rows; it is pure and repeatable, runs in a writer scope, and again when
    the room is rebuilt from records without bodies. ``local`` removes drafts, notices and the like, as the
    worker; it is told the hashes of the files that go, too.
    ``kept_kinds`` are records whose bodies say nothing of the content and are needed for the trace. ``answered`` tells
    which subjects a subject answered, while its rows are still there.
    """

    room: str
    rows: Callable[[Collection[UUID]], None] = _nothing
    local: Callable[[Collection[UUID], Collection[str]], None] = _nothing_local
    kept_kinds: frozenset[str] = frozenset()
    answered: Callable[[UUID], Sequence[UUID]] | None = None


_forgettings: dict[str, Forgetting] = {}


def register_forgetting(forgetting: Forgetting) -> None:
    """Have a room above asked to forget. Filled in ``AppConfig.ready``."""
    _forgettings[forgetting.room] = forgetting


def kept_kinds() -> list[str]:
    """Kinds of records whose bodies outlive a purge."""
    return sorted({PURGE, DISCLOSURE, WITHDRAWAL}.union(*(one.kept_kinds for one in _forgettings.values())))


def answered_by(subject_id: UUID) -> tuple[UUID, ...]:
    """The subjects that a subject answered, as the rooms know."""
    asked = [one.answered for one in _forgettings.values() if one.answered]
    return tuple(found for ask in asked for found in ask(subject_id))


_FIRST: Final = """
SELECT at, node_id FROM exchange_record WHERE subject_id = %s AND office_id = %s AND prev_id IS NULL
ORDER BY position LIMIT 1
"""


def project_purges(records: Sequence[Stated[Purge]]) -> None:
    """Hide the content, keep that there was a document, who received it, and that it was removed."""
    for record in records:
        envelope, body = record.envelope, record.body
        _note_purged(record)
        with connection.cursor() as cursor:
            cursor.execute(_FIRST, [envelope.subject, envelope.office])
            first = cursor.fetchone()
        if first is not None and body.recipients:
            at, node = first
            expect_deliveries(
                subject=envelope.subject, owner=envelope.office, recipients=body.recipients, at=at, node=node
            )
            mark_answered(
                [(asked, envelope.office, office, at) for asked in body.answered for office in body.recipients]
            )
        hide({envelope.subject})


def hide(subjects: Collection[UUID]) -> None:
    """Remove what pages and search read of subjects. In a writer scope; repeatable."""
    for forgetting in _forgettings.values():
        forgetting.rows(subjects)
    Attachment.objects.filter(subject_id__in=subjects).delete()
    AttachmentText.objects.filter(subject_id__in=subjects).delete()


def _note_purged(record: Stated[Purge]) -> None:
    envelope, body = record.envelope, record.body
    insert_rows(
        Purged,
        [
            {
                "subject_id": envelope.subject,
                "audience_id": record.audience_id,
                "record_id": envelope.id,
                "owner_id": envelope.office,
                "reason": body.reason,
                "decision": body.decision,
                "proposed_by": body.proposed_by,
                "confirmed_by": body.confirmed_by,
                "at": envelope.at,
            }
        ],
    )


def files_of(subjects: Collection[UUID]) -> Mapping[UUID, list[str]]:
    """Hashes of the files of subjects that came with them, to be asked before they are hidden. In a writer scope.

    A hash that a record only names says nothing of whose file it is: removing it would let strangers remove files.
    """
    found: dict[UUID, list[str]] = {subject: [] for subject in subjects}
    for file in told_if_here().filter(subject_id__in=subjects):
        if file.is_here:
            found[file.subject_id].append(file.sha256)
    return found


def erase(purge_id: UUID, subject_id: UUID, files: Sequence[str]) -> None:
    """Remove bodies, local copies and search text of a purged subject from this database; files follow on commit.

    In a writer scope, after the purge has been stored and projected. Repeatable.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_erase(%s, %s)", [purge_id, kept_kinds()])
    SetAside.objects.filter(subject_id=subject_id).exclude(record_id=purge_id).delete()
    Possession.objects.filter(subject_id=subject_id).delete()
    Erasure.objects.get_or_create(purge_id=purge_id, defaults={"subject_id": subject_id, "sha256s": sorted(set(files))})
    with scope("worker"):
        _forget_uploads(subject_id, files)
        for forgetting in _forgettings.values():
            forgetting.local({subject_id}, files)


def _forget_uploads(subject_id: UUID, files: Sequence[str]) -> None:
    """Uploads of the draft, and copies of its files that offices put into drafts of their own."""
    Upload.objects.filter(holder_id=subject_id).delete()
    Upload.objects.filter(sha256__in=files, office_id__in=_held_by(subject_id)).delete()


def _held_by(subject_id: UUID) -> list[UUID]:
    rows = Delivery.objects.filter(subject_id=subject_id)
    owners = rows.values_list("owner_id", flat=True)
    return [*owners, *rows.values_list("recipient_id", flat=True)]
