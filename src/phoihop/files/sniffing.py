"""What a file really is, from its first bytes; and which kinds an office may attach. Pure."""

from __future__ import annotations

import filetype

from phoihop.core.text import nfc
from phoihop.files.charsets import decode

TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
OFFICE_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
SHOWN_IN_PAGE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif"})
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe")
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")


def media_type(head: bytes, name: str) -> str:
    """The media type by content; the name only tells apart what is packed in the same way (DOCX, XLSX, ZIP)."""
    guess = filetype.guess_mime(head)
    suffix = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if guess == "application/zip":
        return OFFICE_TYPES.get(suffix, "application/zip")
    if guess:
        return str(guess)
    return TEXT if _is_text(head) and not _is_markup(head) else UNKNOWN


def is_program(head: bytes) -> bool:
    """Whether the bytes begin like something a machine would run."""
    return head.startswith(_PROGRAMS)


def _is_markup(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    return start.startswith(_MARKUP)


def _is_text(head: bytes) -> bool:
    return decode(head) is not None


def safe_name(name: str) -> str:
    """A file name to show and to offer on download: last path part, NFC, no control or direction characters."""
    last = nfc(name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*')
    return kept.strip(" .")[:200] or "tep"
