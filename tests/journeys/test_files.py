"""A large file goes up over a bad line, is looked at beside the draft, and a scan comes in with a paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.cast import NGHE_AN
from tests.files.test_previews import pdf, picture
from tests.journeys.people import Stage

pytestmark = pytest.mark.browser

PIECES = "**/files/pieces/*/"
MEGABYTE = 1024 * 1024


def test_a_file_goes_on_after_a_broken_line_and_a_closed_page(stage: Stage, tmp_path: Path) -> None:
    large = tmp_path / "Số liệu các xã.txt"
    large.write_bytes(b"Bao cao cua cac xa ven bien.\n" * (12 * MEGABYTE // 29))
    person = stage.person("chuyenvien", NGHE_AN)
    person.opens(f"/dispatches/drafts/{stage.things['drafting']}/")
    sent: list[str] = []

    def breaks_after_two(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(route.request.headers["upload-offset"])
            if len(sent) > 2:
                route.abort("internetdisconnected")
                return
        route.continue_()

    person.page.route(PIECES, breaks_after_two)
    person.page.locator("input[type=file]").set_input_files(large)
    person.reads("Mất liên lạc; sẽ tự gửi tiếp khi có mạng")
    person.page.unroute(PIECES)
    person.page.reload()
    person.reads("chọn lại đúng tệp này để gửi tiếp")
    with person.page.expect_request(lambda request: request.method == "PATCH") as first:
        person.page.locator("input[type=file]").set_input_files(large)
    assert int(first.value.headers["upload-offset"]) > 0
    expect(person.page.locator("#draft-files")).to_contain_text("Số liệu các xã.txt")
    expect(person.page.locator(".ph-upload", has_text="Số liệu các xã")).to_have_count(0)
    stage.watch.problems = [one for one in stage.watch.problems if "ERR_INTERNET_DISCONNECTED" not in one]


def test_a_file_is_paused_dropped_and_looked_at(stage: Stage, tmp_path: Path) -> None:
    scan, other = tmp_path / "Bản đồ.pdf", tmp_path / "Bỏ đi.jpg"
    scan.write_bytes(pdf("Ban do so tan", "Trang hai"))
    other.write_bytes(picture())
    person = stage.person("chuyenvien", NGHE_AN)
    person.opens(f"/dispatches/drafts/{stage.things['drafting']}/")
    person.page.locator("input[type=file]").set_input_files([scan, other])
    files = person.page.locator("#draft-files")
    expect(files).to_contain_text("Bản đồ.pdf")
    expect(files).to_contain_text("Bỏ đi.jpg")
    files.get_by_role("button", name="Bỏ tệp Bỏ đi.jpg").click()
    expect(files).not_to_contain_text("Bỏ đi.jpg")
    files.get_by_role("link", name="Bản đồ.pdf").click()
    side = person.page.locator("#side-body")
    expect(side.get_by_role("img", name="Trang 1")).to_be_visible()
    side.get_by_role("link", name="Trang sau").click()
    expect(side.get_by_role("img", name="Trang 2")).to_be_visible()
    expect(side.get_by_role("link", name="Trang sau")).to_have_count(0)


def test_a_scan_comes_in_with_a_paper(stage: Stage, tmp_path: Path) -> None:
    scan = tmp_path / "Bản quét.png"
    scan.write_bytes(picture(form="PNG"))
    clerk = stage.person("vanthu", NGHE_AN)
    clerk.opens("/dispatches/incoming/paper/")
    clerk.page.get_by_label("Cơ quan ban hành").fill("Bộ Quốc phòng")
    clerk.page.get_by_label("Trích yếu").fill("Về việc tập huấn cứu hộ")
    clerk.page.locator("input[type=file]").set_input_files(scan)
    clerk.reads("đã gửi lên")
    clerk.presses("Vào sổ")
    clerk.reads("Đã vào sổ, số đến")
    expect(clerk.page.locator(".ph-look-page")).to_be_visible()
    expect(clerk.page.locator(".ph-files")).to_contain_text("Bản quét.png")
