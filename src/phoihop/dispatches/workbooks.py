"""Lists as XLSX, with the columns of the registers (NĐ 30 Phụ lục IV) as far as a list knows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook

from phoihop.core.clock import local
from phoihop.dispatches.presentation import handling_look
from phoihop.dispatches.rules import Urgency
from phoihop.dispatches.selectors.lists import IncomingRow, OutgoingRow

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 5000
"""What is written while the person waits: about two seconds."""


def incoming_workbook(rows: Sequence[IncomingRow], *, cut: bool) -> bytes:
    """The list of arrivals. ``cut`` says in the first line that older rows were left out."""
    head = [
        _("Ngày đến"), _("Số đến"), _("Cơ quan ban hành"), _("Số, ký hiệu"), _("Ngày văn bản"), _("Loại"),
        _("Trích yếu"), _("Độ khẩn"), _("Chủ trì"), _("Hạn xử lý"), _("Trạng thái"), _("Ngày xong"),
    ]  # fmt: skip
    return _workbook(_("Văn bản đến"), head, map(_incoming_cells, rows), cut)


def _incoming_cells(row: IncomingRow) -> list[object]:
    document, handling = row.dispatch, row.handling
    return [
        _cell(row.delivery.arrived_at), handling.arrival_number if handling else None, row.sender, document.code,
        document.dated, document.type_name, document.abstract, _(Urgency(document.urgency).label),
        handling.lead_name if handling else "", _cell(row.due_at), handling_look(row.state).word,
        _cell(row.delivery.done_at),
    ]  # fmt: skip


def outgoing_workbook(rows: Sequence[OutgoingRow], *, cut: bool) -> bytes:
    """The list of issued documents."""
    head = [
        _("Số, ký hiệu"), _("Ngày văn bản"), _("Loại"), _("Trích yếu"), _("Người ký"), _("Độ khẩn"),
        _("Phát hành lúc"), _("Số nơi nhận"), _("Đã vào sổ"), _("Đã xem"), _("Đã nhận xử lý"), _("Trả lại"),
        _("Phúc đáp"),
    ]  # fmt: skip
    return _workbook(_("Văn bản đi"), head, map(_outgoing_cells, rows), cut)


def _outgoing_cells(row: OutgoingRow) -> list[object]:
    document = row.dispatch
    states = ("all", "registered", "seen", "accepted", "returned", "answered")
    return [
        document.code, document.dated, document.type_name, document.abstract, document.signatory_name,
        _(Urgency(document.urgency).label), _cell(document.issued_at), *(row.tally[state] for state in states),
    ]  # fmt: skip


def _workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[object]], cut: bool) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    if cut:
        sheet.append(
            [_("Chỉ gồm %(most)d dòng mới nhất; hãy lọc theo ngày để lấy phần trước đó.") % {"most": MOST_ROWS}]
        )
    sheet.append(head)
    for row in rows:
        sheet.append([_plain(value) for value in row])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(moment: datetime | None) -> datetime | None:
    """Workbooks know no zones: the region's wall clock."""
    return local(moment).replace(tzinfo=None) if moment else None


def _plain(value: object) -> object:
    """A text that begins like a formula is marked as text, so that no document can make a workbook compute."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"}:
        return f"'{value}"
    return value
