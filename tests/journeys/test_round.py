"""A document of another vendor's software goes all the way round three offices, and every step is seen live."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.cast import HA_TINH, NGHE_AN, REGION
from tests.dispatches.edxml.test_edxml_samples import sample
from tests.journeys.people import Person, Stage

pytestmark = pytest.mark.browser

SUBJECT = "V/v kết nối, liên thông phần mềm quản lý văn bản"
ATTACHMENT = "GUIDE_INSTALL OPENVPN.SIGNED.PDF"
DIRECTION = "Chuyển các địa phương góp ý, tổng hợp báo cáo trước ngày 10."
REASON = "Văn bản gửi nhầm, không thuộc địa bàn phụ trách."


def test_a_document_goes_all_the_way_round(stage: Stage) -> None:
    content = sample("edoc_new")
    clerk, specialist = stage.person("vanthu", NGHE_AN), stage.person("chuyenvien", NGHE_AN)
    here, there = stage.person("vanthu", HA_TINH), stage.person("vanthu", REGION)
    original = import_and_register(clerk, content)
    direct(stage.person("chanhvp", NGHE_AN), original)
    accept(specialist, original)
    forward(specialist, original)
    for receiver in (here, there):
        receiver.opens("/dispatches/incoming/")
        receiver.marks_page()
    sign_and_issue(stage.person("lanhdao", NGHE_AN), clerk, names=(REGION.name, HA_TINH.name))
    for receiver in (here, there):
        expect(row_of(receiver)).to_be_visible()
        assert receiver.still_has_marked_page()
    watch(specialist)
    receive_and_return(here, there)
    see_it_registered_and_returned(specialist)
    reply(stage, here)
    see_the_reply(specialist)
    finish(specialist, original)


def row_of(person: Person, text: str = SUBJECT) -> Locator:
    return person.page.locator("tr[data-row]", has_text=text).first


def import_and_register(clerk: Person, content: bytes) -> str:
    """Dropped on the incoming page, imported, its attachment opened, and entered in the book. Returns its address."""
    clerk.opens("/dispatches/incoming/")
    clerk.page.get_by_label("Thả các tệp edXML").set_input_files(
        {"name": "edoc_new.edxml", "mimeType": "application/xml", "buffer": content}
    )
    clerk.presses("Nhập các tệp đã chọn")
    result = clerk.page.locator("#edxml-results tr[data-outcome=imported]")
    result.get_by_role("link").click()
    expect(clerk.page.locator("h1")).to_contain_text(SUBJECT)
    address = clerk.page.url.removeprefix(clerk.origin)
    with clerk.page.expect_download() as opened:
        clerk.page.get_by_role("link", name=f"Tải {ATTACHMENT}").click()
    assert opened.value.suggested_filename == ATTACHMENT
    assert opened.value.path().read_bytes().startswith(b"%PDF-")
    clerk.presses("Vào sổ")
    clerk.reads("Đã vào sổ, số đến")
    return address


def direct(chief: Person, address: str) -> None:
    """The chief says who leads, and by when."""
    chief.opens(address)
    chief.presses("Cho ý kiến chỉ đạo")
    dialog = chief.page.locator("dialog[open]")
    dialog.get_by_label("Ý kiến chỉ đạo").fill(DIRECTION)
    dialog.get_by_label("Chủ trì").select_option(label=f"Chuyên viên {NGHE_AN.short_name} – Chuyên viên")
    dialog.get_by_label("Hạn xử lý").fill("2030-01-10T17:00")
    chief.confirms("Cho ý kiến chỉ đạo")
    expect(chief.page.locator("#handling")).to_contain_text(DIRECTION)


def accept(specialist: Person, address: str) -> None:
    """The specialist finds it among what waits, and accepts."""
    specialist.opens("/dispatches/incoming/?state=mine")
    row_of(specialist).get_by_role("button", name="Nhận xử lý").click()
    specialist.reads("Đã nhận xử lý.")
    specialist.opens(address)
    expect(specialist.page.locator("#dispatch-state")).to_contain_text("Đã nhận xử lý")


def forward(specialist: Person, address: str) -> None:
    """A draft with the same file to two offices, submitted for signature."""
    specialist.opens(address)
    specialist.presses("Chuyển tiếp")
    expect(specialist.page.locator("#draft-files")).to_contain_text(ATTACHMENT)
    for words in ("ubnd tinh ha tinh", "quan khu 4"):
        specialist.picks("Kính gửi (nhận chính)", words)
    specialist.page.get_by_label("Nội dung").fill("Kính chuyển quý cơ quan nghiên cứu, có ý kiến.")
    specialist.page.get_by_label("Khẩn", exact=True).check()
    specialist.presses("Trình ký")
    specialist.reads("Đã trình ký.")


def sign_and_issue(leader: Person, clerk: Person, *, names: tuple[str, ...]) -> None:
    """The leader signs; the clerk gives the number and issues, after reading who will receive it."""
    leader.opens("/dispatches/drafts/?state=submitted")
    row_of(leader).get_by_role("link").click()
    leader.presses("Ký")
    leader.confirms("Ký")
    leader.reads("Đã ký.")
    clerk.opens("/dispatches/drafts/?state=signed")
    row_of(clerk).get_by_role("link").click()
    clerk.presses("Cấp số")
    clerk.confirms("Cấp số")
    clerk.reads("Đã cấp số")
    clerk.presses("Phát hành")
    expect(clerk.page.locator("dialog[open] .ph-audience li")).to_have_text(list(names))
    clerk.confirms("Phát hành")
    expect(clerk.page.locator("#dispatch-state")).to_contain_text("Đã phát hành")


def watch(specialist: Person) -> None:
    """The specialist keeps the issued document open."""
    specialist.opens("/dispatches/outgoing/")
    link = row_of(specialist).get_by_role("link")
    specialist.opens(str(link.get_attribute("href")))
    expect(specialist.page.locator("#who-has-it tbody tr")).to_have_count(2)
    specialist.marks_page()


def receive_and_return(here: Person, there: Person) -> None:
    """One receiving clerk enters it in the book from the list; the other returns it with the reason."""
    row_of(here).get_by_role("button", name="Vào sổ").click()
    here.reads("Đã vào sổ, số đến")
    there.opens(str(row_of(there).get_by_role("link").get_attribute("href")))
    there.presses("Trả lại nơi gửi")
    there.page.locator("dialog[open]").get_by_label("Lý do").fill(REASON)
    there.confirms("Trả lại nơi gửi")
    there.reads("Đã trả lại nơi gửi kèm lý do.")


def see_it_registered_and_returned(specialist: Person) -> None:
    """Both answers appear on the open page by themselves, in the table and in the timeline."""
    table, timeline = specialist.page.locator("#who-has-it"), specialist.page.locator("#timeline")
    expect(table.locator("tr", has_text=HA_TINH.short_name).locator("[data-state=registered] time")).to_be_visible()
    expect(table.locator("tr", has_text=REGION.short_name)).to_contain_text(REASON)
    expect(timeline).to_contain_text("đã vào sổ")
    expect(timeline).to_contain_text(REASON)
    assert specialist.still_has_marked_page()


def reply(stage: Stage, clerk: Person) -> None:
    """The receiving office directs, accepts, drafts an answer, signs it and issues it."""
    address = str(row_of(clerk).get_by_role("link").get_attribute("href"))
    chief = stage.person("chanhvp", HA_TINH)
    chief.opens(address)
    chief.presses("Cho ý kiến chỉ đạo")
    dialog = chief.page.locator("dialog[open]")
    dialog.get_by_label("Ý kiến chỉ đạo").fill("Tham mưu văn bản phúc đáp.")
    dialog.get_by_label("Chủ trì").select_option(label=f"Chuyên viên {HA_TINH.short_name} – Chuyên viên")
    chief.confirms("Cho ý kiến chỉ đạo")
    chief.reads("Đã ghi ý kiến chỉ đạo.")
    writer = stage.person("chuyenvien", HA_TINH)
    writer.opens(address)
    writer.presses("Nhận xử lý")
    writer.reads("Đã nhận xử lý.")
    writer.presses("Phúc đáp")
    writer.page.get_by_label("Nội dung").fill("Thống nhất với nội dung văn bản.")
    writer.presses("Trình ký")
    writer.reads("Đã trình ký.")
    answer = writer.page.url.removeprefix(writer.origin)
    leader = stage.person("lanhdao", HA_TINH)
    leader.opens(answer)
    leader.presses("Ký")
    leader.confirms("Ký")
    leader.reads("Đã ký.")
    clerk.opens(answer)
    clerk.presses("Cấp số")
    clerk.confirms("Cấp số")
    clerk.presses("Phát hành")
    expect(clerk.page.locator("dialog[open] .ph-audience li")).to_have_text([NGHE_AN.name])
    clerk.confirms("Phát hành")
    expect(clerk.page.locator("#dispatch-state")).to_contain_text("Đã phát hành")


def see_the_reply(specialist: Person) -> None:
    """Accepted and answered, on the page that has been open all the time."""
    table = specialist.page.locator("#who-has-it tr", has_text=HA_TINH.short_name)
    expect(table.locator("[data-state=accepted] time")).to_be_visible()
    expect(table.locator("[data-state=answered] time")).to_be_visible()
    expect(specialist.page.locator("#timeline")).to_contain_text("đã phúc đáp")
    related = specialist.page.locator("#related")
    expect(related).to_contain_text("Được phúc đáp bởi")
    assert specialist.still_has_marked_page()
    related.get_by_role("link", name="Phúc đáp").click()
    specialist.reads("Thống nhất với nội dung văn bản.")


def finish(specialist: Person, address: str) -> None:
    """The matter ends where it began."""
    specialist.opens(address)
    specialist.presses("Xử lý xong")
    specialist.page.locator("dialog[open]").get_by_label("Kết quả").fill("Đã lấy ý kiến các địa phương.")
    specialist.confirms("Xử lý xong")
    expect(specialist.page.locator("#dispatch-state")).to_contain_text("Đã xử lý xong")
    expect(specialist.page.locator("#handling")).to_contain_text("Đã lấy ý kiến các địa phương.")
