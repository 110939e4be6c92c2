"""The ten columns of the registers in and out, as NĐ 30/2020/NĐ-CP Phụ lục IV names them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from phoihop.core.clock import local
from phoihop.dispatches.presentation import standing_look
from phoihop.dispatches.rules import DispatchState
from phoihop.dispatches.selectors.register_lines import RegisterLine
from phoihop.lists.declaring import Column

_MOST_NAMED = 4


def _column(key: str, label: str | Promise, cell: Callable[[RegisterLine], object], sort: str = "") -> Column:
    """A column of a form the law prescribes: it cannot be hidden."""
    return Column(key, label, cell, sort=sort, always=True)


def _day(moment: datetime | None) -> date | None:
    return local(moment).date() if moment else None


def _arrived(line: RegisterLine) -> object:
    return _day(line.arrived_at or line.number.given_at)


def _author(line: RegisterLine) -> object:
    return line.document.issuer_name if line.document else ""


def _their_code(line: RegisterLine) -> object:
    return line.document.code if line.document else ""


def _dated(line: RegisterLine) -> object:
    known = line.document or line.draft
    return known.dated if known else None


def _subject(line: RegisterLine) -> object:
    """Tên loại và trích yếu nội dung."""
    if line.document is not None:
        return " ".join(part for part in (line.document.type_name, line.document.abstract) if part)
    if line.is_voided or line.is_reserved:
        return line.draft.abstract if line.draft else ""
    return _("Nội dung đã được gỡ bỏ")


def _holder(line: RegisterLine) -> object:
    if line.handling is None:
        return ""
    return line.handling.lead_name or str((line.handling.forwarded_to or {}).get("name", ""))


def _passed_on(line: RegisterLine) -> object:
    return _day(line.handling.directed_at) if line.handling else None


def _signed_for(line: RegisterLine) -> object:
    """Ký nhận: what the holder confirmed here, or room for a hand."""
    accepted = line.handling.accepted_at if line.handling else None
    return _("Đã nhận %(at)s") % {"at": local(accepted).strftime("%H:%M %d/%m/%Y")} if accepted else ""


def _signer(line: RegisterLine) -> object:
    if line.document is not None:
        return line.document.signatory_name
    return line.draft.signer_name if line.draft else ""


def _recipients(line: RegisterLine) -> object:
    """Where it went; a document that went to many names the first of them and says how many more."""
    named, more = line.recipients[:_MOST_NAMED], len(line.recipients) - _MOST_NAMED
    others = line.document.other_recipients if line.document else ""
    rest = ngettext("và %(n)d nơi khác", "và %(n)d nơi khác", more) % {"n": more} if more > 0 else ""
    return "; ".join(filter(None, [*named, rest, others]))


def _kept_by(line: RegisterLine) -> object:
    """Lưu: VT and the unit that drafted it."""
    if line.document is None:
        return ""
    return ", ".join(filter(None, ["VT", line.draft.unit if line.draft else ""]))


def _copies(line: RegisterLine) -> object:
    return len(line.document.recipients) + 1 if line.document else None


def _issued(line: RegisterLine) -> object:
    return _day(line.document.issued_at) if line.document else None


def _note(line: RegisterLine) -> object:
    if line.is_voided:
        return _("Số hủy: %(reason)s") % {"reason": line.number.voided_reason}
    if line.is_reserved:
        return _("Đã cấp số, chưa phát hành")
    if line.handling is not None and line.handling.returned_at:
        return _("Đã trả lại nơi gửi")
    standing = DispatchState(line.document.standing) if line.document else DispatchState.ISSUED
    return "" if standing is DispatchState.ISSUED else standing_look(standing).word


REGISTER_IN_COLUMNS: tuple[Column, ...] = (
    _column("arrived", lazy("Ngày đến"), _arrived),
    _column("number", lazy("Số đến"), lambda line: line.number.number, "number"),
    _column("author", lazy("Tác giả"), _author),
    _column("code", lazy("Số, ký hiệu văn bản"), _their_code),
    _column("dated", lazy("Ngày tháng văn bản"), _dated),
    _column("subject", lazy("Tên loại và trích yếu nội dung văn bản"), _subject),
    _column("holder", lazy("Đơn vị hoặc người nhận"), _holder),
    _column("passed", lazy("Ngày chuyển"), _passed_on),
    _column("signed", lazy("Ký nhận"), _signed_for),
    _column("note", lazy("Ghi chú"), _note),
)
REGISTER_OUT_COLUMNS: tuple[Column, ...] = (
    _column("code", lazy("Số, ký hiệu văn bản"), lambda line: line.number.code, "number"),
    _column("dated", lazy("Ngày tháng văn bản"), _dated),
    _column("subject", lazy("Tên loại và trích yếu nội dung văn bản"), _subject),
    _column("signer", lazy("Người ký"), _signer),
    _column("to", lazy("Nơi nhận văn bản"), _recipients),
    _column("kept", lazy("Đơn vị, người nhận bản lưu"), _kept_by),
    _column("copies", lazy("Số lượng bản"), _copies),
    _column("passed", lazy("Ngày chuyển"), _issued),
    _column("signed", lazy("Ký nhận"), lambda line: ""),
    _column("note", lazy("Ghi chú"), _note),
)
