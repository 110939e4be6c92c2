"""A list of people comes in: a bad file is told cell by cell, the mended one is previewed and applied."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.administration.books import book, row, saved
from tests.cast import NGHE_AN
from tests.journeys.people import PHONE, Person, Stage
from tests.journeys.test_barriers import barriers

pytestmark = pytest.mark.browser

CLERK = f"vanthu.{NGHE_AN.code.lower()}"


def upload(person: Person, path: Path, content: bytes) -> None:
    """Choose the file and ask for the preview."""
    path.write_bytes(content)
    person.opens("/administration/uploads/")
    person.page.get_by_label("Tệp .xlsx").set_input_files(path)
    person.presses("Xem trước")


@pytest.mark.parametrize("looks", [{}, {"viewport": PHONE}], ids=["desktop", "phone"])
def test_a_list_of_people_is_mended_previewed_and_applied(
    stage: Stage, looks: dict[str, object], tmp_path: Path
) -> None:
    username = f"an.nv.{len(looks)}"
    administrator = stage.person("quantri", NGHE_AN, **looks)  # type: ignore[arg-type]
    page = administrator.page
    upload(administrator, tmp_path / "danh-sach.xlsx", saved(book(row(username, valid_from="hôm qua", roles="Sếp"))))
    expect(page.locator("#faults tr[data-row]")).to_have_count(2)
    expect(page.locator("#faults")).to_contain_text("G2")
    expect(page.get_by_role("button", name="Ghi thay đổi")).to_have_count(0)
    assert barriers(page, "light") == []
    clerk = row(
        CLERK, full_name="Nhân viên văn thư VP UBND Nghệ An", title="Nhân viên văn thư", roles="Văn thư; Trực ban",
        valid_from="01/07/2025", email=f"{username}@nghean.gov.vn",
    )  # fmt: skip
    upload(administrator, tmp_path / "danh-sach-sua.xlsx", saved(book(row(username), clerk)))
    expect(page.locator("#steps tr[data-row]")).to_have_count(2)
    assert barriers(page, "light") == []
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
    administrator.presses("Ghi thay đổi")
    administrator.confirms("Ghi")
    administrator.reads("1 chức vụ mới (1 người mới)")
    administrator.opens("/administration/people/?q=nguyen+van+an")
    page.get_by_role("link", name="Nguyễn Văn An").first.click()
    administrator.reads("Chức vụ qua thời gian")
    assert barriers(page, "light") == []
