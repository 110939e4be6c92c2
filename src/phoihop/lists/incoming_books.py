"""Workbooks that people send: opened within bounds, read row by row, and never computed.

A small file may unpack to millions of cells, so bytes, what they unpack to, XML elements, rows and columns are all
bounded before anything is kept in memory.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from phoihop.core.errors import Invalid

_MEGABYTE = 1024 * 1024
_MOST_MERGED = 1_000
_MOST_SHEETS = 50
_DAMAGED = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, EOFError, RuntimeError, NotImplementedError,
    zipfile.BadZipFile, zipfile.LargeZipFile, SyntaxError, ExpatError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True)
class Bounds:
    """How much a workbook may be: megabytes of the file and of what it unpacks to, rows and columns of a sheet.

    ``elements`` counts the marks ``<`` of all its XML: an element takes a hundred times its bytes in memory.
    """

    megabytes: int
    unpacked_megabytes: int
    rows: int
    columns: int
    elements: int = 1_000_000


@dataclass
class IncomingSheet:
    """What stands in one sheet. Rows count from 1; ``computed`` are places (row, column from 0) of formulas and errors.

    ``is_too_long`` says that it goes on after the last row that is taken.
    """

    title: str
    rows: list[Sequence[Any]] = field(default_factory=list)
    computed: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[str, int, int, int]] = field(default_factory=list)
    """Each as it is written, its first column and row from 1, and its last row."""
    hidden_rows: set[int] = field(default_factory=set)
    is_too_long: bool = False


class IncomingBook:
    """An open workbook; sheets are read when they are asked for, each once."""

    def __init__(self, book: Any, bounds: Bounds) -> None:
        self._sheets = {str(sheet.title): sheet for sheet in book.worksheets}
        self._bounds = bounds
        self._read: dict[str, IncomingSheet] = {}
        self.visible = [name for name, sheet in self._sheets.items() if sheet.sheet_state == "visible"]
        self.hidden = [name for name in self._sheets if name not in self.visible]

    def sheet(self, title: str) -> IncomingSheet:
        """What stands in the sheet of this title. Raises Invalid when it is damaged."""
        if title not in self._read:
            try:
                self._read[title] = self._rows_of(self._sheets[title], title)
            except _DAMAGED as error:
                raise _damaged() from error
        return self._read[title]

    def _rows_of(self, source: Any, title: str) -> IncomingSheet:
        most = self._bounds.rows
        source.reset_dimensions()  # what the file says of its own size
        found = IncomingSheet(title)
        for number, cells in enumerate(source.iter_rows(max_row=most + 1, max_col=self._bounds.columns), 1):
            if number > most:
                found.is_too_long = True
                break
            found.rows.append([cell.value for cell in cells])
            found.computed.update((number, place) for place, cell in enumerate(cells) if cell.data_type in {"f", "e"})
        with source._get_source() as part:  # rows alone do not tell what is merged or hidden
            _look_beside(part, found, most)
        return found


def open_incoming(content: bytes, bounds: Bounds, *, with_results: bool = False) -> IncomingBook:
    """Open a workbook. Raises Invalid with a sentence when it is none, is locked, damaged or too large.

    With ``with_results`` a formula is what the last program computed, else it is a fault for the caller to tell.
    """
    if len(content) > bounds.megabytes * _MEGABYTE:
        raise _too_large(bounds.megabytes)
    if content[:4] != b"PK\x03\x04":
        remedy = _("Mở bằng Excel hoặc LibreOffice, bỏ mật khẩu nếu có, lưu thành .xlsx rồi tải lên lại.")
        raise _refused(_("Tệp không phải bảng tính .xlsx."), remedy)
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            is_moderate = _is_moderate(packed, bounds)
        if not is_moderate:
            raise _refused(_("Tệp quá lớn khi mở ra."), _("Xóa các dòng, cột trống có định dạng rồi lưu lại."))
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False, data_only=with_results)
        return IncomingBook(book, bounds)
    except _DAMAGED as error:
        raise _damaged() from error


def _is_moderate(packed: zipfile.ZipFile, bounds: Bounds) -> bool:
    """Whether what is inside stays small in memory, too. Raises ValueError for XML that defines entities."""
    if sum(item.file_size for item in packed.infolist()) > bounds.unpacked_megabytes * _MEGABYTE:
        return False
    elements = sheets = 0
    for item in packed.infolist():
        sheets += item.filename.startswith("xl/worksheets/sheet")
        last = b""
        with packed.open(item) as part:
            while elements <= bounds.elements and (chunk := part.read(_MEGABYTE)):
                elements += chunk.count(b"<")
                if item.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in (last + chunk).replace(b"\0", b""):
                    raise ValueError(item.filename)
                last = chunk[-20:]
    return elements <= bounds.elements and sheets <= _MOST_SHEETS


def _look_beside(part: Any, found: IncomingSheet, most: int) -> None:
    """Note merged ranges and hidden rows, without building anything of the sheet."""

    def begin(name: str, given: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "mergeCell" and len(found.merged) < _MOST_MERGED:
            first_column, first_row, _last_column, last_row = range_boundaries(given.get("ref", ""))
            found.merged.append((given["ref"], int(first_column or 1), int(first_row or 1), int(last_row or most)))
        elif tag == "row" and given.get("hidden") in {"1", "true"} and given.get("r", "").isdecimal():
            found.hidden_rows.add(int(given["r"]))

    parser = ParserCreate()
    parser.StartElementHandler = begin
    parser.ParseFile(part)


def _too_large(megabytes: int) -> Invalid:
    remedy = _("Tệp không quá %(most)d MB; bỏ ảnh và trang tính không dùng.") % {"most": megabytes}
    return _refused(_("Tệp quá lớn."), remedy)


def _damaged() -> Invalid:
    return _refused(_("Tệp bị hỏng, không mở được."), _("Mở bằng Excel, lưu lại rồi tải lên lại."))


def _refused(message: str, remedy: str) -> Invalid:
    return Invalid("sheet_unreadable", message, remedy=remedy, fields={"file": [f"{message} {remedy}"]})


class SizedFileField(forms.FileField):
    """A file of at most so many bytes, refused by its stated size before any of it is read into memory."""

    default_error_messages = {
        "required": lazy("Chọn tệp."),
        "empty": lazy("Tệp trống. Chọn tệp khác."),
        "too_large": lazy("Tệp quá lớn: %(size)s MB; nhận tệp không quá %(most)s MB."),
    }

    def __init__(self, *, most_bytes: int, **given: Any) -> None:
        super().__init__(**given)
        self._most_bytes = most_bytes

    def to_python(self, data: Any) -> Any:
        if data not in self.empty_values and data.size > self._most_bytes:
            said = {"size": -(-data.size // _MEGABYTE), "most": max(1, self._most_bytes // _MEGABYTE)}
            raise forms.ValidationError(self.error_messages["too_large"] % said, code="too_large")
        return super().to_python(data)


class WorkbookField(SizedFileField):
    """A workbook to be read with ``bounds``."""

    default_error_messages = {"required": lazy("Chọn tệp .xlsx.")}

    def __init__(self, *, bounds: Bounds, **given: Any) -> None:
        widget = forms.FileInput(attrs={"accept": ".xlsx"})
        super().__init__(
            **{"label": lazy("Tệp .xlsx"), "widget": widget, **given}, most_bytes=bounds.megabytes * _MEGABYTE
        )
