"""Reading a workbook that people made: tolerant of its looks, exact about where something is wrong. No Django rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from phoihop.core.text import TextProblem, clean_line, clean_text, fold
from phoihop.lists.incoming_books import Bounds, IncomingBook, IncomingSheet, open_incoming

BOUNDS = Bounds(megabytes=10, unpacked_megabytes=60, rows=20_000, columns=40, elements=2_000_000)
_HEAD_WITHIN = 20
_DAY = re.compile(r"(?:ngay )?(\d{1,2})(?:[/.\-]| thang | )(\d{1,2})(?:[/.\-]| nam | )(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_SERIALS = (18_264, 73_415)  # 1950 to 2100


@dataclass(frozen=True)
class Column:
    """A column by its heading; ``others`` are headings people also write."""

    key: str
    heading: str
    width: int
    is_required: bool = False
    others: tuple[str, ...] = ()

    def is_headed(self, folded: str) -> bool:
        """Whether a folded heading means this column."""
        return folded.rstrip(" *") in {fold(self.heading), *map(fold, self.others)}


@dataclass(frozen=True)
class Fault:
    """What is wrong at a cell or row, and what to do. ``address`` is empty for what concerns the whole sheet."""

    sheet: str
    address: str
    message: str
    remedy: str = ""


@dataclass(frozen=True)
class SheetRow:
    """One row with something in it: its number as the workbook counts, and the values by column."""

    sheet: str
    number: int
    values: Mapping[str, Any]
    columns: Mapping[str, str]

    def address(self, key: str) -> str:
        """The cell of a column, such as C7."""
        return f"{self.columns.get(key, '')}{self.number}"


@dataclass
class Table:
    """The rows of one sheet, with what was wrong while reading and what the reader passed over."""

    name: str
    rows: list[SheetRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def open_book(content: bytes) -> IncomingBook:
    """The workbook. Raises Invalid with a sentence when it is none, is locked, or too large."""
    return open_incoming(content, BOUNDS)


def check_book(content: bytes) -> None:
    """Raise Invalid unless every sheet people see can be read as far as its values go."""
    book = open_book(content)
    for title in book.visible:
        book.sheet(title)


def read_table(book: IncomingBook, title: str, columns: Sequence[Column], *, is_only: bool = False) -> Table | None:
    """The rows beneath the headings of the sheet with this title, or of the first visible one when ``is_only``.

    None when there is no such sheet. A hidden sheet is not read; that is said.
    """
    found = next((one for one in book.visible if fold(one) == fold(title)), None)
    if found is None and is_only:
        found = next(iter(book.visible), None)
    if found is None:
        return None
    table = Table(found)
    if book.hidden:
        table.remarks.append(_("Trang tính ẩn không được đọc: %(names)s.") % {"names": ", ".join(book.hidden)})
    _read(book.sheet(found), columns, table)
    return table


def _read(sheet: IncomingSheet, columns: Sequence[Column], table: Table) -> None:
    if sheet.is_too_long:
        most = _("Mỗi tệp không quá %(most)d dòng; xóa các dòng trống ở cuối hoặc chia nhỏ tệp.") % {
            "most": BOUNDS.rows
        }
        table.faults.append(Fault(table.name, "", _("Trang tính có quá nhiều dòng."), most))
        return
    head = _find_head(sheet, columns)
    if head is None:
        wanted = ", ".join(column.heading for column in columns if column.is_required)
        message = _("Không tìm thấy dòng tiêu đề. Cần các cột: %(columns)s.") % {"columns": wanted}
        table.faults.append(Fault(table.name, "A1", message, _("Tải tệp mẫu và chép dữ liệu vào đó.")))
        return
    number, places = head
    for column in columns:
        if column.is_required and column.key not in places:
            message = _("Thiếu cột “%(column)s”.") % {"column": column.heading}
            table.faults.append(Fault(table.name, f"A{number}", message, _("Thêm cột, hoặc dùng tệp mẫu.")))
    _note_merged(sheet, number, table)
    if not table.faults:
        table.rows.extend(_rows(sheet, number, places, table))


def _find_head(sheet: IncomingSheet, columns: Sequence[Column]) -> tuple[int, dict[str, int]] | None:
    for number, row in enumerate(sheet.rows[:_HEAD_WITHIN], 1):
        places: dict[str, int] = {}
        for place, value in enumerate(row):
            folded = fold(str(value)) if value is not None else ""
            found = next((column.key for column in columns if folded and column.is_headed(folded)), None)
            if found is not None:
                places.setdefault(found, place)
        if len(places) >= min(2, len(columns)):
            return number, places
    return None


def _note_merged(sheet: IncomingSheet, head: int, table: Table) -> None:
    for written, column, row, last_row in sheet.merged:
        if last_row > head:
            message = _("Các ô %(cells)s bị gộp, nên không rõ dòng nào có giá trị gì.") % {"cells": written}
            first = f"{get_column_letter(column)}{row}"
            table.faults.append(Fault(table.name, first, message, _("Bỏ gộp ô và điền đủ từng dòng.")))


def _rows(sheet: IncomingSheet, head: int, places: Mapping[str, int], table: Table) -> Iterator[SheetRow]:
    letters = {key: get_column_letter(place + 1) for key, place in places.items()}
    hidden = 0
    for number, values in enumerate(sheet.rows[head:], head + 1):
        row = SheetRow(table.name, number, {key: values[place] for key, place in places.items()}, letters)
        if all(value is None or not str(value).strip() for value in row.values.values()):
            continue
        computed = [row.address(key) for key, place in places.items() if (number, place) in sheet.computed]
        for address in computed:
            message = _("Ô chứa công thức hoặc lỗi tính, không phải giá trị.")
            table.faults.append(Fault(table.name, address, message, _("Chép ô và dán lại bằng “Dán giá trị”.")))
        hidden += number in sheet.hidden_rows
        if not computed:
            yield row
    if hidden:
        table.remarks.append(_("Có %(count)d dòng ẩn hoặc bị lọc, vẫn được đọc.") % {"count": hidden})


class RowReader:
    """Takes values out of one row; every fault is kept with its cell, and reading goes on."""

    def __init__(self, row: SheetRow, headings: Mapping[str, str], faults: list[Fault]) -> None:
        self._row, self._headings, self._faults = row, headings, faults
        self.is_sound = True

    def fault(self, key: str, message: str, remedy: str = "") -> None:
        """Keep a fault at the cell of a column."""
        self.is_sound = False
        self._faults.append(Fault(self._row.sheet, self._row.address(key), message, remedy))

    def line(self, key: str, *, required: bool = False, most: int = 300) -> str:
        """One line of text; numbers become their digits."""
        return self._text(key, clean_line, required=required, most=most)

    def lines(self, key: str, *, most: int = 2000) -> str:
        """Text of several lines."""
        return self._text(key, clean_text, required=False, most=most)

    def _text(self, key: str, clean: Any, *, required: bool, most: int) -> str:
        value = self._row.values.get(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        try:
            text = str(clean(str(value))) if value is not None else ""
        except TextProblem as problem:
            self.fault(key, problem.message, problem.remedy)
            return ""
        if required and not text:
            message = _("Chưa có “%(column)s”.") % {"column": self._headings[key]}
            self.fault(key, message, _("Điền ô này, hoặc xóa cả dòng."))
        if len(text) > most:
            self.fault(key, _("Quá dài: tối đa %(most)d ký tự.") % {"most": most})
        return text

    def day(self, key: str, *, required: bool = False) -> date | None:
        """A day, from a date cell, a serial number, or text the way people write days."""
        value = self._row.values.get(key)
        if value is None or not str(value).strip():
            if required:
                self._text(key, clean_line, required=True, most=300)
            return None
        found = _day_of(value)
        if found is None:
            message = _("“%(value)s” không phải ngày.") % {"value": str(value)[:40]}
            self.fault(key, message, _("Ghi ngày/tháng/năm bốn chữ số, ví dụ 01/07/2025."))
        return found

    def number(self, key: str, *, default: int, most: int) -> int:
        """A whole number from 0."""
        text = self.line(key)
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and len(text) < 7 and int(text) <= most):
            self.fault(key, _("“%(value)s” không phải số từ 0 đến %(most)d.") % {"value": text[:40], "most": most})
            return default
        return int(text)


def _day_of(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = fold(str(value))
    try:
        if text.replace(".0", "").isdecimal() and _SERIALS[0] <= float(text) <= _SERIALS[1]:
            counted = from_excel(float(text))
            return counted.date() if isinstance(counted, datetime) else None
        if found := _DAY.fullmatch(text):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        if found := _ISO_DAY.fullmatch(text.removesuffix(" 00:00:00")):
            year, month, day = map(int, found.groups())
            return date(year, month, day)
    except (ValueError, OverflowError):
        return None
    return None
