"""Where one is signed in, ending it, what the journal keeps of it, and what an administrator may do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.test import Client

from phoihop.audit.models import JournalEntry
from phoihop.core.clock import now, today
from phoihop.core.errors import Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.offices import devices
from phoihop.offices.account_actions import close_account, issue_password, open_account, sign_out_everywhere
from phoihop.offices.actions import office_id
from phoihop.offices.devices import browser_name, forget_ended
from phoihop.offices.models import Account, Person, Position
from tests.cast import HA_TINH, NGHE_AN, PASSWORD, acting
from tests.offices.test_sign_in_pages import CLERK, signed_in

pytestmark = pytest.mark.django_db

SECURITY = "/accounts/security/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"


def account() -> Any:
    found = acting("vanthu", NGHE_AN).account_id
    assert found is not None
    return found


def entries(event: str, office: Any = NGHE_AN) -> list[JournalEntry]:
    with scope("worker"):
        rows = JournalEntry.objects.filter(office_id=office_id(office.code), event=f"offices:account:{event}")
        return list(rows.order_by("at"))


def ended_from(page: str) -> str:
    found = re.search(r'action="(/accounts/devices/\d+/end/)"', page)
    assert found, page
    return found[1]


def test_each_browser_is_listed_and_another_can_be_signed_out() -> None:
    here, there = signed_in(), signed_in(agent=FIREFOX)
    page = here.get(SECURITY).content.decode()
    assert "Chrome 130, Windows" in page
    assert "Firefox 132, Linux" in page
    assert page.count("thiết bị này") == 1
    here.post(ended_from(page))
    assert there.get("/offices/").status_code == 302
    assert here.get("/offices/").status_code == 200
    assert entries("session_end")[0].detail == {"ended": 1}


def test_nobody_ends_a_session_of_somebody_else() -> None:
    mine, colleague = signed_in(), signed_in(f"chuyenvien.{NGHE_AN.code.lower()}")
    with scope("gate"):
        theirs = UserSession.objects.exclude(user_id=account()).get()
    mine.post(f"/accounts/devices/{theirs.pk}/end/")
    assert colleague.get("/offices/").status_code == 200


def test_signing_out_everywhere_else_keeps_this_browser() -> None:
    here, others = signed_in(), [signed_in(agent=FIREFOX) for _ in range(3)]
    answer = here.post("/accounts/devices/end-others/", follow=True)
    assert "Đã đăng xuất 3 thiết bị khác." in answer.content.decode()
    assert [other.get("/offices/").status_code for other in others] == [302] * 3
    assert here.get("/offices/").status_code == 200


def test_a_get_ends_nothing() -> None:
    browser = signed_in()
    assert browser.get("/accounts/devices/end-others/").status_code == 405


def test_a_session_made_before_there_was_a_list_appears_when_it_is_used() -> None:
    browser = signed_in()
    with scope("gate"):
        UserSession.objects.all().delete()
    devices._last_seen.clear()
    assert browser.get(SECURITY).content.decode().count("thiết bị này") == 1


def test_use_is_remembered_once_in_a_while() -> None:
    browser = signed_in()
    with scope("gate"):
        UserSession.objects.update(last_seen_at=now() - timedelta(hours=3))
    devices._last_seen.clear()
    browser.get("/offices/")
    browser.get("/offices/")
    with scope("gate"):
        assert now() - UserSession.objects.get().last_seen_at < timedelta(minutes=1)


def test_what_ended_is_forgotten() -> None:
    signed_in().post("/accounts/logout/")
    with scope("gate"):
        left = UserSession.objects.count()
    assert forget_ended() == left
    with scope("gate"):
        assert not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge 130, Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/129.0 Mobile Safari/537.36", "Chrome 129, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/120.0 Chrome/114.0 Safari/537.36", "Coc Coc 120, Windows"),
        (FIREFOX, "Firefox 132, Linux"),
        ("", "Trình duyệt không rõ"),
        ("curl/8.5", "Trình duyệt không rõ"),
    ],
)
def test_a_browser_is_named_so_that_its_owner_knows_it(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def test_the_journal_keeps_sign_ins_failures_locks_and_sign_outs() -> None:
    for _ in range(7):
        Client().post("/accounts/login/", {"login": CLERK, "password": "sai-mat-khau"})
    assert len(entries("sign_in_failed")) == 5
    assert len(entries("locked")) == 1
    browser = Client(REMOTE_ADDR="10.1.1.1")
    browser.post("/accounts/login/", {"login": CLERK, "password": PASSWORD})
    browser.post("/accounts/logout/")
    (came,), (left,) = entries("sign_in"), entries("sign_out")
    assert came.detail == {"methods": ["password"], "address": "10.1.1.1", "device": "Trình duyệt không rõ"}
    assert (came.person_name, left.subject_id) == (acting("vanthu", NGHE_AN).person_name, account())


def test_a_name_nobody_has_leaves_nothing_in_any_journal() -> None:
    Client().post("/accounts/login/", {"login": "mat-khau-go-nham", "password": "x"})
    with scope("worker"):
        assert not JournalEntry.objects.filter(event="offices:account:sign_in_failed").exists()


def test_signing_out_tells_the_browser_to_forget_what_was_typed() -> None:
    answer = signed_in().post("/accounts/logout/")
    cookie = answer.cookies["phoihop_signed_out"]
    assert (cookie.value, cookie["httponly"]) == ("1", "")


def test_an_administrator_issues_a_password_that_must_be_changed() -> None:
    browser = signed_in()
    password = issue_password(account(), by=acting("quantri", NGHE_AN))
    assert browser.get("/offices/").status_code == 302
    assert Client().post("/accounts/login/", {"login": CLERK, "password": PASSWORD}).status_code == 200
    again = Client()
    again.post("/accounts/login/", {"login": CLERK, "password": password})
    assert again.get("/offices/").headers["Location"] == "/accounts/password/change/"
    assert len(entries("password_issue")) == 1


def test_a_closed_account_is_out_at_once_and_comes_back_when_opened() -> None:
    browser, administrator = signed_in(), acting("quantri", NGHE_AN)
    close_account(account(), by=administrator)
    assert browser.get("/offices/").status_code == 302
    turned_away = Client().post("/accounts/login/", {"login": CLERK, "password": PASSWORD}, follow=True)
    assert "Tài khoản này đã khóa" in turned_away.content.decode()
    open_account(account(), by=administrator)
    signed_in()
    assert administrator.account_id is not None
    with pytest.raises(Invalid):
        close_account(administrator.account_id, by=administrator)


@pytest.mark.parametrize("act", [issue_password, close_account, open_account, sign_out_everywhere])
def test_accounts_of_another_office_do_not_exist(act: Any) -> None:
    with pytest.raises(NotFound):
        act(account(), by=acting("quantri", HA_TINH))
    with pytest.raises(Forbidden):
        act(account(), by=acting("chanhvp", NGHE_AN))


def test_an_account_that_works_for_two_offices_is_not_one_administrators_to_change() -> None:
    with scope("worker"):
        person = Person.objects.create(
            office_id=office_id(HA_TINH.code), account_id=account(), full_name="A", sort_key="a"
        )
        Position.objects.create(
            office_id=person.office_id, person=person, title="Biệt phái", roles=["specialist"], valid_from=today()
        )
    for office in (NGHE_AN, HA_TINH):
        with pytest.raises(Forbidden, match="văn phòng khác"):
            issue_password(account(), by=acting("quantri", office))


def test_help_on_the_server_is_told_to_the_office(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("account", "password", CLERK)
    password = capsys.readouterr().out.strip()
    browser = Client()
    browser.post("/accounts/login/", {"login": CLERK, "password": password})
    assert browser.get("/offices/").headers["Location"] == "/accounts/password/change/"
    call_command("account", "clear-second-factors", CLERK)
    call_command("account", "bind", CLERK, "nguyen-van-a")
    assert entries("password_issue")[0].detail == {"on_server": True}
    with pytest.raises(CommandError, match="Không có tài khoản"):
        call_command("account", "password", "khong-co-ai")


def test_pages_of_the_administrator_show_what_is_and_a_password_once() -> None:
    browser = signed_in(f"quantri.{NGHE_AN.code.lower()}")
    page = browser.get("/offices/accounts/").content.decode()
    assert CLERK in page
    assert HA_TINH.code.lower() not in page
    address = f"/offices/accounts/{account()}/"
    assert "Cấp mật khẩu tạm" in browser.get(address).content.decode()
    shown = browser.post(f"{address}password/").content.decode()
    found = re.search(r'<code class="ph-secret">([a-z2-9-]{23})</code>', shown)
    assert found
    assert found[1] not in browser.get(address).content.decode()
    with scope("gate"):
        assert Account.objects.get(pk=account()).check_password(found[1])
