"""The second step: set up, asked for, good once, replaced by a printed code, demanded by an office."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from phoihop.audit.models import JournalEntry
from phoihop.core.errors import Forbidden, Invalid
from phoihop.core.isolation import scope
from phoihop.offices.account_actions import remove_second_factors, set_two_step_roles
from phoihop.offices.models import Account
from tests.cast import NGHE_AN, PASSWORD, acting
from tests.offices.test_sign_in_pages import CLERK, signed_in
from tests.offices.totp import code_at, fresh_code, secret_on

pytestmark = pytest.mark.django_db

APP = "/accounts/two-step/app/"
ASKED = "/accounts/two-step/"


def set_up(browser: Client) -> tuple[str, str]:
    """Turn the app on. Returns its secret and the code that was used for it."""
    secret = secret_on(browser.get(APP).content.decode())
    code = code_at(secret)
    answer = browser.post(APP, {"code": code})
    assert answer.status_code == 302, answer.content.decode()
    return secret, code


def codes_of(browser: Client) -> list[str]:
    page = browser.get("/accounts/two-step/codes/").content.decode()
    return re.findall(r"<code>(\d{8})</code>", page)


def half_in() -> Client:
    """A browser that has given the password and is asked for the second step."""
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": CLERK, "password": PASSWORD})
    assert answer.headers["Location"] == ASKED
    return browser


def events_of(office: Any = NGHE_AN) -> list[str]:
    with scope("worker"):
        rows = JournalEntry.objects.filter(office_id=acting("vanthu", office).office_id).order_by("at", "id")
        return [row.event.removeprefix("offices:account:") for row in rows]


def test_the_picture_is_drawn_here_and_holds_the_secret_shown_beside_it() -> None:
    page = signed_in().get(APP).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert len(secret_on(page)) == 32


def test_a_password_alone_no_longer_opens_and_a_code_does() -> None:
    secret, used = set_up(signed_in())
    browser = half_in()
    assert browser.get("/offices/").status_code == 302
    assert "Mã chưa đúng" in browser.post(ASKED, {"code": "000000"}).content.decode()
    assert browser.post(ASKED, {"code": fresh_code(secret, used)}).status_code == 302
    assert browser.get("/offices/").status_code == 200


def test_a_code_is_good_once() -> None:
    secret, used = set_up(signed_in())
    assert "Mã chưa đúng hoặc đã dùng" in half_in().post(ASKED, {"code": used}).content.decode()
    code = fresh_code(secret, used)
    assert half_in().post(ASKED, {"code": code}).status_code == 302
    assert half_in().post(ASKED, {"code": code}).status_code == 200


def test_printed_codes_are_shown_once_and_each_opens_once() -> None:
    browser = signed_in()
    set_up(browser)
    codes = codes_of(browser)
    assert len(set(codes)) == 10
    assert codes_of(browser) == []
    assert half_in().post(ASKED, {"code": codes[0]}).status_code == 302
    assert half_in().post(ASKED, {"code": codes[0]}).status_code == 200
    assert half_in().post(ASKED, {"code": codes[1]}).status_code == 302
    assert events_of().count("recovery_code_use") == 2


def test_new_printed_codes_end_the_old_ones() -> None:
    browser = signed_in()
    set_up(browser)
    old = codes_of(browser)
    browser.post("/accounts/two-step/codes/new/")
    new = codes_of(browser)
    assert len(new) == 10
    assert not set(old) & set(new)
    assert half_in().post(ASKED, {"code": old[0]}).status_code == 200


def test_guessing_codes_is_slowed() -> None:
    secret, used = set_up(signed_in())
    browser = half_in()
    for number in range(5):
        browser.post(ASKED, {"code": f"{number:06d}"})
    answer = browser.post(ASKED, {"code": fresh_code(secret, used)})
    assert "quá nhiều lần" in answer.content.decode()


def test_secrets_in_the_database_are_of_no_use_without_the_key() -> None:
    secret, _used = set_up(signed_in())
    with scope("gate"), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        stored = str(cursor.fetchone()[0])
    assert secret not in stored
    assert "seed" in stored


def test_without_the_app_the_password_is_enough_again_and_codes_are_gone() -> None:
    browser = signed_in()
    set_up(browser)
    browser.post("/accounts/two-step/app/remove/")
    with scope("gate"):
        assert not Authenticator.objects.exists()
    signed_in()


def test_what_matters_asks_again_after_some_minutes(settings: Any) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    browser = signed_in()
    answer = browser.get(APP)
    assert answer.headers["Location"] == f"/accounts/reauthenticate/?next={APP.replace('/', '%2F')}"
    wrong = browser.post("/accounts/reauthenticate/", {"password": "sai", "next": APP})
    assert "Mật khẩu chưa đúng" in wrong.content.decode()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
    assert browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": APP}).headers["Location"] == APP
    assert browser.get(APP).status_code == 200


def test_with_a_second_step_the_password_alone_confirms_nothing(settings: Any) -> None:
    browser = signed_in()
    secret, used = set_up(browser)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    asked = browser.get("/accounts/two-step/codes/new/", follow=True)
    assert urlsplit(asked.redirect_chain[-1][0]).path == "/accounts/two-step/confirm/"
    answer = browser.post("/accounts/two-step/confirm/", {"code": fresh_code(secret, used), "next": APP})
    assert answer.status_code == 302


def test_an_office_demands_a_second_step_of_a_role() -> None:
    browser, other = signed_in(), signed_in(f"chuyenvien.{NGHE_AN.code.lower()}")
    administrator = acting("quantri", NGHE_AN)
    with scope("web", administrator.office_id):
        set_two_step_roles(["records_clerk"], by=administrator)
    assert browser.get("/offices/").headers["Location"] == "/accounts/security/"
    assert other.get("/offices/").status_code == 200
    assert "yêu cầu xác minh hai bước" in browser.get("/accounts/security/").content.decode()
    set_up(browser)
    assert browser.get("/offices/").status_code == 200
    with scope("web", administrator.office_id):
        set_two_step_roles([], by=administrator)
    assert events_of()[-1] == "offices:two_step:set"


def test_whoever_runs_the_server_demands_it_of_everybody(settings: Any) -> None:
    settings.TWO_STEP_ROLES = frozenset({"all"})
    assert signed_in().get("/offices/").headers["Location"] == "/accounts/security/"


def test_only_an_administrator_sets_the_rule_and_only_for_roles_there_are() -> None:
    clerk, administrator = acting("vanthu", NGHE_AN), acting("quantri", NGHE_AN)
    with scope("web", clerk.office_id), pytest.raises(Forbidden):
        set_two_step_roles(["leader"], by=clerk)
    with scope("web", administrator.office_id), pytest.raises(Invalid):
        set_two_step_roles(["bo-truong"], by=administrator)


def test_an_administrator_helps_who_lost_telephone_and_codes() -> None:
    browser = signed_in()
    set_up(browser)
    account = acting("vanthu", NGHE_AN).account_id
    assert account is not None
    remove_second_factors(account, by=acting("quantri", NGHE_AN))
    assert browser.get("/offices/").status_code == 302
    signed_in()
    with scope("gate"):
        assert not Account.objects.get(pk=account).must_change_password
    assert "second_factor_clear" in events_of()
