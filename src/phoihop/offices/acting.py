"""Who acts: a person, in a position, for an office, with what that position and its delegations allow."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import Forbidden
from phoihop.offices.permissions import Permission


@dataclass(frozen=True)
class PositionChoice:
    """A position the same account may switch to."""

    id: UUID
    title: str
    office_name: str


@dataclass(frozen=True)
class Signing:
    """One issuing body this position may sign for, and the form of authority (TM., KT., TL., TUQ., or none)."""

    body_id: UUID
    authority: str


@dataclass(frozen=True)
class Acting:
    """The acting position of one request, job or command. Passed as ``by=`` to every action and selector."""

    account_id: UUID | None
    person_id: UUID | None
    person_name: str
    position_id: UUID
    position_title: str
    office_id: UUID
    office_code: str
    office_name: str
    permissions: frozenset[Permission]
    signings: tuple[Signing, ...] = ()
    positions: tuple[PositionChoice, ...] = ()
    demands_second_step: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the position holds ``permission``."""
        return permission in self.permissions

    def signing_for(self, body_id: UUID) -> Signing | None:
        """The authority to sign for a body, if the position has it."""
        return next((signing for signing in self.signings if signing.body_id == body_id), None)


def check_may(by: Acting, permission: Permission) -> None:
    """Raise Forbidden, naming the position, when it does not hold ``permission``."""
    if not by.may(permission):
        raise Forbidden(
            "permission_missing",
            _("Chức vụ “%(title)s” không có quyền làm việc này.") % {"title": by.position_title},
            remedy=_("Chọn chức vụ khác ở góc trên, hoặc hỏi người quản trị văn phòng."),
        )
