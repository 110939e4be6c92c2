"""The slip that goes with an arrived document: what it says, on which paper, and who gets it."""

from __future__ import annotations

import unicodedata
from uuid import UUID

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.documents.slips import PAPERS, PrintedSlip, SlipPart, write_slip
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import directed, issued, open_books, registered, stated


def _read(data: bytes) -> str:
    words = " ".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(data))
    return unicodedata.normalize("NFC", " ".join(words.split()))


@pytest.fixture
def letter(db: None) -> UUID:
    """A letter of Nghệ An that has just arrived in Hà Tĩnh."""
    open_books()
    return issued(stated(HA_TINH))


def test_the_slip_says_what_was_directed_and_leaves_room_for_the_rest(letter: UUID) -> None:
    directed(letter, HA_TINH)
    clerk = client_of("vanthu", HA_TINH)
    assert page_of(letter, "slip") in text_of(clerk.get(page_of(letter)))
    answer = clerk.get(page_of(letter, "slip"))
    assert answer["Content-Type"] == "application/pdf"
    said = _read(answer.content)
    for words in ("PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN", "Số đến: 1", "Tham mưu trả lời.", "Chủ trì:", "....."):
        assert words in said


def test_the_slip_comes_on_a5_too(letter: UUID) -> None:
    registered(letter, HA_TINH)
    pages = pdfium.PdfDocument(client_of("vanthu", HA_TINH).get(page_of(letter, "slip") + "?paper=a5").content)
    assert len(pages) == 1
    assert [round(side / 72 * 25.4) for side in pages[0].get_size()] == [148, 210]


def test_there_is_no_slip_before_the_number_nor_at_the_sender(letter: UUID) -> None:
    assert client_of("vanthu", HA_TINH).get(page_of(letter, "slip")).status_code == 404
    assert page_of(letter, "slip") not in text_of(client_of("vanthu", HA_TINH).get(page_of(letter)))
    registered(letter, HA_TINH)
    assert client_of("vanthu", NGHE_AN).get(page_of(letter, "slip")).status_code == 404


@settings(max_examples=15, deadline=None)
@given(words=st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=200))
def test_what_people_wrote_is_never_markup(words: str) -> None:
    part = SlipPart("Ý kiến", (words, "#panic()", "$x"), 1)
    for paper in PAPERS:
        slip = PrintedSlip("Văn phòng", "Phiếu", (("Trích yếu", words),), (part,), paper)
        assert "#panic()" in _read(write_slip(slip))
