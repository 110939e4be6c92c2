"""What holds for every page: its security policy, nothing inline, a token on every form, cookies, few queries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client

from phoihop.core.isolation import scope
from phoihop.offices.models import Account
from tests.cast import NGHE_AN, PASSWORD, password_hash
from tests.contracts.addresses import Page
from tests.contracts.browsing import Answer, address, ask
from tests.contracts.known import OWN, PEOPLE, PERMISSIONS, Known
from tests.contracts.markup import blocked
from tests.contracts.sources import ROOT
from tests.contracts.urls import PAGES
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self' http://localhost:8001",
    "worker-src": "'self'",
    "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""The policy of practice.md; the live stream of a bare installation is the next port of the same host."""

SHOWN = [page for page in PAGES if page.method == "GET"]
SENT = [page for page in PAGES if page.method == "POST"]
MOST_STATEMENTS = 15

OPEN_PAGES = ["/accounts/login/", "/ui/", "/ui/circulation/", "/khong-co-trang-nay/"]


def policy_of(answer: Answer) -> dict[str, str]:
    """The directives of an answer's content security policy."""
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts if name}


def shown(known: Known, page: Page) -> Answer:
    """The page as somebody who may open it sees it."""
    key = next(key for key in PEOPLE if page.needs is None or page.needs in PERMISSIONS[key])
    return ask(known.client(key, OWN), page, address(page.route, page.fills, known))


@pytest.mark.parametrize("page", SHOWN, ids=str)
def test_every_page_carries_the_strict_policy(known: Known, page: Page) -> None:
    answer = shown(known, page)
    if "*" in page.policy:  # a file somebody sent: it may do nothing at all
        assert policy_of(answer)["default-src"] == "'none'"
        assert "sandbox" in policy_of(answer)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        return
    assert policy_of(answer) == {**POLICY, **page.policy}
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("page", SHOWN, ids=str)
def test_no_page_holds_what_the_policy_blocks(known: Known, page: Page) -> None:
    answer = shown(known, page)
    if answer.is_page():
        assert blocked(answer.text) == []


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_open_pages_and_errors_are_as_strict(known: Known, path: str) -> None:
    response = Client().get(path)
    answer = Answer(response.status_code, response.headers, response.content.decode())
    assert policy_of(answer) == POLICY
    assert blocked(answer.text) == []


def test_a_refusal_is_a_page_as_strict_with_a_remedy(known: Known) -> None:
    response = known.client("vanhanh", OWN).get("/dispatches/incoming/")
    answer = Answer(response.status_code, response.headers, response.content.decode())
    assert answer.status == HTTPStatus.FORBIDDEN
    assert policy_of(answer) == POLICY
    assert blocked(answer.text) == []
    assert "Chức vụ" in answer.text


@pytest.mark.parametrize("page", SENT, ids=str)
def test_every_post_needs_a_token_of_the_form(known: Known, page: Page) -> None:
    key = next(key for key in PEOPLE if page.needs is None or page.needs in PERMISSIONS[key])
    client = known.client(key, OWN, checks_csrf=True)
    answer = ask(client, page, address(page.route, page.fills, known))
    assert answer.status == HTTPStatus.FORBIDDEN
    assert "CSRF" in answer.text or "biểu mẫu" in answer.text.lower() or "tải lại" in answer.text.lower()


@pytest.mark.parametrize("path", ["/accounts/login/", "/ui/language/"])
def test_posts_of_visitors_need_a_token_too(known: Known, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(path, {"language": "en"}).status_code == HTTPStatus.FORBIDDEN


SETTLED: set[str] = set()


@pytest.mark.parametrize("key", ["vanthu", "chanhvp", "chuyenvien"])
@pytest.mark.parametrize(
    "page", [page for page in SHOWN if page.route != "dispatches/" and page.absent != HTTPStatus.FOUND], ids=str
)
def test_no_page_asks_the_database_too_often(known: Known, page: Page, key: str) -> None:
    client, path = known.client(key, OWN), address(page.route, page.fills, known)
    if key not in SETTLED:  # the first page of a session notes the device besides, whichever page that is
        client.get("/offices/")
        SETTLED.add(key)
    with assert_queries(at_most=MOST_STATEMENTS):
        answer = ask(client, page, path)
    assert (answer.status == HTTPStatus.OK) is (page.needs is None or page.needs in PERMISSIONS[key])


def test_signing_in_sets_careful_cookies(known: Known) -> None:
    client = Client()
    client.get("/accounts/login/")
    response = client.post("/accounts/login/", {"login": f"vanthu.{NGHE_AN.code.lower()}", "password": PASSWORD})
    assert response.status_code == HTTPStatus.FOUND
    session = response.cookies["phoihop_session"]
    assert session["httponly"] is True
    assert session["samesite"] == "Lax"
    assert session["path"] == "/"
    assert client.get("/offices/").status_code == HTTPStatus.OK


def test_someone_without_a_position_is_told_so(known: Known) -> None:
    with scope("gate"):
        account = Account.objects.create(username="chua-co-chuc-vu", full_name="Chưa Có", password=password_hash())
    client = Client()
    client.post("/accounts/login/", {"login": account.username, "password": PASSWORD})
    response = client.get("/offices/")
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "chức vụ" in response.content.decode().lower()


SECURE = """
import json
from phoihop.config import settings
names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "DEBUG", "ALLOWED_HOSTS"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@pytest.mark.parametrize(("origin", "secure"), [("https://phoihop.example.vn", True), ("http://localhost:8000", False)])
def test_cookies_stay_on_tls_where_the_origin_has_it(tmp_path: Path, origin: str, secure: bool) -> None:
    environment = {**os.environ, "PHOIHOP_ORIGIN": origin, "PHOIHOP_HOME": str(tmp_path), "PYTHONPATH": "src"}
    done = subprocess.run(
        [sys.executable, "-c", SECURE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    assert (said["SESSION_COOKIE_SECURE"], said["CSRF_COOKIE_SECURE"]) == (secure, secure)
    assert (said["SECURE_HSTS_SECONDS"] > 0) is secure
    assert said["DEBUG"] is False
    assert "*" not in said["ALLOWED_HOSTS"]


@pytest.mark.parametrize(
    "html",
    [
        "<p style='color:red'>",
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        "<button onclick='x()'>",
        "<a href='javascript:x()'>",
        "<p hx-on:click='x()'>",
        "<div hx-trigger='click[ctrlKey]'>",
        "<script src='https://elsewhere.example/x.js'></script>",
        "<form method='post'></form>",
    ],
)
def test_each_of_these_is_found(html: str) -> None:
    assert blocked(html)


def test_what_is_allowed_is_not_found() -> None:
    page = "<form method='post'><input type='hidden' name='csrfmiddlewaretoken'></form><script src='/a.js'></script>"
    assert blocked(page) == []
