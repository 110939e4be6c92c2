"""Vietnamese order under plain code-point comparison."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.core.text import name_sort_key, sort_key

# Ordered by ICU 78 (locale vi, numeric); the embedded database has no ICU to ask.
AS_ICU: list[list[str]] = [
    ["a", "à", "ả", "ã", "á", "ạ", "ă", "ằ", "ẳ", "ẵ", "ắ", "ặ", "â", "ầ", "ẩ", "ẫ", "ấ", "ậ", "b", "c", "d", "đ", "e"],
    ["e", "ẹ", "ê", "ề", "ệ", "g", "i", "ị", "k", "o", "ọ", "ô", "ồ", "ơ", "ờ", "p", "u", "ụ", "ư", "ừ", "v", "y", "ỵ"],
    ["ba", "Ba", "BA", "bà", "bả", "bã", "bá", "bạ", "bạc", "bă", "bằng", "bâng", "bầng", "bc"],
    ["da", "dz", "đa", "đà", "đá", "Đà Nẵng", "e"],
    ["Hà Nội", "Hà Tĩnh", "Hai Bà Trưng", "Hải Phòng", "Huế", "Hương Khê", "Hương Sơn"],
    ["quy", "quỳ", "quý", "quyz"],
    ["Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Quế Phong", "Quỳ Hợp", "Quỳnh Lưu"],
    ["xã 2", "xã 9", "xã 10", "xã 100", "xã A", "xã Á"],
    ["cá", "Cam Ranh", "Cam-pu-chia"],
    ["a b", "a-b", "a,b", "a.b", "a(b", "a/b", "a1", "ab"],
    ["", "_", "-", ",", ".", "(", "/", "%", "+", "0", "a", "z", "я"],
]


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def assert_ascending(keys: list[str]) -> None:
    """Each key comes strictly before the next, as code points and as the UTF-8 bytes that COLLATE "C" compares."""
    for key, following in pairwise(keys):
        assert key < following
        assert key.encode() < following.encode()


@pytest.mark.parametrize("expected", AS_ICU, ids=lambda words: words[0] or "punctuation")
def test_order_is_that_of_the_dictionary(expected: list[str]) -> None:
    assert_ascending([sort_key(text) for text in expected])


def test_tones_decide_only_between_equal_letters() -> None:
    assert sort_key("bạ a") < sort_key("ba b")
    assert sort_key("ba b") < sort_key("bà b") < sort_key("bà c")


def test_case_decides_last() -> None:
    assert sort_key("An") < sort_key("àn")
    assert sort_key("an") < sort_key("An")


def test_numbers_compare_by_value_and_then_by_zeros_in_front() -> None:
    written = ["2/QĐ", "02/QĐ", "9/QĐ", "10/QĐ", "99999999999999999999/QĐ", "100000000000000000000/QĐ"]
    assert_ascending([sort_key(text) for text in written])


def test_look_alike_d_sorts_with_its_letter() -> None:
    assert sort_key("dz") < sort_key("\u00d0a") < sort_key("e")


def test_people_are_ordered_by_given_name_then_family_then_middle() -> None:
    expected = ["Trần Văn An", "Lê Thị Ánh", "Đặng Hữu Bình", "Nguyễn An Bình", "Nguyễn Văn Bình", "Y Đam"]
    assert_ascending([name_sort_key(text) for text in expected])


def test_case_of_a_name_does_not_separate_people() -> None:
    names = ["BÙI VĂN AN", "Trần Văn An", "vũ văn an"]
    assert_ascending([name_sort_key(text) for text in names])
    assert name_sort_key("  ") == "" < name_sort_key("An") < name_sort_key("Lê An") < name_sort_key("Lê Bắc")


@given(st.text(), st.text())
def test_any_text_has_a_key_that_a_database_can_hold(one: str, other: str) -> None:
    for key in (sort_key(one), name_sort_key(one)):
        assert "\x00" not in key
        assert sort_key(decomposed(one)) == sort_key(one)
    first, second = sort_key(one), sort_key(other)
    if not any(unicodedata.category(c) == "Cs" for c in one + other):
        assert (first < second) == (first.encode() < second.encode())


@given(st.lists(st.text("abđĐăâ áàa", max_size=6), max_size=6))
def test_a_longer_text_follows_its_beginning(words: list[str]) -> None:
    for word in words:
        assert sort_key(word) <= sort_key(word + "a")
        assert sort_key(word) < sort_key(word + "z")
