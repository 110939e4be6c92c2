"""First passwords of many, tokens beside passwords, and secrets that a lost key has shut."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from phoihop.core.errors import Invalid
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.offices.account_actions import MOST_AT_ONCE, issue_passwords, revoke_tokens
from phoihop.offices.account_selectors import account_of, accounts_of
from phoihop.offices.models import Account
from phoihop.offices.second_factor import unreadable_accounts
from tests.api.callers import caller
from tests.cast import NGHE_AN, acting
from tests.dispatches.papers import office_of
from tests.offices.test_sign_in_pages import signed_in
from tests.offices.test_sign_in_second_step import ASKED, half_in, set_up

pytestmark = pytest.mark.django_db


def without_password(*keys: str) -> list[str]:
    """Accounts as an import leaves them. Returns their ids."""
    names = [f"{key}.{NGHE_AN.code.lower()}" for key in keys]
    with scope("gate"):
        for account in Account.objects.filter(username__in=names):
            account.set_unusable_password()
            account.save()
        return [str(one) for one in Account.objects.filter(username__in=names).values_list("id", flat=True)]


def test_first_passwords_come_as_slips_once_and_let_their_owners_in() -> None:
    ids = without_password("vanthu", "chuyenvien")
    administrator = signed_in(f"quantri.{NGHE_AN.code.lower()}")
    assert "2 người chờ mật khẩu" in administrator.get("/offices/accounts/").content.decode()
    asked = administrator.get("/offices/accounts/", {"waiting": "1"})
    assert len(asked.context["next_slips"]) == 2
    slips = administrator.post("/offices/accounts/passwords/", {"account": ids})
    assert "no-store" in slips.headers["Cache-Control"]
    passwords = re.findall(r'<code class="ph-secret">([a-z2-9-]+)</code>', slips.content.decode())
    assert len(set(passwords)) == 2
    with scope("gate"):
        accounts = list(Account.objects.filter(id__in=ids))
    assert all(account.must_change_password for account in accounts)
    assert all(any(account.check_password(one) for one in passwords) for account in accounts)
    again = administrator.post("/offices/accounts/passwords/", {"account": ids}).content.decode()
    assert "Không còn ai chờ mật khẩu" in again


def test_who_has_a_password_keeps_it_and_too_many_at_once_are_refused() -> None:
    with office_of("quantri", NGHE_AN) as by:
        everybody = [one.id for one in accounts_of(by)]
        assert issue_passwords(everybody, by=by) == []
        for ids in ([], [new_id() for _ in range(MOST_AT_ONCE + 1)]):
            with pytest.raises(Invalid, match=str(MOST_AT_ONCE)):
                issue_passwords(ids, by=by)


def test_a_token_owes_no_duty_and_ends_when_the_administrator_says() -> None:
    software = caller("vanthu", NGHE_AN)
    account = acting("vanthu", NGHE_AN).account_id
    assert account is not None
    with scope("gate"):
        Account.objects.filter(id=account).update(must_change_password=True)
    assert software.get("/me").status_code == 200
    with office_of("quantri", NGHE_AN) as by:
        assert account_of(account, by).token_count == 1
        assert revoke_tokens(account, by=by) == 1
        assert account_of(account, by).token_count == 0
    assert software.get("/me").status_code == 401


def unreadable() -> list[str]:
    with scope("gate"):
        return [account.username for account in unreadable_accounts()]


def shut_secrets() -> None:
    """As if ``keys/secret_key`` were another one."""
    with scope("gate"):
        for one in Authenticator.objects.filter(type=Authenticator.Type.TOTP):
            one.data["secret"] = "gAAAAA" + one.data["secret"][6:-8] + "AAAAAAA="
            one.save()


def test_secrets_a_lost_key_has_shut_are_told_and_cleared(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(signed_in())
    assert unreadable() == []
    shut_secrets()
    name = f"vanthu.{NGHE_AN.code.lower()}"
    assert unreadable() == [name]
    answer = half_in().post(ASKED, {"code": "123456"})
    assert answer.status_code == 409
    assert "khóa của máy chủ đã thay đổi" in answer.content.decode()
    with pytest.raises(CommandError):
        call_command("account", "clear-second-factors")
    call_command("account", "clear-second-factors", "--unreadable")
    assert name in capsys.readouterr().out
    assert unreadable() == []
