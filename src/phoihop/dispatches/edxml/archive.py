"""Transport archives: peers zip attachments, whatever their declared type says."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from .limits import MEGABYTE, Limits
from .reasons import Unreadable
from .sniff import Kind, package_kind

_CHUNK = 1024 * 1024
_END_RECORD = b"PK\x05\x06"
_END_RECORD_SIZE = 22
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_LOCATOR_SIZE = 20
_DIRECTORY = 1024 * 1024
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_MIMETYPE_LENGTH = 100
# Only these inflate piece by piece in the standard library; bzip2 and lzma expand a whole read at once: a bomb.
_READABLE = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# What the standard library raises on damaged archives, as found by feeding it mutated ones.
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
    RuntimeError,
)


class DamagedError(Exception):
    """The archive cannot be opened to its end."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The archive stays packed; ``code`` is the warning that says why."""

    code: str


@dataclass(slots=True)
class Budget:
    """What may still be unpacked from one file: bytes and number of attachments."""

    limits: Limits
    unpacked: int = 0
    attachments: int = 0

    def room(self) -> int:
        """Bytes that the next attachment may have."""
        return min(self.limits.attachment, self.limits.unpacked - self.unpacked)

    def refuse(self, name: str) -> Unreadable:
        """The refusal of an attachment that exceeded ``room``."""
        if self.room() < self.limits.attachment:
            return Unreadable("unpacked_too_large", limit=_megabytes(self.limits.unpacked))
        return Unreadable("attachment_too_large", name=name, limit=_megabytes(self.limits.attachment))

    def spend(self, size: int) -> None:
        """Take ``size`` bytes, at most ``room``."""
        self.unpacked += size

    def count(self) -> None:
        """One attachment more. Raises ``Unreadable`` when there are too many."""
        self.attachments += 1
        if self.attachments > self.limits.attachments:
            raise Unreadable("too_many_attachments", limit=str(self.limits.attachments))


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.3g}"


@dataclass(frozen=True, slots=True)
class Member:
    """One file out of an archive, under the name it had there."""

    name: str
    data: bytes


def unpack(data: bytes, name: str, budget: Budget) -> list[Member] | Kind | Kept:
    """The members of a ZIP, the kind of office document that the ZIP is, or why it stays packed.

    Raises ``DamagedError``, and ``Unreadable`` when its content exceeds the budget. Sizes are counted while inflating,
    since those that an archive declares are the peer's word.
    """
    if _is_outsized(data):
        return Kept("archive_kept")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _read(archive, name, budget)
    except _FAULTS as error:
        raise DamagedError from error


def _is_outsized(data: bytes) -> bool:
    """Whether the directory is huge: the library would build an object for each of its entries."""
    at = data.rfind(_END_RECORD)
    if at < 0 or at + _END_RECORD_SIZE > len(data):
        raise DamagedError
    directory = int.from_bytes(data[at + 12 : at + 16], "little")
    zip64 = data[max(0, at - _ZIP64_LOCATOR_SIZE) : at].startswith(_ZIP64_LOCATOR)
    return directory > _DIRECTORY or zip64


def _read(archive: zipfile.ZipFile, name: str, budget: Budget) -> list[Member] | Kind | Kept:
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    package = package_kind([entry.filename for entry in entries], _mimetype(archive, entries))
    obstacle = package or _obstacle(entries, budget)
    if obstacle:
        return obstacle
    members: list[Member] = []
    for entry in entries:
        inflated = _inflate(archive, entry, budget.room())
        if inflated is None:
            raise budget.refuse(name)
        budget.spend(len(inflated))
        members.append(Member(_entry_name(entry), inflated))
    return members


def _obstacle(entries: list[zipfile.ZipInfo], budget: Budget) -> Kept | None:
    if not entries:
        return Kept("archive_empty")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        return Kept("archive_locked")
    too_many = len(entries) > budget.limits.attachments - budget.attachments
    if too_many or any(entry.compress_type not in _READABLE for entry in entries):
        return Kept("archive_kept")
    return None


def _mimetype(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    first = entries[0] if entries else None
    if first is None or first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
        return ""
    if first.flag_bits & _ENCRYPTED:
        return ""
    with archive.open(first) as stream:
        return stream.read(_MIMETYPE_LENGTH).decode("ascii", errors="replace").strip()


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes | None:
    """The content, or None as soon as it exceeds ``room``."""
    content = BytesIO()
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            if content.tell() + len(piece) > room:
                return None
            content.write(piece)
    return content.getvalue()


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """Old tools write UTF-8 names without saying so; the library then reads them as code page 437."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename
