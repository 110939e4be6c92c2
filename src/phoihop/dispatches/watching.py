"""A folder shared with other software: edXML files are taken from ``in``, and states of what came go to ``out``.

``in`` → ``work`` → ``done`` or ``quarantine``: every step is one atomic rename, so that a stopped import finds its file
in ``work`` and goes on; taking the same message in twice changes nothing. Files still being written are left alone.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.clock import now
from phoihop.core.errors import Conflict, PhoiHopError, Unavailable
from phoihop.core.isolation import scope
from phoihop.dispatches.actions.edxml import ImportResult, import_edxml, mapped
from phoihop.dispatches.actions.exporting import Export, export_status, note_export
from phoihop.dispatches.edxml import DEFAULT_LIMITS
from phoihop.dispatches.selectors.outside import states_to_tell
from phoihop.offices.acting import Acting

SETTLED_SECONDS = 2.0
"""A file that was written to more recently may still be growing."""
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", "~")
_PLACES = ("in", "out", "done", "quarantine", "work")


@dataclass(frozen=True)
class Folder:
    """The folder and its parts."""

    root: Path

    def __getitem__(self, place: str) -> Path:
        return self.root / place

    def prepare(self) -> None:
        """Make the parts that are missing."""
        for place in _PLACES:
            (self.root / place).mkdir(parents=True, exist_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """One watcher at a time. Raises Conflict when another has it."""
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Conflict("folder_held", _("Thư mục này đang được một tiến trình khác theo dõi.")) from error
            yield


@dataclass(frozen=True)
class Taken:
    """What became of one file of the folder, and where it lies now."""

    result: ImportResult
    path: Path


def pass_over(folder: Folder, *, by: Acting, settled: float = SETTLED_SECONDS) -> Iterator[Taken]:
    """Go through the folder once: first what was begun before, then what is new; then tell states."""
    for path in sorted(folder["work"].iterdir()):
        yield _take(path, folder, by)
    for path in _ready(folder["in"], settled):
        begun = _free_name(folder["work"], path.name)
        path.rename(begun)
        yield _take(begun, folder, by)
    tell_states(folder, by=by)


def _ready(place: Path, settled: float) -> Iterator[Path]:
    latest = now().timestamp() - settled
    for path in sorted(place.iterdir()):
        hidden = path.name.startswith(".") or path.name.lower().endswith(_UNFINISHED)
        if not hidden and path.is_file() and not path.is_symlink() and path.stat().st_mtime <= latest:
            yield path


def _take(path: Path, folder: Folder, by: Acting) -> Taken:
    """Each file is a transaction of its own, committed before its file moves on."""
    result = _import(path, by)
    place = "quarantine" if result.outcome == "quarantined" else "done"
    target = _free_name(folder[place], path.name)
    if place == "quarantine":
        _write(target.with_name(f"{target.name}.txt"), f"{result.reason}\n".encode())
    path.rename(target)
    return Taken(result, target)


def _import(path: Path, by: Acting) -> ImportResult:
    if path.stat().st_size > DEFAULT_LIMITS.total:
        limit = DEFAULT_LIMITS.total // (1024 * 1024)
        reason = _("Tệp lớn hơn %(limit)d MB nên không được nhận.") % {"limit": limit}
        return ImportResult(path.name, "quarantined", "unknown", "", reason, reason_code="too_large")
    try:
        with scope("web", by.office_id):
            return import_edxml(mapped(path), file_name=path.name, by=by)
    except Unavailable:  # nothing is wrong with the file: it stays in ``work`` until the node can take it
        raise
    except PhoiHopError as error:
        return ImportResult(path.name, "quarantined", "unknown", "", str(error), reason_code=error.code)


def tell_states(folder: Folder, *, by: Acting) -> list[Path]:
    """Put into ``out`` how far documents from outside got here, each state once, for their issuers."""
    with scope("web", by.office_id):
        wanted = states_to_tell(by=by)
    ledger = folder.root / ".told"
    told = set(ledger.read_text("utf-8").splitlines()) if ledger.exists() else set()
    written = []
    for dispatch_id, state in wanted:
        name = f"{dispatch_id}_{state}"
        if name not in told:
            path = _tell(dispatch_id, folder["out"] / f"{name}.edxml", by)
            with ledger.open("a", encoding="utf-8") as file:
                file.write(f"{name}\n")
            written += [path] if path else []
    return written


def _tell(dispatch_id: UUID, target: Path, by: Acting) -> Path | None:
    try:
        with scope("web", by.office_id):
            made = export_status(dispatch_id, by=by)
            write_export(made, target)
            note_export(made, subject_id=dispatch_id, by=by)
    except Conflict:  # its issuer has no identifier: there is nobody to tell
        return None
    return target


def write_export(made: Export, target: Path) -> None:
    """Write a message beside its place and move it there whole, so that nobody reads half of it."""
    unfinished = target.with_name(f".{target.name}.part")
    with unfinished.open("wb") as file:
        made.write_to(file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(target)


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.rename(path)


def _free_name(place: Path, name: str) -> Path:
    """The name itself, or with a number when another file of that name lies there already."""
    target, number = place / name, 1
    while target.exists():
        number += 1
        target = place / f"{Path(name).stem} ({number}){Path(name).suffix}"
    return target
