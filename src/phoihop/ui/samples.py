"""What the component gallery shows: made-up, but as an office would write it."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from django import forms

from phoihop.core import clock
from phoihop.ui.day_fields import DayField


class Tab(TypedDict):
    """One entry of ``c-tabs``."""

    url: str
    label: str
    current: bool
    count: int


class Row(TypedDict):
    """One line of the sample list."""

    number: int
    arrived: object
    code: str
    issuer: str
    abstract: str
    urgency: str
    due: object
    done: object
    tone: str
    icon: str
    state: str
    unread: bool


_OFFICES = (
    ("UBND các tỉnh, thành phố", ("Thanh Hóa", "Nghệ An", "Hà Tĩnh", "Quảng Trị", "thành phố Huế"), "UBND"),
    ("Tỉnh ủy, Thành ủy", ("Thanh Hóa", "Nghệ An", "Hà Tĩnh", "Quảng Trị"), "Tỉnh ủy"),
    ("Đoàn ĐBQH và HĐND", ("Thanh Hóa", "Nghệ An", "Hà Tĩnh", "Quảng Trị", "thành phố Huế"), "VP Đoàn ĐBQH và HĐND"),
)


def _office_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (group, [(f"{prefix}-{place}", f"{prefix} {'tỉnh ' if place[0].isupper() else ''}{place}") for place in places])
        for group, places, prefix in _OFFICES
    ]


class SampleFilter(forms.Form):
    since = DayField(required=False)


class SampleForm(forms.Form):
    """A draft, with one field of each sort."""

    kind = forms.ChoiceField(
        label="Loại văn bản",
        choices=[("cv", "Công văn"), ("cd", "Công điện"), ("bc", "Báo cáo"), ("kh", "Kế hoạch")],
    )
    abstract = forms.CharField(
        label="Trích yếu",
        help_text="Một câu, nói việc gì và với ai.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    signer = forms.CharField(label="Người ký")
    due_on = DayField(label="Thời hạn phúc đáp", required=False)
    circulation = forms.ChoiceField(
        label="Phạm vi lưu hành",
        choices=[("PUBLIC", "Công khai"), ("NORMAL", "Thường"), ("INTERNAL", "Lưu hành nội bộ")],
        widget=forms.RadioSelect,
        initial="NORMAL",
    )
    reply = forms.BooleanField(label="Yêu cầu phúc đáp bằng văn bản", required=False)
    recipients = forms.MultipleChoiceField(
        label="Nơi nhận", choices=_office_choices, help_text="Gõ không dấu cũng được; bấm tên nhóm để chọn cả nhóm."
    )


def gallery() -> dict[str, object]:
    """Context of the gallery page."""
    now = clock.now()
    rejected = SampleForm({"kind": "cd", "signer": "Trần Minh Khôi", "circulation": "NORMAL", "due_on": "2026-10-03"})
    rejected.is_valid()
    return {
        "now": now,
        "earlier": now - timedelta(hours=3, minutes=12),
        "yesterday": now - timedelta(days=1, hours=2),
        "soon": now + timedelta(hours=5),
        "later": now + timedelta(days=6),
        "late": now - timedelta(days=2, hours=4),
        "form": SampleForm(initial={"recipients": ["UBND-Nghệ An", "UBND-Hà Tĩnh"]}, auto_id="draft_%s"),
        "filter": SampleFilter(),
        "rejected": rejected,
        "tabs": _tabs(),
        "rows": _rows(),
    }


def _tabs() -> list[Tab]:
    return [
        Tab(url="?tab=in", label="Văn bản đến", current=True, count=5),
        Tab(url="?tab=out", label="Văn bản đi", current=False, count=0),
        Tab(url="?tab=drafts", label="Dự thảo", current=False, count=2),
    ]


_LINES = (
    (
        "12/CĐ-UBND",
        "UBND tỉnh Nghệ An",
        "Tập trung ứng phó mưa lũ, sạt lở đất tại các xã miền núi phía Tây",
        "EXPRESS",
        "red",
        "alert-triangle",
        "Quá hạn vào sổ",
        -5,
    ),
    (
        "845/BTL-VP",
        "Bộ Tư lệnh Quân khu 4",
        "Đề nghị phối hợp cung cấp số liệu sơ tán dân vùng hạ du hồ chứa nước",
        "VERY_URGENT",
        "amber",
        "clock",
        "Chờ phân phối",
        6,
    ),
    (
        "05-CV/TU",
        "Tỉnh ủy Hà Tĩnh",
        "Góp ý dự thảo Quy chế phối hợp giữa các văn phòng trên địa bàn Quân khu",
        "URGENT",
        "blue",
        "user-check",
        "Đã nhận xử lý",
        70,
    ),
    (
        "231/BC-UBND",
        "UBND thành phố Huế",
        "Báo cáo kết quả diễn tập phòng thủ dân sự cấp xã năm 2026",
        "",
        "green",
        "circle-check",
        "Đã xử lý xong",
        90,
    ),
    (
        "78/TB-VPQK",
        "Văn phòng Quân khu 4",
        "Thông báo lịch giao ban quý IV và danh sách nội dung chuẩn bị",
        "",
        "neutral",
        "eye",
        "Đã xem",
        120,
    ),
)


def _rows() -> list[Row]:
    now = clock.now()
    return [
        Row(
            number=418 - index,
            arrived=now - timedelta(hours=2 + 7 * index),
            code=code,
            issuer=issuer,
            abstract=abstract,
            urgency=urgency,
            due=now + timedelta(hours=hours),
            done=now - timedelta(hours=1) if tone == "green" else None,
            tone=tone,
            icon=icon,
            state=state,
            unread=index < 2,
        )
        for index, (code, issuer, abstract, urgency, tone, icon, state, hours) in enumerate(_LINES)
    ]
