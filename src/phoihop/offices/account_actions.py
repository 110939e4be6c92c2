"""What an office's administrator does for the accounts of its people, and sets as rule for their sign-in.

An account that also works for another office is not this administrator's to change: whoever could reset its password
would hold its rights there, too. Such an account is helped on the server (``phoihop account``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now, today
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.core.text import clean_line
from phoihop.offices.account_selectors import accounts_of, good_tokens
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.devices import end_devices
from phoihop.offices.identity import PROVIDER, SUBJECT_CHARACTERS
from phoihop.offices.models import Account, Person, Position, TwoStepRule
from phoihop.offices.passwords import temporary_password
from phoihop.offices.permissions import Permission, RoleKey
from phoihop.offices.selectors import two_step_roles_of, valid_on
from phoihop.offices.sign_in_journal import note_account


def issue_password(account_id: UUID, *, by: Acting) -> str:
    """Give an account a new password, to be changed at the next sign-in, and sign it out everywhere. Returns it."""
    with scope("gate"):
        account = _own_account(account_id, by)
        password = renew_password(account)
        note(by=by, event="offices:account:password_issue", subject_id=account.id)
    return password


MOST_AT_ONCE = 50
"""Hashing a password takes a tenth of a second on purpose; and so many slips are what one hands out in a morning."""


@dataclass(frozen=True)
class Handover:
    """A temporary password on its way to its owner; nothing can show it again."""

    name: str
    username: str
    titles: tuple[str, ...]
    password: str


def issue_passwords(account_ids: Sequence[UUID], *, by: Acting) -> Sequence[Handover]:
    """Give several accounts their first password, to be handed over on paper: all of them, or none.

    Whoever has a password already is passed over, so that asking again takes nobody's away. Raises Invalid for more
    than ``MOST_AT_ONCE``, and what ``issue_password`` raises.
    """
    check_may(by, Permission.OFFICE_ADMINISTER)
    wanted = set(account_ids)
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        message = _("Chọn từ 1 đến %(most)d tài khoản mỗi lần.") % {"most": MOST_AT_ONCE}
        raise Invalid("too_many_accounts", message, remedy=_("Tìm theo tên hoặc chức vụ để thu hẹp danh sách."))
    listed = [one for one in accounts_of(by) if one.id in wanted and one.waits_for_password]
    return [Handover(one.name, one.username, one.titles, issue_password(one.id, by=by)) for one in listed]


def revoke_tokens(account_id: UUID, *, by: Acting) -> int:
    """End all tokens of an account that are still good. Returns how many."""
    with scope("gate"):
        account = _own_account(account_id, by)
        ended = good_tokens().filter(account=account).update(revoked_at=now())
        note(by=by, event="offices:token:revoke", subject_id=account.id, ended=ended)
    return ended


def renew_password(account: Account) -> str:
    """The same without asking who acts, for whoever runs the server. Gate scope."""
    password = temporary_password()
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "has_short_password", "must_change_password"])
    end_devices(account)
    return password


def remove_second_factors(account_id: UUID, *, by: Acting) -> None:
    """Help someone who lost telephone and codes: only the password is left, and every browser is signed out."""
    with scope("gate"):
        account = _own_account(account_id, by)
        removed = clear_second_factors(account)
        note(by=by, event="offices:account:second_factor_clear", subject_id=account.id, removed=removed)


def clear_second_factors(account: Account) -> int:
    """The same without asking who acts, for whoever runs the server. Returns how many there were. Gate scope."""
    removed: int = Authenticator.objects.filter(user=account).delete()[0]
    end_devices(account)
    return removed


def sign_out_everywhere(account_id: UUID, *, by: Acting) -> int:
    """End all sessions of an account. Returns how many."""
    with scope("gate"):
        account = _own_account(account_id, by)
        ended = end_devices(account)
        note(by=by, event="offices:account:session_end", subject_id=account.id, ended=ended)
    return ended


def close_account(account_id: UUID, *, by: Acting) -> None:
    """Let an account in no more; what it did stays. Raises Invalid for one's own."""
    if account_id == by.account_id:
        raise Invalid("own_account", _("Không tự khóa tài khoản của mình. Nhờ quản trị viên khác."))
    with scope("gate"):
        account = _own_account(account_id, by)
        Account.objects.filter(pk=account.pk).update(is_active=False)
        ended = end_devices(account)
        note(by=by, event="offices:account:close", subject_id=account.id, ended=ended)


