"""Lines of a paper from the file it came in: PDF, scan, picture, DOCX or text. Runs in a confined process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from phoihop.documents.reading.lines import Line

_LINE: Final = 0.011
_MOST_LINES: Final = 3_000
_TEXT_PAGES: Final = 60
_FEW: Final = 24
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Source:
    """What was read of a file."""

    lines: list[Line]
    pages: int
    scanned: bool


def lines_of(path: Path, media_type: str) -> Source:
    """The lines of a file by its media type; none for other kinds."""
    if media_type == "application/pdf":
        return _pdf(path)
    if media_type.startswith("image/"):
        from phoihop.documents.reading.scanned import picture_lines

        return Source(picture_lines(path), 1, scanned=True)
    if "wordprocessingml" in media_type:
        return Source(list(_word(path)), 1, scanned=False)
    if media_type.startswith("text/"):
        return Source(list(_text(path.read_bytes()[:2_000_000].decode("utf-8", "replace"))), 1, scanned=False)
    return Source([], 0, scanned=False)


def _pdf(path: Path) -> Source:
    """All pages with a text layer up to a number; of scanned ones the first and the last two."""
    from phoihop.documents.reading.pages import page_lines
    from phoihop.documents.reading.scanned import page_picture_lines
    from phoihop.files.extraction.pdf import _opened

    document = _opened(path)
    count = len(document)
    lines: list[Line] = []
    scanned = False
    for index in range(count):
        if _TEXT_PAGES <= index < count - 2:
            continue
        page = document[index]
        found = page_lines(page, index + 1)
        if sum(len(one.text) for one in found) < _FEW and (index == 0 or index >= count - 2):
            found, scanned = page_picture_lines(page, index + 1), True
        lines.extend(found)
        page.close()
    document.close()
    return Source(lines, count, scanned)


def _text(text: str) -> Iterator[Line]:
    """Wide gaps divide columns; an empty line is a gap."""
    for number, row in enumerate(text.splitlines()[:_MOST_LINES]):
        parts = [one for one in re.split(r"\t+|\s{3,}", row.strip()) if one.strip()]
        indented = len(row) - len(row.lstrip()) > 24
        for index, part in enumerate(parts):
            left = 0.55 if (index or (indented and len(parts) == 1)) else 0.1
            right = left + 0.35 if len(parts) > 1 or indented else 0.9
            yield _placed(part, number, left, right)


def _placed(text: str, number: int, left: float, right: float, *, heavy: bool = False) -> Line:
    top = number * _LINE
    return Line(text, 1, left, top, right, top + _LINE * 0.8, _LINE * 0.8, heavy=heavy)


def _word(path: Path) -> Iterator[Line]:
    from phoihop.files.extraction.archives import Archive

    root = Archive(path).tree("word/document.xml")
    body = None if root is None else root.find(f"{_W}body")
    row = 0
    for block in () if body is None else body:
        if row > _MOST_LINES:
            return
        if block.tag == f"{_W}p":
            row, lines = _paragraph(block, row, 0.1, 0.9)
            yield from lines
        elif block.tag == f"{_W}tbl":
            row, lines = _table(block, row)
            yield from lines


def _table(table: object, row: int) -> tuple[int, list[Line]]:
    lines: list[Line] = []
    for line in table.iter(f"{_W}tr"):  # type: ignore[attr-defined]
        cells = line.findall(f"{_W}tc")
        end = row
        for index, cell in enumerate(cells):
            left, right = 0.1 + 0.8 * index / len(cells), 0.1 + 0.8 * (index + 1) / len(cells)
            at = row
            for paragraph in cell.iter(f"{_W}p"):
                at, found = _paragraph(paragraph, at, left, right - 0.02)
                lines.extend(found)
            end = max(end, at)
        row = end
    return row, sorted(lines, key=lambda one: (one.top, one.left))


def _paragraph(paragraph: object, row: int, left: float, right: float) -> tuple[int, list[Line]]:
    from phoihop.files.extraction.office import _runs

    text = "".join(_runs(paragraph))  # type: ignore[arg-type]
    runs = [run for run in paragraph.iter(f"{_W}r") if "".join(_runs(run)).strip()]  # type: ignore[attr-defined]
    heavy = bool(runs) and sum(_is_bold(run) for run in runs) * 2 > len(runs)
    lines = []
    for part in text.split("\n"):
        pieces = [one for one in re.split(r"\t+|\s{3,}", part.strip()) if one.strip()]
        for index, piece in enumerate(pieces):
            at = left if index == 0 else max(left, 0.5)
            lines.append(_placed(piece, row, at, right if index == len(pieces) - 1 else 0.48, heavy=heavy))
        row += 1
    return row, lines


def _is_bold(run: object) -> bool:
    mark = run.find(f"{_W}rPr/{_W}b")  # type: ignore[attr-defined]
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false")
