"""Passwords: long enough, not what is guessed first, one for every keyboard, changed when somebody else has seen it."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from phoihop.core.isolation import scope
from phoihop.offices.models import Account
from phoihop.offices.password_rules import ALONE_LENGTH, BESIDE_LENGTH, is_guessable, same_letters
from phoihop.offices.passwords import temporary_password
from tests.cast import NGHE_AN, PASSWORD
from tests.offices.test_sign_in_pages import CLERK, signed_in

pytestmark = pytest.mark.django_db

CHANGE = "/accounts/password/change/"
GOOD = "con trâu đi trước cái cày theo sau"

GUESSABLE = (
    "matkhau123456789", "123456789012345", "qwertyuiopasdfghjkl", "abcabcabcabcabcabc", "aaaaaaaaaaaaaaaa",
    "Anhyeuem2026!!!", "MatKhau@2026@2026", "vietnam19751975", "password1password", "nghean2026nghean",
    "vanthu.na-vpubnd.2026", "VP UBND Nghệ An 2026", "Mật khẩu văn thư 1", "111111222222333333", "zxcvbnmasdfghjkl",
)  # fmt: skip
FINE = (
    GOOD, PASSWORD, "bốn mùa hoa gạo nở đỏ ven sông", "tàu hỏa 7 toa chở mít", "correct horse battery staple",
    "Xe-đạp-cũ-kêu-cót-két", "kẹo lạc + chè xanh = 5000đ",
)  # fmt: skip


def clerk() -> Account:
    with scope("gate"):
        return Account.objects.get(username=CLERK)


def said(password: str, user: Account | None = None) -> str:
    """Why a password is refused; nothing when it is not."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize("password", GUESSABLE)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert "dễ đoán" in said(password, clerk())


@pytest.mark.parametrize("password", FINE)
def test_a_sentence_is_accepted_whatever_it_is_made_of(password: str) -> None:
    assert said(password, clerk()) == ""


def test_length_depends_on_what_stands_beside_it() -> None:
    account = clerk()
    assert "15 ký tự" in said("xe đạp cũ kêu"[: ALONE_LENGTH - 1], account)
    assert said(GOOD[:64].ljust(64, "ô"), account) == ""
    assert "quá 256" in said("Một câu rất dài. " * 40, account)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300))
def test_the_rule_never_fails_whatever_is_typed(password: str) -> None:
    assert isinstance(is_guessable(password, words=["Văn phòng UBND", ""]), bool)


@given(st.sampled_from(FINE), st.sampled_from(["NFC", "NFD"]))
def test_every_keyboard_types_the_same_password(password: str, form: Any) -> None:
    assert same_letters(unicodedata.normalize(form, password)) == same_letters(password)
    assert said(unicodedata.normalize(form, password)) == ""


@given(st.text("abcdefgh", min_size=1, max_size=5), st.integers(4, 40))
def test_repetition_adds_nothing(piece: str, times: int) -> None:
    assert is_guessable(piece * times)


def test_letters_composed_in_either_way_sign_in(settings: Any) -> None:
    with scope("gate"):
        account = Account.objects.get(username=CLERK)
        account.set_password(unicodedata.normalize("NFD", GOOD))
        account.save()
    for form in ("NFC", "NFD"):
        answer = Client().post(
            "/accounts/login/",
            {"login": CLERK, "password": unicodedata.normalize(form, GOOD)},
        )
        assert answer.status_code == 302


def changed(browser: Client, new: str, old: str = PASSWORD) -> Any:
    return browser.post(CHANGE, {"oldpassword": old, "password1": new})


def test_a_password_is_changed_with_the_old_one_and_by_the_rules() -> None:
    browser = signed_in()
    assert "Mật khẩu hiện tại chưa đúng" in changed(browser, GOOD, "sai").content.decode()
    assert "dễ đoán" in changed(browser, GUESSABLE[0]).content.decode()
    assert "ít nhất 15 ký tự" in changed(browser, "ngắn quá").content.decode()
    assert changed(browser, GOOD).status_code == 302
    assert browser.get("/offices/").status_code == 200
    assert Client().post("/accounts/login/", {"login": CLERK, "password": GOOD}).status_code == 302


def test_a_changed_password_ends_the_other_sessions() -> None:
    here, there = signed_in(), signed_in()
    changed(here, GOOD)
    assert here.get("/offices/").status_code == 200
    assert there.get("/offices/").status_code == 302


def test_a_password_somebody_else_has_seen_comes_before_any_work() -> None:
    with scope("gate"):
        Account.objects.filter(username=CLERK).update(must_change_password=True)
    browser = signed_in()
    for page in ("/", "/offices/", "/dispatches/incoming/"):
        answer = browser.get(page)
        assert (answer.status_code, answer.headers["Location"]) == (302, CHANGE)
    assert browser.get("/offices/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == CHANGE
    assert "do người khác cấp" in browser.get(CHANGE).content.decode()
    assert "phải khác mật khẩu được cấp" in changed(browser, PASSWORD).content.decode()
    assert changed(browser, GOOD).status_code == 302
    assert browser.get("/offices/").status_code == 200


def test_a_short_password_does_not_stand_alone() -> None:
    with scope("gate"):
        account = Account.objects.get(username=CLERK)
        account.set_password("xe đạp cũ")
        account.save()
    browser = Client()
    browser.post("/accounts/login/", {"login": CLERK, "password": "xe đạp cũ"})
    assert browser.get("/offices/").headers["Location"] == CHANGE
    assert "quá ngắn" in browser.get(CHANGE).content.decode()


def test_temporary_passwords_pass_the_rules_and_never_come_twice() -> None:
    made = {temporary_password() for _ in range(200)}
    assert len(made) == 200
    assert all(said(password, clerk()) == "" for password in sorted(made)[:50])


def test_fifteen_alone_and_eight_beside_a_second_factor() -> None:
    assert (ALONE_LENGTH, BESIDE_LENGTH) == (15, 8)
    assert NGHE_AN.code.lower() in CLERK
