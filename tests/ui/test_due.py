from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from phoihop.ui.due import DueState, due_state

AT = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (AT - timedelta(days=3), DueState.OPEN),
        (AT - timedelta(hours=24), DueState.SOON),
        (AT, DueState.SOON),
        (AT + timedelta(seconds=1), DueState.LATE),
    ],
)
def test_open_things_are_late_only_after_their_time(now: datetime, expected: DueState) -> None:
    assert due_state(AT, now=now).state is expected


@pytest.mark.parametrize(
    ("done_at", "expected"),
    [
        (AT - timedelta(hours=1), DueState.DONE),
        (AT, DueState.DONE),
        (AT + timedelta(minutes=1), DueState.DONE_LATE),
    ],
)
def test_what_is_done_is_judged_by_when_it_was_done(done_at: datetime, expected: DueState) -> None:
    assert due_state(AT, now=AT + timedelta(days=30), done_at=done_at).state is expected


def test_the_distance_says_how_much_is_left_or_by_how_much_it_was_missed() -> None:
    assert due_state(AT, now=AT - timedelta(hours=5)).distance == timedelta(hours=5)
    assert due_state(AT, now=AT + timedelta(hours=7)).distance == timedelta(hours=7)
    assert due_state(AT, now=AT, done_at=AT + timedelta(hours=2)).distance == timedelta(hours=2)
