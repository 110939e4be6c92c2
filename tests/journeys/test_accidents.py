"""What happens to people: a double click, two windows, a session that ended, the back button. Nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.cast import HA_TINH, NGHE_AN
from tests.journeys.people import Person, Stage

pytestmark = pytest.mark.browser

TYPED = "Đoạn đang gõ dở, chưa kịp lưu."


def rows_received(stage: Stage, abstract: str) -> int:
    clerk = stage.person("vanthu", HA_TINH)
    clerk.opens(f"/dispatches/incoming/?q={abstract}")
    return clerk.page.locator("tr[data-row]", has_text=abstract).count()


def numbered_draft(stage: Stage, abstract: str) -> Person:
    """A letter to Hà Tĩnh, drafted, signed and numbered by three people; its page is open before the clerk."""
    writer = stage.person("chuyenvien", NGHE_AN)
    start_draft(writer, abstract)
    writer.picks("Kính gửi (nhận chính)", "ubnd tinh ha tinh")
    writer.page.get_by_label("Nội dung").fill("Kính đề nghị quý cơ quan phối hợp.")
    writer.presses("Trình ký")
    writer.reads("Đã trình ký.")
    address = writer.page.url.removeprefix(writer.origin)
    leader, clerk = stage.person("lanhdao", NGHE_AN), stage.person("vanthu", NGHE_AN)
    leader.opens(address)
    leader.presses("Ký")
    leader.confirms("Ký")
    leader.reads("Đã ký.")
    clerk.opens(address)
    clerk.presses("Cấp số")
    clerk.confirms("Cấp số")
    clerk.reads("Đã cấp số")
    return clerk


def start_draft(writer: Person, abstract: str) -> None:
    writer.opens("/dispatches/drafts/")
    writer.presses("Soạn văn bản")
    writer.page.get_by_label("Trích yếu").fill(abstract)
    expect(saved_status(writer.page)).to_contain_text("Đã lưu lúc")


def saved_status(page: Page) -> Locator:
    return page.locator("[data-autosave-target=status]")


def test_a_double_click_issues_once_and_the_back_button_does_not_issue_again(stage: Stage) -> None:
    abstract = "Bấm hai lần vẫn phát hành một lần"
    clerk = numbered_draft(stage, abstract)
    clerk.presses("Phát hành")
    clerk.page.locator("dialog[open]").get_by_role("button", name="Phát hành", exact=True).dblclick()
    expect(clerk.page.locator("#dispatch-state")).to_contain_text("Đã phát hành")
    issued = clerk.page.url
    clerk.page.go_back()
    clerk.page.reload()
    expect(clerk.page.get_by_role("button", name="Phát hành", exact=True)).to_have_count(0)
    clerk.presses("Mở văn bản đã phát hành")
    expect(clerk.page).to_have_url(issued)
    assert rows_received(stage, abstract) == 1


def test_two_windows_on_one_draft_lose_nothing(stage: Stage) -> None:
    writer = stage.person("chuyenvien", NGHE_AN)
    start_draft(writer, "Hai cửa sổ một dự thảo")
    other = writer.opens_beside()
    other.page.get_by_label("Nội dung").fill("Nội dung của cửa sổ thứ hai.")
    expect(saved_status(other.page)).to_contain_text("Đã lưu lúc")
    stage.watch.expected.add(409)
    writer.page.get_by_label("Nội dung").fill(TYPED)
    expect(saved_status(writer.page)).to_contain_text("cửa sổ khác")
    writer.presses("Lưu dự thảo")
    expect(writer.page.get_by_label("Nội dung")).to_have_value(TYPED)
    writer.reads("Nội dung bạn nhập vẫn còn nguyên dưới đây.")
    writer.presses("Lưu dự thảo")
    writer.reads("Đã lưu dự thảo.")
    expect(writer.page.get_by_label("Nội dung")).to_have_value(TYPED)


def test_a_session_that_ends_while_typing_loses_nothing(stage: Stage) -> None:
    writer = stage.person("chuyenvien", NGHE_AN)
    start_draft(writer, "Hết phiên khi đang soạn")
    address = writer.page.url.removeprefix(writer.origin)
    writer.context.clear_cookies(name="phoihop_session")
    stage.watch.expected.update({401, 403})
    writer.page.get_by_label("Nội dung").fill(TYPED)
    expect(saved_status(writer.page)).to_contain_text("Phiên làm việc đã hết")
    writer.presses("Lưu dự thảo")
    writer.signs_in("chuyenvien.na-vpubnd")
    expect(writer.page).to_have_url(writer.origin + address)
    writer.page.get_by_role("button", name="Lấy lại nội dung chưa lưu").click()
    expect(writer.page.get_by_label("Nội dung")).to_have_value(TYPED)
    expect(saved_status(writer.page)).to_contain_text("Đã lưu lúc")
    writer.page.reload()
    expect(writer.page.get_by_label("Nội dung")).to_have_value(TYPED)


def test_a_rejected_form_keeps_everything_and_says_what_to_do(stage: Stage) -> None:
    clerk = stage.person("vanthu", NGHE_AN)
    clerk.opens("/dispatches/incoming/paper/")
    stage.watch.expected.add(422)
    clerk.page.get_by_label("Cơ quan ban hành").fill("Đài Khí tượng Thủy văn khu vực Bắc Trung Bộ")
    clerk.page.get_by_label("Trích yếu").fill("Bản tin ‮mưa lớn")
    clerk.page.get_by_label("Ngày văn bản").fill("2026-10-03")
    clerk.presses("Vào sổ")
    expect(clerk.page.locator(".ph-error").first).to_be_visible()
    expect(clerk.page.get_by_label("Cơ quan ban hành")).to_have_value("Đài Khí tượng Thủy văn khu vực Bắc Trung Bộ")
    expect(clerk.page.get_by_label("Ngày văn bản")).to_have_value("03/10/2026")
    clerk.page.get_by_label("Trích yếu").fill("Bản tin mưa lớn")
    clerk.presses("Vào sổ")
    clerk.reads("Đã vào sổ, số đến")
