"""The keyboard alone: rows, acknowledging, help, and finding a document by the way people write its number."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.cast import HA_TINH, NGHE_AN
from tests.journeys.people import Person, Stage

pytestmark = pytest.mark.browser


def types_into(person: Person, field: str, text: str) -> None:
    person.page.get_by_label(field).focus()
    person.page.keyboard.insert_text(text)


def tabs_to(person: Person, name: str) -> None:
    """Press Tab until the button with this name has the focus."""
    for _press in range(60):
        person.page.keyboard.press("Tab")
        if person.page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"Tab never reaches {name!r}")


def test_a_paper_is_entered_and_found_again_without_the_mouse(stage: Stage) -> None:
    clerk = stage.person("vanthu", NGHE_AN)
    clerk.opens("/dispatches/incoming/paper/")
    types_into(clerk, "Cơ quan ban hành", "Ủy ban nhân dân tỉnh Quảng Trị")
    types_into(clerk, "Số, ký hiệu", "12/QĐ-UBND")
    types_into(clerk, "Trích yếu", "Kiện toàn Ban Chỉ huy phòng thủ dân sự")
    tabs_to(clerk, "Vào sổ")
    clerk.page.keyboard.press("Enter")
    clerk.reads("Đã vào sổ, số đến")
    entered = clerk.page.url
    clerk.opens("/")
    clerk.page.keyboard.press("Control+k")
    clerk.page.keyboard.insert_text("12 qd ubnd")
    found = clerk.page.locator(".ph-palette a[aria-selected=true]")
    expect(found).to_contain_text("12/QĐ-UBND")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page).to_have_url(entered)
    clerk.opens("/dispatches/search/?q=12 qd ubnd")
    expect(clerk.page.locator("#found-table")).to_contain_text("Kiện toàn Ban Chỉ huy phòng thủ dân sự")
    clerk.opens("/dispatches/search/?q=kien toan ban chi huy")
    expect(clerk.page.locator("#found-table")).to_contain_text("12/QĐ-UBND")


def test_a_document_is_opened_and_entered_in_the_book_by_single_keys(stage: Stage) -> None:
    clerk = stage.person("vanthu", HA_TINH)
    clerk.opens("/dispatches/incoming/?state=unregistered")
    before = clerk.page.locator("tr[data-row]").count()
    assert before >= 2
    for key in ("j", "j", "k"):
        clerk.page.keyboard.press(key)
    current = clerk.page.locator("tr.is-current")
    identity = current.get_attribute("id")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page.locator("#side-body")).to_contain_text("Theo dõi tiếp nhận")
    clerk.page.keyboard.press("Escape")
    expect(clerk.page.locator("#side")).to_be_hidden()
    assert clerk.page.evaluate("document.activeElement.closest('[data-row]').id") == identity
    clerk.page.keyboard.press("a")
    clerk.reads("Đã vào sổ, số đến")
    expect(clerk.page.locator("tr[data-row]")).to_have_count(before - 1)
    expect(clerk.page.locator(f"#{identity}")).to_have_count(0)


def test_the_keys_explain_themselves(stage: Stage) -> None:
    person = stage.person("chuyenvien", NGHE_AN)
    person.opens("/")
    person.page.keyboard.press("?")
    expect(person.page.locator("dialog[open]")).to_contain_text("Phím tắt")
    person.page.keyboard.press("Escape")
    expect(person.page.locator("dialog[open]")).to_have_count(0)
