"""Walking the fortnight as a loader does: on any weekday, at any hour, nothing refers to what is not there yet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.core.clock import REGION_ZONE
from phoihop.demo import wording
from phoihop.demo.content import load
from phoihop.demo.letters import Letter
from phoihop.demo.timeline import Deed, Event, events_until
from phoihop.demo.wording import Reference
from phoihop.dispatches.types import compose_code, rules_for

CONTENT = load()
MONDAY = date(2026, 11, 23)


def _until(anchor: date, clock: time) -> tuple[Event, ...]:
    return events_until(CONTENT.correspondence, anchor=anchor, now=datetime.combine(anchor, clock, REGION_ZONE))


def _reference(letter: Letter, at: datetime, number: int) -> Reference:
    body = CONTENT.directory.body(letter.body)
    rules = rules_for(body.regime, at.date())
    code = compose_code(
        rules, letter.type, number=letter.number or number, issuer=body.notation, unit=letter.unit, year=at.year
    )
    return Reference(rules.type(letter.type).name, code.text, at.date())


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("clock", [time(0, 0), time(9, 0), time(23, 59)])
def test_every_text_can_be_written_when_its_time_comes(weekday: int, clock: time) -> None:
    anchor = MONDAY + timedelta(days=weekday)
    known: dict[str, Reference] = {}
    for event in _until(anchor, clock):
        if event.paper is not None:
            dated = anchor + timedelta(days=event.paper.dated)
            known[event.paper.key] = Reference(event.paper.type_name, event.paper.code, dated)
            assert "{" not in wording.fill(event.paper.text, anchor=anchor, duty=event.paper.duty, references=known)
        elif event.letter is not None and event.deed is Deed.DRAFT:
            text = wording.fill(event.letter.text, anchor=anchor, duty=event.letter.duty, references=known)
            assert "{" not in wording.compose_letter(CONTENT.directory, event.letter, text)
            assert event.letter.reply_to in {"", *known}
        elif event.letter is not None and event.deed is Deed.ISSUE:
            known[event.letter.key] = _reference(event.letter, event.at, len(known) + 1)
        if event.treatment is not None:
            duty = (event.letter or event.paper or CONTENT.correspondence.letters[0]).duty
            assert "{" not in wording.fill(event.treatment.instruction, anchor=anchor, duty=duty, references=known)


@settings(max_examples=40, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.times())
def test_deeds_come_in_their_order_and_never_from_the_future(anchor: date, clock: time) -> None:
    now = datetime.combine(anchor, clock, REGION_ZONE)
    events = events_until(CONTENT.correspondence, anchor=anchor, now=now)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert all(event.at <= now for event in events)
    done: set[tuple[str, Deed]] = set()
    for event in events:
        if event.letter is not None and event.treatment is not None:
            assert (event.letter.key, Deed.ISSUE) in done
        elif event.letter is not None:
            done.add((event.letter.key, event.deed))
            if event.deed is Deed.ISSUE:
                before = {Deed.DRAFT, Deed.SUBMIT, Deed.SIGN, Deed.NUMBER}
                assert {(event.letter.key, deed) for deed in before} <= done


def test_a_whole_fortnight_holds_every_kind_of_deed() -> None:
    assert {event.deed for event in _until(MONDAY, time(23, 59))} == set(Deed)


def test_what_lies_ahead_is_left_out() -> None:
    early, late = _until(MONDAY, time(0, 0)), _until(MONDAY, time(9, 0))
    issued_today = [one for one in late if one.deed is Deed.ISSUE and one.at.date() == MONDAY]
    assert len(early) < len(late)
    assert issued_today
