"""Text as it is typed, stored, searched and shown."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.core.errors import Invalid
from phoihop.core.text import (
    TextProblem,
    clean_line,
    clean_text,
    find_problems,
    fold,
    format_number_vi,
    nfc,
    normalise_code,
    slug,
    tone_fold,
)

VIETNAMESE = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẩẽếịỏờụỷỹ AĂĐÊƠƯ012/-", max_size=30)


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ủy ban nhân dân", "uy ban nhan dan"),
        ("  Đắk   Lắk\u00a0", "dak lak"),
        ("\u00d0à Nẵng", "da nang"),
        ("\u0189ồng Hới", "dong hoi"),
        ("Thường\u200b trực", "thuong truc"),
        ("PHƯỜNG Vỹ Dạ", "phuong vy da"),
        ("", ""),
    ],
)
def test_fold_ignores_marks_case_and_spacing(text: str, expected: str) -> None:
    assert fold(text) == expected
    assert fold(decomposed(text)) == expected


@given(st.text())
def test_fold_is_idempotent_and_blind_to_composition(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(decomposed(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hoà bình", "hòa bình"),
        ("Uỷ ban, thuỷ lợi", "Ủy ban, thủy lợi"),
        ("KHOẺ", "KHỎE"),
        ("hoàn toàn", "hoàn toàn"),
        ("khuỷu", "khuỷu"),
        ("quý", "quý"),
        ("Quỳ Hợp", "Quỳ Hợp"),
    ],
)
def test_tone_fold_joins_the_two_spellings_and_nothing_else(text: str, expected: str) -> None:
    assert tone_fold(text) == expected
    assert tone_fold(decomposed(text)) == expected


@given(VIETNAMESE)
def test_tone_fold_changes_no_letter(text: str) -> None:
    assert fold(tone_fold(text)) == fold(text)
    assert tone_fold(tone_fold(text)) == tone_fold(text)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12/QĐ-UBND", "12 qd ubnd"),
        ("12 qd ubnd", "12 qd ubnd"),
        ("Số: 012/QĐ-UBND", "12 qd ubnd"),
        ("12/Q\u00d0 - UBND", "12 qd ubnd"),
        ("12QĐ-UBND", "12 qd ubnd"),
        ("Số 05-NQ/TU", "5 nq tu"),
        ("7816/VPCP-TTĐT", "7816 vpcp ttdt"),
        ("100/2026/NĐ-CP", "100 2026 nd cp"),
        ("000", "0"),
        ("SO-KH/5", "so kh 5"),
        ("/ - .", ""),
    ],
)
def test_codes_written_differently_are_the_same_code(written: str, expected: str) -> None:
    assert normalise_code(written) == expected


@given(st.text())
def test_normal_code_is_stable(text: str) -> None:
    assert normalise_code(normalise_code(text)) == normalise_code(text)


def test_codes_that_differ_stay_different() -> None:
    codes = ["1/QĐ-UBND", "11/QĐ-UBND", "10/QĐ-UBND", "1/QĐ-UB", "1/CĐ-UBND", "1-QĐ/TU", "1/2026/QĐ-UBND"]
    assert len({normalise_code(code) for code in codes}) == len(codes)


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("abc\u202exe", "bidi", 3),
        ("\u2066abc", "bidi", 0),
        ("abc\u200f", "bidi", 3),
        ("ab\u200bc", "invisible", 2),
        ("\ufeffabc", "invisible", 0),
        ("a\u00adb", "invisible", 1),
        ("a\U000e0041b", "invisible", 1),
        ("a\x00b", "control", 1),
        ("a\x1bb", "control", 1),
        ("a\x7f", "control", 1),
        ("a\ud800b", "surrogate", 1),
        ("a\uffff", "noncharacter", 1),
        ("a\ufdd0", "noncharacter", 1),
    ],
)
def test_characters_that_deceive_are_refused_with_their_place(text: str, code: str, offset: int) -> None:
    for clean in (clean_line, clean_text):
        with pytest.raises(TextProblem) as caught:
            clean(text)
        problem = caught.value.problems[0]
        assert (problem.code, problem.offset, problem.character) == (code, offset, text[offset])
        assert isinstance(caught.value, Invalid)
        assert caught.value.code == f"text_{code}"
        assert problem.code_point in caught.value.message
        assert str(offset + 1) in caught.value.message
        assert caught.value.remedy


def test_every_bad_character_is_named() -> None:
    assert [(p.code, p.offset) for p in find_problems("\x01a\u202eb\u200b")] == [
        ("control", 0),
        ("bidi", 2),
        ("invisible", 4),
    ]


def test_offsets_are_of_the_text_as_it_was_sent() -> None:
    with pytest.raises(TextProblem) as caught:
        clean_line(decomposed("hoà") + "\u202e")
    assert caught.value.problems[0].offset == 4


def test_clean_line_is_one_composed_trimmed_line() -> None:
    assert clean_line(decomposed("  V/v  phòng,\n chống\tbão\u00a0số 5\r\n")) == "V/v phòng, chống bão số 5"


def test_clean_text_keeps_lines_and_indents() -> None:
    assert clean_text("\r\n1. Một  \r\n\t- hai\u2028ba\r\rbốn \n\n") == "1. Một\n\t- hai\nba\n\nbốn"


@given(st.text())
def test_what_was_cleaned_is_clean(text: str) -> None:
    for clean in (clean_line, clean_text):
        try:
            cleaned = clean(text)
        except TextProblem:
            assert find_problems(text)
            continue
        assert clean(cleaned) == cleaned == nfc(cleaned)
        assert find_problems(cleaned) == ()
        cleaned.encode()


def test_slug_is_plain_ascii() -> None:
    assert slug("Quyết định số 12/QĐ-UBND (bản ký).pdf") == "quyet-dinh-so-12-qd-ubnd-ban-ky-pdf"
    assert slug("…") == ""


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (1234567, None, "1.234.567"),
        (1234567.89, None, "1.234.567,89"),
        (Decimal("0.5"), 2, "0,50"),
        (-1234, 1, "-1.234,0"),
        (0, None, "0"),
        (1e21, None, "1.000.000.000.000.000.000.000"),
    ],
)
def test_numbers_are_written_the_vietnamese_way(
    value: int | float | Decimal, places: int | None, expected: str
) -> None:
    assert format_number_vi(value, places) == expected
