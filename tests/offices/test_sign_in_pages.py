"""The pages of one's own sign-in: who may open them, and that they look like pages of this installation."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import NGHE_AN, PASSWORD
from tests.contracts.markup import blocked

pytestmark = pytest.mark.django_db

CLERK = f"vanthu.{NGHE_AN.code.lower()}"
OWN_PAGES = (
    "security/", "password/change/", "two-step/app/", "two-step/codes/new/", "passkeys/new/", "reauthenticate/",
)  # fmt: skip


def signed_in(username: str = CLERK, *, agent: str = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0.0.0") -> Client:
    """A browser in which somebody has typed name and password."""
    browser = Client(headers={"User-Agent": agent})
    answer = browser.post("/accounts/login/", {"login": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return browser


@pytest.mark.parametrize("page", OWN_PAGES)
def test_visitors_are_sent_to_sign_in(page: str) -> None:
    answer = Client().get(f"/accounts/{page}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("page", OWN_PAGES)
def test_pages_stand_in_the_shell_and_hold_nothing_the_policy_blocks(page: str) -> None:
    answer = signed_in().get(f"/accounts/{page}")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert blocked(text) == []
    assert 'id="navigation"' in text, "the menu of the office stays around one's own pages"


def test_the_page_of_sign_in_is_vietnamese_throughout() -> None:
    text = Client().get("/accounts/login/").content.decode()
    for english in ("Username", "Password", "Sign In", "placeholder="):
        assert english not in text
    assert 'autocomplete="username webauthn"' in text
