"""Text files of any usual encoding, old Word files roughly, and the names inside archives."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from phoihop.files.extraction.archives import Archive
from phoihop.files.extraction.passages import CannotRead, Found, Passage, gathered

MOST_BYTES: Final = 16 * 1024 * 1024
_MOST_NAMES: Final = 2_000
_OLE_RUN: Final = re.compile(rb"(?:[\x09\x0a\x0d\x20-\x7e\xa0-\xff][\x00\x01]|[\xa0-\xff]\x1e|[\x00-\x9f]\x1e){4,}")
_OLE_NARROW: Final = re.compile(rb"[\x09\x0a\x0d\x20-\x7e]{4,}")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


def read_plain(path: Path) -> Found:
    """A text file: UTF-8, UTF-16 by its mark, else the Vietnamese code page of Windows."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    return gathered([Passage("page", decoded(content[:MOST_BYTES]), 1)], pages=1, truncated=len(content) > MOST_BYTES)


def decoded(content: bytes) -> str:
    """Bytes as text, by the first encoding that fits."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4:  # cut in the middle of its last character
            return content[: error.start].decode("utf-8-sig")
    return content.decode("cp1258", "replace")


def read_old_office(path: Path) -> Found:
    """Runs of text in a file of Word or Excel before 2007, without their order. Raises CannotRead when encrypted."""
    with path.open("rb") as file:
        return old_office(file.read(MOST_BYTES))


def old_office(content: bytes) -> Found:
    """The same of its bytes."""
    if _ENCRYPTED in content:
        raise CannotRead("encrypted")
    wide = [run.group().decode("utf-16-le", "ignore").replace("\r", "\n") for run in _OLE_RUN.finditer(content)]
    narrow = [run.group().decode("ascii").replace("\r", "\n") for run in _OLE_NARROW.finditer(content)]
    return gathered([Passage("page", "\n".join([*wide, *narrow]), 1)], pages=1, truncated=True)


def read_names(path: Path) -> Found:
    """The names of what an archive holds. Raises CannotRead when it is encrypted."""
    names = Archive(path).names
    return gathered(
        (Passage("name", name.rsplit("/", 1)[-1]) for name in names[:_MOST_NAMES]), truncated=len(names) > _MOST_NAMES
    )
