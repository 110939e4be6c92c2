"""The journal of an office as a list: what can be asked of it, and the words its entries are read in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from phoihop.audit.models import JournalEntry
from phoihop.audit.selectors import entries, entries_by_id
from phoihop.core.clock import REGION_ZONE
from phoihop.dispatches.selectors.named import ids_of_code, names_of
from phoihop.lists.declaring import Column, ListKind, Sort, Wanted, register_list
from phoihop.lists.keyset import Leg
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission
from phoihop.ui.day_fields import DayField


@dataclass(frozen=True)
class Kind:
    """A sort of entries people ask for; ``events`` are beginnings of event names."""

    label: str | Promise
    events: tuple[str, ...]


KINDS: dict[str, Kind] = {
    "read": Kind(
        lazy("Xem văn bản, tệp"),
        (
            "dispatches:document:see",
            "dispatches:document:proof",
            "dispatches:document:as_known",
            "files:attachment:open",
            "casefiles:casefile:read",
            "files:upload:open",
        ),
    ),
    "exported": Kind(
        lazy("Xuất, tải tệp"),
        (
            "lists:export:",
            "dispatches:document:export_edxml",
            "administration:people:export",
            "casefiles:casefile:package",
        ),
    ),
    "printed": Kind(lazy("In"), ("dispatches:document:print",)),
    "signed_in": Kind(lazy("Đăng nhập"), ("offices:account:sign_", "offices:account:locked")),
    "handled": Kind(lazy("Xử lý văn bản đến"), ("dispatches:incoming:", "dispatches:quarantine:")),
    "issued": Kind(
        lazy("Soạn, ký, phát hành"), ("dispatches:draft:", "dispatches:document:issue", "dispatches:outgoing:")
    ),
    "removed": Kind(lazy("Gỡ bỏ, bảo vệ bí mật"), ("exchange:purge:", "files:incident:")),
    "administered": Kind(
        lazy("Quản trị"),
        ("offices:", "administration:", "dispatches:register:", "lists:filter:", "exchange:directory:"),
    ),
}

WORDS: tuple[tuple[str, str | Promise], ...] = (
    ("dispatches:document:see", lazy("Xem văn bản")),
    ("dispatches:document:print", lazy("In văn bản")),
    ("dispatches:document:proof", lazy("Xem, tải chứng thực của văn bản")),
    ("dispatches:document:as_known", lazy("Xem văn bản tại một thời điểm")),
    ("dispatches:document:export_edxml", lazy("Xuất văn bản ra tệp edXML")),
    ("dispatches:document:issue_signed", lazy("Phát hành văn bản")),
    ("dispatches:document:remind", lazy("Nhắc các nơi chưa xác nhận")),
    ("dispatches:document:call", lazy("Ghi cuộc gọi")),
    ("dispatches:document:", lazy("Thu hồi, cập nhật hoặc thay thế văn bản")),
    ("dispatches:incoming:register", lazy("Vào sổ văn bản đến")),
    ("dispatches:incoming:distribute", lazy("Phân phối văn bản")),
    ("dispatches:incoming:direct", lazy("Cho ý kiến chỉ đạo")),
    ("dispatches:incoming:accepted", lazy("Nhận xử lý")),
    ("dispatches:incoming:returned", lazy("Trả lại nơi gửi")),
    ("dispatches:incoming:finished", lazy("Ghi xử lý xong")),
    ("dispatches:incoming:enter_", lazy("Nhập văn bản từ ngoài hệ thống")),
    ("dispatches:incoming:confirm", lazy("Xác nhận đã nhận")),
    ("dispatches:incoming:", lazy("Trả lời đề nghị thu hồi, cập nhật, thay thế")),
    ("dispatches:draft:start", lazy("Bắt đầu dự thảo")),
    ("dispatches:draft:submit", lazy("Trình ký")),
    ("dispatches:draft:sign", lazy("Ký dự thảo")),
    ("dispatches:draft:return", lazy("Trả lại dự thảo")),
    ("dispatches:draft:number", lazy("Cấp số")),
    ("dispatches:draft:issue", lazy("Phát hành văn bản")),
    ("dispatches:draft:withdraw", lazy("Rút dự thảo")),
    ("dispatches:quarantine:", lazy("Kiểm tra tệp chờ văn thư")),
    ("dispatches:register:", lazy("Mở lại sổ")),
    ("dispatches:outgoing:", lazy("Nhận trạng thái từ hệ thống ngoài")),
    ("casefiles:casefile:read", lazy("Xem hồ sơ công việc")),
    ("casefiles:casefile:package", lazy("Tải gói nộp lưu")),
    ("casefiles:", lazy("Lập, sửa, nộp hồ sơ công việc")),
    ("files:attachment:open", lazy("Mở tệp đính kèm")),
    ("files:incident:", lazy("Xử lý cảnh báo bí mật nhà nước")),
    ("files:upload:open", lazy("Mở tệp của dự thảo")),
    ("files:upload:", lazy("Dọn tệp chưa dùng")),
    ("lists:export:start", lazy("Yêu cầu xuất Excel")),
    ("lists:export:finish", lazy("Xuất xong tệp Excel")),
    ("lists:export:fetch", lazy("Tải tệp Excel về")),
    ("lists:filter:", lazy("Thay đổi bộ lọc chung")),
    ("exchange:purge:", lazy("Gỡ bỏ nội dung văn bản")),
    ("exchange:subject:disclose", lazy("Gửi thêm nơi nhận")),
    ("exchange:subject:withdraw", lazy("Ngừng gửi")),
    ("exchange:", lazy("Gửi nhận, danh bạ")),
    ("offices:access:refused", lazy("Bị từ chối: không có quyền hoặc không có đối với văn phòng")),
    ("offices:account:sign_in_failed", lazy("Đăng nhập không thành")),
    ("offices:account:sign_in", lazy("Đăng nhập")),
    ("offices:account:sign_out", lazy("Đăng xuất")),
    ("offices:account:locked", lazy("Tài khoản tạm khóa vì sai nhiều lần")),
    ("offices:delegation:lend", lazy("Ghi ủy quyền")),
    ("offices:delegation:revoke", lazy("Thu hồi ủy quyền")),
    ("offices:account:", lazy("Thay đổi tài khoản, cách đăng nhập")),
    ("offices:token:", lazy("Thay đổi mã truy cập của phần mềm")),
    ("offices:", lazy("Thay đổi chức vụ, quy định đăng nhập")),
    ("administration:directory:export", lazy("Tải danh bạ về bảng tính")),
    ("administration:directory:", lazy("Chuẩn bị thay đổi danh bạ")),
    ("administration:", lazy("Quản trị người dùng")),
)


def words_of(entry: JournalEntry) -> str:
    """What an entry says was done, in words; the first beginning that fits."""
    return str(next((words for beginning, words in WORDS if entry.event.startswith(beginning)), _("Việc khác")))


@dataclass(frozen=True)
class JournalRow:
    """One line: the entry, what was done, to what, and from where or how much."""

    entry: JournalEntry
    words: str
    subject: str
    detail: str


def detail_of(entry: JournalEntry) -> str:
    """What an entry adds for people: an address, a count, a number."""
    said = entry.detail if isinstance(entry.detail, dict) else {}
    parts = []
    if said.get("address"):
        parts.append(_("từ địa chỉ %(address)s") % {"address": said["address"]})
    if isinstance(said.get("rows"), int):
        parts.append(_("%(rows)d dòng") % {"rows": said["rows"]})
    if isinstance(said.get("number"), int):
        parts.append(_("số %(number)d") % {"number": said["number"]})
    return " · ".join(parts)


class JournalQuery(forms.Form):
    """What the journal is narrowed to. A value that means nothing narrows nothing."""

    code = forms.CharField(label=lazy("Số, ký hiệu văn bản"), required=False, max_length=100)
    person = forms.UUIDField(required=False)
    kind = forms.ChoiceField(
        label=lazy("Việc"),
        required=False,
        choices=[("", lazy("Tất cả")), *((key, one.label) for key, one in KINDS.items())],
    )
    since = DayField(label=lazy("Từ ngày"), required=False)
    until = DayField(label=lazy("Đến ngày"), required=False)


def _legs(said: Wanted, sort: Sort, descending: bool, by: Acting) -> Sequence[Leg]:
    check_may(by, Permission.JOURNAL_VIEW)
    query = JournalQuery(said)
    query.is_valid()
    asked = query.cleaned_data
    kind = KINDS.get(asked.get("kind", ""))
    until = asked.get("until")
    rows = entries(
        office_id=by.office_id,
        person_id=asked.get("person"),
        events=kind.events if kind else (),
        subject_ids=ids_of_code(asked["code"], by=by) if asked.get("code") else None,
        since=_midnight(asked.get("since")),
        until=_midnight(until + timedelta(days=1)) if until else None,
    )
    return [Leg(rows, "at", "id", descending)]


def _midnight(day: date | None) -> datetime | None:
    """The beginning of a day in the region; None for a year that nothing here can be from."""
    return datetime.combine(day, time.min, REGION_ZONE) if day and 1900 < day.year < 2200 else None


def _load(ids: Sequence[UUID], by: Acting) -> Mapping[UUID, JournalRow]:
    found = entries_by_id(ids, office_id=by.office_id)
    names = names_of({one.subject_id for one in found.values() if one.subject_id}, by=by)
    return {
        key: JournalRow(one, words_of(one), names.get(one.subject_id, "") if one.subject_id else "", detail_of(one))
        for key, one in found.items()
    }


JOURNAL = ListKind(
    "journal", lazy("Nhật ký"), "administration:journal", Permission.JOURNAL_VIEW,
    (
        Column("at", lazy("Thời điểm"), lambda row: row.entry.at, sort="at", always=True),
        Column("person", lazy("Người làm"), lambda row: row.entry.person_name, always=True),
        Column("position", lazy("Chức vụ"), lambda row: row.entry.position_title),
        Column("words", lazy("Việc"), lambda row: row.words, always=True),
        Column("subject", lazy("Văn bản"), lambda row: row.subject),
        Column("detail", lazy("Chi tiết"), lambda row: row.detail),
    ),
    (Sort("at"),), frozenset({"code", "person", "kind", "since", "until"}), _legs, _load, "nhat-ky",
)  # fmt: skip


def register() -> None:
    """Make the journal known as a list."""
    register_list(JOURNAL)
