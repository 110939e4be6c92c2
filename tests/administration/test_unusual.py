"""Unusual access: what rules mark, in words with numbers, and what they leave alone; the daily notice comes once."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.administration.unusual import Mark, Seen, marks, rules
from phoihop.administration.watching import tell_of_unusual, unusual_access
from phoihop.audit.models import JournalEntry
from phoihop.core.clock import REGION_ZONE, now, today
from phoihop.core.isolation import scope
from phoihop.notify.models import Notice
from tests.cast import HA_TINH, NGHE_AN, acting, position
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import office_of
from tests.offices.test_sign_in_pages import CLERK, signed_in

NOON = datetime(2026, 10, 6, 12, 0, tzinfo=REGION_ZONE)
SOMEBODY = UUID(int=1)
SIGN_IN = "offices:account:sign_in"


def seen(event: str, *minutes: float, device: str = "", since: datetime = NOON) -> list[Seen]:
    return [Seen(since + timedelta(minutes=one), SOMEBODY, "An", event, device) for one in minutes]


def found(
    entries: Sequence[Seen], *, roles: frozenset[str] = frozenset(), known: frozenset[str] = frozenset()
) -> Sequence[Mark]:
    return marks(entries, roles={SOMEBODY: roles}, known={SOMEBODY: known})


@pytest.mark.parametrize(
    ("rule", "event", "least"),
    [
        ("many_opened", "dispatches:document:see", 60),
        ("many_exports", "lists:export:fetch", 5),
        ("refusals", "offices:access:refused", 10),
    ],
)
def test_so_many_in_so_short_a_time_are_marked_and_one_fewer_is_not(rule: str, event: str, least: int) -> None:
    assert found(seen(event, *(one / 10 for one in range(least - 1)))) == []
    told = found(seen(event, *(one / 10 for one in range(least + 3))))
    assert [(one.rule, one.count) for one in told] == [(rule, least + 3)]
    assert str(least + 3) in told[0].words
    assert str(least) in told[0].words


@given(st.lists(st.floats(0, 3000), max_size=60))
def test_a_mark_holds_no_more_than_there_is_and_entries_in_no_two(minutes: list[float]) -> None:
    told = [one for one in found(seen("offices:access:refused", *minutes)) if one.rule == "refusals"]
    assert sum(one.count for one in told) <= len(minutes)
    for one in told:
        assert one.count >= 10
    for later, earlier in itertools.pairwise(told):
        assert earlier.last < later.first


def test_nights_are_marked_but_not_those_of_duty() -> None:
    night = seen("dispatches:document:see", *range(0, 300, 30), since=NOON.replace(hour=23))
    assert [(one.rule, one.count) for one in found(night)] == [("outside_hours", 10)]
    assert found(night, roles=frozenset({"duty_officer"})) == []
    assert found(night[:9]) == []


def test_days_off_are_marked_but_not_those_of_duty_nor_working_days() -> None:
    saturday = NOON + timedelta(days=4)
    own = seen("dispatches:document:see", *range(0, 300, 10), since=saturday)
    assert [(one.rule, one.count) for one in found(own)] == [("days_off", 30)]
    assert "10/10/2026" in found(own)[0].words
    assert found(own, roles=frozenset({"duty_officer"})) == []
    assert found(own[:29]) == []
    assert found(seen("dispatches:document:see", *range(0, 300, 10))) == []


def test_a_public_holiday_is_a_day_off_and_a_saturday_worked_in_exchange_is_none() -> None:
    wednesday, saturday = datetime(2026, 9, 2, 12, tzinfo=REGION_ZONE), datetime(2026, 8, 22, 12, tzinfo=REGION_ZONE)
    assert [one.rule for one in found(seen("dispatches:document:see", *range(0, 300, 10), since=wednesday))] == [
        "days_off"
    ]
    assert found(seen("dispatches:document:see", *range(0, 300, 10), since=saturday)) == []


def test_failures_before_a_success_are_marked_and_failures_alone_are_not() -> None:
    failed = seen("offices:account:sign_in_failed", 1, 2, 3, 4, 5)
    assert found(failed) == []
    told = found([*failed, *seen("offices:account:sign_in", 6)])
    assert [one.rule for one in told] == ["failures_then_success"]
    assert "sai 5 lần" in told[0].words
    assert found([*failed, *seen("offices:account:sign_in", 60)]) == []


def test_a_new_device_is_marked_once_and_the_first_of_all_is_not() -> None:
    first = seen("offices:account:sign_in", 1, device="Chrome, Windows")
    phone = seen("offices:account:sign_in", 2, 3, device="Safari, iPhone")
    assert found(first) == []
    assert [one.words for one in found([*first, *phone])] == ["Lần đầu trong 90 ngày đăng nhập bằng Safari, iPhone."]
    assert found([*first, *phone], known=frozenset({"Safari, iPhone", "Chrome, Windows"})) == []


@pytest.mark.django_db
def test_what_is_not_there_for_an_office_is_kept_and_many_are_marked_on_the_page() -> None:
    clerk = client_of("vanthu", HA_TINH)
    for _turn in range(12):
        assert clerk.get(page_of(uuid4())).status_code == 404
    administrator = client_of("quantri", HA_TINH)
    assert "Bị từ chối 12 lần" in text_of(administrator.get("/administration/journal/unusual/"))
    assert "Bị từ chối" in text_of(administrator.get("/administration/journal/"))
    assert "Bị từ chối" not in text_of(client_of("quantri", NGHE_AN).get("/administration/journal/unusual/"))
    for _turn in range(2):
        tell_of_unusual(today())
    with scope("worker"):
        told = Notice.objects.filter(key="administration:unusual")
        assert [one.position_id for one in told] == [position("quantri", HA_TINH)]
        assert told[0].values["count"] == 1
    assert "1 dấu hiệu truy cập bất thường" in text_of(administrator.get("/notices/"))


@pytest.mark.django_db
@pytest.mark.parametrize("turn", range(4))
def test_what_is_read_of_the_journal_is_all_that_can_be_marked(turn: int) -> None:
    chance = random.Random(turn)
    office = acting("quantri", HA_TINH).office_id
    people, kept = [uuid4() for _ in range(3)], []
    for _burst in range(14):
        person, begins = chance.choice(people), now() - timedelta(minutes=chance.uniform(60, 20 * 24 * 60))
        event = chance.choice(sorted({event for rule in rules() for event in rule.events} | {SIGN_IN}))
        kept += [
            JournalEntry(
                office_id=office, person_id=person, person_name="An", position_title="", event=event,
                at=begins + timedelta(minutes=chance.uniform(0, 90)), detail={"device": chance.choice(["A", "B"])},
            )
            for _one in range(chance.choice([3, 12, 70, 130]))
        ]  # fmt: skip
    with office_of("quantri", HA_TINH) as by:
        JournalEntry.objects.bulk_create(kept)
        shown = [one for one in unusual_access(by) if one.person_id in people]
    everything = [Seen(one.at, one.person_id, "An", one.event, one.detail["device"]) for one in kept if one.person_id]
    assert shown == list(marks(everything, roles={}, known={}))
    assert shown


@pytest.mark.django_db
def test_a_sign_in_keeps_the_device_without_its_version() -> None:
    signed_in(CLERK)
    with scope("worker"):
        row = JournalEntry.objects.get(event="offices:account:sign_in", person_id=acting("vanthu", NGHE_AN).person_id)
    assert row.detail["device"] == "Chrome, Windows"
