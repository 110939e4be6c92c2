from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from phoihop.core import clock
from phoihop.ui.templatetags import ui


@pytest.fixture(autouse=True)
def in_vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


def test_times_are_shown_on_the_regions_clock() -> None:
    assert ui.moment(datetime(2026, 10, 3, 7, 5, tzinfo=UTC)) == "14:05 03/10/2026"
    assert ui.moment(None) == "–"


def test_a_day_turns_with_the_regions_midnight() -> None:
    assert ui.day(datetime(2026, 10, 2, 17, 30, tzinfo=UTC)) == "03/10/2026"
    assert ui.day(date(2026, 2, 1)) == "01/02/2026"


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [(1234567.8, 1, "1.234.567,8"), (0, 0, "0"), (None, 0, "–"), (Decimal("-1200.5"), 2, "-1.200,50")],
)
def test_numbers_are_written_the_vietnamese_way(value: float | Decimal | None, places: int, shown: str) -> None:
    assert ui.number(value, places) == shown


@pytest.mark.parametrize(
    ("level", "word"), [("URGENT", "Khẩn"), ("very_urgent", "Thượng khẩn"), ("EXPRESS", "Hỏa tốc")]
)
def test_urgency_always_carries_its_word(level: str, word: str) -> None:
    assert word in ui.urgency(level)


def test_ordinary_and_unknown_urgency_show_nothing() -> None:
    assert ui.urgency("NORMAL") == ""
    assert ui.urgency('"><b>') == ""
    assert ui.urgency(None) == ""


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=5), "1 phút"),
        (timedelta(minutes=59), "59 phút"),
        (timedelta(hours=47, minutes=59), "47 giờ"),
        (timedelta(days=2), "2 ngày"),
    ],
)
def test_spans_are_said_in_their_largest_whole_unit(span: timedelta, words: str) -> None:
    assert ui.span_words(span) == words


def test_a_late_thing_says_so_in_words_beside_its_time() -> None:
    at = clock.now() - timedelta(days=3, minutes=1)
    shown = ui.due(at)
    assert "quá hạn 3 ngày" in shown
    assert ui.moment(at) in shown
    assert "ph-due-late" in shown
