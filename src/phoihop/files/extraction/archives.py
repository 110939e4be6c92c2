"""Reading packed files that may be anything: sizes are counted while reading, never taken from the file's word."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

from lxml import etree

from phoihop.files.extraction.passages import CannotRead

MOST_PARTS: Final = 20_000
MOST_PART_BYTES: Final = 64 * 1024 * 1024
MOST_BYTES: Final = 256 * 1024 * 1024
MOST_RATIO: Final = 200
_RATIO_FROM: Final = 4 * 1024 * 1024
_CHUNK: Final = 256 * 1024


class Archive:
    """A zip opened for reading, with a budget of bytes for all of it. Raises CannotRead."""

    def __init__(self, path: Path | BinaryIO) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise CannotRead("damaged") from error
        self._parts = {about.filename: about for about in self._zip.infolist()}
        if len(self._parts) > MOST_PARTS:
            raise CannotRead("too_large")
        if any(about.flag_bits & 0x1 for about in self._parts.values()):
            raise CannotRead("encrypted")
        self._left = MOST_BYTES

    @property
    def names(self) -> Sequence[str]:
        """Names of all parts."""
        return list(self._parts)

    def matching(self, start: str, end: str = ".xml") -> list[str]:
        """Names of parts that begin and end like this, in the order people count them."""
        found = (name for name in self._parts if name.startswith(start) and name.endswith(end))
        return sorted(found, key=lambda name: (len(name), name))

    def size(self, name: str) -> int:
        """What a part states as its size in bytes, to choose by and not to trust."""
        return self._parts[name].file_size

    def read(self, name: str) -> bytes:
        """One part; empty when there is none."""
        about = self._parts.get(name)
        if about is None:
            return b""
        chunks: list[bytes] = []
        size = 0
        try:
            with self._zip.open(about) as file:
                while chunk := file.read(_CHUNK):
                    size += len(chunk)
                    self._left -= len(chunk)
                    _check(size, about.compress_size, self._left)
                    chunks.append(chunk)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise CannotRead("damaged") from error
        return b"".join(chunks)

    def tree(self, name: str) -> etree._Element | None:
        """One part as XML; None when there is none. Entities and document types are refused."""
        content = self.read(name)
        if not content:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise CannotRead("damaged") from error
        if getattr(root.getroottree().docinfo, "doctype", ""):
            raise CannotRead("damaged")
        return root


def _check(size: int, packed: int, left: int) -> None:
    if left < 0 or size > MOST_PART_BYTES or (size > _RATIO_FROM and size > MOST_RATIO * max(packed, 1)):
        raise CannotRead("too_large")
