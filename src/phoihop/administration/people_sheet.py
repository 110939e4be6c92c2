"""People and positions as a workbook: the template, the export, and reading one back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, cast

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from phoihop.administration.sheets import Column, Fault, RowReader, SheetRow, open_book, read_table
from phoihop.offices.models import IssuingBody
from phoihop.offices.permissions import ROLES
from phoihop.offices.staff import StaffLine, StaffMember
from phoihop.offices.staff_selectors import role_named, role_words

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_title() -> str:
    """The name of the sheet that is read."""
    return _("Người và chức vụ")


def columns() -> list[Column]:
    """The columns in the order of the template."""
    return [
        Column("username", _("Tên đăng nhập"), 20, True, ("tài khoản", "username")),
        Column("full_name", _("Họ và tên"), 28, True, ("họ tên", "full name")),
        Column("title", _("Chức vụ"), 28, True, ("chức danh", "position")),
        Column("roles", _("Vai trò"), 34, True, ("roles",)),
        Column("signs", _("Ký cho"), 34, False, ("ký cho cơ quan",)),
        Column("order", _("Thứ tự"), 8),
        Column("valid_from", _("Từ ngày"), 12, True, ("ngày bắt đầu",)),
        Column("valid_to", _("Đến hết ngày"), 13, False, ("ngày kết thúc", "đến ngày")),
        Column("email", _("Thư điện tử"), 26, False, ("email",)),
    ]


@dataclass(frozen=True)
class PeopleSheet:
    """What a workbook says, with the faults of its cells."""

    lines: tuple[StaffLine, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]


def read_people(content: bytes) -> PeopleSheet:
    """The positions a workbook lists. Raises Invalid when it is no workbook at all."""
    wanted = columns()
    table = read_table(open_book(content), sheet_title(), wanted, is_only=True)
    if table is None:
        fault = Fault("", "", _("Tệp không có trang tính nào hiện ra."), _("Bỏ ẩn trang tính rồi tải lên lại."))
        return PeopleSheet((), (fault,), ())
    faults = list(table.faults)
    headings = {column.key: column.heading for column in wanted}
    lines = [line for row in table.rows if (line := _line(row, headings, faults)) is not None]
    if not table.rows and not faults:
        faults.append(Fault(table.name, "", _("Không có dòng dữ liệu nào dưới tiêu đề."), _("Điền ít nhất một dòng.")))
    return PeopleSheet(tuple(lines), tuple(faults), tuple(table.remarks))


def _line(row: SheetRow, headings: dict[str, str], faults: list[Fault]) -> StaffLine | None:
    reader = RowReader(row, headings, faults)
    since = reader.day("valid_from", required=True)
    line = StaffLine(
        username=reader.line("username", required=True).lower(),
        full_name=reader.line("full_name", required=True),
        title=reader.line("title", required=True),
        roles=_roles(reader),
        signs=_signs(reader),
        order=reader.number("order", default=0, most=1000),
        valid_from=since or date.min,
        valid_to=reader.day("valid_to"),
        email=_email(reader),
        place=row.number,
        cells={key: row.address(key) for key in headings},
    )
    return line if reader.is_sound else None


def _email(reader: RowReader) -> str:
    text = reader.line("email", most=200)
    if text and ("@" not in text[1:-1] or " " in text):
        reader.fault(
            "email", _("“%(value)s” không phải địa chỉ thư điện tử.") % {"value": text}, _("Sửa, hoặc để trống.")
        )
    return text


def _roles(reader: RowReader) -> tuple[str, ...]:
    found: list[str] = []
    for words in reader.line("roles", required=True, most=600).split(";"):
        if not words.strip():
            continue
        role = role_named(words)
        if role is None:
            known = "; ".join(str(described.name) for described in ROLES.values())
            message = _("Không có vai trò “%(role)s”.") % {"role": words.strip()}
            reader.fault(
                "roles", message, _("Các vai trò: %(roles)s. Nhiều vai trò cách nhau dấu chấm phẩy.") % {"roles": known}
            )
        elif role.value not in found:
            found.append(role.value)
    return tuple(found)


def _signs(reader: RowReader) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for part in reader.lines("signs").split(";"):
        code, _colon, form = part.partition(":")
        if code.strip():
            found[code.strip()] = "\n".join(piece.strip() for piece in form.replace(" / ", "\n").splitlines()).strip()
    return tuple(found.items())


def people_workbook(members: Iterable[StaffMember], bodies: Sequence[IssuingBody]) -> bytes:
    """The people with all their positions, in the form that is read; without people, the template."""
    book = Workbook(write_only=True)
    sheet = _headed(book, sheet_title(), columns())
    for member in members:
        for held in member.positions:
            signs = ";\n".join(f"{code}: {form}".rstrip(": ") for code, form in held.signs)
            values = (
                member.username, member.full_name, held.title, "; ".join(role_words(held.roles)), signs,
                held.order, held.valid_from, held.valid_to, member.email,
            )  # fmt: skip
            sheet.append([_cell(sheet, value) for value in values])
    _add_explanations(book, bodies)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _add_explanations(book: Any, bodies: Sequence[IssuingBody]) -> None:
    roles = _headed(book, _("Vai trò"), [Column("", _("Vai trò"), 34), Column("", _("Được làm gì"), 80)])
    for described in ROLES.values():
        roles.append([str(described.name), str(described.meaning)])
    listed = _headed(book, _("Cơ quan ký"), [Column("", _("Mã"), 20), Column("", _("Cơ quan ban hành"), 60)])
    for body in bodies:
        listed.append([body.code, body.name])


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


def _cell(sheet: Any, value: str | int | date | None) -> Any:
    """Text is written as text whatever it begins with, so that no name can make a workbook compute."""
    cell = WriteOnlyCell(sheet, cast("str | int | datetime | None", value))  # days are taken, too
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    elif isinstance(value, date):
        cell.number_format = "DD/MM/YYYY"
    return cell
