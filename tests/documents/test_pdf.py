"""PDF: every component is measured where the rules want it, in millimetres and points."""

from __future__ import annotations

import pypdfium2
import pytest

from phoihop.documents.measuring import text_width
from phoihop.documents.writing.pdf import write_pdf
from tests.documents.pages import drawn, find_words
from tests.documents.papers import full_paper

BOLD, ITALIC, PLAIN = "LiberationSerif-Bold", "LiberationSerif-Italic", "LiberationSerif"

GOV = [
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, BOLD, 148.5),
    ("Độc lập - Tự do - Hạnh phúc", 13, BOLD, 148.5),
    ("ỦY BAN NHÂN DÂN", 12, BOLD, 66),
    ("Số: 05/QĐ-UBND", 13, PLAIN, 66),
    ("Nghệ An, ngày 05 tháng 02 năm 2026", 13, ITALIC, 148.5),
    ("QUYẾT ĐỊNH", 14, BOLD, 112.5),
    ("Về việc kiện toàn Ban Chỉ huy phòng thủ dân sự tỉnh", 14, BOLD, 112.5),
    ("TM. ỦY BAN NHÂN DÂN", 14, BOLD, 153.75),
    ("KT. CHỦ TỊCH", 14, BOLD, 153.75),
    ("Nguyễn Văn An", 14, BOLD, 153.75),
    ("HỎA TỐC", 13, BOLD, 66),
    ("LƯU HÀNH NỘI BỘ", 13, BOLD, 148.5),
]
PARTY = [
    ("ĐẢNG CỘNG SẢN VIỆT NAM", 15, BOLD, 152.5),
    ("ĐẢNG BỘ TỈNH NGHỆ AN", 14, PLAIN, 70),
    ("Số 05-QĐ/TU", 14, PLAIN, 70),
    ("Nghệ An, ngày 05 tháng 02 năm 2026", 14, ITALIC, 152.5),
    ("QUYẾT ĐỊNH", 16, BOLD, 112.5),
    ("Về việc kiện toàn Ban Chỉ huy phòng thủ dân sự tỉnh", 14, BOLD, 112.5),
    ("-----", 14, PLAIN, 112.5),
    ("T/M ỦY BAN NHÂN DÂN", 14, BOLD, 153.75),
    ("K/T CHỦ TỊCH", 14, PLAIN, 153.75),
]
MIL = [*GOV[:9], ("Thiếu tướng Nguyễn Văn An", 14, BOLD, 153.75)]


@pytest.mark.parametrize(
    ("regime", "parts"), [("GOV", GOV), ("PARTY", PARTY), ("MIL", MIL)], ids=["GOV", "PARTY", "MIL"]
)
def test_components_stand_where_the_rules_want_them(regime: str, parts: list[tuple[str, float, str, float]]) -> None:
    pdf = write_pdf(full_paper(regime))
    for text, size, font, middle in parts:
        found = find_words(pdf, text)
        assert found.page == 0, text
        assert (found.size, found.font) == (size, font), text
        assert found.middle == pytest.approx(middle, abs=1.0), text


@pytest.mark.parametrize("regime", ["GOV", "PARTY", "MIL"])
def test_margins_and_indent(regime: str) -> None:
    pdf = write_pdf(full_paper(regime, pages=4))
    assert find_words(pdf, "Nơi nhận:").left == pytest.approx(30, abs=0.3)
    assert find_words(pdf, "Điều 1.").left == pytest.approx(42.7, abs=0.3)
    first = pypdfium2.PdfDocument(pdf)[0]
    assert [round(length * 25.4 / 72) for length in first.get_size()] == [210, 297]
    assert find_words(pdf, "VIỆT NAM").baseline - 20 < 6


def test_page_number_is_in_the_upper_margin_and_not_on_the_first_page() -> None:
    pdf = write_pdf(full_paper(pages=4))
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) >= 3
    for number, page in enumerate(document, 1):
        height = page.get_height()
        top = page.get_textpage().get_text_bounded(bottom=height - 19 / 25.4 * 72, top=height).strip()
        assert top == ("" if number == 1 else str(number))
    second = document[1].get_textpage()
    left, _bottom, right, _top = second.get_charbox(0, loose=True)
    centre = (left + right) / 2 * 25.4 / 72
    assert centre == pytest.approx(112.5, abs=1) or "2" in second.get_text_range(0, 3)


def test_rules_have_their_lengths() -> None:
    pdf = write_pdf(full_paper())
    lines = [one for one in drawn(pdf) if one.height < 1]
    motto = find_words(pdf, "Độc lập - Tự do - Hạnh phúc")
    under_motto = min(lines, key=lambda one: abs(one.top - motto.baseline) + abs(one.left - motto.left))
    assert under_motto.width == pytest.approx(motto.right - motto.left, rel=0.03)
    assert 0 < under_motto.top - motto.baseline < 4
    issuer = text_width("ỦY BAN NHÂN DÂN", 12, bold=True)
    under_issuer = next(one for one in lines if one.right < 102 and one.top < 45)
    assert 1 / 3 <= under_issuer.width / issuer <= 1 / 2
    title = find_words(pdf, "Về việc kiện toàn")
    abstract = text_width("Về việc kiện toàn Ban Chỉ huy phòng thủ dân sự tỉnh", 14, bold=True)
    under_abstract = min(
        lines, key=lambda one: abs(one.top - title.baseline - 2) + abs((one.left + one.right) / 2 - 112.5)
    )
    assert 1 / 3 <= under_abstract.width / abstract <= 1 / 2


def test_urgency_has_the_frame_of_its_degree() -> None:
    frames = [one for one in drawn(write_pdf(full_paper())) if one.height > 5 and one.width < 60]
    assert any(one.width == pytest.approx(30, abs=0.6) and one.height == pytest.approx(8, abs=0.6) for one in frames)


def test_nothing_in_a_pdf_acts_and_what_is_typed_is_no_markup() -> None:
    paper = full_paper()
    pdf = write_pdf(paper)
    assert b"PDF-1.7" in pdf[:12]
    assert not [mark for mark in (b"/JavaScript", b"/OpenAction", b"/AA", b"/Launch", b"/EmbeddedFile") if mark in pdf]


def test_a_document_typed_as_typst_is_printed_as_typed() -> None:
    from dataclasses import replace

    typed = '#read("/etc/passwd") *đậm* $x$ \\ "trích" // chú thích'
    assert find_words(write_pdf(replace(full_paper(), abstract=typed)), '#read("/etc/passwd") *đậm* $x$')


def test_the_same_document_is_the_same_bytes() -> None:
    assert write_pdf(full_paper()) == write_pdf(full_paper())
