"""Workbooks as offices send them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook

HEAD = (
    "Tên đăng nhập *", "Họ và tên *", "Chức vụ *", "Vai trò *", "Ký cho", "Thứ tự", "Từ ngày *", "Đến hết ngày",
    "Thư điện tử",
)  # fmt: skip


def book(*rows: Sequence[object], head: Sequence[object] = HEAD, title: str = "Người và chức vụ") -> Workbook:
    """A workbook with one sheet, its headings in the first row."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    return made


def saved(made: Workbook) -> bytes:
    """Its bytes."""
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def row(username: str, **changes: object) -> list[object]:
    """One sound row."""
    values: dict[str, object] = {
        "username": username, "full_name": "Nguyễn Văn An", "title": "Chuyên viên", "roles": "Chuyên viên, trợ lý",
        "signs": None, "order": None, "valid_from": "01/07/2026", "valid_to": None, "email": None,
    }  # fmt: skip
    return list({**values, **changes}.values())
