"""Where the bytes of files rest: on disk, or in an S3-compatible store. One folder member per place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

HASH_LENGTH = 64


@dataclass(frozen=True)
class Resting:
    """A stored file: its SHA-256, size in bytes, and when it was last written or sent in once more."""

    sha256: str
    size: int
    at: datetime


class Store(Protocol):
    """Bytes by hash, written once. Every method raises Unavailable when the place does not answer."""

    def settle(self, path: Path, sha256: str) -> None:
        """Take a synced file in. When this returns, the bytes are durable; the file at ``path`` may be gone."""

    def open(self, sha256: str) -> BinaryIO:
        """A stream of the bytes. Raises FileNotFoundError when they are not here."""

    def has(self, sha256: str) -> bool:
        """Whether the bytes are here."""

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """The bytes as a file on this machine while the block runs. Raises FileNotFoundError."""

    def resting(self) -> Iterator[Resting]:
        """Everything that is stored, in the order of hashes."""

    def remove(self, sha256: str, *, unless_since: datetime | None = None) -> bool:
        """Remove the bytes, unless they came (again) after ``unless_since``. Whether they were removed."""


def check_hash(sha256: str) -> str:
    """The hash itself. Raises ValueError for anything that is not SHA-256 in lower-case hex."""
    if len(sha256) != HASH_LENGTH or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256 in lower-case hex")
    return sha256


def store() -> Store:
    """The store of this installation, as its settings say."""
    if settings.FILES_S3 is None:
        from phoihop.files.stores.disk import DiskStore

        return DiskStore(settings.FILES_ROOT)
    return _remote(settings.FILES_S3)


@cache
def _remote(address: str) -> Store:
    """One client for a process: it keeps its connections open."""
    from phoihop.files.stores.s3 import S3Store

    return S3Store.at(address)
