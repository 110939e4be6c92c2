"""Checking the form: what we write is clean, what people get wrong is found, what is not seen is not claimed."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from phoihop.core.errors import Invalid
from phoihop.documents.checking.check import check
from phoihop.documents.checking.findings import Finding, Severity
from phoihop.documents.writing.docx import write_docx
from phoihop.documents.writing.pdf import write_pdf
from tests.documents.papers import REGIMES, TODAY, full_paper


def breaches(data: bytes, regime: str = "GOV") -> list[Finding]:
    return [found for found in check(data, regime, TODAY) if found.severity is Severity.BREACH]


def saved(word: Any) -> bytes:
    written = BytesIO()
    word.save(written)
    return written.getvalue()


def changed(change: Callable[[Any], object], regime: str = "GOV") -> set[tuple[str, str, str]]:
    """What is found after a person changed something in the Word file: part, found, wanted."""
    word = docx.Document(BytesIO(write_docx(full_paper(regime))))
    change(word)
    return {(one.part, one.found, one.wanted) for one in breaches(saved(word), regime)}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("type_key", ["decision", "letter"])
def test_what_we_write_is_clean(regime: str, type_key: str) -> None:
    paper = full_paper(regime, type_key)
    assert [one.sentence for one in check(write_docx(paper), regime, TODAY)] == []
    assert [one.sentence for one in breaches(write_pdf(paper), regime)] == []


def cells(word: Any, column: int) -> list[Any]:
    return [paragraph for row in word.tables[0].rows for paragraph in row.cells[column].paragraphs]


def paragraph_with(word: Any, words: str) -> Any:
    inside = [one for table in word.tables for row in table.rows for cell in row.cells for one in cell.paragraphs]
    return next(one for one in [*word.paragraphs, *inside] if words in one.text)


def set_size(words: str, size: float) -> Callable[[Any], None]:
    def change(word: Any) -> None:
        for run in paragraph_with(word, words).runs:
            run.font.size = Pt(size)

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (set_size("CỘNG HÒA", 14), ("national_title", "14", "12–13 pt")),
        (set_size("Độc lập", 12), ("motto", "12", "13–14 pt")),
        (set_size("Số:", 14), ("code", "14", "13 pt")),
        (set_size("Về việc kiện toàn", 12), ("abstract", "12", "13–14 pt")),
        (set_size("Nguyễn Văn An", 12), ("signing_name", "12", "13–14 pt")),
        (set_size("Thường trực Tỉnh ủy", 12), ("recipients", "12", "11 pt")),
        (lambda w: setattr(w.sections[0], "left_margin", Mm(25)), ("page", "25 mm", "30–35 mm")),
        (lambda w: setattr(w.sections[0], "page_width", Mm(216)), ("page", "216 × 297 mm", "A4 (210 × 297 mm)")),
        (
            lambda w: setattr(w.sections[0], "different_first_page_header_footer", False),
            ("page_number", "hiển thị số", "không hiển thị số"),
        ),
        (
            lambda w: setattr(paragraph_with(w, "Điều 1.").runs[0].font, "name", "Arial"),
            ("font", "Arial", "Times New Roman"),
        ),
        (
            lambda w: setattr(paragraph_with(w, "Điều 1.").runs[0].font.color, "rgb", RGBColor(255, 0, 0)),
            ("font", "#ff0000", "màu đen"),
        ),
        (
            lambda w: setattr(paragraph_with(w, "QUYẾT ĐỊNH"), "alignment", WD_ALIGN_PARAGRAPH.LEFT),
            ("type_name", "canh trái", "canh giữa"),
        ),
        (
            lambda w: setattr(paragraph_with(w, "Nghệ An, ngày 05").runs[0], "text", "Vinh, ngày 5 tháng 2 năm 2026"),
            ("dated", "5", "05"),
        ),
        (lambda w: setattr(paragraph_with(w, "Số:").runs[1], "text", "5"), ("code", "5", "05")),
    ],
)
def test_what_a_person_changed_is_found(change: Callable[[Any], None], expected: tuple[str, str, str]) -> None:
    assert expected in changed(change)


def _lengthen(words: str) -> Callable[[Any], None]:
    """Draw the rule below a line across all of its column."""

    def change(word: Any) -> None:
        rule = paragraph_with(word, words)._p.getnext()
        rule.pPr.ind.left = rule.pPr.ind.right = Mm(0)

    return change


@pytest.mark.parametrize(
    ("words", "part"), [("Độc lập", "motto"), ("TỈNH NGHỆ AN", "issuer"), ("Về việc kiện toàn", "abstract")]
)
def test_a_rule_of_the_wrong_length_is_found(words: str, part: str) -> None:
    assert [found for name, found, _wanted in changed(_lengthen(words)) if name == part and "độ dài dòng chữ" in found]


def test_a_style_that_is_changed_changes_what_stands_in_it() -> None:
    found = changed(lambda word: setattr(word.styles["VB motto"].font, "size", Pt(11)))
    assert ("motto", "11", "13–14 pt") in found


def test_a_state_paper_breaks_the_rules_of_the_party() -> None:
    found = {(one.part, one.wanted) for one in breaches(write_docx(full_paper("GOV")), "PARTY")}
    assert {("national_title", "15 pt"), ("code", "“-”"), ("code", "“Số”"), ("signing_title", "T/M")} <= found


def test_two_columns_made_with_tabs_are_told_apart() -> None:
    word = docx.Document()
    word.styles["Normal"].font.name = "Times New Roman"
    for text in (
        "UBND TỈNH NGHỆ AN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 12/KH-UBND\tĐộc lập - Tự do - Hạnh phúc",
        "Nghệ An, ngày 12 tháng 3 năm 2026",
    ):
        word.add_paragraph(text)
    found = {one.part: one for one in reversed(check(saved(word), "GOV", TODAY))}
    assert {"national_title", "motto", "code"} <= found.keys()
    assert found["motto"].quote == "Độc lập - Tự do - Hạnh phúc"
    assert found["recipients_label"].severity is Severity.UNKNOWN


def test_an_empty_paper_is_not_judged() -> None:
    (only,) = check(saved(docx.Document()), "GOV", TODAY)
    assert only.severity is Severity.UNKNOWN


def test_every_finding_has_a_clause_and_a_sentence() -> None:
    word = docx.Document(BytesIO(write_docx(full_paper())))
    word.styles["Normal"].font.name = "Arial"
    for found in [*check(saved(word), "GOV", TODAY), *check(write_docx(full_paper()), "PARTY", TODAY)]:
        assert found.clause
        assert found.sentence.startswith(found.part_name)


def test_twenty_pages_take_less_than_a_second() -> None:
    data = write_docx(full_paper(pages=22))
    check(data, "GOV", TODAY)
    started = time.process_time()
    assert breaches(data) == []
    assert time.process_time() - started < 1


def test_a_broken_pdf_is_refused_in_words() -> None:
    with pytest.raises(Invalid) as refused:
        check(b"%PDF-1.7 nothing", "GOV", TODAY)
    assert refused.value.code == "damaged"
