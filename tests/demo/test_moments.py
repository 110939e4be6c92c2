"""Relative times on a real calendar: order is kept, and ordinary offices rest at weekends."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.demo.moments import Moment, day_at

DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))
MOMENTS = st.builds(Moment, st.integers(-20, 10), st.integers(0, 24 * 60 - 1))


def test_a_moment_is_read_as_written() -> None:
    assert Moment.parse("-5 10:30") == Moment(-5, 630)
    assert Moment.parse("+3 17:00") == Moment(3, 1020)
    assert Moment.parse("0 00:00") == Moment(0, 0)


@pytest.mark.parametrize("written", ["", "-5", "10:30", "-5 24:00", "-5 10:60", "-5 1:30", "x 10:30"])
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        Moment.parse(written)


def test_earlier_goes_back_over_midnight() -> None:
    assert Moment(-2, 10).earlier(25) == Moment(-3, 24 * 60 - 15)


@given(DAYS, MOMENTS)
def test_duty_keeps_the_clock(anchor: date, moment: Moment) -> None:
    at = moment.at(anchor, duty=True)
    assert at.date() == anchor + timedelta(days=moment.day)
    assert at.hour * 60 + at.minute == moment.minute


@given(DAYS, MOMENTS, MOMENTS)
def test_order_is_kept(anchor: date, one: Moment, other: Moment) -> None:
    earlier, later = sorted((one, other))
    assert earlier.at(anchor, duty=False) <= later.at(anchor, duty=False)
    if earlier < later:
        assert earlier.at(anchor, duty=False) < later.at(anchor, duty=False)


@given(DAYS, MOMENTS)
def test_an_ordinary_office_rests_at_weekends_and_is_never_early(anchor: date, moment: Moment) -> None:
    at = moment.at(anchor, duty=False)
    assert at.weekday() < 5
    assert at >= moment.at(anchor, duty=True) or at.time() >= time(7, 0)
    assert moment.deadline(anchor, duty=False).weekday() < 5


def test_a_weekend_becomes_the_hour_before_work_on_monday() -> None:
    monday = date(2026, 11, 23)
    assert Moment(-2, 0).at(monday, duty=False).isoformat() == "2026-11-23T07:00:00+07:00"
    assert Moment(-1, 240).at(monday, duty=False).isoformat() == "2026-11-23T07:30:00+07:00"
    assert Moment(0, 480).at(monday, duty=False).isoformat() == "2026-11-23T08:00:00+07:00"
    assert Moment(-2, 1020).deadline(monday, duty=False).isoformat() == "2026-11-23T17:00:00+07:00"
    assert day_at(monday, -1, duty=False) == monday
    assert day_at(monday, -1, duty=True) == date(2026, 11, 22)
