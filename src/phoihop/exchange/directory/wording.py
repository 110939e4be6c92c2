"""The directory in words: what a change says, and why one is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from phoihop.core.clock import local
from phoihop.core.errors import Conflict, Invalid, PhoiHopError
from phoihop.core.machine import N_
from phoihop.exchange.directory import changes as c
from phoihop.exchange.directory.keyfile import fingerprint
from phoihop.exchange.directory.ruling import ChangeRefused, Forked, Gap
from phoihop.exchange.envelope import Rejected

_REFUSALS = {
    "not_the_first": N_("Bản ghi thành lập danh bạ chỉ đứng ở đầu bản số 1."),
    "key_used": N_("Khóa %(about)s… đã dùng trong danh bạ; mỗi khóa chỉ khai một lần."),
    "key_unknown": N_("Danh bạ không có khóa %(about)s… của máy chủ này."),
    "key_time": N_("Thời hạn của khóa %(about)s… không hợp lệ: kết thúc trước khi bắt đầu, hoặc dài hơn hạn đã định."),
    "incarnation_used": N_("Mã lần khởi tạo %(about)s thuộc máy chủ khác."),
    "successor_unknown": N_("Khóa %(about)s… chưa được công bố là khóa kế nhiệm."),
    "node_exists": N_("Danh bạ đã có máy chủ “%(about)s”."),
    "node_name_taken": N_("Danh bạ đã có máy chủ khác tên “%(about)s”."),
    "node_unknown": N_("Danh bạ không có máy chủ %(about)s."),
    "office_exists": N_("Mã văn phòng %(about)s đã dùng trong danh bạ; mã không dùng lại."),
    "office_unknown": N_("Danh bạ không có văn phòng: %(about)s."),
    "office_closed": N_("Văn phòng %(about)s đã kết thúc hoạt động."),
    "offices_below": N_("Còn văn phòng trực thuộc đang hoạt động: %(about)s."),
    "successor_wrong": N_("Văn phòng tiếp nhận %(about)s không hợp lệ: là chính nó, hoặc chưa hoạt động vào ngày đó."),
    "hosted_there": N_("Văn phòng %(about)s đã đặt ở máy chủ đó."),
    "hosting_overlaps": N_("Thời điểm chuyển máy chủ của văn phòng %(about)s không sau lần chuyển trước."),
    "host_without_key": N_("Máy chủ nhận văn phòng %(about)s chưa có khóa còn hiệu lực vào thời điểm chuyển."),
    "body_exists": N_("Văn phòng đã có cơ quan ban hành mang mã %(about)s; mã không dùng lại."),
    "body_unknown": N_("Văn phòng không có cơ quan ban hành mang mã %(about)s."),
    "body_closed": N_("Cơ quan ban hành %(about)s đã kết thúc hoạt động."),
    "day_before_opening": N_("Ngày nêu cho %(about)s trước ngày bắt đầu hoạt động."),
    "edxml_id_taken": N_("Mã định danh %(about)s đã thuộc một cơ quan đang hoạt động."),
    "parents_circular": N_("Văn phòng %(about)s trở thành cấp trên của chính nó."),
}


def said(error: Rejected) -> PhoiHopError:
    """The error for a person: what is wrong with a directory record, and what to do."""
    if isinstance(error, Forked):
        return Conflict(
            error.code,
            _("CẢNH BÁO: có hai bản khác nhau mang số %(number)d của danh bạ, đều ký đúng khóa. Bản này bị từ chối.")
            % {"number": error.number},
            remedy=_("Báo ngay nơi giữ khóa danh bạ; không áp dụng bản nào thêm cho đến khi làm rõ."),
        )
    if isinstance(error, Gap):
        return Conflict(
            error.code,
            _("Chưa áp dụng được: còn thiếu bản số %(first)d đến %(last)d của danh bạ.")
            % {"first": error.first, "last": error.last},
            remedy=_("Áp dụng các bản còn thiếu trước, hoặc dùng tệp danh bạ đầy đủ."),
        )
    if isinstance(error, ChangeRefused):
        return Invalid(error.code, _(_REFUSALS[error.code]) % {"about": error.about})
    return _broken(error)


def _broken(error: Rejected) -> PhoiHopError:
    if error.code == "directory_signature":
        return Invalid(
            error.code,
            _("Chữ ký không phải của khóa danh bạ mà máy chủ này tin."),
            remedy=_("Không có gì thay đổi. Kiểm tra nguồn của tệp."),
        )
    if error.code == "directory_other":
        return Invalid(error.code, _("Tệp này thuộc danh bạ của vùng khác."))
    if error.code == "needs_upgrade":
        return Conflict(
            error.code,
            _("Danh bạ có loại thay đổi mà máy chủ này chưa biết (%(kinds)s).") % {"kinds": error.detail},
            remedy=_("Nâng cấp Phối Hợp ở máy chủ này rồi áp dụng lại."),
        )
    return Invalid(
        error.code,
        _("Tệp không phải bản ghi danh bạ, hoặc bị hỏng (%(detail)s).") % {"detail": error.detail},
        remedy=_("Không có gì thay đổi. Lấy lại tệp từ nơi gửi."),
    )


def sentence(change: c.Change) -> str:
    """What a change does, for the person who is about to sign or apply it."""
    return _SENTENCES[type(change)](change)


def day(value: date) -> str:
    """A day as people write it."""
    return f"{value:%d/%m/%Y}"


def moment(value: datetime) -> str:
    """A moment on the region's clock."""
    return f"{local(value):%H:%M:%S %d/%m/%Y}"


