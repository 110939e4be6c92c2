"""What a purge leaves to be done outside the database, and the list of purges that a restored database is held to.

The list lies in the installation's home, beside the database and not in it: one line a purge, with the signed record
that ordered it. It holds no content: ids, and the hashes of files that must not come back.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from phoihop.core.clock import now
from phoihop.core.isolation import scope
from phoihop.exchange import store
from phoihop.exchange.admission import Incoming
from phoihop.exchange.models import Erasure, Purged
from phoihop.exchange.purges import erase, files_of, hide
from phoihop.files.previews import forget_previews
from phoihop.files.registry import still_needed
from phoihop.files.storage import remove_stored

FILE_NAME: Final = "purged.jsonl"


@dataclass(frozen=True)
class Listed:
    """One line of the list: the purge, its subject, the files that went, and the record itself as it travels."""

    purge_id: UUID
    subject_id: UUID
    sha256s: tuple[str, ...]
    record: Incoming


def list_path() -> Path:
    """Where the list is kept."""
    root: Path = settings.KEYS_ROOT
    return root.parent / FILE_NAME


def finish_erasures() -> int:
    """Remove the files of purges from this machine and write the purges into the list. Returns how many were finished.

    Runs outside any scope, after commit and again by a job, until it has succeeded.
    """
    with scope("worker"):
        waiting = list(Erasure.objects.filter(finished_at=None).order_by("at"))
    for one in waiting:
        _append(_listed(one))
        _remove_files(one.sha256s)
        with scope("worker"):
            Erasure.objects.filter(purge_id=one.purge_id).update(finished_at=now())
    return len(waiting)


def finish_on_commit() -> None:
    """Have the files removed as soon as the purge has been committed."""
    transaction.on_commit(lambda: _finish_quietly())


def _finish_quietly() -> None:
    """The purge stands whether or not the disk obeys at once; the job tries again."""
    try:
        finish_erasures()
    except OSError:
        return


def _listed(erasure: Erasure) -> Listed:
    with scope("writer"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.envelope, b.content, r.audience_id FROM exchange_record r"
            " JOIN exchange_recordbody b ON b.record_id = r.id WHERE r.id = %s",
            [erasure.purge_id],
        )
        signed, content, audience = cursor.fetchone()
        members = tuple(sorted(store.members_of([audience])[audience].offices))
    record = Incoming(bytes(signed), bytes(content), members)
    return Listed(erasure.purge_id, erasure.subject_id, tuple(erasure.sha256s), record)


def _append(one: Listed) -> None:
    line = {
        "purge": str(one.purge_id),
        "subject": str(one.subject_id),
        "files": list(one.sha256s),
        "envelope": one.record.signed.decode("ascii"),
        "body": base64.b64encode(one.record.content).decode("ascii"),
        "members": [str(member) for member in one.record.members],
    }
    with list_path().open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if str(one.purge_id) in {str(known.purge_id) for known in listed_purges()}:
            return
        file.write(json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def listed_purges() -> Iterator[Listed]:
    """Every purge of the list. A line that was cut off by a power failure is passed over; the job writes it again."""
    path = list_path()
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        record = Incoming(
            said["envelope"].encode(), base64.b64decode(said["body"]), tuple(UUID(one) for one in said["members"])
        )
        yield Listed(UUID(said["purge"]), UUID(said["subject"]), tuple(said["files"]), record)


def _remove_files(sha256s: Sequence[str]) -> None:
    """Files that another document holds too stay with that one."""
    with scope("worker"):
        held = set(still_needed(sha256s))
    for sha256 in set(sha256s) - held:
        remove_stored(sha256)
        forget_previews(sha256)


def reapply_purges() -> int:
    """Hold a database that was put back to an earlier day to every purge since. Returns how many had to be done again.

    Runs outside any scope, before anybody is let in. The purge is taken in as if it came from another node; where not
    even the document is known, there is nothing to remove.
    """
    from phoihop.exchange.receiving import receive

    done = 0
    for one in list(listed_purges()):
        known = _is_known(one.subject_id)
        if not known:
            receive([one.record])
        done += _again(one) or (not known and _is_known(one.subject_id))
    finish_erasures()
    return done


def _again(one: Listed) -> bool:
    with scope("writer"):
        if not Purged.objects.filter(subject_id=one.subject_id).exists():
            return False
        before = _bodies(one.subject_id)
        files = sorted({*one.sha256s, *files_of({one.subject_id})[one.subject_id]})
        hide({one.subject_id})
        erase(one.purge_id, one.subject_id, files)
        again = before > _bodies(one.subject_id)
    _remove_files(files)
    return again


def _is_known(subject_id: UUID) -> bool:
    with scope("writer"):
        return Purged.objects.filter(subject_id=subject_id).exists()


def _bodies(subject_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM exchange_recordbody WHERE subject_id = %s", [subject_id])
        return int(cursor.fetchone()[0])
