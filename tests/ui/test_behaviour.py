from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui import pages

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def focused_row(page: Page) -> str | None:
    found: str | None = page.evaluate("document.activeElement.closest('[data-row]')?.id")
    return found


def test_ctrl_k_finds_places_and_papers_and_goes_there(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("van ban")
    expect(page.locator(".ph-palette [data-command-palette-target=places] a:visible")).to_have_text(" Văn bản")
    page.keyboard.press("Control+a")
    page.keyboard.type("12 qd")
    expect(page.locator(".ph-palette a[aria-selected=true]")).to_contain_text("12/QĐ-UBND")
    page.keyboard.press("Enter")
    page.wait_for_url("**/paper/1/")


def test_the_palette_says_when_nothing_is_found_and_closes_with_escape(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("không có gì")
    expect(page.locator(".ph-palette [data-command-palette-target=found]")).to_contain_text("Không tìm thấy")
    page.keyboard.press("Escape")
    expect(page.locator(".ph-palette")).to_be_hidden()


def test_rows_are_walked_and_opened_with_the_keyboard(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused_row(page) == "row-417"
    page.keyboard.press("k")
    assert focused_row(page) == "row-418"
    page.keyboard.press("Enter")
    expect(page.locator("#side-body table")).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()
    assert focused_row(page) == "row-418"


def test_letters_typed_into_a_field_are_not_commands(page: Page) -> None:
    page.locator("#draft_signer").press_sequentially("jk?a")
    expect(page.locator("#draft_signer")).to_have_value("jk?a")
    expect(page.locator("#keys-title")).to_be_hidden()


def test_single_letter_keys_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_label("Dùng phím tắt một chữ").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert focused_row(page) is None


def test_a_form_sent_from_the_side_panel_answers_there(page: Page) -> None:
    before = len(pages.accepted)
    page.locator("#row-418 a").click()
    panel = page.locator("#side-body")
    panel.locator("button[data-confirm-dialog-id-value=confirm-accept]").click()
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#side-body table")).to_be_visible()
    assert len(pages.accepted) == before + 1


def test_the_confirmation_can_be_left_and_gives_the_focus_back(page: Page) -> None:
    opener = page.locator("[data-confirm-dialog-id-value=confirm-accept]").first
    opener.click()
    dialog = page.locator("#confirm-accept")
    expect(dialog).to_contain_text("Văn phòng Quân khu 4")
    dialog.get_by_role("button", name="Thôi").click()
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_double_click_sends_once(page: Page) -> None:
    before = len(pages.accepted)
    page.evaluate(
        """() => {
            const form = document.querySelector('#confirm-accept form');
            form.addEventListener('submit', () => setTimeout(() => form.requestSubmit(), 0), { once: true });
            form.requestSubmit();
            form.requestSubmit();
        }"""
    )
    page.wait_for_load_state("networkidle")
    assert len(pages.accepted) == before + 1


def test_recipients_are_found_without_marks_and_by_group(page: Page) -> None:
    field = page.locator("#draft_recipients-input")
    chosen = "[...document.querySelector('#draft_recipients').selectedOptions].map(o => o.value)"
    field.click()
    field.press_sequentially("ubnd thanh hoa")
    field.press("Enter")
    assert page.evaluate(chosen) == ["UBND-Thanh Hóa", "UBND-Nghệ An", "UBND-Hà Tĩnh"]
    field.press("Backspace")
    assert page.evaluate(chosen) == ["UBND-Thanh Hóa", "UBND-Nghệ An"]
    page.locator("#draft_recipients").locator("..").get_by_role("button", name="Tỉnh ủy, Thành ủy").click()
    assert len(page.evaluate(chosen)) == 6


def test_a_draft_saves_itself_and_learns_its_version(page: Page) -> None:
    page.locator("#draft_signer").fill("Nguyễn Đức Trung")
    page.locator("#draft_abstract").fill("Về việc phối hợp")
    expect(page.locator("[data-autosave-target=status]")).to_contain_text("Đã lưu lúc")
    assert pages.saved[-1]["abstract"] == "Về việc phối hợp"


def test_what_could_not_be_saved_is_kept_and_offered_again(page: Page) -> None:
    page.locator("#draft_abstract").fill("Chưa gửi được")
    page.locator("#draft_signer").fill("500")
    status = page.locator("[data-autosave-target=status]")
    expect(status).to_contain_text("Chưa lưu được")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="Lấy lại nội dung chưa lưu").click()
    expect(page.locator("#draft_abstract")).to_have_value("Chưa gửi được")


def test_a_draft_changed_in_another_tab_is_not_overwritten(page: Page) -> None:
    page.locator("#draft_signer").fill("409")
    expect(page.locator("[data-autosave-target=status]")).to_contain_text("cửa sổ khác")
    before = len(pages.saved)
    page.locator("#draft_signer").fill("Lê Văn Bình")
    page.wait_for_timeout(1_600)
    assert len(pages.saved) == before


def test_dropped_files_are_listed_and_can_be_taken_away(page: Page) -> None:
    page.locator("#files").set_input_files(
        {"name": "Công điện 12.pdf", "mimeType": "application/pdf", "buffer": b"x" * 5_000}
    )
    expect(page.locator(".ph-files li")).to_contain_text(["Công điện 12.pdf"])
    expect(page.locator(".ph-files li")).to_contain_text(["5 kB"])
    page.get_by_role("button", name="Bỏ Công điện 12.pdf").click()
    assert page.evaluate("document.querySelector('#files').files.length") == 0


def test_the_choice_of_columns_stays(page: Page) -> None:
    page.locator(".ph-columns-menu summary").click()
    page.get_by_label("Cơ quan ban hành").uncheck()
    expect(page.locator("th[data-column=issuer]")).to_be_hidden()
    page.reload()
    expect(page.locator("th[data-column=issuer]")).to_be_hidden()


def test_the_theme_stays_and_the_server_draws_it(page: Page, site: str) -> None:
    page.locator(".ph-person summary").click()
    page.get_by_role("button", name="Tối").click()
    assert 'data-bs-theme="dark"' in page.request.get(site).text()


def test_a_filter_sends_itself_without_empty_fields(page: Page, site: str) -> None:
    page.locator(".ph-filters input[name=q]").fill("bão lũ")
    page.locator(".ph-filters input[name=q]").press("Enter")
    page.wait_for_url("**?q=*")
    assert "state" not in page.url
    assert "from" not in page.url


def test_a_change_refreshes_the_counts_and_a_failure_says_so(page: Page) -> None:
    pages.accepted.append("changed elsewhere")
    page.evaluate("document.querySelector('#navigation').dispatchEvent(new CustomEvent('live:changed'))")
    expect(page.locator(".ph-nav-link .ph-nav-count")).to_have_text(str(len(pages.accepted)))
    expect(page.locator("#bell .ph-count")).to_have_text("3")


def test_a_part_that_is_missing_from_the_answer_does_not_empty_the_page(page: Page) -> None:
    page.evaluate(
        """async () => {
            const box = document.createElement('div');
            box.id = 'part'; box.textContent = 'giữ nguyên';
            const wanted = { get: '/palette/?q=x', select: '#part', trigger: 'go', swap: 'outerHTML' };
            for (const [name, value] of Object.entries(wanted)) box.setAttribute(`hx-${name}`, value);
            document.querySelector('#content').append(box);
        }"""
    )
    page.evaluate("window.htmx.process(document.querySelector('#part'))")
    with page.expect_response("**/palette/?q=x"):
        page.evaluate("document.querySelector('#part').dispatchEvent(new CustomEvent('go'))")
    page.wait_for_timeout(200)
    expect(page.locator("#part")).to_have_text("giữ nguyên")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_the_gallery_has_no_barrier_that_axe_finds(page: Page, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
    page.wait_for_timeout(300)
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in found["violations"]] == []


def test_a_phone_shows_everything_without_scrolling_sideways(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="vi-VN")
    page = context.new_page()
    page.goto(site)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator("#navigation")).not_to_be_in_viewport()
    page.get_by_role("button", name="Danh mục").tap()
    expect(page.locator(".ph-nav-link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#navigation")).not_to_be_in_viewport()
    expect(page.locator(".ph-position-title")).to_have_text("Văn thư")
    context.close()
