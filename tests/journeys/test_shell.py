"""The shell as a person meets it: signing in, positions, languages, themes, a phone, paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY
from tests.contracts.test_translations import _VIETNAMESE
from tests.journeys.people import PHONE, TWO_POSITIONS, Stage

pytestmark = pytest.mark.browser


def test_signing_in_leads_back_to_the_page_that_was_wanted(stage: Stage) -> None:
    clerk = stage.visitor()
    clerk.opens("/offices/?q=ha")
    clerk.signs_in("vanthu.na-vpubnd")
    expect(clerk.page).to_have_url(clerk.origin + "/offices/?q=ha")


def test_the_position_is_always_visible_and_changes_what_is_shown(stage: Stage) -> None:
    person = stage.visitor()
    person.opens("/dispatches/incoming/")
    person.signs_in(TWO_POSITIONS.username)
    position = person.page.locator(".ph-position")
    expect(position).to_contain_text(NGHE_AN.name)
    expect(person.page.locator("tr[data-row]").first).to_be_visible()
    position.locator("summary").click()
    position.get_by_role("button", name="Tỉnh ủy").click()
    expect(position).to_contain_text(NGHE_AN_PARTY.name)
    person.opens("/dispatches/incoming/")
    person.reads("Chưa có văn bản đến")


def test_the_shell_speaks_english_when_asked_to(stage: Stage) -> None:
    person = stage.person("chuyenvien", NGHE_AN)
    person.opens("/dispatches/incoming/")
    person.page.locator(".ph-person summary").click()
    person.page.get_by_role("button", name="English").click()
    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    expect(person.page.locator("h1")).to_have_text("Incoming documents")
    labels = person.page.locator(
        "#navigation a, main th, main .ph-page-actions a, main nav a, main button"
    ).all_inner_texts()
    assert len(labels) > 15
    assert [label for label in labels if _VIETNAMESE.search(label)] == []
    person.page.locator(".ph-person summary").click()
    person.page.get_by_role("button", name="Tiếng Việt").click()
    expect(person.page.locator("h1")).to_have_text("Văn bản đến")


def test_the_dark_theme_stays_from_page_to_page(stage: Stage) -> None:
    person = stage.person("chuyenvien", NGHE_AN)
    person.opens("/")
    person.page.locator(".ph-person summary").click()
    person.page.get_by_role("button", name="Tối").click()
    person.opens("/dispatches/outgoing/")
    expect(person.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    colours = person.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert max(colours[:3]) < 80


def test_a_phone_does_the_work_of_a_clerk(stage: Stage) -> None:
    clerk = stage.person("vanthu", HA_TINH, viewport=PHONE, has_touch=True)
    clerk.opens("/dispatches/incoming/?state=unregistered")
    row = clerk.page.locator("tr[data-row]").first
    row.get_by_role("link").tap()
    panel = clerk.page.locator("#side-body")
    panel.get_by_role("button", name="Vào sổ", exact=True).tap()
    expect(panel.locator("#dispatch-state")).to_contain_text("Đã vào sổ")
    clerk.page.get_by_role("button", name="Đóng khung bên").tap()
    clerk.page.get_by_role("button", name="Danh mục").tap()
    clerk.page.locator("#navigation").get_by_role("link", name="Bàn làm việc").tap()
    expect(clerk.page.locator("h1")).to_have_text("Bàn làm việc")


def test_paper_shows_the_document_and_nothing_of_the_shell(stage: Stage) -> None:
    person = stage.person("chuyenvien", NGHE_AN)
    person.opens(f"/dispatches/{stage.things['issued']}/")
    person.page.emulate_media(media="print")
    for hidden in ("#navigation", ".ph-search", "#dispatch-actions"):
        expect(person.page.locator(hidden)).to_be_hidden()
    expect(person.page.locator("h1")).to_be_visible()
    expect(person.page.locator("#who-has-it")).to_be_visible()
    assert person.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
