"""Bytes named by their SHA-256: spooled on this machine, examined, then settled in the store. Never overwritten."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid, NotFound
from phoihop.core.ids import random_token
from phoihop.files.stores import store

CHUNK_BYTES = 256 * 1024
HEAD_BYTES = 8192


@dataclass(frozen=True)
class Stored:
    """What was written: hash in lower-case hex, size in bytes, and the first bytes for sniffing."""

    sha256: str
    size: int
    head: bytes


@dataclass(frozen=True)
class Spooled:
    """A file that has come whole, is on the disk, and is not yet anybody's."""

    path: Path
    sha256: str
    size: int
    head: bytes


def spool_root() -> Path:
    """Where files wait on their way in. Web processes on several machines must share it."""
    settings.FILES_ROOT.mkdir(parents=True, exist_ok=True, mode=0o700)  # other accounts of the machine see nothing
    spool: Path = settings.FILES_ROOT / "spool"
    spool.mkdir(exist_ok=True)
    return spool


@contextmanager
def spooled(chunks: Iterable[bytes], *, limit: int | None = None) -> Iterator[Spooled]:
    """Write a stream to the spool, to be looked at; the file is gone after the block unless it was settled.

    Raises Invalid when it is empty or larger than ``limit`` bytes.
    """
    allowed = settings.ATTACHMENT_MAX_BYTES if limit is None else limit
    path = spool_root() / random_token()
    digest, size, head = hashlib.sha256(), 0, b""
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                check_size(size, allowed)
                digest.update(chunk)
                if len(head) < HEAD_BYTES:  # however small the first pieces are, what is sniffed is the beginning
                    head += bytes(chunk[: HEAD_BYTES - len(head)])
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        _check_filled(size)
        yield Spooled(path, digest.hexdigest(), size, head)
    finally:
        path.unlink(missing_ok=True)


def spooled_at(path: Path) -> Spooled:
    """A file that came piece by piece and lies in the spool whole and synced. Raises Invalid when it is empty."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    _check_filled(size)
    return Spooled(path, digest.hexdigest(), size, head)


def settle(file: Spooled) -> Stored:
    """Keep a spooled file under its hash. What is returned is durable."""
    store().settle(file.path, file.sha256)
    return Stored(file.sha256, file.size, file.head)


def store_stream(chunks: Iterable[bytes], *, limit: int | None = None) -> Stored:
    """Write a stream to the store. Raises Invalid when it is empty or larger than ``limit`` bytes."""
    with spooled(chunks, limit=limit) as file:
        return settle(file)


def store_bytes(content: bytes) -> Stored:
    """Write bytes to the store."""
    return store_stream([content])


def open_stored(sha256: str) -> BinaryIO:
    """Open stored bytes. Raises NotFound when they are not here."""
    try:
        return store().open(sha256)
    except FileNotFoundError as error:
        raise _missing() from error


@contextmanager
def stored_path(sha256: str) -> Iterator[Path]:
    """Stored bytes as a file on this machine while the block runs, only to be read. Raises NotFound."""
    try:
        with store().local(sha256) as path:
            yield path
    except FileNotFoundError as error:
        raise _missing() from error


def has_stored(sha256: str) -> bool:
    """Whether the bytes are stored. For the node's own use; no page may tell an office."""
    return store().has(sha256)


def remove_stored(sha256: str) -> bool:
    """Remove bytes for good. Whether they were there. Only for the purge and for the cleaning of what nobody holds."""
    return store().remove(sha256)


def read_chunks(file: BinaryIO) -> Iterator[bytes]:
    """The rest of a file in chunks; closes it at the end."""
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def check_size(size: int, allowed: int) -> None:
    """Raise Invalid for a file of more than ``allowed`` bytes."""
    if size > allowed:
        raise Invalid(
            "file_too_large",
            _("Tệp lớn hơn mức cho phép (%(limit)d MB).") % {"limit": allowed // (1024 * 1024)},
            remedy=_("Chia nhỏ tệp hoặc gửi bằng cách khác."),
        )


def _check_filled(size: int) -> None:
    if size == 0:
        raise Invalid("file_empty", _("Tệp rỗng."), remedy=_("Chọn tệp khác."))


def _missing() -> NotFound:
    return NotFound("file_missing", _("Tệp không còn trên máy chủ này."))
