"""Tokens of the API: made once for a person in a position, kept as a digest, good until a day or until revoked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now, today
from phoihop.core.errors import Invalid, NotFound, PhoiHopError
from phoihop.core.ids import random_token
from phoihop.core.isolation import ask, scope
from phoihop.core.text import clean_line
from phoihop.offices.acting import Acting
from phoihop.offices.models import Account, Position, Token
from phoihop.offices.selectors import acting_as, acting_by_token, valid_on

PREFIX = "phoihop_"
DEFAULT_DAYS = 90
MOST_DAYS = 366
RIGHTS_SECONDS = 5
MOST_REMEMBERED = 10_000


class TokenRefused(PhoiHopError):  # one of the family of core.errors
    """The caller has not shown who it is: no token, or one that is not good now."""

    status: ClassVar[int] = 401


def make_token(username: str, *, position: str = "", days: int = DEFAULT_DAYS, name: str = "") -> tuple[str, Token]:
    """Make a token of one account in one of its positions. Returns the secret, which nothing can show again.

    ``position`` is an id or a title; it may be left out by who holds a single position. Raises Invalid and NotFound.
    """
    if not 1 <= days <= MOST_DAYS:
        message = _("Thời hạn mã truy cập phải từ 1 đến %(most)d ngày.") % {"most": MOST_DAYS}
        raise Invalid("token_days", message, fields={"days": [message]})
    with scope("gate"):
        account = _account(username)
        held = _held(account, position)
        by = acting_as(held.id)
        secret = PREFIX + random_token()
        token = Token.objects.create(
            digest=_digest(secret),
            name=clean_line(name) or held.title,
            account=account,
            position_id=held.id,
            expires_at=now() + timedelta(days=days),
        )
        note(by=by, event="offices:token:make", subject_id=token.id, name=token.name, days=days)
    return secret, token


def tokens(username: str = "") -> Sequence[tuple[Token, Position | None]]:
    """All tokens, or one account's, newest first, each with its position while that exists."""
    with scope("gate"):
        rows = Token.objects.select_related("account").order_by("-created_at")
        found = list(rows.filter(account__username=username) if username else rows)
        wanted = {token.position_id for token in found}
        positions = Position.objects.select_related("person", "office").in_bulk(list(wanted))
    return [(token, positions.get(token.position_id)) for token in found]


def revoke_token(token_id: UUID) -> Token:
    """End a token at once; ending it twice changes nothing. Raises NotFound."""
    with scope("gate"):
        token = Token.objects.select_for_update().filter(id=token_id).first()
        if token is None:
            raise NotFound("token_unknown", _("Không có mã truy cập này."), remedy=_("Xem: phoihop token list"))
        if token.revoked_at is None:
            token.revoked_at = now()
            token.save(update_fields=["revoked_at"])
            position = Position.objects.select_related("person").filter(id=token.position_id).first()
            if position is not None:
                note(by=_Holder(position), event="offices:token:revoke", subject_id=token.id, name=token.name)
    return token


class _Holder:
    """Whose token was revoked, as the journal keeps it: the position may have ended, so nobody can act in it."""

    def __init__(self, position: Position) -> None:
        self.office_id = position.office_id
        self.person_id: UUID | None = position.person_id
        self.person_name = position.person.full_name
        self.position_title = position.title


_BEARER = """
SELECT t.id, t.expires_at, t.revoked_at, a.is_active, t.account_id, t.position_id
FROM offices_token t JOIN offices_account a ON a.id = t.account_id WHERE t.digest = %s
"""


def acting_by_secret(secret: str) -> Acting:
    """Who a bearer acts as. Raises TokenRefused for a token not good now, Forbidden when its position has ended.

    The token itself is looked at every time; what its position may do is read again after ``RIGHTS_SECONDS``.
    """
    row = next(iter(ask("gate", _BEARER, [_digest(secret)])), None)
    if row is None or not row[3]:
        raise TokenRefused(
            "token_unknown",
            _("Mã truy cập không đúng, hoặc tài khoản đã khóa."),
            remedy=_("Kiểm tra mã, hoặc đề nghị người vận hành máy chủ cấp mã mới."),
        )
    token_id, expires_at, revoked_at, _active, account_id, position_id = row
    if revoked_at is not None:
        raise TokenRefused("token_revoked", _("Mã truy cập đã bị thu hồi."), remedy=_ask_for_another())
    if expires_at <= now():
        raise TokenRefused("token_expired", _("Mã truy cập đã hết hạn."), remedy=_ask_for_another())
    return _rights(token_id, account_id, position_id)


_rights_read: dict[UUID, tuple[datetime, date, Acting]] = {}


def _rights(token_id: UUID, account_id: UUID, position_id: UUID) -> Acting:
    moment, day = now(), today()
    known = _rights_read.get(token_id)
    if known is not None and known[0] > moment and known[1] == day:
        return known[2]
    if len(_rights_read) > MOST_REMEMBERED:
        _rights_read.clear()
    with scope("gate"):
        acting = acting_by_token(account_id, position_id)
    _rights_read[token_id] = (moment + timedelta(seconds=RIGHTS_SECONDS), day, acting)
    return acting


def _ask_for_another() -> str:
    return _("Đề nghị người vận hành máy chủ cấp mã mới: phoihop token create")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _account(username: str) -> Account:
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise NotFound("account_unknown", _("Không có tài khoản “%(name)s” đang dùng.") % {"name": username})
    return account


def _held(account: Account, wanted: str) -> Position:
    held = list(
        Position.objects.filter(valid_on(today()), valid_on(today(), "office__"), person__account_id=account.id)
    )
    fitting = [one for one in held if wanted in {"", str(one.id), one.title}]
    if len(fitting) == 1:
        return fitting[0]
    choices = ", ".join(f"“{one.title}” ({one.id})" for one in held) or _("không có chức vụ nào")
    raise Invalid(
        "position_unclear",
        _("Chưa rõ mã truy cập dùng cho chức vụ nào; tài khoản đang giữ: %(choices)s.") % {"choices": choices},
        remedy=_("Nêu chức vụ bằng --position."),
    )
