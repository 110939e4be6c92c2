"""Signing in as people do: an app, a printed code, a passkey, the identity of the province; and being signed out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from phoihop.config.postgres import EmbeddedServer
from tests.cast import HA_TINH, NGHE_AN, PASSWORD
from tests.identities import identity_provider
from tests.installation import HOME
from tests.journeys.conftest import DATABASE
from tests.journeys.people import Cast, Person, Stage
from tests.journeys.serving import served, two_free_ports
from tests.journeys.test_barriers import barriers, nothing_in
from tests.offices.totp import code_at, fresh_code

pytestmark = pytest.mark.browser

SECURITY = "/accounts/security/"
FONTS = "https://fonts.googleapis.com/"
"""The provider's own pages ask for a font from there; they are given none."""


def enters(person: Person, username: str) -> None:
    """Name and password, at the door."""
    person.opens("/offices/")
    person.signs_in(username)


def is_in(person: Person) -> None:
    expect(person.page.locator(".ph-person")).to_be_visible()


def signs_out(person: Person) -> None:
    person.page.locator(".ph-person summary").click()
    person.page.get_by_role("button", name="Đăng xuất").click()
    expect(person.page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def has_no_barrier(person: Person) -> None:
    nothing_in({theme: barriers(person.page, theme) for theme in ("light", "dark")})


def turns_on_the_app(person: Person) -> tuple[str, str, list[str]]:
    """Set the app up from the page of one's own sign-in. Returns its secret, the code used, and the printed codes."""
    person.opens(SECURITY)
    person.presses("Bật ứng dụng tạo mã")
    expect(person.page.get_by_role("img", name="Mã QR để ứng dụng quét")).to_be_visible()
    person.page.get_by_text("Không quét được?").click()
    secret = person.page.locator("code.ph-secret").inner_text()
    code = code_at(secret)
    person.page.get_by_label("Mã 6 số").fill(code)
    person.presses("Bật")
    codes = person.page.locator(".ph-codes code")
    expect(codes).to_have_count(10)
    has_no_barrier(person)
    return secret, code, codes.all_inner_texts()


def test_an_app_and_printed_codes(stage: Stage) -> None:
    username = f"trucban.{HA_TINH.code.lower()}"
    person = stage.visitor()
    enters(person, username)
    is_in(person)
    secret, used, printed = turns_on_the_app(person)
    person.presses("Đã cất mã")
    person.reads("Còn 10 mã dự phòng chưa dùng.")
    signs_out(person)
    enters(person, username)
    person.reads("Bước xác minh thứ hai")
    has_no_barrier(person)
    person.page.get_by_label("Mã 6 số").fill("000000")
    person.presses("Đăng nhập")
    person.reads("Mã chưa đúng")
    person.page.get_by_label("Mã 6 số").fill(fresh_code(secret, used))
    person.presses("Đăng nhập")
    is_in(person)
    signs_out(person)
    enters(person, username)
    person.page.get_by_label("Mã 6 số").fill(printed[0])
    person.presses("Đăng nhập")
    is_in(person)
    person.opens(SECURITY)
    person.reads("Còn 9 mã dự phòng chưa dùng.")
    person.presses("Tắt ứng dụng tạo mã")
    expect(person.page.get_by_role("button", name="Tắt", exact=True)).to_be_visible()
    has_no_barrier(person)
    person.presses("Tắt")
    person.reads("Đã tắt ứng dụng tạo mã.")


def with_authenticator(person: Person) -> tuple[CDPSession, str]:
    """Give the browser a device that holds passkeys and knows its owner."""
    session = person.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, str(made["authenticatorId"])


def test_a_passkey_opens_by_itself(stage: Stage) -> None:
    username = f"lanhdao.{HA_TINH.code.lower()}"
    person = stage.visitor()
    device, key = with_authenticator(person)
    enters(person, username)
    is_in(person)
    person.opens(SECURITY)
    person.presses("Thêm khóa truy cập")
    person.page.get_by_label("Tên để nhận ra").fill("Máy tính phòng họp")
    has_no_barrier(person)
    person.presses("Tạo khóa trên thiết bị này")
    expect(person.page.locator(".ph-codes code")).to_have_count(10)
    person.presses("Đã cất mã")
    person.reads("Máy tính phòng họp")
    signs_out(person)
    person.presses("Dùng khóa truy cập")
    is_in(person)
    signs_out(person)
    enters(person, username)
    person.reads("Bước xác minh thứ hai")
    has_no_barrier(person)
    person.presses("Dùng khóa truy cập")
    is_in(person)
    person.opens(SECURITY)
    person.page.locator(".ph-account-list").get_by_role("link", name="Bỏ").click()
    has_no_barrier(person)
    person.presses("Bỏ khóa")
    person.reads("Đã bỏ khóa truy cập.")
    signs_out(person)
    person.presses("Dùng khóa truy cập")
    person.reads("Mã chưa đúng")
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})


