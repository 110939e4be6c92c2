"""What may happen to a document, who may do it, and by when."""

import copy
import tomllib
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.core.clock import REGION_ZONE
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.dispatches.deadlines import (
    WAITS_FOR,
    Limits,
    Step,
    WorkCalendar,
    end_of_due_day,
    is_overdue,
    lateness,
    read_limits,
    standard_limits,
    step_due,
)
from phoihop.dispatches.rules import (
    DISPATCH,
    DRAFT,
    HANDLING,
    MACHINES,
    Circulation,
    DispatchState,
    DraftState,
    HandlingState,
    Urgency,
)
from phoihop.offices.permissions import Permission

ALL = frozenset(Permission)
RAW = tomllib.loads(files("phoihop.dispatches").joinpath("data/deadlines.toml").read_text("utf-8"))
TET = frozenset(date(2026, 2, day) for day in range(16, 21))
CALENDAR = WorkCalendar(holidays=TET, makeup_days=frozenset({date(2026, 2, 28)}))
LIMITS = Limits("test", standard_limits().steps, CALENDAR)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(REGION_ZONE))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), REGION_ZONE)


def may(*permissions: str) -> frozenset[str]:
    return frozenset(permissions)


# --- Marks
def test_no_secrecy_level_exists() -> None:
    assert list(Circulation) == ["PUBLIC", "NORMAL", "INTERNAL"]
    words = {one.label.casefold() for one in (*Circulation, *Urgency)}
    assert not words & {"mật", "tối mật", "tuyệt mật"}


def test_urgency_rises() -> None:
    assert [one.label for one in sorted(Urgency, key=lambda one: one.rank)] == [
        "Thường",
        "Khẩn",
        "Thượng khẩn",
        "Hỏa tốc",
    ]


# --- States
@pytest.mark.parametrize("name", MACHINES)
def test_every_permission_named_exists(name: str) -> None:
    assert {move.permission for move in MACHINES[name].moves} <= {one.value for one in Permission}


def test_a_draft_is_signed_then_numbered_then_issued() -> None:
    state = DraftState.DRAFTING
    for verb, permission in (("submit", "draft"), ("sign", "sign"), ("number", "number"), ("issue", "issue")):
        with pytest.raises(Forbidden):
            DRAFT.follow(state, verb, permissions=ALL - {f"dispatch.{permission}"})
        state = DRAFT.follow(state, verb, permissions=may(f"dispatch.{permission}"))
    assert state is DraftState.ISSUED
    assert DRAFT.is_final(state)


@pytest.mark.parametrize("verb", ["number", "issue"])
@pytest.mark.parametrize("state", [DraftState.DRAFTING, DraftState.SUBMITTED])
def test_nothing_is_numbered_or_issued_before_signature(state: DraftState, verb: str) -> None:
    with pytest.raises(Conflict):
        DRAFT.follow(state, verb, permissions=ALL)


def test_a_draft_comes_back_only_with_a_reason() -> None:
    for state in (DraftState.SUBMITTED, DraftState.SIGNED):
        with pytest.raises(Invalid):
            DRAFT.follow(state, "return", permissions=ALL)
        assert DRAFT.follow(state, "return", permissions=ALL, reason="sai căn cứ") is DraftState.DRAFTING


def test_a_number_once_given_is_voided_never_taken_back() -> None:
    verbs = {move.verb: move for move in DRAFT.moves_from(DraftState.NUMBERED)}
    assert verbs.keys() == {"issue", "withdraw"}
    assert verbs["withdraw"].needs_reason
    assert verbs["withdraw"].permission == Permission.DISPATCH_NUMBER


def test_text_changes_only_while_drafting() -> None:
    assert [state for state in DraftState if "edit" in {move.verb for move in DRAFT.moves_from(state)}] == ["drafting"]


def test_what_came_in_goes_through_the_office() -> None:
    state = HandlingState.ARRIVED
    for verb in ("register", "distribute", "direct", "accept", "finish"):
        state = HANDLING.follow(state, verb, permissions=ALL)
    assert state is HandlingState.FINISHED
    assert HANDLING.is_final(state)


def test_only_the_clerk_registers_and_only_once() -> None:
    with pytest.raises(Forbidden):
        HANDLING.follow(HandlingState.ARRIVED, "register", permissions=ALL - {"dispatch.register"})
    with pytest.raises(Conflict):
        HANDLING.follow(HandlingState.REGISTERED, "register", permissions=ALL)


