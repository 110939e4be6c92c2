"""Attachments: decoded, unpacked, named safely, and told what they are."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import PurePosixPath

from .archive import Budget, DamagedError, Kept, Member, unpack
from .limits import Limits
from .model import Attachment
from .reasons import Notices, Unreadable
from .sniff import EDXML, PROGRAM, UNKNOWN, ZIP, Kind, sniff
from .source import Source, open_source
from .values import Node, strip_hidden

_CHUNK = 1024 * 1024
_SPACE = b" \t\r\n"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_SPACE_REFERENCE = re.compile(rb"&#(?:9|10|13|32|[xX]0*(?:[9aAdD]|20));")
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,10}")
_NAME_BYTES = 180
_MANY_KINDS = frozenset({"text", "xml", "unknown", "ole"})


@dataclass(frozen=True, slots=True)
class _Reference:
    """What manifest and attachment say about one file."""

    content_id: str
    name: str
    media_type: str
    description: str


Keep = Callable[[bytes], bytes]
"""What becomes of the bytes of an attachment: given all of them, it says which the message goes on to hold."""


def read_attachments(source: Source, notices: Notices, limits: Limits, keep: Keep) -> tuple[Attachment, ...]:
    """All files of a message, those inside transport archives and inside edXML attachments included.

    Raises ``Unreadable`` when one is damaged or the caps are exceeded: half a document must not enter a register.
    """
    found = _Unpacker(notices, limits).message(source, depth=0, container="")
    return tuple(replace(one, sha256=hashlib.sha256(one.data).hexdigest(), data=keep(one.data)) for one in found)


class _Unpacker:
    def __init__(self, notices: Notices, limits: Limits) -> None:
        self._notices = notices
        self._limits = limits
        self._budget = Budget(limits)
        self._taken: set[str] = set()

    def message(self, source: Source, depth: int, container: str) -> Iterator[Attachment]:
        """The attachments of one message, in its order."""
        root = Node(source.root, self._notices, self._limits)
        manifest = [_reference(item) for item in _children(root, "edXMLManifest", "Reference")]
        present: set[str] = set()
        for position, item in enumerate(_children(root, "AttachmentEncoded", "Attachment")):
            said = _complete(_reference(item), manifest, position)
            present |= {said.content_id, said.name}
            declared = said.name or f"tep-kem-theo-{position + 1}"
            encoded = source.payload(item.child("ContentTransferEncoded").raw())
            data = self._decode(encoded, declared)
            about = Attachment(
                declared, b"", UNKNOWN, said.name, said.media_type, said.description, container=container
            )
            yield from self._file(about, data, depth)
        for missing in manifest:
            named = {missing.content_id, missing.name} - {""}
            if named and not present & named:
                self._notices.add("attachment_absent", name=missing.name or missing.content_id)

    def _decode(self, encoded: memoryview, name: str) -> bytes:
        try:
            decoded = decode_base64(encoded, self._budget.room())
        except binascii.Error:
            raise Unreadable("attachment_damaged", name=name) from None
        if decoded is None:
            raise self._budget.refuse(name)
        data, padded = decoded
        if padded:
            self._notices.add("base64_padding", name=name)
        self._budget.spend(len(data))
        return data

    def _file(self, about: Attachment, data: bytes, depth: int) -> Iterator[Attachment]:
        """The file itself or, when it is an archive for transport, what is in it."""
        kind = sniff(data) if data else UNKNOWN
        if kind is ZIP:
            yield from self._archive(about, data, depth)
            return
        attachment = self._finish(about, data, kind)
        yield attachment
        if kind is EDXML:
            yield from self._package(attachment, depth)

    def _archive(self, about: Attachment, data: bytes, depth: int) -> Iterator[Attachment]:
        try:
            deep = depth >= self._limits.nesting
            content = Kept("archive_kept") if deep else unpack(data, about.name, self._budget)
        except DamagedError:
            raise Unreadable("archive_damaged", name=about.name) from None
        if isinstance(content, list):
            for member in content:
                yield from self._file(self._member(about, member, content), member.data, depth + 1)
            return
        if isinstance(content, Kept):
            self._notices.add(content.code, name=about.name)
        yield self._finish(about, data, content if isinstance(content, Kind) else ZIP)

    def _member(self, about: Attachment, member: Member, members: list[Member]) -> Attachment:
        """What is known of a file in an archive; one zipped only for transport keeps the name it was sent under."""
        inner = safe_name(member.name)
        if ".." in re.split(r"[/\\]", member.name):
            self._notices.add("attachment_renamed", name=member.name, new=inner)
        single = len(members) == 1
        name = about.name if single and not about.name.lower().endswith(".zip") else inner
        container = about.container if single else about.name
        return replace(about, name=name or about.name, inner_name=inner, container=container)

    def _package(self, attachment: Attachment, depth: int) -> Iterator[Attachment]:
        """What a forwarded edXML file carries: a clerk wants to open the letter, not the envelope."""
        if depth >= self._limits.nesting:
            self._notices.add("package_kept", name=attachment.name)
            return
        # Faults of the inner file concern the clerk less than those of the message: only its failure is told.
        try:
            source = open_source(attachment.data, Notices(), self._limits)
            files = list(self.message(source, depth + 1, attachment.name))
        except Unreadable as error:
            if error.code in {"attachment_too_large", "unpacked_too_large", "too_many_attachments"}:
                raise
            self._notices.add("package_kept", name=attachment.name)
            return
        yield from files

    def _finish(self, about: Attachment, data: bytes, kind: Kind) -> Attachment:
        self._budget.count()
        wanted = safe_name(about.name) or f"tep-kem-theo-{self._budget.attachments}"
        if wanted != strip_hidden(about.name).strip():
            self._notices.add("attachment_renamed", name=about.name, new=wanted)
        name = _honest_name(wanted, kind)
        if name != wanted:
            self._notices.add("attachment_kind_differs", name=wanted, kind=kind.name)
        if not data:
            self._notices.add("attachment_empty", name=wanted)
        if kind is PROGRAM:
            self._notices.add("attachment_executable", name=name)
        return replace(about, name=self._unique(name), data=data, kind=kind)

    def _unique(self, name: str) -> str:
        path = PurePosixPath(name)
        number = 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{path.stem} ({number}){path.suffix}"
        self._taken.add(name.casefold())
        return name


def _children(root: Node, section: str, name: str) -> Iterator[Node]:
    found = root.anywhere(section)
    return found.all(name) if found else iter(())


def _reference(item: Node) -> _Reference:
    content_id = item.line("ContentId").removeprefix("cid:").casefold()
    return _Reference(content_id, item.line("AttachmentName"), item.line("ContentType"), item.line("Description"))


def _complete(said: _Reference, manifest: list[_Reference], position: int) -> _Reference:
    """Fill what the attachment leaves out from its manifest entry, found by id, by name, or by its place."""
    same_id = [item for item in manifest if said.content_id and item.content_id == said.content_id]
    same_name = [item for item in manifest if said.name and item.name == said.name]
    same_place = manifest[position : position + 1] if not said.content_id and not said.name else []
    for entry in (same_id or same_name or same_place)[:1]:
        return _Reference(
            said.content_id or entry.content_id,
            said.name or entry.name,
            said.media_type or entry.media_type,
            said.description or entry.description,
        )
    return said


def decode_base64(encoded: memoryview, room: int) -> tuple[bytes, bool] | None:
    """The bytes, and whether padding was missing; None as soon as there are more than ``room`` of them.

    The text is not copied whole. White space, also as character references, and the URL-safe alphabet are accepted.
    Raises ``binascii.Error``.
    """
    decoded = BytesIO()
    carry = b""
    for piece in _pieces(encoded):
        carry += piece
        usable = max(0, len(carry) - 4) // 4 * 4
        if b"=" in carry[:usable]:
            raise binascii.Error
        decoded.write(binascii.a2b_base64(carry[:usable], strict_mode=True))
        carry = carry[usable:]
        if decoded.tell() > room:
            return None
    missing = -len(carry) % 4
    decoded.write(binascii.a2b_base64(carry + b"=" * missing, strict_mode=True))
    return (decoded.getvalue(), missing > 0) if decoded.tell() <= room else None


def _pieces(encoded: memoryview) -> Iterator[bytes]:
    if b"&" in bytes(encoded[:_CHUNK]):
        encoded = memoryview(_SPACE_REFERENCE.sub(b"", encoded))
    for start in range(0, len(encoded), _CHUNK):
        yield bytes(encoded[start : start + _CHUNK]).translate(_URL_SAFE, _SPACE)


def safe_name(name: str) -> str:
    """The last part of a path, without what any file system or screen could misread, at most 180 bytes; or empty."""
    last = re.split(r"[/\\]", strip_hidden(name))[-1]
    cleaned = " ".join(_UNSAFE.sub("_", last).split()).strip(". ")
    if _RESERVED.fullmatch(cleaned):
        cleaned = "_" + cleaned
    if len(cleaned.encode("utf-8")) <= _NAME_BYTES:
        return cleaned
    suffix = PurePosixPath(cleaned).suffix if _EXTENSION.fullmatch(PurePosixPath(cleaned).suffix[1:]) else ""
    stem = cleaned.removesuffix(suffix).encode("utf-8")[: _NAME_BYTES - len(suffix)]
    return stem.decode("utf-8", errors="ignore").rstrip(". ") + suffix


def _honest_name(name: str, kind: Kind) -> str:
    """The name with an extension that fits the content, so that it opens; unchanged when the kind does not decide."""
    path = PurePosixPath(name)
    extension = path.suffix[1:].lower()
    if not kind.extensions or extension in kind.extensions:
        return name
    if extension and kind.name in _MANY_KINDS:
        return name
    known = bool(_EXTENSION.fullmatch(extension)) and not extension.isdecimal()
    return f"{path.stem if known else name}.{kind.extensions[0]}"
