"""Tables of the directory as people send them."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook

from tests.administration.books import book, saved

OFFICE_HEAD = (
    "Mã văn phòng *", "Tên văn phòng *", "Tên ngắn *", "Văn phòng cấp trên", "Mã vùng", "Mã tỉnh", "Mã xã",
    "Điện thoại trực", "Máy chủ", "Từ ngày *", "Đến hết ngày", "Nhập vào văn phòng",
)  # fmt: skip
BODY_HEAD = (
    "Mã văn phòng *", "Mã cơ quan *", "Tên cơ quan ban hành *", "Hệ thống văn bản *", "Ký hiệu *", "Địa danh *",
    "Tên cơ quan cấp trên", "Mã định danh", "Thứ tự", "Từ ngày *", "Đến hết ngày",
)  # fmt: skip

__all__ = ["body_row", "directory_book", "office_row", "saved"]


def directory_book(offices: Sequence[Sequence[object]], bodies: Sequence[Sequence[object]] = ()) -> Workbook:
    """A workbook with both sheets."""
    made = book(*offices, head=OFFICE_HEAD, title="Văn phòng")
    sheet = made.create_sheet("Cơ quan ban hành")
    sheet.append(list(BODY_HEAD))
    for row in bodies:
        sheet.append(list(row))
    return made


def office_row(code: str, **changes: object) -> list[object]:
    """One sound row of a new office."""
    values: dict[str, object] = {
        "code": code, "name": "Văn phòng Sở Nông nghiệp và Môi trường Nghệ An", "short_name": "VP Sở NN&MT",
        "parent": "NA-VPUBND", "region": None, "province": None, "commune": None, "hotline": None, "node": None,
        "valid_from": "01/12/2026", "valid_to": None, "successor": None,
    }  # fmt: skip
    return list({**values, **changes}.values())


def body_row(office: str, code: str, **changes: object) -> list[object]:
    """One sound row of a new body."""
    values: dict[str, object] = {
        "office": office, "code": code, "name": "Sở Nông nghiệp và Môi trường", "regime": "Nhà nước",
        "notation": "SNNMT", "place": "Nghệ An", "superior": None, "edxml": None, "order": None,
        "valid_from": "01/12/2026", "valid_to": None,
    }  # fmt: skip
    return list({**values, **changes}.values())
