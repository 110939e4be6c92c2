"""What a check finds, in words: the part, the clause, what is there and what should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PART_NAMES: Mapping[str, str | Promise] = {
    "page": gettext_lazy("Trang giấy"),
    "font": gettext_lazy("Phông chữ"),
    "page_number": gettext_lazy("Số trang"),
    "national_title": gettext_lazy("Quốc hiệu, tiêu đề"),
    "motto": gettext_lazy("Tiêu ngữ"),
    "superior": gettext_lazy("Tên cơ quan cấp trên"),
    "issuer": gettext_lazy("Tên cơ quan ban hành"),
    "code": gettext_lazy("Số, ký hiệu"),
    "dated": gettext_lazy("Địa danh, ngày tháng năm"),
    "type_name": gettext_lazy("Tên loại"),
    "abstract": gettext_lazy("Trích yếu"),
    "letter_abstract": gettext_lazy("Trích yếu công văn"),
    "addressees": gettext_lazy("Kính gửi"),
    "grounds": gettext_lazy("Căn cứ ban hành"),
    "body": gettext_lazy("Nội dung"),
    "heading": gettext_lazy("Tên phần, chương, mục"),
    "article": gettext_lazy("Điều"),
    "signing_title": gettext_lazy("Quyền hạn, chức vụ người ký"),
    "signing_name": gettext_lazy("Họ tên người ký"),
    "recipients_label": gettext_lazy("Nơi nhận"),
    "recipients": gettext_lazy("Danh sách nơi nhận"),
}


class Severity(StrEnum):
    """``breach``: it is seen to break a rule. ``unknown``: it cannot be told from this file."""

    BREACH = "breach"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that breaks a rule, or that cannot be told. ``quote`` is the text it is about.

    ``confirmed`` is False where the rule itself is general knowledge that the office has yet to confirm.
    """

    part: str
    what: str
    found: str
    wanted: str
    clause: str = ""
    quote: str = ""
    severity: Severity = Severity.BREACH
    confirmed: bool = True

    @property
    def part_name(self) -> str:
        """The component as officials call it."""
        return str(PART_NAMES.get(self.part, self.part))

    @property
    def sentence(self) -> str:
        """The finding as one sentence without its clause."""
        said = f"{self.part_name}: {self.what}"
        if self.severity is Severity.UNKNOWN:
            return _("{said}, không xác định được").format(said=said)
        if not self.found:
            return _("{said}: cần {wanted}").format(said=said, wanted=self.wanted)
        return _("{said}: {found}, cần {wanted}").format(said=said, found=self.found, wanted=self.wanted)


def number_text(value: float) -> str:
    """A number with a decimal comma and no idle zeros."""
    return f"{round(value, 1):g}".replace(".", ",")


def range_text(low: float, high: float, unit: str) -> str:
    """``13 pt`` or ``12–13 pt``."""
    if low == high:
        return f"{number_text(low)} {unit}"
    return f"{number_text(low)}–{number_text(high)} {unit}"
