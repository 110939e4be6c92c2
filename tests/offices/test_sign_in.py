"""Guessing passwords is slowed, for the guesser; and a line break in an address forges no line of the log."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client

from phoihop.core.clock import today
from phoihop.core.isolation import scope
from phoihop.offices.actions import body_id
from phoihop.offices.models import Delegation, Position
from tests.cast import NGHE_AN, PASSWORD, acting, position

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
CLERK = f"vanthu.{NGHE_AN.code.lower()}"


def _tried(password: str, *, address: str = "10.0.0.1", login: str = CLERK, host: str = "localhost") -> Any:
    browser = Client(REMOTE_ADDR=address, headers={"Host": host})
    return browser.post(LOGIN, {"login": login, "password": password})


def _is_in(answer: Any) -> bool:
    return bool(answer.status_code == 302)


def test_five_wrong_passwords_close_the_account_to_that_address() -> None:
    for _ in range(5):
        assert not _is_in(_tried("sai-mat-khau-roi"))
    assert not _is_in(_tried(PASSWORD))


def test_neither_another_port_in_the_host_nor_other_letters_begin_a_new_count() -> None:
    for number in range(5):
        assert not _is_in(_tried("sai-mat-khau-roi", host=f"localhost:{8000 + number}"))
    assert not _is_in(_tried(PASSWORD, host="localhost:9999"))
    assert not _is_in(_tried(PASSWORD, login=CLERK.upper(), host="localhost:9998"))


def test_a_stranger_cannot_lock_a_colleague_out() -> None:
    for _ in range(6):
        _tried("sai-mat-khau-roi", address="10.0.0.66")
    assert _is_in(_tried(PASSWORD, address="10.0.0.1"))


def test_guessing_from_many_addresses_ends_too(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed_everywhere": "6/900s/key"}
    for number in range(6):
        _tried("sai-mat-khau-roi", address=f"10.0.{number}.1")
    assert not _is_in(_tried(PASSWORD, address="10.0.99.1"))


def test_signing_in_starts_a_new_session() -> None:
    browser = Client()
    browser.post("/ui/language/", {"language": "vi"})
    browser.cookies["phoihop_session"] = "k" * 32
    browser.post(LOGIN, {"login": CLERK, "password": PASSWORD})
    assert browser.cookies["phoihop_session"].value != "k" * 32
    assert browser.get("/").status_code == 200
    old = browser.cookies["phoihop_session"].value
    browser.post("/accounts/logout/")
    browser.cookies["phoihop_session"] = old
    assert browser.get("/").status_code == 302


def test_an_address_with_a_line_break_stays_on_its_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="phoihop.errors"):
        Client().get("/khong-co%0A2026-01-01%20ERROR%20forged")
    said = [record.getMessage() for record in caplog.records if record.name == "phoihop.errors"]
    assert said
    assert not any("\n" in line for line in said)


def test_lent_authority_ends_with_the_position_of_who_lent_it() -> None:
    body = body_id(NGHE_AN.code, "NA-UBND")
    giver, taker = position("lanhdao", NGHE_AN), position("trucban", NGHE_AN)
    office = acting("trucban", NGHE_AN).office_id
    with scope("worker"):
        Delegation.objects.create(
            office_id=office, giver_id=giver, taker_id=taker, permissions=["dispatch.sign"], body_id=body,
            authority="TUQ.", reason="Đi công tác", valid_from=today(), valid_to=today(),
        )  # fmt: skip
    assert acting("trucban", NGHE_AN).signing_for(body) is not None
    with scope("worker"):
        Position.objects.filter(id=giver).update(valid_to=today().replace(year=today().year - 1))
    lent = acting("trucban", NGHE_AN)
    assert lent.signing_for(body) is None
    assert "dispatch.sign" not in lent.permissions