def test_accepted_work_is_not_returned_and_a_return_has_a_reason() -> None:
    for state in HandlingState:
        verbs = {move.verb: move for move in HANDLING.moves_from(state)}
        open_before_acceptance = state not in (HandlingState.ACCEPTED, HandlingState.RETURNED, HandlingState.FINISHED)
        assert ("return" in verbs) is open_before_acceptance
        assert all(move.needs_reason for verb, move in verbs.items() if verb == "return")


def test_a_later_direction_does_not_undo_acceptance() -> None:
    after = HANDLING.follow(HandlingState.ACCEPTED, "direct", permissions=may("dispatch.direct"))
    assert after is HandlingState.ACCEPTED


def test_a_recalled_document_stays_recalled() -> None:
    after = DISPATCH.follow(DispatchState.ISSUED, "recall", permissions=ALL, reason="gửi nhầm")
    assert DISPATCH.is_final(after)


@given(st.lists(st.sampled_from(["register", "distribute", "direct", "accept", "return", "finish"]), max_size=12))
def test_any_order_of_clicks_ends_in_a_state_of_the_machine(verbs: list[str]) -> None:
    state, registered = HandlingState.ARRIVED, False
    for verb in verbs:
        try:
            state = HANDLING.follow(state, verb, permissions=ALL, reason="vì thế")
        except Conflict:
            continue
        registered = registered or verb == "register"
    assert registered or state in (HandlingState.ARRIVED, HandlingState.RETURNED)


@pytest.mark.parametrize("name", MACHINES)
def test_the_diagram_names_every_state(name: str) -> None:
    machine = MACHINES[name]
    drawn = machine.diagram()
    assert drawn.startswith("stateDiagram-v2\n")
    for state, label in machine.labels.items():
        assert f'state "{label}" as {state.value}\n' in drawn
    assert drawn.count(" : ") == sum(len(move.sources) for move in machine.moves)


# --- Deadlines
@pytest.mark.parametrize(
    ("since", "expected", "latest"),
    [
        (at(date(2026, 11, 23), 9), date(2026, 11, 23), date(2026, 11, 24)),
        (at(date(2026, 11, 23), 17), date(2026, 11, 24), date(2026, 11, 24)),
        (at(date(2026, 11, 27), 9), date(2026, 11, 27), date(2026, 11, 30)),
        (at(date(2026, 11, 27), 20), date(2026, 11, 30), date(2026, 11, 30)),
        (at(date(2026, 11, 28), 9), date(2026, 11, 30), date(2026, 11, 30)),
        (at(date(2026, 2, 13), 16, 59), date(2026, 2, 13), date(2026, 2, 23)),
        (at(date(2026, 2, 16), 9), date(2026, 2, 23), date(2026, 2, 23)),
        (at(date(2026, 2, 27), 18), date(2026, 2, 28), date(2026, 2, 28)),
        # 23:30 UTC is already the next morning in the region.
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), date(2026, 11, 24), date(2026, 11, 25)),
    ],
)
def test_ordinary_papers_are_registered_the_same_day_at_latest_the_next_working_day(
    since: datetime, expected: date, latest: date
) -> None:
    due = step_due(Step.REGISTER, since, Urgency.NORMAL, LIMITS)
    assert (due.expected, due.latest) == (at(expected, 17), at(latest, 17))


def test_longer_limits_count_working_days() -> None:
    due = step_due(Step.DIRECT, at(date(2026, 11, 26), 9), Urgency.NORMAL, LIMITS)
    assert (due.expected, due.latest) == (at(date(2026, 11, 27), 17), at(date(2026, 11, 30), 17))


def test_a_step_of_one_day_is_late_that_evening() -> None:
    raw = copy.deepcopy(RAW)
    raw["steps"][3]["latest"] = 0
    limits = read_limits(raw)
    assert step_due(Step.ACCEPT, at(date(2026, 11, 23), 9), Urgency.NORMAL, limits).latest == at(date(2026, 11, 23), 17)
    assert step_due(Step.ACCEPT, at(date(2026, 11, 23), 18), Urgency.NORMAL, limits).latest == at(
        date(2026, 11, 24), 17
    )


def test_urgent_papers_do_not_wait_for_office_hours() -> None:
    night = at(date(2026, 2, 17), 2)
    for urgency in (Urgency.URGENT, Urgency.VERY_URGENT, Urgency.EXPRESS):
        due = step_due(Step.REGISTER, night, urgency, LIMITS)
        assert due.expected == due.latest == night + timedelta(minutes=LIMITS.steps[Step.REGISTER].minutes[urgency])


