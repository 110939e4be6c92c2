"""A scan fills the entry form: what is proposed is marked, what was typed stays, and the file waits for the entry."""

from __future__ import annotations

from random import Random
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from phoihop.dispatches.models import Dispatch
from phoihop.files.models import Attachment
from tests.cast import NGHE_AN
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import office_of, open_books
from tests.documents.reading.making import as_pdf, make

pytestmark = pytest.mark.django_db

PAPER, READ = "/dispatches/incoming/paper/", "/dispatches/incoming/paper/read/"


def test_a_file_fills_what_was_left_empty_and_is_kept_for_the_entry() -> None:
    open_books()
    made = make(Random(11), "pdf")
    key = str(uuid4())
    clerk = client_of("vanthu", NGHE_AN)
    file = SimpleUploadedFile("ban-quet.pdf", as_pdf(made, Random(11)), "application/pdf")

    page = clerk.post(READ, {"key": key, "code": "99/ĐÃ-GÕ", "urgency": "normal", "files": [file]})

    form = page.context["form"]
    assert page.status_code == 200
    assert form["issuer_name"].value() == " ".join(made.body.issuer)
    assert form["abstract"].value() == made.abstract
    assert form["code"].value() == "99/ĐÃ-GÕ"
    text = text_of(page)
    assert "Đề xuất, đọc ở trang" in text
    assert "ban-quet.pdf" in text

    entered = {"key": key, "issuer_name": "Sở Y tế", "abstract": "Đã kiểm tra", "urgency": "normal"}
    assert clerk.post(PAPER, entered).status_code == 302
    with office_of("vanthu", NGHE_AN):
        document = Dispatch.objects.get()
        assert [one.name for one in Attachment.objects.filter(subject_id=document.id)] == ["ban-quet.pdf"]


def test_a_file_that_says_nothing_is_told() -> None:
    clerk = client_of("vanthu", NGHE_AN)
    file = SimpleUploadedFile("ghi-chu.txt", "Không có gì.".encode(), "text/plain")

    page = clerk.post(READ, {"key": str(uuid4()), "issuer_name": "Sở Y tế", "files": [file]})

    assert page.context["form"]["issuer_name"].value() == "Sở Y tế"
    assert "Không đọc được mục nào từ tệp" in text_of(page)


def test_without_a_file_the_form_stays() -> None:
    page = client_of("vanthu", NGHE_AN).post(READ, {"key": "không phải", "abstract": "Giữ lại"})
    assert page.context["form"]["abstract"].value() == "Giữ lại"
