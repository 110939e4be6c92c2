"""Trình ký across four people: set steps, return in the middle, approve, sign, number, issue; each sees what waits."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.cast import NGHE_AN
from tests.journeys.people import Person, Stage
from tests.journeys.test_barriers import barriers

pytestmark = pytest.mark.browser

SUBJECT = "Kế hoạch phối hợp diễn tập phòng thủ dân sự"
FIRST, SECOND = "Các xã tổ chức trực.", "Các xã tổ chức trực 24/24 giờ."
REMARK = "Ghi rõ thời gian trực."


def test_a_draft_goes_through_four_hands_with_a_return(stage: Stage) -> None:
    chief, specialist = stage.person("chanhvp", NGHE_AN), stage.person("chuyenvien", NGHE_AN)
    set_route(chief)
    address = write(specialist)
    specialist.marks_page()
    find_on_desk(chief, "Duyệt")
    send_back(chief)
    expect(specialist.page.locator("#approval-changes")).to_contain_text(REMARK)
    mend(specialist, address)
    find_on_desk(chief, "Duyệt")
    expect(chief.page.locator("#approval-changes ins")).to_contain_text("24/24 giờ")
    assert barriers(chief.page, "light") == []
    specialist.marks_page()
    chief.presses("Duyệt")
    chief.confirms("Duyệt")
    chief.reads("chờ ký")
    expect(specialist.page.locator("#draft-path [aria-current=step]")).to_contain_text("Đã trình ký")
    assert specialist.still_has_marked_page()
    sign_number_issue(stage.person("lanhdao", NGHE_AN), stage.person("vanthu", NGHE_AN))


def set_route(chief: Person) -> None:
    chief.opens("/dispatches/drafts/")
    chief.presses("Quy trình duyệt")
    chief.presses("Thêm quy trình")
    chief.page.get_by_label("Áp dụng cho").select_option(label="Kế hoạch")
    chief.page.get_by_label("Tên bước").first.fill("Chánh Văn phòng duyệt")
    chief.page.get_by_role("combobox", name="Người duyệt").first.fill("chanh van phong")
    chief.page.keyboard.press("Enter")
    assert barriers(chief.page, "light") == []
    chief.presses("Lưu quy trình")
    chief.reads("Chánh Văn phòng duyệt")
    assert barriers(chief.page, "light") == []


def write(specialist: Person) -> str:
    specialist.opens("/dispatches/drafts/")
    specialist.presses("Soạn văn bản")
    specialist.page.get_by_label("Loại văn bản").select_option(label="Kế hoạch")
    specialist.page.get_by_label("Trích yếu").fill(SUBJECT)
    specialist.picks("Kính gửi (nhận chính)", "ubnd tinh ha tinh")
    specialist.page.get_by_label("Nội dung").fill(FIRST)
    specialist.presses("Trình ký")
    specialist.reads("Đã trình, chờ duyệt bản thảo.")
    return specialist.page.url.removeprefix(specialist.origin)


def find_on_desk(person: Person, what: str) -> None:
    """The desk says what to do; one click leads there."""
    person.opens("/")
    row = person.page.locator("#desk-drafts tr", has_text=SUBJECT)
    expect(row).to_contain_text(what)
    row.get_by_role("link").click()
    person.page.wait_for_url("**/dispatches/drafts/**")


def send_back(chief: Person) -> None:
    chief.presses("Trả lại người soạn")
    chief.page.locator("dialog[open]").get_by_label("Lý do").fill(REMARK)
    chief.confirms("Trả lại người soạn")
    chief.reads("Đã trả lại để sửa.")


def mend(specialist: Person, address: str) -> None:
    find_on_desk(specialist, "Sửa theo ý kiến")
    specialist.opens(address)
    specialist.page.get_by_label("Nội dung").fill(SECOND)
    specialist.presses("Trình ký")
    specialist.reads("Đã trình, chờ duyệt bản thảo.")


def sign_number_issue(leader: Person, clerk: Person) -> None:
    find_on_desk(leader, "Ký")
    leader.presses("Ký")
    leader.confirms("Ký")
    leader.reads("Đã ký.")
    find_on_desk(clerk, "Cấp số")
    clerk.presses("Cấp số")
    clerk.confirms("Cấp số")
    clerk.reads("Đã cấp số")
    clerk.presses("Phát hành")
    clerk.confirms("Phát hành")
    expect(clerk.page.locator("#dispatch-state")).to_contain_text("Đã phát hành")
