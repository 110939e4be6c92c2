"""A table of the directory: template, faults, mended, previewed, made one file, signed elsewhere, applied, shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from openpyxl import load_workbook
from playwright.sync_api import expect

from phoihop.exchange.directory.actions import read_proposal
from phoihop.exchange.directory.keyfile import RegionKey
from tests.administration.directory_books import body_row, directory_book, office_row, saved
from tests.cast import NGHE_AN
from tests.installation import HOME
from tests.journeys.people import PHONE, Person, Stage
from tests.journeys.test_barriers import barriers

pytestmark = pytest.mark.browser

CHANGES = "/administration/directory/changes/"


def upload(person: Person, path: Path) -> None:
    """Choose the file and ask for the preview."""
    person.opens(CHANGES)
    person.page.get_by_label("Tệp .xlsx").set_input_files(path)
    person.page.get_by_label("Căn cứ thay đổi").fill("Quyết định số 12/QĐ-UBND")
    person.presses("Xem trước")


def filled_template(person: Person, path: Path, code: str, *, parent: str) -> None:
    """The template as downloaded, with one office and its body written into it."""
    person.opens(CHANGES)
    with person.page.expect_download() as waiting:
        person.presses("Tải tệp mẫu")
    waiting.value.save_as(path)
    book = load_workbook(path)
    book.worksheets[0].append(office_row(code, parent=parent))
    book.worksheets[1].append(body_row(code, f"{code}-CQ"))
    book.save(path)


def signed_elsewhere(proposal: Path, to: Path) -> None:
    """What the machine that holds the directory key does with the file, without any node."""
    private = load_pem_private_key((HOME / "keys" / "directory.key").read_bytes(), password=None)
    to.write_bytes(RegionKey(private).sign(read_proposal(proposal.read_bytes())) + b"\n")  # type: ignore[arg-type]


def fits(person: Person) -> bool:
    """Whether the page is no wider than the window."""
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return not person.page.evaluate(wide)


@pytest.mark.parametrize("looks", [{}, {"viewport": PHONE}], ids=["desktop", "phone"])
def test_a_table_is_mended_proposed_signed_and_applied(stage: Stage, looks: dict[str, object], tmp_path: Path) -> None:
    code = f"NA-SNN-{len(looks)}"
    operator = stage.person("vanhanh", NGHE_AN, **looks)  # type: ignore[arg-type]
    page = operator.page
    table = tmp_path / "danh-ba.xlsx"
    filled_template(operator, table, code, parent="KHONG-CO")
    upload(operator, table)
    expect(page.locator("#faults tr[data-row]")).to_have_count(1)
    expect(page.locator("#faults")).to_contain_text("D2")
    expect(page.get_by_role("button", name="Lập tệp để ký")).to_have_count(0)
    assert barriers(page, "light") == []
    table.write_bytes(saved(directory_book([office_row(code)], [body_row(code, f"{code}-CQ")])))
    upload(operator, table)
    expect(page.locator("#steps tr[data-row]")).to_have_count(2)
    assert (barriers(page, "light"), fits(operator)) == ([], True)
    operator.presses("Lập tệp để ký")
    operator.confirms("Lập tệp")
    operator.reads("Chờ ký và áp dụng")
    assert (barriers(page, "light"), fits(operator)) == ([], True)
    with page.expect_download() as waiting:
        operator.presses("Tải tệp để ký")
    waiting.value.save_as(tmp_path / "de-nghi.json")
    signed_elsewhere(tmp_path / "de-nghi.json", tmp_path / "da-ky.txt")
    page.get_by_label("Tệp đã ký").set_input_files(tmp_path / "da-ky.txt")
    operator.presses("Kiểm tra chữ ký và áp dụng")
    operator.reads("Quyết định số 12/QĐ-UBND")
    assert (barriers(page, "light"), fits(operator)) == ([], True)
    operator.opens(f"/administration/directory/?q={code}&former=1")
    page.get_by_role("link", name="Văn phòng Sở Nông nghiệp").first.click()
    operator.reads("Sở Nông nghiệp và Môi trường")
    operator.reads("Ký bằng khóa danh bạ")
    assert (barriers(page, "light"), fits(operator)) == ([], True)


def test_a_merger_is_looked_at_before_it_is_proposed(stage: Stage) -> None:
    operator = stage.person("vanhanh", NGHE_AN)
    page = operator.page
    operator.opens("/administration/directory/offices/HT-VPUBND/")
    operator.presses("Nhập vào văn phòng khác")
    page.get_by_label("Nhập vào văn phòng").select_option(NGHE_AN.code)
    page.get_by_label("Ngày hoạt động cuối cùng").fill("2031-12-31")
    operator.presses("Xem trước")
    expect(page.locator("#work tr[data-row]")).to_have_count(8)
    operator.reads("Mỗi bên sẽ thấy gì")
    assert (barriers(page, "light"), fits(operator)) == ([], True)
    operator.presses("Lập tệp để ký")
    operator.confirms("Lập tệp")
    operator.reads("Văn phòng HT-VPUBND nhập vào NA-VPUBND sau ngày 31/12/2031")
