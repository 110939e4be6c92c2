"""The process that reads one file: it binds itself, reads, and says what it found as JSON on its standard output.

    python -m phoihop.files.extraction.reading FILE MEDIA_TYPE PAGES SCANS

Whatever a file does to it ends with this process.
"""

from __future__ import annotations

import json
import sys
from dataclasses import astuple
from pathlib import Path
from typing import Final

from phoihop.files.extraction.limits import bind
from phoihop.files.extraction.passages import CannotRead, Found

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_READ_PICTURES: Final = 40 * 1024 * 1024


def read(path: Path, media_type: str, *, pages: int | None = None, scans: bool = False) -> Found:
    """What a file says, by its media type; nothing for kinds that hold no text. Raises CannotRead."""
    from phoihop.files.extraction.polyglots import check_single

    check_single(path, media_type)
    if media_type == "application/pdf":
        from phoihop.files.extraction.pdf import read_pdf

        found = read_pdf(path, pages=pages, scans=scans)
        return _inside_pdf(path, found) if scans else found
    if media_type.startswith(_OFFICE):
        found = _read_office(path, media_type)
        return _inside_office(path, found) if scans else found
    if media_type.startswith("image/"):
        return _read_picture(path) if scans else Found(())
    return _read_other(path, media_type, scans=scans)


def _inside_pdf(path: Path, found: Found) -> Found:
    from phoihop.files.extraction.embedded import look_inside_pdf

    return look_inside_pdf(path, found)


def _inside_office(path: Path, found: Found) -> Found:
    from phoihop.files.extraction.embedded import look_inside_office

    return look_inside_office(path, found)


def _read_office(path: Path, media_type: str) -> Found:
    from phoihop.files.extraction import office

    if media_type.startswith(f"{_OFFICE}wordprocessingml"):
        return office.read_word(path)
    if media_type.startswith(f"{_OFFICE}spreadsheetml"):
        return office.read_sheets(path)
    return office.read_slides(path)


def _read_packed(path: Path, *, scans: bool) -> Found:
    """A zip by what it holds: an office file under another name is still one."""
    from phoihop.files.extraction import office, plain
    from phoihop.files.extraction.archives import Archive

    names = set(Archive(path).names)
    for part, reader in (
        ("word/document.xml", office.read_word),
        ("xl/workbook.xml", office.read_sheets),
        ("ppt/presentation.xml", office.read_slides),
    ):
        if part in names:
            return _inside_office(path, reader(path)) if scans else reader(path)
    return plain.read_names(path)


def _read_picture(path: Path) -> Found:
    from phoihop.files.extraction.pictures import read_picture

    return read_picture(path)


def _read_other(path: Path, media_type: str, *, scans: bool) -> Found:
    from phoihop.files.extraction import plain

    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return plain.read_old_office(path)
    if head.startswith(b"PK"):
        return _read_packed(path, scans=scans)
    return plain.read_plain(path) if media_type.startswith("text/") else Found(())


def main(arguments: list[str]) -> int:
    """Read the file named on the command line. Exit 0 whenever there is an answer."""
    bind()
    path, media_type, pages, scans = arguments
    try:
        found = read(Path(path), media_type, pages=int(pages) or None, scans=scans == "1")
        said: dict[str, object] = {
            "pages": found.pages,
            "truncated": found.truncated,
            "passages": [astuple(one) for one in found.passages],
        }
    except CannotRead as error:
        said = {"error": error.code}
    except (MemoryError, RecursionError):
        said = {"error": "too_large"}
    except Exception as error:  # noqa: BLE001  # the edge of a process that reads strangers' files
        said = {"error": "damaged", "detail": type(error).__name__}
    sys.stdout.buffer.write(json.dumps(said).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
