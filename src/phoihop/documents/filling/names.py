"""The placeholders that an office's own template may hold, and what they stand for in a document."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from phoihop.documents import wording
from phoihop.documents.body_setting import set_body
from phoihop.documents.components import Document
from phoihop.documents.composing import compose
from phoihop.documents.items import Table, Text
from phoihop.documents.layouts import layout_for

NAMES: Mapping[str, str | Promise] = {
    "co_quan_cap_tren": _("tên cơ quan cấp trên"),
    "co_quan_ban_hanh": _("tên cơ quan ban hành"),
    "so": _("số"),
    "ky_hieu": _("ký hiệu"),
    "so_ky_hieu": _("số và ký hiệu"),
    "dia_danh": _("địa danh"),
    "ngay_thang": _("địa danh, ngày tháng năm"),
    "ten_loai": _("tên loại văn bản"),
    "trich_yeu": _("trích yếu"),
    "kinh_gui": _("nơi kính gửi"),
    "noi_dung": _("nội dung"),
    "quyen_han_chuc_vu": _("quyền hạn, chức vụ người ký"),
    "nguoi_ky": _("họ tên người ký"),
    "noi_nhan": _("nơi nhận"),
    "do_khan": _("độ khẩn"),
}
"""Name to meaning. What is not here is unknown."""


def values_of(document: Document) -> dict[str, str]:
    """What every placeholder stands for; several lines are parted by line ends."""
    words = layout_for(document.regime, document.on).words
    number = document.number
    signed = document.signatures[-1] if document.signatures else None
    urgency = document.marks.urgency
    return {
        "co_quan_cap_tren": document.superior.upper(),
        "co_quan_ban_hanh": document.issuer.upper(),
        "so": number.number or wording.BLANK,
        "ky_hieu": number.notation,
        "so_ky_hieu": wording.plain(wording.code_pieces(number, words)[1:]),
        "dia_danh": document.dated.place,
        "ngay_thang": wording.plain(wording.dated_pieces(document.dated)),
        "ten_loai": document.type_name.upper(),
        "trich_yeu": document.abstract,
        "kinh_gui": "\n".join(document.addressees),
        "noi_dung": "\n".join(_body_lines(document)),
        "quyen_han_chuc_vu": "\n".join(wording.signing_lines(signed, words)) if signed else "",
        "nguoi_ky": wording.signing_name(signed, words) if signed else "",
        "noi_nhan": "\n".join(wording.recipient_lines(document.recipients)),
        "do_khan": words.urgencies[urgency].text if urgency else "",
    }


def _body_lines(document: Document) -> list[str]:
    lines = []
    for item in set_body(document.body, compose(document).layout):
        if isinstance(item, Text):
            lines.append("".join(run.text for run in item.runs))
        elif isinstance(item, Table):
            rows = (item.header, *item.rows) if item.header else item.rows
            lines.extend("\t".join(row) for row in rows)
    return lines
