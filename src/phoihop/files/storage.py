"""Bytes on disk, named by their SHA-256. Written once, synced before anything refers to them, never overwritten."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid, NotFound
from phoihop.core.ids import random_token

CHUNK_BYTES = 256 * 1024
HEAD_BYTES = 8192


@dataclass(frozen=True)
class Stored:
    """What was written: hash in lower-case hex, size in bytes, and the first bytes for sniffing."""

    sha256: str
    size: int
    head: bytes


def store_stream(chunks: Iterable[bytes], *, limit: int | None = None) -> Stored:
    """Write a stream to the store. Raises Invalid when it is empty or larger than ``limit`` bytes."""
    allowed = settings.ATTACHMENT_MAX_BYTES if limit is None else limit
    settings.FILES_ROOT.mkdir(parents=True, exist_ok=True, mode=0o700)  # other accounts of the machine see nothing
    spool = settings.FILES_ROOT / "spool"
    spool.mkdir(exist_ok=True)
    path = spool / random_token()
    digest, size, head = hashlib.sha256(), 0, b""
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                _check_size(size, allowed)
                digest.update(chunk)
                if len(head) < HEAD_BYTES:  # however small the first pieces are, what is sniffed is the beginning
                    head += bytes(chunk[: HEAD_BYTES - len(head)])
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if size == 0:
            raise Invalid("file_empty", _("Tệp rỗng."), remedy=_("Chọn tệp khác."))
        _settle(path, digest.hexdigest())
    finally:
        path.unlink(missing_ok=True)
    return Stored(digest.hexdigest(), size, head)


def store_bytes(content: bytes) -> Stored:
    """Write bytes to the store."""
    return store_stream([content])


def open_stored(sha256: str) -> BinaryIO:
    """Open stored bytes. Raises NotFound when they are not on this disk."""
    try:
        return _path(sha256).open("rb")
    except FileNotFoundError as error:
        raise NotFound("file_missing", _("Tệp không còn trên máy chủ này.")) from error


def has_stored(sha256: str) -> bool:
    """Whether the bytes are on this disk. For the node's own use; no page may tell an office."""
    return _path(sha256).exists()


def read_chunks(file: BinaryIO) -> Iterator[bytes]:
    """The rest of a file in chunks; closes it at the end."""
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _check_size(size: int, allowed: int) -> None:
    if size > allowed:
        raise Invalid(
            "file_too_large",
            _("Tệp lớn hơn mức cho phép (%(limit)d MB).") % {"limit": allowed // (1024 * 1024)},
            remedy=_("Chia nhỏ tệp hoặc gửi bằng cách khác."),
        )


def _settle(path: Path, sha256: str) -> None:
    target = _path(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        path.replace(target)
        directory = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _path(sha256: str) -> Path:
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256 in lower-case hex")
    root: Path = settings.FILES_ROOT
    return root / sha256[:2] / sha256[2:]
