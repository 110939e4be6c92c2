"""The columns of the lists of documents: as headings on pages, and as cells of workbooks.

Workbooks hold the columns of the registers (NĐ 30 Phụ lục IV) as far as a list knows them.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from phoihop.dispatches.models import Draft
from phoihop.dispatches.presentation import draft_look, handling_look
from phoihop.dispatches.rules import DraftState, Urgency
from phoihop.dispatches.selectors.lists import IncomingRow, OutgoingRow
from phoihop.lists.declaring import Column


def _number(row: IncomingRow) -> object:
    return row.handling.arrival_number if row.handling else None


def _lead(row: IncomingRow) -> object:
    return row.handling.lead_name if row.handling else ""


def _urgency(word: str) -> str:
    return _(Urgency(word).label)


def _tally(state: str, label: object, *, on_page: bool = True) -> Column:
    def cell(row: OutgoingRow) -> object:
        return row.tally[state]

    return Column(state, label, cell, on_page=on_page)  # type: ignore[arg-type]  # a lazy text is a text


INCOMING_COLUMNS: tuple[Column, ...] = (
    Column("number", lazy("Số đến"), _number, sort="registered", always=True),
    Column("arrived", lazy("Ngày đến"), lambda row: row.delivery.arrived_at, sort="arrived"),
    Column("code", lazy("Số, ký hiệu"), lambda row: row.dispatch.code, always=True),
    Column("issuer", lazy("Cơ quan ban hành"), lambda row: row.sender),
    Column("dated", lazy("Ngày văn bản"), lambda row: row.dispatch.dated, on_page=False),
    Column("type", lazy("Loại"), lambda row: row.dispatch.type_name, on_page=False),
    Column("abstract", lazy("Trích yếu"), lambda row: row.dispatch.abstract, always=True),
    Column("urgency", lazy("Độ khẩn"), lambda row: _urgency(row.dispatch.urgency), on_page=False),
    Column("state", lazy("Trạng thái"), lambda row: handling_look(row.state).word),
    Column("lead", lazy("Chủ trì"), _lead),
    Column("due", lazy("Hạn xử lý"), lambda row: row.due_at, sort="due"),
    Column("done", lazy("Ngày xong"), lambda row: row.delivery.done_at, on_page=False),
)

OUTGOING_COLUMNS: tuple[Column, ...] = (
    Column("code", lazy("Số, ký hiệu"), lambda row: row.dispatch.code, always=True),
    Column("issued", lazy("Phát hành"), lambda row: row.dispatch.issued_at, sort="issued"),
    Column("dated", lazy("Ngày văn bản"), lambda row: row.dispatch.dated, on_page=False),
    Column("type", lazy("Loại"), lambda row: row.dispatch.type_name, on_page=False),
    Column("abstract", lazy("Trích yếu"), lambda row: row.dispatch.abstract, always=True),
    Column("signatory", lazy("Người ký"), lambda row: row.dispatch.signatory_name, on_page=False),
    Column("urgency", lazy("Độ khẩn"), lambda row: _urgency(row.dispatch.urgency), on_page=False),
    Column("to", lazy("Nơi nhận"), lambda row: ", ".join(row.recipients) + ("…" if row.tally["all"] > 3 else "")),
    _tally("all", lazy("Số nơi nhận"), on_page=False),
    _tally("registered", lazy("Vào sổ")),
    _tally("seen", lazy("Đã xem")),
    _tally("accepted", lazy("Nhận xử lý")),
    _tally("answered", lazy("Phúc đáp")),
    _tally("returned", lazy("Trả lại")),
    Column("due", lazy("Hạn phúc đáp"), lambda row: row.dispatch.due_at, sort="due"),
)


def _step(row: Draft) -> str:
    return draft_look(DraftState(row.state)).word


DRAFT_COLUMNS: tuple[Column, ...] = (
    Column("abstract", lazy("Trích yếu"), lambda row: row.abstract, always=True),
    Column("step", lazy("Bước"), _step),
    Column("author", lazy("Người soạn"), lambda row: row.author_name),
    Column("signer", lazy("Người ký"), lambda row: row.signer_name),
    Column("code", lazy("Số, ký hiệu"), lambda row: row.code),
    Column("to", lazy("Nơi nhận"), lambda row: len(row.recipients)),
    Column("changed", lazy("Sửa lần cuối"), lambda row: row.changed_at, sort="changed"),
)
