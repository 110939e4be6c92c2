"""Who comes in: tokens, and everything that is not a good one."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from phoihop.audit.models import JournalEntry
from phoihop.core.clock import now, today
from phoihop.core.isolation import scope
from phoihop.offices.actions import office_id
from phoihop.offices.models import Account, Position, Token
from phoihop.offices.tokens import make_token, revoke_token
from tests.api.callers import Caller, letter
from tests.cast import NGHE_AN, PASSWORD, position

pytestmark = pytest.mark.django_db

CLERK = "vanthu.na-vpubnd"


def asked(secret: str | None) -> Any:
    headers = {} if secret is None else {"Authorization": secret}
    return Client().get("/api/v1/me", headers=headers)


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer x", "Basic eDp5", "Bearer phoihop_ü", "Bearer " + "a" * 5000]
)
def test_without_a_good_token_nobody_comes_in(header: str | None) -> None:
    answer = asked(header)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["remedy"]


def test_a_token_says_who_it_stands_for() -> None:
    secret, token = make_token(CLERK, days=1)
    told = asked(f"Bearer {secret}").json()
    assert (told["office"], told["title"]) == ("NA-VPUBND", "Nhân viên văn thư")
    assert "dispatch.issue" in told["permissions"]
    assert str(position("lanhdao", NGHE_AN)) in {one["position"] for one in told["signers"]}
    assert secret.encode() not in bytes(token.digest)


def test_an_expired_a_revoked_and_a_locked_token_are_told_apart() -> None:
    secret, token = make_token(CLERK)
    with scope("gate"):
        Token.objects.update(expires_at=now() - timedelta(seconds=1))
    assert asked(f"Bearer {secret}").json()["code"] == "token_expired"
    revoke_token(token.id)
    assert asked(f"Bearer {secret}").json()["code"] == "token_revoked"
    secret, _token = make_token(CLERK)
    with scope("gate"):
        Account.objects.filter(username=CLERK).update(is_active=False)
    assert asked(f"Bearer {secret}").status_code == 401


def test_a_token_of_an_ended_position_gives_no_other(sender: Caller) -> None:
    ended = today() - timedelta(days=1)
    with scope("worker"):
        Position.objects.filter(id=position("vanthu", NGHE_AN)).update(valid_to=ended)
    for answer in (sender.get("/me"), sender.post("/dispatches", letter())):
        assert (answer.status_code, answer.json()["code"]) == (403, "position_ended")


def test_a_signed_in_browser_is_not_let_in_without_a_token() -> None:
    browser = Client()
    with scope("gate"):
        assert browser.login(username=CLERK, password=PASSWORD)
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post("/api/v1/dispatches", {}, content_type="application/json").status_code == 401


def test_the_command_makes_lists_and_revokes_and_the_journal_knows() -> None:
    out, told = io.StringIO(), io.StringIO()
    call_command("token", "create", "--account", CLERK, "--name", "Phần mềm tỉnh", stdout=out, stderr=told)
    secret = out.getvalue().strip()
    assert asked(f"Bearer {secret}").status_code == 200
    listed = io.StringIO()
    call_command("token", "list", stdout=listed)
    assert "Phần mềm tỉnh" in listed.getvalue()
    assert secret not in listed.getvalue()
    number = listed.getvalue().split()[0]
    call_command("token", "revoke", number, stdout=io.StringIO())
    assert asked(f"Bearer {secret}").status_code == 401
    with scope("web", office_id("NA-VPUBND")):
        events = list(JournalEntry.objects.order_by("at").values_list("event", flat=True))
    assert events == ["offices:token:make", "offices:token:revoke"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "--account", "khong.co"],
        ["create", "--account", CLERK, "--position", "Chủ tịch"],
        ["create", "--account", CLERK, "--days", "0"],
        ["revoke", "00000000-0000-0000-0000-000000000000"],
    ],
)
def test_the_command_refuses_in_words(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match=r"\w+ \w+"):
        call_command("token", *arguments, stdout=io.StringIO())


def test_a_position_can_be_chosen_by_title_among_several() -> None:
    with scope("worker"):
        held = Position.objects.get(id=position("vanthu", NGHE_AN))
        Position.objects.create(
            office_id=held.office_id, person_id=held.person_id, title="Trực ban", roles=["duty_officer"],
            valid_from=date(2025, 7, 1),
        )  # fmt: skip
    with pytest.raises(Exception, match="Trực ban"):
        make_token(CLERK)
    secret, _token = make_token(CLERK, position="Trực ban")
    assert asked(f"Bearer {secret}").json()["title"] == "Trực ban"
