"""A workbook as tables of what its cells last showed; formulas are not computed."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from phoihop.files.previewing.limits import MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, Refused
from phoihop.files.previewing.packed import open_packed

_MOST_CELL = 500


def read_sheets(path: Path) -> dict[str, Any]:
    """The first rows and columns of each visible sheet. Raises Refused."""
    open_packed(path).close()
    try:
        with path.open("rb") as file:  # stored files have no ending, which a path would be judged by
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            sheets = [_sheet(sheet) for sheet in visible[:MOST_SHEETS]]
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        zipfile.BadZipFile,
        SyntaxError,
    ) as error:
        raise Refused("damaged") from error
    return {"sheets": sheets, "is_cut": len(visible) > MOST_SHEETS}


def _sheet(sheet: Any) -> dict[str, Any]:
    rows: list[list[dict[str, Any]]] = []
    is_cut = False
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        if number > MOST_ROWS:
            is_cut = True
            break
        is_cut = is_cut or (len(row) > MOST_COLUMNS and row[MOST_COLUMNS].value is not None)
        rows.append([_cell(cell) for cell in row[:MOST_COLUMNS]])
    return {"name": str(sheet.title)[:60], "rows": _trimmed(rows), "is_cut": is_cut}


def _cell(cell: Any) -> dict[str, Any]:
    value = cell.value
    return {"text": _shown(value, str(cell.number_format or "")), "number": isinstance(value, int | float)}


def _shown(value: Any, pattern: str) -> str:
    """A value the way an office writes it: 1.234,5; 03/10/2026; 12,5 %."""
    match value:
        case None:
            return ""
        case bool():
            return "✓" if value else "–"
        case datetime():
            return value.strftime("%d/%m/%Y" if value.time() == time() else "%H:%M %d/%m/%Y")
        case date():
            return value.strftime("%d/%m/%Y")
        case int() | float() if "%" in pattern:
            return f"{_grouped(value * 100)} %"
        case int() | float():
            return _grouped(value)
    return "".join(char for char in str(value)[:_MOST_CELL] if char.isprintable() or char == "\n")


def _grouped(value: int | float) -> str:
    text = f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return text.translate(str.maketrans(",.", ".,"))


def _trimmed(rows: Sequence[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """Without the empty rows at the end and the empty columns at the right."""
    last_row = max((number for number, row in enumerate(rows, 1) if any(cell["text"] for cell in row)), default=0)
    kept = rows[:last_row]
    width = max((number for row in kept for number, cell in enumerate(row, 1) if cell["text"]), default=0)
    blank = {"text": "", "number": False}
    return [[*row[:width], *[blank] * (width - len(row))] for row in kept]
