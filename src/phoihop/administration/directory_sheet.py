"""Offices and issuing bodies as a workbook: the template, the export, and reading one back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from phoihop.administration.sheets import Column, Fault, RowReader, SheetRow, Table, open_book, read_table
from phoihop.core.machine import N_
from phoihop.core.text import fold
from phoihop.exchange.directory.lines import BODY_WORDS, OFFICE_WORDS, REGIME_WORDS, BodyLine, OfficeLine
from phoihop.exchange.directory.state import BodyState, DirectoryState, OfficeState
from phoihop.lists.incoming_books import IncomingBook

OFFICES, BODIES = N_("Văn phòng"), N_("Cơ quan ban hành")
_WIDTHS = {"name": 42, "short_name": 24, "superior_name": 30, "place": 16, "regime": 18, "successor": 20}
_OFFICE_NEEDS = frozenset({"code", "name", "short_name", "valid_from"})
_BODY_NEEDS = frozenset({"office", "code", "name", "regime", "notation", "place", "valid_from"})


def office_title() -> str:
    """The name of the sheet of offices."""
    return _(OFFICES)


def body_title() -> str:
    """The name of the sheet of bodies."""
    return _(BODIES)


def office_columns() -> list[Column]:
    """The columns of an office in the order of the template."""
    return [
        Column(key, _(word), _WIDTHS.get(key, 15), key in _OFFICE_NEEDS, _spellings(word))
        for key, word in OFFICE_WORDS.items()
    ]


def body_columns() -> list[Column]:
    """The columns of a body in the order of the template."""
    return [
        Column(key, _(word), _WIDTHS.get(key, 15), key in _BODY_NEEDS, _spellings(word))
        for key, word in BODY_WORDS.items()
    ]


def _spellings(word: str) -> tuple[str, ...]:
    """A word in every language of the pages: a table may come from somebody who reads another one."""
    found = [word]
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.append(_(word))
    return tuple(dict.fromkeys(found))


def _table(book: IncomingBook, title: str, columns: Sequence[Column]) -> Table | None:
    found = (read_table(book, one, columns) for one in _spellings(title))
    return next((table for table in found if table is not None), None)


@dataclass(frozen=True)
class DirectorySheet:
    """What a workbook says, with the faults of its cells."""

    offices: tuple[OfficeLine, ...]
    bodies: tuple[BodyLine, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]


def read_directory(content: bytes) -> DirectorySheet:
    """The offices and bodies a workbook lists; one of its two sheets may be missing. Raises Invalid for no workbook."""
    book = open_book(content)
    offices, bodies = _table(book, OFFICES, office_columns()), _table(book, BODIES, body_columns())
    found = [table for table in (offices, bodies) if table is not None]
    faults = [fault for table in found for fault in table.faults]
    remarks = list(dict.fromkeys(remark for table in found for remark in table.remarks))
    if not found:
        message = _("Tệp không có trang tính “%(first)s” hoặc “%(second)s”.")
        told = message % {"first": office_title(), "second": body_title()}
        faults.append(Fault("", "", told, _("Tải tệp mẫu và chép dữ liệu vào đó.")))
    elif not faults and not any(table.rows for table in found):
        message = _("Không có dòng dữ liệu nào dưới tiêu đề.")
        faults.append(Fault(found[0].name, "", message, _("Điền ít nhất một dòng.")))
    office_lines = [line for row in (offices.rows if offices else ()) if (line := _office(row, faults)) is not None]
    body_lines = [body for row in (bodies.rows if bodies else ()) if (body := _body(row, faults)) is not None]
    return DirectorySheet(tuple(office_lines), tuple(body_lines), tuple(faults), tuple(remarks))


def _office(row: SheetRow, faults: list[Fault]) -> OfficeLine | None:
    headings = {key: _(word) for key, word in OFFICE_WORDS.items()}
    reader = RowReader(row, headings, faults)
    said = {
        key: reader.line(key, required=key in _OFFICE_NEEDS) for key in OFFICE_WORDS if not key.startswith("valid_")
    }
    since, until = reader.day("valid_from", required=True), reader.day("valid_to")
    cells = {key: row.address(key) for key in OFFICE_WORDS}
    line = OfficeLine(**said, valid_from=since or date.min, valid_to=until, row=row.number, cells=cells)
    return line if reader.is_sound else None


def _body(row: SheetRow, faults: list[Fault]) -> BodyLine | None:
    headings = {key: _(word) for key, word in BODY_WORDS.items()}
    reader = RowReader(row, headings, faults)
    plain = [key for key in BODY_WORDS if not key.startswith("valid_") and key not in {"regime", "order"}]
    said = {key: reader.line(key, required=key in _BODY_NEEDS) for key in plain}
    since, until = reader.day("valid_from", required=True), reader.day("valid_to")
    line = BodyLine(
        **said,
        regime=_regime(reader),
        order=reader.number("order", default=0, most=1000),
        valid_from=since or date.min,
        valid_to=until,
        row=row.number,
        cells={key: row.address(key) for key in BODY_WORDS},
    )
    return line if reader.is_sound else None


def _regime(reader: RowReader) -> str:
    words = reader.line("regime", required=True)
    known = {fold(one): key for key, word in REGIME_WORDS.items() for one in (key, *_spellings(word))}
    if words and fold(words) not in known:
        remedy = _("Ghi một trong: %(words)s.") % {"words": "; ".join(_(word) for word in REGIME_WORDS.values())}
        reader.fault("regime", _("Không có hệ thống văn bản “%(words)s”.") % {"words": words[:40]}, remedy)
    return known.get(fold(words), "")


def directory_workbook(state: DirectoryState, *, with_rows: bool = True) -> bytes:
    """The directory with what has ended, in the form that is read; without rows, the template."""
    book = Workbook(write_only=True)
    offices = sorted(state.offices.values(), key=lambda office: (office.valid_to is not None, office.code))
    bodies = sorted(state.bodies.values(), key=lambda body: (body.valid_to is not None, body.office, body.order))
    sheet = _headed(book, office_title(), office_columns())
    for office in offices if with_rows else ():
        _append(sheet, _office_values(office, state))
    sheet = _headed(book, body_title(), body_columns())
    for body in bodies if with_rows else ():
        _append(sheet, _body_values(body))
    _explain(book, state)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _office_values(office: OfficeState, state: DirectoryState) -> list[object]:
    node = state.nodes.get(office.node, "")
    return [node if key == "node" else getattr(office, key) for key in OFFICE_WORDS]


def _body_values(body: BodyState) -> list[object]:
    return [_(REGIME_WORDS[body.regime]) if key == "regime" else getattr(body, key) for key in BODY_WORDS]


def _explain(book: Any, state: DirectoryState) -> None:
    sheet = _headed(book, _("Hướng dẫn"), [Column("", _("Cột"), 26), Column("", _("Cách ghi"), 90)])
    regimes = "; ".join(_(word) for word in REGIME_WORDS.values())
    nodes = ", ".join(sorted(state.nodes.values()))
    for column, words in (
        (_("Từ ngày"), _("Ngày bắt đầu hoạt động, dạng 01/07/2025. Không sửa được sau khi đã ghi.")),
        (_("Đến hết ngày"), _("Ngày hoạt động cuối cùng; để trống nếu còn hoạt động.")),
        (
            _("Nhập vào văn phòng"),
            _("Mã văn phòng tiếp nhận việc và cơ quan ban hành, khi có “Đến hết ngày”."),
        ),
        (_("Mã tỉnh"), _("Mã đơn vị hành chính hiện hành; xem trang Địa bàn.")),
        (_("Máy chủ"), _("Để trống: máy chủ này. Các máy chủ: %(names)s.") % {"names": nodes}),
        (_("Hệ thống văn bản"), regimes),
        (_("Mã định danh"), _("Mã của cơ quan trong liên thông văn bản quốc gia; để trống nếu chưa có.")),
    ):
        _append(sheet, [column, words])


def _headed(book: Any, title: str, wanted: Sequence[Column]) -> Any:
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(wanted, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    heads = []
    for column in wanted:
        cell = WriteOnlyCell(sheet, column.heading + (" *" if column.is_required else ""))
        cell.font = Font(bold=True)
        heads.append(cell)
    sheet.append(heads)
    return sheet


def _append(sheet: Any, values: Iterable[object]) -> None:
    """Text is written as text whatever it begins with, so that no name can make a workbook compute."""
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # days are taken, too
        if isinstance(value, str):
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        elif isinstance(value, date):
            cell.number_format = "DD/MM/YYYY"
        cells.append(cell)
    sheet.append(cells)
