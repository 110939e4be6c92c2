"""What a person may be allowed to do, and the roles that bundle it.

A permission is a capability of an acting position inside its own office. Roles are sets with a description for the
people who hand them out. Who may see what between offices is not decided here: that is the audience of a subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One capability. The value is stored in tokens and shown in the API."""

    DISPATCH_VIEW = "dispatch.view"
    DISPATCH_DRAFT = "dispatch.draft"
    DISPATCH_SIGN = "dispatch.sign"
    DISPATCH_NUMBER = "dispatch.number"
    DISPATCH_ISSUE = "dispatch.issue"
    DISPATCH_REGISTER = "dispatch.register"
    DISPATCH_DISTRIBUTE = "dispatch.distribute"
    DISPATCH_DIRECT = "dispatch.direct"
    DISPATCH_HANDLE = "dispatch.handle"
    DISPATCH_DISCLOSE = "dispatch.disclose"
    DISPATCH_RECALL = "dispatch.recall"
    DISPATCH_ROUTES = "dispatch.routes"
    DISTRIBUTION_EDIT = "distribution.edit"
    FILES_PURGE = "files.purge"
    OFFICE_ADMINISTER = "office.administer"
    JOURNAL_VIEW = "journal.view"
    NODE_OPERATE = "node.operate"


class RoleKey(StrEnum):
    """A role as it is stored in a position."""

    RECORDS_CLERK = "records_clerk"
    SPECIALIST = "specialist"
    DUTY_OFFICER = "duty_officer"
    CHIEF_OF_OFFICE = "chief_of_office"
    LEADER = "leader"
    FIELD_REPORTER = "field_reporter"
    OFFICE_ADMINISTRATOR = "office_administrator"
    NODE_OPERATOR = "node_operator"


@dataclass(frozen=True)
class RoleDescription:
    """A role's name and meaning for people, with the permissions it gives."""

    name: Promise
    meaning: Promise
    permissions: frozenset[Permission]


_P = Permission
ROLES: dict[RoleKey, RoleDescription] = {
    RoleKey.RECORDS_CLERK: RoleDescription(
        _("Văn thư"),
        _("Vào sổ văn bản đến, cấp số, phát hành văn bản đi."),
        frozenset(
            {
                _P.DISPATCH_VIEW,
                _P.DISPATCH_DRAFT,
                _P.DISPATCH_NUMBER,
                _P.DISPATCH_ISSUE,
                _P.DISPATCH_REGISTER,
                _P.DISTRIBUTION_EDIT,
            }
        ),
    ),
    RoleKey.SPECIALIST: RoleDescription(
        _("Chuyên viên, trợ lý"),
        _("Soạn dự thảo, xử lý văn bản được giao."),
        frozenset({_P.DISPATCH_VIEW, _P.DISPATCH_DRAFT, _P.DISPATCH_HANDLE}),
    ),
    RoleKey.DUTY_OFFICER: RoleDescription(
        _("Trực ban"),
        _("Tiếp nhận ngoài giờ, soạn và xử lý văn bản khẩn."),
        frozenset({_P.DISPATCH_VIEW, _P.DISPATCH_DRAFT, _P.DISPATCH_REGISTER, _P.DISPATCH_HANDLE}),
    ),
    RoleKey.CHIEF_OF_OFFICE: RoleDescription(
        _("Chánh, Phó Chánh Văn phòng"),
        _("Phân phối văn bản đến, ký thừa lệnh, đôn đốc, đặt các bước duyệt dự thảo."),
        frozenset(
            {
                _P.DISPATCH_VIEW,
                _P.DISPATCH_DRAFT,
                _P.DISPATCH_SIGN,
                _P.DISPATCH_DISTRIBUTE,
                _P.DISPATCH_DIRECT,
                _P.DISPATCH_HANDLE,
                _P.DISPATCH_DISCLOSE,
                _P.DISPATCH_RECALL,
                _P.DISPATCH_ROUTES,
                _P.DISTRIBUTION_EDIT,
                _P.FILES_PURGE,
                _P.JOURNAL_VIEW,
            }
        ),
    ),
    RoleKey.LEADER: RoleDescription(
        _("Lãnh đạo, thủ trưởng"),
        _("Cho ý kiến chỉ đạo, ký văn bản, quyết định gửi thêm nơi nhận, thu hồi văn bản."),
        frozenset(
            {
                _P.DISPATCH_VIEW,
                _P.DISPATCH_SIGN,
                _P.DISPATCH_DIRECT,
                _P.DISPATCH_DISCLOSE,
                _P.DISPATCH_RECALL,
                _P.FILES_PURGE,
                _P.JOURNAL_VIEW,
            }
        ),
    ),
    RoleKey.FIELD_REPORTER: RoleDescription(
        _("Cán bộ báo tin cơ sở"),
        _("Nhận, xác nhận và phúc đáp văn bản gửi xã, phường."),
        frozenset({_P.DISPATCH_VIEW, _P.DISPATCH_DRAFT, _P.DISPATCH_HANDLE}),
    ),
    RoleKey.OFFICE_ADMINISTRATOR: RoleDescription(
        _("Quản trị văn phòng"),
        _("Quản lý người dùng, chức vụ và xem nhật ký của văn phòng mình."),
        frozenset({_P.OFFICE_ADMINISTER, _P.FILES_PURGE, _P.JOURNAL_VIEW}),
    ),
    RoleKey.NODE_OPERATOR: RoleDescription(
        _("Vận hành máy chủ"),
        _("Theo dõi máy chủ, gửi nhận; không xem nội dung."),
        frozenset({_P.NODE_OPERATE}),
    ),
}


def permissions_of(roles: list[str]) -> frozenset[Permission]:
    """The union of the permissions of the named roles; an unknown name gives nothing."""
    known = {key.value: description.permissions for key, description in ROLES.items()}
    return frozenset().union(*(known.get(role, frozenset()) for role in roles))
