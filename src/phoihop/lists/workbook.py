"""A list as an XLSX workbook, written row by row: any number of rows in little memory, split over sheets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from phoihop.core.clock import local

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_OF_A_SHEET = 1_000_000
"""A sheet of Excel ends at 1,048,576 rows."""

_LONGEST_TEXT = 32_000  # Excel refuses a cell of more than 32,767 characters
_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TITLES = re.compile(r"[\\/*?:\[\]]")


class WorkbookWriter:
    """Rows go to the disk as they come; ``save`` puts the sheets together."""

    def __init__(self, title: str, head: Sequence[str], *, rows_of_a_sheet: int = ROWS_OF_A_SHEET) -> None:
        self._book = Workbook(write_only=True)
        self._title = _NOT_IN_TITLES.sub(" ", title)[:24].strip() or "1"
        self._head = head
        self._limit = rows_of_a_sheet
        self._sheets = 0
        self._is_saved = False
        self._begin_sheet()

    def append(self, cells: Sequence[object]) -> None:
        """Add one row; a full sheet is followed by another."""
        if self._rows >= self._limit:
            self._begin_sheet()
        self._rows += 1
        self._sheet.append([plain(value) for value in cells])

    def save(self, path: Path) -> None:
        """Write the whole workbook."""
        self._book.save(path)
        self._is_saved = True

    def close(self) -> None:
        """Give up what was not saved: its rows lie in files of the machine's temporary folder."""
        if self._is_saved:
            return
        for sheet in self._book.worksheets:
            if not sheet.closed:
                sheet.close()
            Path(sheet._writer.out).unlink(missing_ok=True)  # type: ignore[attr-defined]

    def _begin_sheet(self) -> None:
        self._sheets += 1
        self._rows = 0
        self._sheet: Any = self._book.create_sheet(
            self._title if self._sheets == 1 else f"{self._title} ({self._sheets})"
        )
        self._sheet.freeze_panes = "A2"
        cells = []
        for text in self._head:
            cell = WriteOnlyCell(self._sheet, value=plain(text))  # type: ignore[arg-type]  # any value a cell takes
            cell.font = Font(bold=True)
            cells.append(cell)
        self._sheet.append(cells)


def plain(value: object) -> object:
    """A value as a workbook may hold it: the region's wall clock, no control characters, and no formulas.

    A text that begins like a formula is marked as text, so that no document can make a workbook compute.
    """
    if isinstance(value, datetime):
        return local(value).replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    text = _UNWRITABLE.sub("", value)[:_LONGEST_TEXT]
    return f"'{text}" if _FORMULA.match(text) else text
