"""Choosing rows by mouse and keyboard, doing one thing to all of them, and printing, which the journal keeps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.cast import HA_TINH
from tests.journeys.people import Person, Stage

pytestmark = pytest.mark.browser

ALL = "/dispatches/incoming/?state=all"


def boxes(person: Person) -> Locator:
    return person.page.locator("tbody input[name=chosen]")


def status(person: Person) -> Locator:
    return person.page.locator(".ph-bulk-bar [role=status]")


def test_rows_are_chosen_by_x_by_shift_and_all_at_once(stage: Stage) -> None:
    clerk = stage.person("vanthu", HA_TINH)
    clerk.opens(ALL)
    count = boxes(clerk).count()
    assert count >= 3
    buttons = clerk.page.locator(".ph-bulk-bar button")
    expect(status(clerk)).to_have_text("Chọn dòng bằng ô đầu dòng hoặc phím x")
    expect(buttons.first).to_be_hidden()
    clerk.page.keyboard.press("j")
    clerk.page.keyboard.press("x")
    expect(boxes(clerk).nth(0)).to_be_checked()
    expect(status(clerk)).to_have_text("Đã chọn 1 dòng")
    expect(buttons.first).to_be_visible()
    clerk.page.keyboard.press("j")
    clerk.page.keyboard.press("j")
    clerk.page.keyboard.press("Shift+X")
    for row in range(3):
        expect(boxes(clerk).nth(row)).to_be_checked()
    expect(status(clerk)).to_have_text("Đã chọn 3 dòng")
    boxes(clerk).nth(0).click(modifiers=["Shift"])
    expect(status(clerk)).to_have_text("Chọn dòng bằng ô đầu dòng hoặc phím x")
    expect(buttons.first).to_be_hidden()
    clerk.page.get_by_label("Chọn cả trang").check()
    expect(status(clerk)).to_have_text(f"Đã chọn {count} dòng")
    boxes(clerk).nth(1).uncheck()
    assert clerk.page.get_by_label("Chọn cả trang").evaluate("box => box.indeterminate")
    expect(status(clerk)).to_have_text(f"Đã chọn {count - 1} dòng")


def test_x_typed_into_a_field_chooses_nothing(stage: Stage) -> None:
    clerk = stage.person("vanthu", HA_TINH)
    clerk.opens(ALL)
    clerk.page.keyboard.press("j")
    clerk.page.locator("main input[name=q]").press_sequentially("xx")
    expect(status(clerk)).to_have_text("Chọn dòng bằng ô đầu dòng hoặc phím x")


def test_chosen_rows_are_marked_as_seen_after_a_look_at_each(stage: Stage) -> None:
    clerk = stage.person("vanthu", HA_TINH)
    clerk.opens(ALL)
    unread = clerk.page.locator("tr.is-unread")
    before = unread.count()
    assert before
    identity = unread.first.get_attribute("id")
    unread.first.locator("input[name=chosen]").check()
    clerk.page.locator(".ph-bulk-bar").get_by_role("button", name="Đánh dấu đã xem").click()
    clerk.reads("Sẽ làm với 1 văn bản")
    clerk.presses("Đánh dấu đã xem")
    clerk.reads("Đã làm 1/1 văn bản")
    clerk.opens(ALL)
    expect(clerk.page.locator(f"#{identity}.is-unread")).to_have_count(0)
    expect(clerk.page.locator(f"#{identity}")).to_have_count(1)


def test_printing_a_document_is_told_to_the_journal(stage: Stage) -> None:
    clerk = stage.person("vanthu", HA_TINH)
    clerk.opens(f"/dispatches/{stage.things['arrived']}/")
    with clerk.page.expect_response("**/printed/") as told:
        clerk.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert told.value.status == 204
