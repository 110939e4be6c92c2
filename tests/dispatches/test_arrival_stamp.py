"""Dấu đến: what it says, where on the paper it stands, and who gets it."""

from __future__ import annotations

import unicodedata
from uuid import UUID

import pypdfium2 as pdfium
import pytest

from phoihop.documents.arrival_stamps import PLACES, ArrivalStamp, write_stamp
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import directed, issued, open_books, registered, stated

MM = 72 / 25.4


def _bounds(data: bytes) -> tuple[str, list[float]]:
    """Its words, and the box around what is drawn: left, top, right, bottom from the upper left corner, in mm."""
    page = pdfium.PdfDocument(data)[0]
    _width, height = page.get_size()
    boxes = [one.get_bounds() for one in page.get_objects()]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
    words = unicodedata.normalize("NFC", " ".join(page.get_textpage().get_text_range().split()))
    return words, [left / MM, (height - top) / MM, right / MM, (height - bottom) / MM]


@pytest.fixture
def letter(db: None) -> UUID:
    """A letter of Nghệ An that has just arrived in Hà Tĩnh."""
    open_books()
    return issued(stated(HA_TINH))


def test_the_stamp_says_number_day_and_who_got_it(letter: UUID) -> None:
    directed(letter, HA_TINH)
    clerk = client_of("vanthu", HA_TINH)
    assert page_of(letter, "stamp") in text_of(clerk.get(page_of(letter)))
    answer = clerk.get(page_of(letter, "stamp"))
    assert answer["Content-Type"] == "application/pdf"
    words, _box = _bounds(answer.content)
    for said in ("ĐẾN", "Số: 1", "Ngày: ", "Chuyển: ", "Số và ký hiệu HS: ...."):
        assert said in words


@pytest.mark.parametrize("place", PLACES)
def test_it_is_as_large_as_the_form_and_stands_in_its_place(letter: UUID, place: str) -> None:
    registered(letter, HA_TINH)
    answer = client_of("vanthu", HA_TINH).get(page_of(letter, "stamp") + f"?place={place}")
    _words, (left, top, right, bottom) = _bounds(answer.content)
    assert (left, top) == pytest.approx(PLACES[place], abs=0.3)
    assert (right - left, bottom - top) == pytest.approx((50, 35), abs=0.4)


def test_a_long_name_and_markup_stay_inside() -> None:
    name = "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân thành phố Huế"
    words, (left, top, right, bottom) = _bounds(
        write_stamp(ArrivalStamp(name, "1234", "24/11/2026", "#panic() " * 9, "", "left"))
    )
    assert "#panic()" in words
    assert (right - left, bottom - top) == pytest.approx((50, 35), abs=0.4)


def test_there_is_no_stamp_before_the_number_nor_at_the_sender(letter: UUID) -> None:
    assert client_of("vanthu", HA_TINH).get(page_of(letter, "stamp")).status_code == 404
    registered(letter, HA_TINH)
    assert client_of("vanthu", NGHE_AN).get(page_of(letter, "stamp")).status_code == 404
