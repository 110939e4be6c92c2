"""A file that cannot be read waits with its original bytes and a reason that a clerk understands."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.cast import HA_TINH
from tests.journeys.people import Stage

pytestmark = pytest.mark.browser

BROKEN = '<?xml version="1.0" encoding="UTF-8"?><edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><thiếu'.encode()


def test_a_broken_file_waits_and_is_set_aside(stage: Stage) -> None:
    clerk = stage.person("vanthu", HA_TINH)
    clerk.opens("/dispatches/incoming/")
    clerk.page.get_by_label("Thả các tệp edXML").set_input_files(
        {"name": "hỏng.edxml", "mimeType": "application/xml", "buffer": BROKEN}
    )
    clerk.presses("Nhập các tệp đã chọn")
    result = clerk.page.locator("#edxml-results tr[data-outcome=quarantined]")
    expect(result).to_contain_text("Chờ kiểm tra")
    clerk.presses("Xem các tệp chờ kiểm tra")
    card = clerk.page.locator(".ph-card", has_text="hỏng.edxml")
    expect(card.locator("strong")).to_contain_text("Tệp")
    with clerk.page.expect_download() as original:
        card.get_by_role("link", name="Tải bản gốc").click()
    assert original.value.path().read_bytes() == BROKEN
    card.get_by_role("button", name="Thử nhập lại").click()
    clerk.reads("Vẫn chưa nhập được")
    card.get_by_label("Lý do bỏ qua").fill("Nơi gửi đã gửi lại tệp khác.")
    card.get_by_role("button", name="Bỏ qua tệp này").click()
    clerk.reads("Đã bỏ qua tệp; bản gốc vẫn được giữ.")
    expect(clerk.page.locator(".ph-card", has_text="hỏng.edxml")).to_have_count(0)
