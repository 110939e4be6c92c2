"""A mark is stopped in the editor; what slipped through is removed by two people, and its page says so."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.cast import HA_TINH, NGHE_AN
from tests.journeys.people import PHONE, Stage

pytestmark = pytest.mark.browser

DECISION = "Quyết định 15/QĐ-UBND ngày 03/10/2026"


def test_a_marked_text_is_stopped_and_the_words_stay_in_the_browser(stage: Stage) -> None:
    specialist = stage.person("chuyenvien", NGHE_AN)
    specialist.opens(f"/dispatches/drafts/{stage.things['drafting']}/")
    stage.watch.expected.add(422)
    specialist.page.get_by_label("Nội dung").fill("Số: 12/KH-UBND\nTỐI MẬT\nKế hoạch")
    specialist.presses("Trình ký")
    specialist.reads("có dấu hiệu độ mật ở nội dung")
    specialist.reads("Nghiêm cấm soạn, nhập, tải lên hoặc trích dẫn")
    expect(specialist.page.get_by_label("Nội dung")).to_have_value(re.compile("TỐI MẬT"))
    administrator = stage.person("quantri", NGHE_AN)
    administrator.opens("/exchange/purges/")
    row = administrator.page.locator("#incidents tr[data-row]", has_text="Tối mật").first
    expect(row).to_contain_text("nội dung")
    row.get_by_text("Ghi cách xử lý").click()
    row.get_by_label("Đã xử lý thế nào").fill("Đã nhắc nhở, xóa trên máy cá nhân.")
    row.get_by_role("button", name="Ghi đã xử lý").click()
    administrator.reads("Đã nhắc nhở, xóa trên máy cá nhân.")


def test_two_people_remove_a_document(stage: Stage) -> None:
    subject = stage.things["unanswered"]
    receiver = stage.person("vanthu", HA_TINH)
    receiver.opens(f"/dispatches/{subject}/")
    expect(receiver.page.locator("h1")).to_contain_text("Đề nghị phối hợp ứng phó mưa lũ")
    first, second = stage.person("quantri", NGHE_AN), stage.person("chanhvp", NGHE_AN)
    first.opens(f"/exchange/purges/propose/{subject}/")
    expect(first.page.locator("#holders")).to_contain_text(HA_TINH.name)
    first.page.get_by_label("Căn cứ").fill(DECISION)
    first.presses("Đề nghị gỡ bỏ")
    first.reads("cần người thứ hai")
    expect(first.page.get_by_role("button", name="Xác nhận gỡ bỏ")).to_have_count(0)
    second.page.goto(first.page.url)
    second.presses("Xác nhận gỡ bỏ")
    expect(second.page.locator("dialog[open] .ph-audience li")).to_have_text([HA_TINH.name])
    second.confirms("Gỡ bỏ")
    second.reads("1 trên 1 nơi nhận đã xác nhận gỡ bỏ.")
    expect(second.page.locator("#purge-state")).to_contain_text("Đã gỡ bỏ")
    receiver.reads("Nội dung đã được gỡ bỏ theo quyết định")
    receiver.reads(DECISION)
    assert "mưa lũ" not in receiver.page.content()


@pytest.mark.parametrize("looks", [{}, {"viewport": PHONE}], ids=["desktop", "phone"])
def test_the_pages_stand_on_a_desk_and_a_telephone(stage: Stage, looks: dict[str, object]) -> None:
    person = stage.person("chanhvp", NGHE_AN, **looks)  # type: ignore[arg-type]
    for path in ("/exchange/purges/", f"/exchange/purges/propose/{stage.things['issued']}/"):
        person.opens(path)
        wide = person.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide
