"""Lists of units as XLSX: provinces and communes of a day, and former communes beside those of today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from phoihop.territory.models import MILLION, Province
from phoihop.territory.selectors import Correspondence, communes, correspondences, province_overviews

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def units_workbook(provinces: QuerySet[Province], *, on: date) -> bytes:
    """Three sheets about the provinces: they themselves, their communes on the day, former and present side by side.

    What is not known is an empty cell; the sheet of correspondences says which parts are estimates.
    """
    book = Workbook(write_only=True)
    overviews = province_overviews(provinces, on=on)
    codes = [row.province.code for row in overviews]
    _fill(
        book.create_sheet(_("Tỉnh, thành phố")[:31]),
        [(_("Mã"), 8), (_("Tỉnh, thành phố"), 28), (_("Số xã, phường, đặc khu"), 22), (_("Diện tích (km²)"), 16),
         (_("Từ ngày"), 12), (_("Đến hết ngày"), 14), (_("Nay thuộc"), 28)],
        (
            (row.province.gso, row.province.full_name, row.communes or None, row.province.km2,
             row.province.valid_from, row.province.valid_to,
             row.province.successor.full_name if row.province.successor else None)
            for row in overviews
        ),
    )  # fmt: skip
    _fill(
        book.create_sheet(_("Xã, phường, đặc khu")[:31]),
        [(_("Mã"), 8), (_("Tên"), 30), (_("Loại"), 12), (_("Huyện trước đây"), 26), (_("Tỉnh, thành phố"), 28),
         (_("Diện tích (km²)"), 16), (_("Từ ngày"), 12), (_("Đến hết ngày"), 14)],
        (
            (unit.gso, unit.full_name, str(unit.get_kind_display()), unit.district or None, unit.province.full_name,
             unit.km2, unit.valid_from, unit.valid_to)
            for unit in communes(on=on).filter(province__in=codes).order_by("province__sort_key", "sort_key", "code")
        ),
    )  # fmt: skip
    _fill(
        book.create_sheet(_("Đối chiếu trước, sau 01-07-2025")[:31]),
        [(_("Mã trước"), 10), (_("Đơn vị trước 01/7/2025"), 30), (_("Huyện"), 26), (_("Tỉnh trước"), 24),
         (_("Mã nay"), 10), (_("Đơn vị hiện nay"), 30), (_("Tỉnh nay"), 24), (_("Phần của đơn vị trước (%)"), 24),
         (_("Phần của đơn vị nay (%)"), 22), (_("Ghi chú"), 44)],
        (_side_by_side(line) for line in correspondences(of=codes)),
    )  # fmt: skip
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _side_by_side(line: Correspondence) -> Sequence[object]:
    before, after = line.before, line.after
    return (
        before.gso, before.full_name, before.district or None, before.province.full_name,
        after.gso, after.full_name, after.province.full_name,
        _percent(line.part_of_before), _percent(line.part_of_after), _remark(line),
    )  # fmt: skip


def _percent(part: int | None) -> float | None:
    return None if part is None else round(part / (MILLION / 100), 2)


def _remark(line: Correspondence) -> str:
    parts = (line.part_of_before, line.part_of_after)
    if None in parts:
        return _("Chưa rõ tỷ lệ chia theo diện tích")
    return "" if parts == (MILLION, MILLION) else _("Tỷ lệ theo diện tích là số ước tính")


def _fill(sheet: Any, head: Sequence[tuple[str, int]], rows: Iterable[Sequence[object]]) -> None:
    """Columns of the given widths in characters; the head stays in sight."""
    for place, (_title, width) in enumerate(head, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, title) for title, _width in head]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    for row in rows:
        sheet.append(row)