def _said(text: str, **values: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda change: _(text) % {name: value(change) for name, value in values.items()}


_SENTENCES: dict[type[c.Change], Callable[[Any], str]] = {
    c.DirectoryFounded: _said(
        N_("Thành lập danh bạ “%(name)s”, khóa %(key)s"), name=lambda x: x.name, key=lambda x: fingerprint(x.key)
    ),
    c.SuccessorAnnounced: _said(N_("Công bố khóa kế nhiệm %(key)s"), key=lambda x: fingerprint(x.key)),
    c.SuccessorActivated: _said(N_("Khóa kế nhiệm %(key)s thành khóa danh bạ"), key=lambda x: fingerprint(x.key)),
    c.NodeAdded: _said(
        N_("Thêm máy chủ “%(name)s”, khóa %(key)s… từ %(since)s"),
        name=lambda x: x.name,
        key=lambda x: x.key[:16],
        since=lambda x: moment(x.valid_from),
    ),
    c.KeyAdded: _said(
        N_("Thêm khóa %(key)s… cho máy chủ %(node)s từ %(since)s"),
        key=lambda x: x.key[:16],
        node=lambda x: str(x.node),
        since=lambda x: moment(x.valid_from),
    ),
    c.KeyRetired: _said(
        N_("Khóa %(key)s… của máy chủ %(node)s hết hiệu lực lúc %(until)s"),
        key=lambda x: x.key[:16],
        node=lambda x: str(x.node),
        until=lambda x: moment(x.valid_to),
    ),
    c.OfficeOpened: _said(
        N_("Văn phòng %(code)s “%(name)s” hoạt động từ %(since)s"),
        code=lambda x: x.code,
        name=lambda x: x.name,
        since=lambda x: day(x.valid_from),
    ),
    c.OfficeChanged: _said(
        N_("Sửa thông tin văn phòng %(code)s “%(name)s”"), code=lambda x: x.code, name=lambda x: x.name
    ),
    c.OfficeClosed: _said(
        N_("Văn phòng %(code)s kết thúc hoạt động sau ngày %(until)s"),
        code=lambda x: x.code,
        until=lambda x: day(x.valid_to),
    ),
    c.OfficeMerged: _said(
        N_("Văn phòng %(code)s nhập vào %(into)s sau ngày %(until)s"),
        code=lambda x: x.code,
        into=lambda x: x.into,
        until=lambda x: day(x.valid_to),
    ),
    c.HostingMoved: _said(
        N_("Văn phòng %(code)s chuyển sang máy chủ %(node)s từ %(since)s"),
        code=lambda x: x.office,
        node=lambda x: str(x.node),
        since=lambda x: moment(x.valid_from),
    ),
    c.BodyOpened: _said(
        N_("Cơ quan ban hành %(code)s “%(name)s” của %(office)s từ %(since)s"),
        code=lambda x: x.code,
        name=lambda x: x.name,
        office=lambda x: x.office,
        since=lambda x: day(x.valid_from),
    ),
    c.BodyChanged: _said(
        N_("Sửa thông tin cơ quan ban hành %(code)s “%(name)s”"), code=lambda x: x.code, name=lambda x: x.name
    ),
    c.BodyClosed: _said(
        N_("Cơ quan ban hành %(code)s kết thúc hoạt động sau ngày %(until)s"),
        code=lambda x: x.code,
        until=lambda x: day(x.valid_to),
    ),
}
