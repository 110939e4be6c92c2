"""Files that are two things at once: harmless to one reader, something else to another."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from phoihop.files.extraction.passages import CannotRead

_HEAD: Final = 1024
_TAIL: Final = 65_557
_EOCD: Final = b"PK\x05\x06"
_EOCD_SIZE: Final = 22


def check_single(path: Path, media_type: str) -> None:
    """Raise CannotRead when the file also begins, or ends, as a file of another kind."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        size = path.stat().st_size
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    packed = head.startswith(b"PK")
    if media_type == "application/pdf":
        mixed = not head.lstrip(b"\xef\xbb\xbf\r\n\t \x00").startswith(b"%PDF-") or _ends_as_zip(tail)
    elif packed:
        mixed = False
    else:
        mixed = (b"%PDF-" in head and not media_type.startswith("text/")) or _ends_as_zip(tail)
    if mixed:
        raise CannotRead("polyglot")


def _ends_as_zip(tail: bytes) -> bool:
    """Whether the last bytes are the directory of a zip, whose comment reaches exactly to the end."""
    at = tail.rfind(_EOCD)
    if at < 0 or len(tail) - at < _EOCD_SIZE:
        return False
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    return at + _EOCD_SIZE + comment == len(tail)
