"""Files on a disk of this machine, or one that all machines of the node share."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from phoihop.core.clock import now
from phoihop.files.stores import Resting, check_hash


class DiskStore:
    """``root/ab/cdef…`` by hash. A name appears when its bytes are on the disk, and never changes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def settle(self, path: Path, sha256: str) -> None:
        """Give the file its name. Bytes that are here already count as just sent in: nobody may clean them away."""
        target = self._path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._locked(fcntl.LOCK_SH):
            if target.exists():
                moment = now().timestamp()
                os.utime(target, (moment, moment))
                return
            path.replace(target)
        directory = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def open(self, sha256: str) -> BinaryIO:
        return self._path(sha256).open("rb")

    def has(self, sha256: str) -> bool:
        return self._path(sha256).exists()

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        path = self._path(sha256)
        if not path.exists():
            raise FileNotFoundError(sha256)
        yield path

    def resting(self) -> Iterator[Resting]:
        for directory in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(directory.iterdir()):
                try:
                    found = path.stat()
                    sha256 = check_hash(directory.name + path.name)
                except (FileNotFoundError, ValueError):
                    continue
                yield Resting(sha256, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def remove(self, sha256: str, *, unless_since: datetime | None = None) -> bool:
        path = self._path(sha256)
        with self._locked(fcntl.LOCK_EX):
            try:
                if unless_since is not None and path.stat().st_mtime > unless_since.timestamp():
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        return True

    def _path(self, sha256: str) -> Path:
        check_hash(sha256)
        return self._root / sha256[:2] / sha256[2:]

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Between looking whether bytes are still wanted and removing them, nobody may send them in again."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._root / ".lock").open("ab") as file:
            fcntl.flock(file, how)
            yield
