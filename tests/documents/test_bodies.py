"""A typed body: what is recognised, and that nothing typed is ever lost."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.core.text import nfc
from phoihop.documents.bodies import close, read_body
from phoihop.documents.body_setting import set_body
from phoihop.documents.components import Article, Basis, Clause, Heading, Paragraph, Point
from phoihop.documents.items import Text
from phoihop.documents.layouts import layout_for, layouts
from phoihop.documents.wording import day_text
from tests.documents.papers import TEXT, TODAY

LAYOUT = layout_for("GOV", TODAY)


def test_lines_become_what_they_are() -> None:
    kinds = [type(block) for block in read_body(TEXT)]
    assert kinds == [Basis, Basis, Paragraph, Heading, Article, Clause, Point, Article]


@pytest.mark.parametrize(("regime", "sign"), [("GOV", "./."), ("PARTY", "."), ("MIL", "./.")])
def test_the_last_words_carry_the_sign_of_the_regime(regime: str, sign: str) -> None:
    words = layout_for(regime, TODAY).words
    (last,) = close(read_body("Đề nghị thực hiện./."), words.closing)
    assert isinstance(last, Paragraph)
    assert last.text == f"Đề nghị thực hiện{sign}"


@given(st.lists(st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=30), max_size=12))
def test_nothing_typed_is_lost(lines: list[str]) -> None:
    text = "\n".join(f"{line} {line}" for line in lines)
    shown = "".join(
        run.text for item in set_body(read_body(text), LAYOUT) if isinstance(item, Text) for run in item.runs
    )
    letters = [letter for letter in shown.casefold() if letter.isalnum()]
    typed = [letter for block in (text,) for letter in nfc(block).casefold()]
    assert letters == [letter for letter in typed if letter.isalnum()]


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 2, 5), "05 tháng 02 năm 2026"),
        (date(2026, 3, 15), "15 tháng 3 năm 2026"),
        (date(2026, 12, 31), "31 tháng 12 năm 2026"),
    ],
)
def test_days_are_written_with_their_zeros(day: date, written: str) -> None:
    assert day_text(day) == written


def test_rules_follow_the_day() -> None:
    assert layout_for("PARTY", date(2026, 5, 26)).source.startswith("Hướng dẫn 36-HD")
    assert layout_for("PARTY", date(2026, 5, 27)).source.startswith("Hướng dẫn 05-HD")
    assert {layout.regime for layout in layouts() if not layout.confirmed} == {"MIL", "NA"}
