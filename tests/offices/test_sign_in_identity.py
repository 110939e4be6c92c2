"""Signing in with an identity of a real provider: only one that an administrator has bound."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from phoihop.audit.models import JournalEntry
from phoihop.config.sign_in import passkey_host, provider_from
from phoihop.core.errors import Conflict, Invalid
from phoihop.core.isolation import scope
from phoihop.offices.account_actions import bind_identity, unbind_identities
from phoihop.offices.models import Account
from tests.cast import HA_TINH, NGHE_AN, acting
from tests.identities import IdentityProvider, identity_provider

pytestmark = pytest.mark.django_db

START = "/accounts/sso/sso/"
CALLBACK = "/accounts/sso/sso/callback/"
SUBJECT = "nguyen-van-a"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with identity_provider("http://testserver") as running:
        yield running


@pytest.fixture
def offered(provider: IdentityProvider, settings: Any) -> IdentityProvider:
    """The installation of this process offers the provider."""
    settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
    settings.OIDC_OFFERED = True
    settings.ALLOWED_HOSTS = ["testserver"]
    return provider


def approved(address: str, subject: str) -> str:
    """What a person does at the provider: type a name, agree. Returns where the provider sends the browser back to."""
    visitor = requests.Session()
    answer = visitor.get(address, allow_redirects=False, timeout=10)
    while True:
        while answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if urlsplit(target).hostname == "testserver":
                return str(target)
            answer = visitor.get(target, allow_redirects=False, timeout=10)
        action = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
        assert action, answer.text
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', answer.text))
        filled = {**fields, "login": subject, "password": "khong-ai-hoi"}
        answer = visitor.post(html.unescape(action[1]), data=filled, allow_redirects=False, timeout=10)


def came_back(browser: Client, subject: str = SUBJECT, *, start: str = START) -> Any:
    sent = browser.get(start)
    assert sent.status_code == 302, sent.content.decode()
    back = urlsplit(approved(sent.headers["Location"], subject))
    return browser.get(f"{back.path}?{back.query}")


def clerk() -> Any:
    account = acting("vanthu", NGHE_AN).account_id
    assert account is not None
    return account


def test_an_identity_nobody_bound_is_told_its_own_name_and_makes_no_account(offered: IdentityProvider) -> None:
    with scope("gate"):
        before = Account.objects.count()
    browser = Client()
    answer = came_back(browser)
    assert answer.status_code == 403
    assert SUBJECT in answer.content.decode()
    assert browser.get("/offices/").status_code == 302
    with scope("gate"):
        assert Account.objects.count() == before
        assert not SocialAccount.objects.exists()


def test_a_bound_identity_signs_in_and_the_journal_says_so(offered: IdentityProvider) -> None:
    administrator = acting("quantri", NGHE_AN)
    bind_identity(clerk(), subject=SUBJECT, by=administrator)
    browser = Client()
    answer = came_back(browser, start=f"{START}?next=/offices/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/offices/")
    page = browser.get("/offices/")
    assert page.status_code == 200
    assert acting("vanthu", NGHE_AN).person_name in page.content.decode()
    with scope("worker"):
        entry = JournalEntry.objects.get(office_id=administrator.office_id, event="offices:account:sign_in")
    assert entry.detail["methods"] == ["socialaccount"]
    with scope("gate"):
        assert set(SocialAccount.objects.get().extra_data) <= {"sub", "name", "preferred_username"}


def test_the_request_is_bound_to_the_browser_by_state_and_pkce(offered: IdentityProvider) -> None:
    browser, thief = Client(), Client()
    asked = parse_qs(urlsplit(browser.get(START).headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["code_challenge"] != asked["state"]
    back = urlsplit(approved(browser.get(START).headers["Location"], SUBJECT))
    stolen = thief.get(f"{back.path}?{back.query}")
    assert stolen.status_code in {401, 502}
    assert thief.get("/offices/").status_code == 302


def test_signed_in_people_cannot_bind_an_identity_themselves(offered: IdentityProvider) -> None:
    from tests.offices.test_sign_in_pages import signed_in

    browser = signed_in()
    answer = came_back(browser, start=f"{START}?process=connect")
    assert answer.status_code == 403
    with scope("gate"):
        assert not SocialAccount.objects.exists()


def test_one_identity_opens_one_account_until_it_is_unbound(offered: IdentityProvider) -> None:
    here, there = acting("quantri", NGHE_AN), acting("quantri", HA_TINH)
    other = acting("vanthu", HA_TINH).account_id
    assert other is not None
    bind_identity(clerk(), subject=SUBJECT, by=here)
    with pytest.raises(Conflict):
        bind_identity(other, subject=SUBJECT, by=there)
    unbind_identities(clerk(), by=here)
    assert came_back(Client()).status_code == 403


@pytest.mark.parametrize("subject", ["", "   ", "x" * 192])
def test_a_subject_that_cannot_be_one_is_refused(subject: str) -> None:
    with pytest.raises(Invalid):
        bind_identity(clerk(), subject=subject, by=acting("quantri", NGHE_AN))


def test_a_closed_account_stays_closed_to_its_identity(offered: IdentityProvider) -> None:
    bind_identity(clerk(), subject=SUBJECT, by=acting("quantri", NGHE_AN))
    with scope("gate"):
        Account.objects.filter(pk=clerk()).update(is_active=False)
    browser = Client()
    answer = came_back(browser)
    assert answer.headers["Location"] == "/accounts/login/"
    assert browser.get("/offices/").status_code == 302


def test_discovery_that_speaks_for_another_issuer_is_refused(offered: IdentityProvider, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = offered.issuer.replace(
        "localhost", "127.0.0.1"
    )
    answer = Client().get(START)
    assert answer.status_code == 502
    assert "Thử lại" in answer.content.decode()


def test_a_provider_that_does_not_answer_is_said_so(offered: IdentityProvider, settings: Any) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://localhost:9"
    assert Client().get(START).status_code == 502


def test_without_a_provider_there_is_no_such_address() -> None:
    assert Client().get(START).status_code == 404
    assert "/accounts/sso/" not in Client().get("/accounts/login/").content.decode()


@pytest.mark.parametrize("issuer", ["http://xacthuc.nghean.gov.vn", "ftp://x", "xacthuc"])
def test_an_issuer_without_tls_is_refused(issuer: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        provider_from({"PHOIHOP_OIDC_ISSUER": issuer, "PHOIHOP_OIDC_CLIENT_ID": "x"})


def test_a_provider_needs_a_client() -> None:
    with pytest.raises(ImproperlyConfigured):
        provider_from({"PHOIHOP_OIDC_ISSUER": "https://xacthuc.nghean.gov.vn"})


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8000", "localhost"), ("http://127.0.0.1:8000", ""), ("https://phoihop.vn", "phoihop.vn"),
        ("http://phoihop.vn", ""), ("https://10.0.0.5", ""),
    ],
)  # fmt: skip
def test_passkeys_are_offered_where_browsers_allow_them(origin: str, host: str) -> None:
    assert passkey_host(origin) == host