@given(st.sampled_from(Step), MOMENTS, st.sampled_from(Urgency))
def test_a_limit_lies_ahead_and_in_working_hours(step: Step, since: datetime, urgency: Urgency) -> None:
    due = step_due(step, since, urgency, LIMITS)
    assert since < due.expected <= due.latest
    if urgency is Urgency.NORMAL:
        for moment in (due.expected, due.latest):
            assert CALENDAR.is_working_day(moment.date())
            assert moment.time() == time(17)
    else:
        assert due.latest <= step_due(step, since, list(Urgency)[urgency.rank - 1], LIMITS).latest or urgency.rank == 1


@given(st.sampled_from(Step), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), st.sampled_from(Urgency))
def test_who_comes_later_is_never_due_earlier(step: Step, since: datetime, wait: timedelta, urgency: Urgency) -> None:
    first, second = (step_due(step, moment, urgency, LIMITS) for moment in (since, since + wait))
    assert first.expected <= second.expected
    assert first.latest <= second.latest


@given(DAYS, st.integers(0, 30))
def test_working_days_are_counted_one_by_one(day: date, count: int) -> None:
    end = CALENDAR.add_working_days(day, count)
    assert CALENDAR.is_working_day(end)
    passed = [day + timedelta(days=offset) for offset in range(1, (end - day).days + 1)]
    worked = [one for one in passed if CALENDAR.is_working_day(one)]
    if count:
        assert len(worked) == count
    else:
        assert end == day if CALENDAR.is_working_day(day) else worked == [end]


def test_a_week_without_work_is_refused() -> None:
    with pytest.raises(ValueError, match="without working days"):
        WorkCalendar(rest=frozenset(range(1, 8)))


def test_every_waiting_state_has_a_limit_and_a_holder() -> None:
    assert set(WAITS_FOR.values()) == set(Step) == set(standard_limits().steps)
    for state, step in WAITS_FOR.items():
        moves = DRAFT.moves_from(state) if isinstance(state, DraftState) else HANDLING.moves_from(state)
        assert step.value in {move.verb for move in moves}


@pytest.mark.parametrize(
    ("done", "expected"),
    [(None, timedelta(hours=2)), (timedelta(minutes=-1), timedelta(0)), (timedelta(0), timedelta(0))],
)
def test_lateness_stops_when_the_thing_is_done(done: timedelta | None, expected: timedelta) -> None:
    due = at(date(2026, 11, 23), 17)
    done_at = None if done is None else due + done
    now = due + timedelta(hours=2)
    assert lateness(due, now=now, done_at=done_at) == expected
    assert is_overdue(due, now=now, done_at=done_at) is (expected > timedelta(0))


def test_what_was_done_late_stays_late() -> None:
    due, now = at(date(2026, 11, 23), 17), at(date(2026, 11, 30), 9)
    assert lateness(due, now=now, done_at=due + timedelta(hours=1)) == timedelta(hours=1)


def test_without_a_due_time_nothing_is_late() -> None:
    assert not is_overdue(None, now=at(date(2026, 11, 23), 9))
    assert lateness(None, now=at(date(2026, 11, 23), 9)) == timedelta(0)


def test_a_step_is_late_only_after_its_latest_moment() -> None:
    due = step_due(Step.REGISTER, at(date(2026, 11, 23), 9), Urgency.NORMAL, LIMITS)
    assert not due.is_late(now=due.latest)
    assert due.is_late(now=due.latest + timedelta(microseconds=1))
    assert not due.is_late(now=due.latest + timedelta(days=1), done_at=due.expected)


def test_a_due_day_lasts_till_midnight_in_the_region() -> None:
    due = end_of_due_day(date(2026, 11, 23))
    assert not is_overdue(due, now=datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC))
    assert is_overdue(due, now=datetime(2026, 11, 23, 17, 0, tzinfo=UTC))


def broken(step: int = 0, **changes: Any) -> dict[str, Any]:
    raw = copy.deepcopy(RAW)
    raw["steps"][step] |= changes
    return raw


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (RAW | {"steps": RAW["steps"][1:]}, "nothing for"),
        (RAW | {"day": {"rest": [6, 7]}}, "ends"),
        (broken(expected=2), "contradict"),
        (broken(minutes={"urgent": 10, "very_urgent": 20, "express": 5}), "contradict"),
        (broken(minutes={"urgent": 10, "very_urgent": 10, "express": 0}), "contradict"),
        (broken(minutes={"urgent": 10}), "missing"),
        (broken(key="sleep"), "sleep"),
    ],
)
def test_contradicting_limits_are_refused_when_read(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_limits(raw)
