"""A list is made and used with the keyboard, changes before issue, and nobody receives what nobody saw."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.cast import NGHE_AN
from tests.journeys.people import Stage

pytestmark = pytest.mark.browser


def test_a_list_is_emptied_between_preview_and_issue(stage: Stage) -> None:
    clerk, specialist = stage.person("vanthu", NGHE_AN), stage.person("chuyenvien", NGHE_AN)
    clerk.opens("/distribution/new/")
    clerk.page.get_by_label("Tên danh sách").fill("Các tỉnh bạn")
    clerk.picks("Gồm những ai", "vp ubnd ha tinh")
    clerk.presses("Lưu danh sách")
    clerk.reads("Đã ghi danh sách, phiên bản 1")
    address = urlsplit(clerk.page.url).path

    specialist.opens("/dispatches/drafts/")
    specialist.page.get_by_role("button", name="Soạn văn bản").first.click()
    specialist.page.get_by_label("Trích yếu").fill("Phối hợp ứng phó mưa lũ theo danh sách")
    specialist.page.get_by_label("Nội dung", exact=True).fill("Kính đề nghị quý cơ quan phối hợp.")
    specialist.picks("Theo danh sách nơi nhận", "cac tinh ban")
    specialist.presses("Lấy nơi nhận")
    specialist.reads("phiên bản 1: 1 nơi khi chọn")
    expect(specialist.page.locator("#recipients .ph-chip").first).to_contain_text("VP UBND Hà Tĩnh")

    clerk.opens("/distribution/")
    clerk.opens(f"{address}edit/")
    clerk.page.set_viewport_size({"width": 390, "height": 844})
    clerk.opens(f"{address}retire/")
    clerk.page.get_by_label("Lý do").fill("Lập lại theo đầu mối mới")
    clerk.presses("Ngừng dùng")
    clerk.reads("Đã ngừng dùng danh sách")

    stage.watch.expected.add(422)
    specialist.presses("Trình ký")
    specialist.reads("Danh sách “Các tỉnh bạn” nay không còn nơi nào")
    specialist.presses("Giữ như đã chọn")
    specialist.reads("Đã ghi nơi nhận: 1 nơi")
    specialist.presses("Trình ký")
    specialist.reads("Đã trình ký.")
    specialist.reads("Văn phòng UBND tỉnh Hà Tĩnh")
