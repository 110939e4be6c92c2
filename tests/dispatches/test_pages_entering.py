"""What the clerk brings in: edXML files of every sort, paper, and what has to wait."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from phoihop.dispatches.models import Dispatch, Quarantined
from phoihop.files.models import Attachment
from tests.cast import HA_TINH, NGHE_AN, REGION
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import issued, office_of, open_book_of_each_body, open_books, stated
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(os.environ.get("PHOIHOP_SAMPLES", ROOT.parent / "shared" / "samples")) / "edxml"
PAPER = "/dispatches/incoming/paper/"
WAITING = "/dispatches/incoming/waiting/"


def _sent(client: Client, *files: SimpleUploadedFile) -> str:
    answer = client.post("/dispatches/incoming/edxml/", {"files": list(files)}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return text_of(answer)


def _sample(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (SAMPLES / name).read_bytes())


def _paper(**changes: Any) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "issuer_name": "Sở Nông nghiệp và Môi trường",
        "code": "45/SNNMT-TL",
        "abstract": "Báo cáo mực nước hồ chứa",
        "dated": "2026-01-02",
        "urgency": "urgent",
        **changes,
    }


def test_every_sample_has_an_outcome_and_sending_again_changes_nothing() -> None:
    names = sorted(path.name for path in SAMPLES.glob("*.edxml"))
    assert len(names) == 13
    clerk = client_of("vanthu", NGHE_AN)
    first = _sent(clerk, *map(_sample, names))
    outcomes = first.count('data-outcome="imported"'), first.count('data-outcome="quarantined"')
    assert sum(outcomes) == 13
    assert outcomes[0] >= 4
    with office_of("vanthu", NGHE_AN):
        before = Dispatch.objects.count(), Quarantined.objects.count()
    second = _sent(clerk, *map(_sample, names))
    assert second.count('data-outcome="imported"') == 0
    assert second.count('data-outcome="known"') == outcomes[0]
    with office_of("vanthu", NGHE_AN):
        assert (Dispatch.objects.count(), Quarantined.objects.count()) == before


def test_an_imported_document_opens_with_its_attachments() -> None:
    clerk = client_of("vanthu", NGHE_AN)
    _sent(clerk, _sample("edoc_new.edxml"))
    with office_of("vanthu", NGHE_AN):
        document = Dispatch.objects.get()
        files = list(Attachment.objects.filter(subject_id=document.id))
    page = text_of(clerk.get(f"/dispatches/{document.id}/"))
    assert document.abstract in page or document.abstract.replace('"', "&quot;") in page
    assert "nhận qua tệp edXML" in page
    assert files
    for file in files:
        assert file.name in page
        sent = clerk.get(f"/files/records/{file.record_id}/{file.number}/?download")
        assert len(b"".join(sent)) == file.size


def test_what_cannot_be_read_waits_whole_with_its_reason() -> None:
    clerk = client_of("vanthu", NGHE_AN)
    page = _sent(clerk, SimpleUploadedFile("ảnh.edxml", b"\x89PNG\r\n\x1a\n" + bytes(64)))
    assert 'data-outcome="quarantined"' in page
    with office_of("vanthu", NGHE_AN):
        item = Quarantined.objects.get()
    assert "ảnh.edxml" in text_of(clerk.get(WAITING))
    original = clerk.get(f"{WAITING}{item.id}/original/")
    assert original["Content-Disposition"].startswith("attachment")
    assert b"".join(original).startswith(b"\x89PNG")
    assert "Vẫn chưa nhập được" in text_of(clerk.post(f"{WAITING}{item.id}/retry/", follow=True))
    assert clerk.post(f"{WAITING}{item.id}/dismiss/", {"reason": ""}).status_code == 422
    assert "Đã bỏ qua tệp" in text_of(clerk.post(f"{WAITING}{item.id}/dismiss/", {"reason": "Gửi nhầm"}, follow=True))
    assert "Không có tệp nào chờ" in text_of(clerk.get(WAITING))


def test_waiting_files_are_their_offices_alone() -> None:
    _sent(client_of("vanthu", NGHE_AN), SimpleUploadedFile("a.edxml", b"not xml at all"))
    with office_of("vanthu", NGHE_AN):
        item = Quarantined.objects.get()
    stranger = client_of("vanthu", HA_TINH)
    assert stranger.get(f"{WAITING}{item.id}/original/").status_code == 404
    assert stranger.post(f"{WAITING}{item.id}/retry/").status_code == 404
    assert stranger.post(f"{WAITING}{item.id}/dismiss/", {"reason": "x"}).status_code == 404


def test_choosing_no_file_is_told() -> None:
    assert "Chưa chọn tệp nào" in _sent(client_of("vanthu", NGHE_AN))


def test_paper_enters_the_same_book_and_shows_its_number() -> None:
    open_books()
    clerk = client_of("vanthu", NGHE_AN)
    scan = SimpleUploadedFile("quet.pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    page = text_of(clerk.post(PAPER, _paper(files=[scan]), follow=True))
    assert "Đã vào sổ, số đến 1." in page
    assert "quet.pdf" in page
    assert "Trả lại nơi gửi" not in page, "a paper's sender is not here to be told"
    assert "số đến 2." in text_of(clerk.post(PAPER, _paper(), follow=True))


def test_the_clerk_of_several_bodies_chooses_the_book() -> None:
    open_books()
    books = open_book_of_each_body(REGION)
    clerk = client_of("vanthu", REGION)
    assert "Vào sổ của" in text_of(clerk.get(PAPER))
    page = text_of(clerk.post(PAPER, _paper(book=str(books["QK4-BTL"])), follow=True))
    assert "Sổ đến Bộ Tư lệnh Quân khu 4" in page
    assert clerk.post(PAPER, _paper(book=str(uuid4()))).status_code == 422
    letter = issued(stated(REGION))
    assert "Vào sổ của" in text_of(clerk.get(f"/dispatches/{letter}/"))
    page = text_of(clerk.post(f"/dispatches/{letter}/register/", {"book": str(books["QK4-BTL"])}, follow=True))
    assert "Đã vào sổ, số đến 2." in page


def test_paper_sent_twice_is_entered_once() -> None:
    open_books()
    clerk = client_of("vanthu", NGHE_AN)
    said = _paper()
    assert clerk.post(PAPER, said)["Location"] == clerk.post(PAPER, said)["Location"]
    with office_of("vanthu", NGHE_AN):
        assert Dispatch.objects.count() == 1


def test_paper_that_lacks_something_comes_back_with_the_rest() -> None:
    open_books()
    clerk = client_of("vanthu", NGHE_AN)
    answer = clerk.post(PAPER, _paper(abstract=" ", dated="2099-01-01"))
    assert answer.status_code == 422
    assert 'value="45/SNNMT-TL"' in text_of(answer)
    future = clerk.post(PAPER, _paper(dated="2099-01-01"))
    assert "Ngày văn bản không thể ở tương lai." in text_of(future)


def test_without_a_book_the_clerk_is_told_whom_to_ask() -> None:
    answer = client_of("vanthu", NGHE_AN).post(PAPER, _paper())
    assert answer.status_code == 404
    assert "chưa mở sổ" in text_of(answer)


def test_a_reply_to_paper_names_the_organisation_outside() -> None:
    open_books()
    clerk = client_of("vanthu", NGHE_AN)
    paper = clerk.post(PAPER, _paper())["Location"]
    page = text_of(clerk.get(clerk.post(f"{paper}reply/")["Location"]))
    assert 'value="Sở Nông nghiệp và Môi trường"' in page
    assert "Phúc đáp văn bản số 45/SNNMT-TL ngày 02/01/2026 của Sở Nông nghiệp và Môi trường" in page


def test_waiting_list_is_drawn_in_few_statements() -> None:
    clerk = client_of("vanthu", NGHE_AN)
    _sent(clerk, *(SimpleUploadedFile(f"{number}.edxml", bytes([65 + number])) for number in range(5)))
    clerk.get(WAITING)
    with assert_queries(at_most=15):
        assert "4.edxml" in text_of(clerk.get(WAITING))
