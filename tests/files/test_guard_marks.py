"""Marks are recognised by form and place: phrases both ways, and what decoration may not hide or make."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.files.guard.marks import Spot, find_mark, find_mark_in_name, find_mark_in_property

HERE = Path(__file__).parent
MARKS = {"MẬT": "mat", "TỐI MẬT": "toi_mat", "TUYỆT MẬT": "tuyet_mat"}
ORDINARY = [
    "bảo mật",
    "mật độ",
    "mật ong",
    "bí mật",
    "mật khẩu",
    "thân mật",
    "mật thiết",
    "cơ mật",
    "mật mã",
    "Mật Sơn",
]


def phrases(name: str) -> Iterator[tuple[str, str]]:
    for line in (HERE / name).read_text().splitlines():
        if line and not line.startswith("#"):
            spot, words = line.split("  ", 1)
            yield spot, words.replace("⏎", "\n").replace("⇥", "\t")


def found_in(spot: str, words: str) -> str | None:
    return find_mark_in_name(words) if spot == "name" else find_mark(words, cast(Spot, spot))


STOPPED, PASSED = list(phrases("phrases_stopped.txt")), list(phrases("phrases_passed.txt"))


def test_there_are_enough_phrases() -> None:
    assert len(set(STOPPED)) >= 100
    assert len(set(PASSED)) >= 100
    assert not set(STOPPED) & set(PASSED)


@pytest.mark.parametrize(("spot", "words"), STOPPED)
def test_what_bears_a_mark_is_stopped(spot: str, words: str) -> None:
    assert found_in(spot, words) is not None
    assert found_in(spot, unicodedata.normalize("NFD", words)) is not None


@pytest.mark.parametrize(("spot", "words"), PASSED)
def test_ordinary_words_pass(spot: str, words: str) -> None:
    assert found_in(spot, words) is None
    assert found_in(spot, unicodedata.normalize("NFD", words)) is None


@pytest.mark.parametrize(
    ("key", "value", "level"),
    [
        ("Độ mật", "Mật", "mat"),
        ("DoMat", "toi mat", "toi_mat"),
        ("Classification", "Tuyệt mật", "tuyet_mat"),
        ("title", "Kế hoạch (Mật)", "mat"),
        ("keywords", "kế hoạch; TỐI MẬT", "toi_mat"),
        ("category", "MẬT", "mat"),
        ("Độ mật", "Thường", None),
        ("keywords", "mật ong, mật độ", None),
        ("title", "Mật độ dân số", None),
        ("Application", "Microsoft Office Word", None),
    ],
)
def test_properties(key: str, value: str, level: str | None) -> None:
    assert find_mark_in_property(key, value) == level


_SURROUND = st.text(alphabet=" *-–_•·|[]()=~.:", max_size=6)
_GAPS = st.sampled_from(["", " ", "  ", "\u200b", ".", "-"])
_TWINS = {"M": "MМΜ", "T": "TТΤ", "Ố": ["Ố", "O\u0302\u0301", "О\u0302\u0301"], "I": "IІ"}


@st.composite
def decorated(draw: st.DrawFn) -> tuple[str, str]:
    mark = draw(st.sampled_from(sorted(MARKS)))
    gap = draw(_GAPS)
    letters = [draw(st.sampled_from(list(_TWINS.get(letter, letter)))) if letter != " " else " " for letter in mark]
    form: Literal["NFC", "NFD"] = draw(st.sampled_from(("NFC", "NFD")))
    spread = unicodedata.normalize(form, gap.join(letters))
    return MARKS[mark], draw(_SURROUND) + spread + draw(_SURROUND)


@given(decorated(), st.lists(st.sampled_from(["Kính gửi: các đơn vị", "Nội dung thường", ""]), max_size=4))
def test_no_decoration_hides_a_mark(mark: tuple[str, str], before: list[str]) -> None:
    level, words = mark
    assert find_mark("\n".join([*before, words, "Nội dung"]), "text") == level
    assert find_mark(words, "stamp") == level


_LETTERS = st.text(alphabet="bcdghklnpqrsvxaăâeêioôơuưyáàảãạ", min_size=1, max_size=8)


@given(st.lists(_LETTERS, min_size=1, max_size=8), st.sampled_from(ORDINARY), st.integers(0, 8), st.booleans())
def test_ordinary_words_make_no_mark(words: list[str], phrase: str, at: int, loud: bool) -> None:
    text = " ".join([*words[:at], phrase, *words[at:]])
    for spot in ("title", "text", "stamp", "cell"):
        assert find_mark(text.upper() if loud else text, spot) is None


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for spot in ("title", "text", "stamp", "cell", "scan"):
        find_mark(text, spot)
    find_mark_in_name(text)
    find_mark_in_property(text[:10], text)


@pytest.mark.parametrize("line", ["độ mật: ", "MẬT ", "- ", "a" * 50 + " - ", "(", "\n", "MẬTMẬT", "độ mật -\t "])
def test_a_long_text_takes_no_long_time(line: str) -> None:
    text = line * (100_000 // len(line))
    began = perf_counter()
    for spot in ("title", "text", "cell"):
        find_mark(text, spot)
    find_mark_in_name(text[:5_000])
    assert perf_counter() - began < 3
