"""Days and moments are read as people here write them, and refused in words."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as some

from phoihop.core.clock import REGION_ZONE
from phoihop.ui.day_fields import DayField, DayInput, MomentField, MomentInput, read_day, read_moment

DAYS = some.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


@given(DAYS)
def test_a_day_that_is_shown_is_read_back(day: date) -> None:
    assert read_day(DayInput().format_value(day) or "") == read_day(day.isoformat()) == day
    assert read_day(f"{day:%d%m%Y}") == read_day(f" {day.day}.{day.month}.{day.year} ") == day


@given(DAYS, some.times())
def test_a_moment_that_is_shown_is_read_back(day: date, at: object) -> None:
    moment = datetime.combine(day, at, REGION_ZONE).replace(second=0, microsecond=0)  # type: ignore[arg-type]
    assert read_moment(MomentInput().format_value(moment) or "") == moment
    assert read_moment(f"{moment:%Y-%m-%dT%H:%M}") == moment


@given(some.text(max_size=30))
def test_any_text_is_a_day_or_is_refused(text: str) -> None:
    for read in (read_day, read_moment):
        with suppress(forms.ValidationError):
            assert read(text).year > 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/02/2026", "Không có ngày 31/02/2026. Xem lại ngày và tháng."),
        ("31/02", "Không có ngày 31/02. Xem lại ngày và tháng."),
        ("28/02", "Nhập cả năm, ví dụ 03/10/2026."),
        ("hôm nay", "Nhập ngày, tháng, năm, ví dụ 03/10/2026."),
    ],
)
def test_what_is_no_day_is_refused_in_words(typed: str, said: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        DayField().clean(typed)
    assert refused.value.messages == [said]
    assert f'value="{typed}"' in DayInput().render("dated", typed)


@pytest.mark.parametrize("typed", ["17:00 3/10/2026", "03/10/2026 17:00", "17h00 ngày 03/10/26", "2026-10-03T17:00"])
def test_a_moment_is_read_in_either_order(typed: str) -> None:
    assert MomentField().clean(typed) == datetime(2026, 10, 3, 17, tzinfo=REGION_ZONE)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("03/10/2026", "Nhập cả giờ, ví dụ 17:00 03/10/2026."),
        ("25:00 03/10/2026", "Không có giờ 25:00. Giờ từ 00:00 đến 23:59."),
        ("17:00 31/02/2026", "Không có ngày 31/02/2026. Xem lại ngày và tháng."),
    ],
)
def test_what_is_no_moment_is_refused_in_words(typed: str, said: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        MomentField().clean(typed)
    assert refused.value.messages == [said]