def test_signing_out_elsewhere_reaches_an_open_page(stage: Stage) -> None:
    username = f"chanhvp.{HA_TINH.code.lower()}"
    here, there = stage.visitor(), stage.visitor()
    for person in (here, there):
        person.opens("/dispatches/incoming/")
        person.signs_in(username)
        is_in(person)
    stage.watch.expected.add(401)
    here.opens(SECURITY)
    here.presses("Đăng xuất mọi nơi khác")
    here.reads("thiết bị khác.")  # others of the sweep may have signed in as this person too
    expect(there.page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    here.opens("/dispatches/incoming/")
    is_in(here)


def kept(person: Person) -> list[str]:
    return list(person.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('phoihop-draft:'))"))


def keep_a_draft(person: Person) -> None:
    person.page.evaluate("localStorage.setItem('phoihop-draft:/dispatches/drafts/x/', '{}')")


def test_what_was_typed_goes_with_its_owner(stage: Stage) -> None:
    first, second = f"vanthu.{HA_TINH.code.lower()}", f"chuyenvien.{HA_TINH.code.lower()}"
    person = stage.visitor()
    enters(person, first)
    is_in(person)
    keep_a_draft(person)
    person.opens("/offices/")
    assert kept(person)
    signs_out(person)
    assert kept(person) == []
    enters(person, first)
    is_in(person)
    keep_a_draft(person)
    person.context.clear_cookies(name="phoihop_session")
    enters(person, first)
    is_in(person)
    assert kept(person), "a session that ran out keeps what its owner typed"
    person.context.clear_cookies(name="phoihop_session")
    enters(person, second)
    is_in(person)
    assert kept(person) == []


def test_a_password_is_shown_on_demand_and_pasted(stage: Stage) -> None:
    person = stage.visitor()
    person.opens("/accounts/login/")
    field = person.page.get_by_label("Mật khẩu")
    field.fill(PASSWORD)
    button = person.page.get_by_role("button", name="Hiện chữ đã gõ")
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(field).to_have_attribute("type", "password")


@pytest.fixture
def abroad(database_server: EmbeddedServer, cast: Cast, browser: Browser, tmp_path: Path) -> Iterator[Stage]:
    """The same database served by an installation that offers a provider of identities."""
    port = two_free_ports()
    with (
        identity_provider(f"http://localhost:{port}") as provider,
        served(database_server, DATABASE, HOME, port=port, also=provider.environment()) as site,
        Cast(browser, site.with_neighbour(provider.issuer).with_neighbour(FONTS), cast.things).play() as stage,
    ):
        yield stage


def test_the_identity_of_the_province(abroad: Stage) -> None:
    abroad.watch.expected.add(403)
    person, administrator = abroad.visitor(), abroad.person("quantri", NGHE_AN)
    person.context.route(f"{FONTS}**", lambda route: route.fulfill(body="", content_type="text/css"))
    comes_from_the_province(person)
    person.reads("chưa gắn với tài khoản nào")
    has_no_barrier(person)
    subject = person.page.locator("code.ph-secret").inner_text()
    administrator.opens("/offices/accounts/")
    administrator.page.get_by_role("link", name="Chuyên viên VP UBND Nghệ An").click()
    administrator.page.get_by_label("Mã danh tính").fill(subject)
    administrator.presses("Gắn danh tính")
    administrator.reads("Đã gắn danh tính.")
    comes_from_the_province(person)
    is_in(person)
    person.opens(SECURITY)
    person.reads("Đăng nhập tỉnh")
    has_no_barrier(person)


def comes_from_the_province(person: Person) -> None:
    person.opens("/accounts/login/?next=/offices/")
    person.presses("Đăng nhập qua Đăng nhập tỉnh")
    if person.page.locator("input[name=login]").count() and "localhost" in person.page.url:
        person.page.locator("input[name=login]").fill("nguyen-van-b")
        person.page.locator("input[name=password]").fill("khong-ai-hoi")
        person.page.locator("button[type=submit]").click()
    agree = person.page.get_by_role("button", name="Continue")
    if agree.count():
        agree.click()
    person.page.wait_for_url(f"{person.origin}/**")
