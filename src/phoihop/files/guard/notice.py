"""What a person is told when the guard stops something: where the mark stands, and the rule."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.core.errors import Invalid
from phoihop.files.guard.incidents import Sighting

RULE: Final = gettext_lazy(
    "Hệ thống chỉ xử lý thông tin KHÔNG thuộc bí mật nhà nước. Nghiêm cấm soạn, nhập, tải lên hoặc trích dẫn nội dung "
    "độ Mật, Tối mật, Tuyệt mật; tài liệu đó thực hiện theo Luật 117/2025/QH15 và Nghị định 63/2026/NĐ-CP, ngoài hệ "
    "thống này. Khi phát hiện tải nhầm: ngừng truy cập, không chuyển tiếp, báo ngay người phụ trách bảo mật."
)
"""The text of the rule as the customer's regulations word it."""

SPOTS: Final = {
    "abstract": gettext_lazy("trích yếu"),
    "content": gettext_lazy("nội dung"),
    "file_name": gettext_lazy("tên tệp"),
    "property": gettext_lazy("thuộc tính của tệp"),
    "first_pages": gettext_lazy("các trang đầu của tệp"),
    "stamp": gettext_lazy("đầu trang, chân trang hoặc khung chữ của tệp"),
    "scan": gettext_lazy("ảnh quét trong tệp"),
    "cell": gettext_lazy("bảng tính"),
    "code": gettext_lazy("số, ký hiệu"),
    "type_name": gettext_lazy("tên loại"),
    "other": gettext_lazy("một mục đã nhập"),
}
LEVELS: Final = {
    "mat": gettext_lazy("Mật"),
    "toi_mat": gettext_lazy("Tối mật"),
    "tuyet_mat": gettext_lazy("Tuyệt mật"),
}
PLACES: Final = {
    "draft": gettext_lazy("Soạn dự thảo"),
    "issue": gettext_lazy("Phát hành văn bản"),
    "paper": gettext_lazy("Nhập văn bản giấy"),
    "edxml": gettext_lazy("Nhập tệp edXML"),
    "upload": gettext_lazy("Tải tệp lên"),
    "exchange": gettext_lazy("Nhận liên thông"),
    "other": gettext_lazy("Nhập dữ liệu"),
}


class SecretFound(Invalid):
    """Something bears a mark of secrecy. ``seen`` says which and where; nothing says what."""

    def __init__(self, seen: Sighting, *, field: str = "") -> None:
        where = SPOTS.get(seen.spot, SPOTS["other"])
        message = _("Đã dừng và không lưu lại: có dấu hiệu độ mật ở %(where)s.") % {"where": where}
        fields = {field: [f"{message} {RULE}"]} if field else None
        super().__init__("state_secret", message, remedy=str(RULE), fields=fields)
        self.seen = seen
