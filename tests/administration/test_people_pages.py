"""The pages of the office's administrator for people: list, person, upload, preview, apply."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from phoihop.offices.models import Position
from tests.administration.books import book, row, saved
from tests.cast import NGHE_AN, PASSWORD, position
from tests.contracts.markup import blocked
from tests.dispatches.papers import office_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    """The administrator, signed in a moment ago."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": f"quantri.{NGHE_AN.code.lower()}", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def uploaded(browser: Client, content: bytes, **more: str) -> str:
    """The address of the preview."""
    answer = browser.post("/administration/uploads/", {"file": SimpleUploadedFile("người.xlsx", content), **more})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def test_a_bad_file_is_mended_previewed_and_applied(browser: Client) -> None:
    bad = uploaded(browser, saved(book(row("an.nv", valid_from="hôm qua"))))
    text = browser.get(bad).content.decode()
    assert "G2" in text
    assert "không phải ngày" in text
    assert "confirm-apply" not in text
    good = uploaded(browser, saved(book(row("an.nv"))))
    answer = browser.get(good)
    text = answer.content.decode()
    assert blocked(text) == []
    assert "Người mới" in text
    digest = answer.context["preview"].plan.digest
    answer = browser.post(f"{good}apply/", {"digest": digest}, follow=True)
    assert "1 chức vụ mới (1 người mới)" in answer.content.decode()
    assert "Nguyễn Văn An" in browser.get("/administration/people/?q=nguyen van an").content.decode()


def test_what_is_no_workbook_stays_on_the_form_with_what_to_do(browser: Client) -> None:
    answer = browser.post("/administration/uploads/", {"file": SimpleUploadedFile("x.xls", b"\xd0\xcf\x11\xe0")})
    assert answer.status_code == 422
    assert "lưu thành .xlsx" in answer.content.decode()
    assert browser.post("/administration/uploads/", {}).status_code == 422


def test_a_stale_preview_says_so_and_shows_the_new_one(browser: Client) -> None:
    address = uploaded(browser, saved(book(row("an.nv"))))
    answer = browser.post(f"{address}apply/", {"digest": "cu"}, follow=True)
    text = answer.content.decode()
    assert "Dữ liệu đã thay đổi" in text
    assert "confirm-apply" in text


def test_a_person_with_positions_through_time_and_ending_one(browser: Client) -> None:
    with office_of("quantri", NGHE_AN):
        held = Position.objects.get(id=position("vanthu", NGHE_AN))
    text = browser.get(f"/administration/people/{held.person_id}/").content.decode()
    assert blocked(text) == []
    assert "Đang giữ" in text
    answer = browser.post(f"/administration/positions/{held.id}/end/", follow=True)
    assert "Chức vụ kết thúc sau hôm nay" in answer.content.decode()
    with office_of("quantri", NGHE_AN):
        assert Position.objects.get(id=held.id).valid_to is not None


def test_template_and_export_are_workbooks(browser: Client) -> None:
    empty = load_workbook(BytesIO(browser.get("/administration/people/template/").content))
    assert empty.sheetnames == ["Người và chức vụ", "Vai trò", "Cơ quan ký"]
    full = load_workbook(BytesIO(browser.get("/administration/people/export/").content))
    assert full["Người và chức vụ"].max_row == 9


def test_the_list_costs_few_queries(browser: Client, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert browser.get("/administration/people/").status_code == 200