def open_account(account_id: UUID, *, by: Acting) -> None:
    """Let a closed account in again."""
    with scope("gate"):
        account = _own_account(account_id, by)
        Account.objects.filter(pk=account.pk).update(is_active=True)
        note(by=by, event="offices:account:open", subject_id=account.id)


def bind_identity(account_id: UUID, *, subject: str, by: Acting) -> None:
    """Let the identity ``subject`` of the provider sign in as this account. Raises Invalid and Conflict."""
    with scope("gate"):
        account = _own_account(account_id, by)
        bind(account, subject)
        note(by=by, event="offices:account:identity_bind", subject_id=account.id, provider=PROVIDER)


def bind(account: Account, subject: str) -> None:
    """The same without asking who acts, for whoever runs the server. Gate scope."""
    wanted = clean_line(subject)
    if not 0 < len(wanted) <= SUBJECT_CHARACTERS:
        message = _("Nhập mã danh tính, không quá %(most)d ký tự. Mã hiện ra khi người đó thử đăng nhập lần đầu.")
        message %= {"most": SUBJECT_CHARACTERS}
        raise Invalid("identity_subject", message, fields={"subject": [message]})
    try:
        with transaction.atomic():
            SocialAccount.objects.create(user=account, provider=PROVIDER, uid=wanted)
    except IntegrityError as error:
        raise Conflict("identity_bound", _("Danh tính này đã gắn với một tài khoản. Bỏ gắn ở đó trước.")) from error


def unbind_identities(account_id: UUID, *, by: Acting) -> None:
    """Let no identity of a provider sign in as this account any more, and sign it out everywhere."""
    with scope("gate"):
        account = _own_account(account_id, by)
        removed: int = SocialAccount.objects.filter(user=account).delete()[0]
        ended = end_devices(account)
        note(by=by, event="offices:account:identity_unbind", subject_id=account.id, removed=removed, ended=ended)


def set_two_step_roles(roles: Collection[str], *, by: Acting) -> None:
    """Say for which roles of the office a second step is compulsory. Raises Invalid for a role there is not."""
    check_may(by, Permission.OFFICE_ADMINISTER)
    wanted = set(roles)
    if wanted - {role.value for role in RoleKey}:
        raise Invalid("role_unknown", _("Có vai trò không có trong hệ thống. Tải lại trang rồi chọn lại."))
    known = two_step_roles_of(by)
    TwoStepRule.objects.filter(office_id=by.office_id, role__in=known - wanted).delete()
    TwoStepRule.objects.bulk_create(TwoStepRule(office_id=by.office_id, role=role) for role in sorted(wanted - known))
    if wanted != known:
        note(by=by, event="offices:two_step:set", roles=sorted(wanted))


def _own_account(account_id: UUID, by: Acting) -> Account:
    """An account of the acting office's people. Gate scope. Raises Forbidden and NotFound."""
    check_may(by, Permission.OFFICE_ADMINISTER)
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None or not Person.objects.filter(account_id=account_id, office_id=by.office_id).exists():
        raise NotFound("account_unknown", _("Không có tài khoản này trong văn phòng."))
    held = Position.objects.filter(valid_on(today()), person__account_id=account_id)
    if held.exclude(office_id=by.office_id).exists():
        raise Forbidden(
            "account_shared",
            _("Tài khoản này còn giữ chức vụ ở văn phòng khác nên quản trị một văn phòng không được sửa."),
            remedy=_("Đề nghị người vận hành máy chủ: phoihop account."),
        )
    return account


def account_named(username: str) -> Account:
    """An account by the name it signs in with, for commands on the server. Gate scope. Raises NotFound."""
    account = Account.objects.select_for_update().filter(username__iexact=username).first()
    if account is None:
        raise NotFound("account_unknown", _("Không có tài khoản “%(name)s”.") % {"name": username})
    return account


def note_on_server(account: Account, event: str) -> None:
    """Tell the offices of an account, in their journals, that it was changed on the server."""
    note_account(account, event, on_server=True)
