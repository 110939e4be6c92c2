"""Working days with the public holidays, and since when a document waits and how late it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.core.clock import REGION_ZONE, now, pretend
from phoihop.core.isolation import scope
from phoihop.dispatches.actions import handling
from phoihop.dispatches.days_off import day_off_words
from phoihop.dispatches.deadlines import WorkCalendar, standard_limits, with_days_off
from phoihop.dispatches.selectors.detail import dispatch_detail
from phoihop.dispatches.selectors.following import Following, following
from phoihop.offices.actions import body_id, office_id
from tests.cast import HA_TINH, NGHE_AN, acting, position
from tests.dispatches import papers
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.test_round import issue, open_books

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
CALENDAR = standard_limits().calendar


@given(DAYS, st.integers(1, 60))
def test_as_many_working_days_lie_between_as_were_added(day: date, count: int) -> None:
    reached = CALENDAR.add_working_days(day, count)
    assert CALENDAR.is_working_day(reached)
    assert CALENDAR.working_days_between(day, reached) == count
    assert CALENDAR.working_days_between(reached, day) == 0


@given(DAYS, DAYS, DAYS)
def test_spans_add_up(one: date, two: date, three: date) -> None:
    first, middle, last = sorted((one, two, three))
    parts = CALENDAR.working_days_between(first, middle) + CALENDAR.working_days_between(middle, last)
    assert parts == CALENDAR.working_days_between(first, last)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 17), False),
        (date(2026, 4, 27), False),
        (date(2026, 8, 22), True),
        (date(2026, 8, 29), False),
        (date(2026, 8, 31), False),
        (date(2026, 9, 3), True),
    ],
)
def test_holidays_and_swapped_days_are_known(day: date, worked: bool) -> None:
    assert CALENDAR.is_working_day(day) is worked


@pytest.mark.parametrize("worked", [date(2026, 9, 2), date(2026, 9, 3)])
def test_a_file_that_contradicts_itself_is_refused(worked: date) -> None:
    with pytest.raises(ValueError, match="days off"):
        with_days_off(WorkCalendar(), {"years": [{"off": [date(2026, 9, 2)], "worked": [worked]}]})


def test_a_due_date_on_a_day_off_names_the_next_working_day() -> None:
    said = day_off_words(datetime(2026, 4, 30, 17, tzinfo=REGION_ZONE))
    assert "30/04/2026" in said
    assert "04/05/2026" in said
    assert day_off_words(datetime(2026, 4, 29, 17, tzinfo=REGION_ZONE)) == ""
    assert day_off_words(None) == ""


@pytest.mark.usefixtures("fresh_database")
def test_a_document_says_since_when_it_waits_and_how_late_it_is() -> None:
    there = office_id("HT-VPUBND")
    open_books(acting("vanthu", NGHE_AN), body_id("NA-VPUBND", "NA-UBND"))
    open_books(acting("vanthu", HA_TINH), body_id("HT-VPUBND", "HT-UBND"))
    document = issue(body_id("NA-VPUBND", "NA-UBND"), there)
    clerk, chief, lead = (acting(who, HA_TINH) for who in ("vanthu", "chanhvp", "chuyenvien"))

    def follow() -> Following | None:
        return following(dispatch_detail(document, by=clerk), by=clerk)

    with scope("web", there):
        arrived = follow()
        assert arrived is not None
        assert arrived.due_at is not None
        assert not arrived.is_late
        with pretend(arrived.due_at + timedelta(days=14)):
            late = follow()
        assert late is not None
        assert late.is_late
        assert late.late_days >= 5
        handling.register_dispatch(document, by=clerk)
        handling.distribute_dispatch(document, to=lead.position_id, by=chief)
        distributed = follow()
        assert distributed is not None
        assert distributed.since >= arrived.since
        wanted = now() + timedelta(days=30)
        handling.direct_dispatch(
            document, direction="Tham mưu", lead=position("chuyenvien", HA_TINH), due_at=wanted, by=chief
        )
        handling.accept_dispatch(document, by=lead)
        accepted = follow()
        assert accepted is not None
        assert accepted.due_at == wanted
        handling.finish_dispatch(document, by=lead)
        assert follow() is None


@pytest.mark.usefixtures("db")
def test_a_draft_due_on_a_day_off_says_so_on_its_page() -> None:
    papers.open_books()
    due = datetime(2027, 4, 30, 17, tzinfo=REGION_ZONE)
    draft = papers.drafted(papers.stated(HA_TINH, due_at=due))
    page = text_of(client_of("chuyenvien", NGHE_AN).get(f"/dispatches/drafts/{draft.id}/"))
    assert "Hạn rơi vào ngày nghỉ 30/04/2027; ngày làm việc tiếp theo là 04/05/2027." in page
