"""The accounts of an office's people, as its administrator sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from phoihop.core.clock import now, today
from phoihop.core.errors import NotFound
from phoihop.core.isolation import scope
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import Account, Position, Token
from phoihop.offices.permissions import Permission
from phoihop.offices.second_factor import second_factor_exists


@dataclass(frozen=True)
class OfficeAccount:
    """One account of the office, with what its administrator may know of it."""

    id: UUID
    username: str
    name: str
    titles: tuple[str, ...]
    is_open: bool
    must_change_password: bool
    has_second_factor: bool
    is_signed_in: bool
    is_bound: bool
    has_password: bool
    token_count: int
    last_sign_in: datetime | None

    @property
    def waits_for_password(self) -> bool:
        """Whether the account is open and there is no way in yet: no password, and no identity of a provider."""
        return self.is_open and not self.has_password and not self.is_bound


def accounts_of(by: Acting) -> Sequence[OfficeAccount]:
    """The accounts of the people who hold a position in the acting office, by name: two queries.

    Positions that begin later count, with their first day beside the title: their people are given a way in beforehand.
    """
    check_may(by, Permission.OFFICE_ADMINISTER)
    with scope("gate"):
        held = Position.objects.filter(_not_over(), office_id=by.office_id, person__account_id__isnull=False)
        titles: dict[UUID, list[str]] = {}
        for position in held.select_related("person").order_by("person__sort_key", "order"):
            assert position.person.account_id is not None
            titles.setdefault(position.person.account_id, []).append(_titled(position))
        good = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now())
        sessions = UserSession.objects.filter(Exists(good), user=OuterRef("pk"))
        accounts = Account.objects.annotate(
            has_factor=second_factor_exists(),
            is_signed_in=Exists(sessions),
            is_bound=Exists(SocialAccount.objects.filter(user=OuterRef("pk"))),
            token_count=Count("tokens", filter=Q(tokens__in=good_tokens())),
        ).in_bulk(list(titles))
    return [_shown(accounts[key], tuple(found)) for key, found in titles.items() if key in accounts]


def first_day_of(account_id: UUID) -> date | None:
    """The day on which the first position of an account that has none yet begins; None when nothing is ahead."""
    with scope("gate"):
        ahead = Position.objects.filter(_not_over(), person__account_id=account_id, valid_from__gt=today())
        return ahead.order_by("valid_from").values_list("valid_from", flat=True).first()


def _not_over() -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gte=today())


def _titled(position: Position) -> str:
    if position.valid_from <= today():
        return position.title
    return _("%(title)s (từ %(day)s)") % {"title": position.title, "day": f"{position.valid_from:%d/%m/%Y}"}


def _shown(account: Account, titles: tuple[str, ...]) -> OfficeAccount:
    return OfficeAccount(
        id=account.id,
        username=account.username,
        name=account.full_name,
        titles=titles,
        is_open=account.is_active,
        must_change_password=account.must_change_password,
        has_second_factor=account.has_second_factor,
        is_signed_in=getattr(account, "is_signed_in", False),
        is_bound=getattr(account, "is_bound", False),
        has_password=account.has_usable_password(),
        token_count=getattr(account, "token_count", 0),
        last_sign_in=account.last_login,
    )


def account_of(account_id: UUID, by: Acting) -> OfficeAccount:
    """One of them. Raises NotFound."""
    found = next((one for one in accounts_of(by) if one.id == account_id), None)
    if found is None:
        raise NotFound("account_unknown", _("Không có tài khoản này trong văn phòng."))
    return found


def good_tokens() -> QuerySet[Token]:
    """Tokens that are neither revoked nor over. Gate scope."""
    return Token.objects.filter(revoked_at__isnull=True, expires_at__gt=now())
