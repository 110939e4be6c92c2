"""Who is told what: through the sequencer as in a running installation, and once each."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from phoihop.core.clock import REGION_ZONE, now, pretend
from phoihop.core.isolation import scope
from phoihop.dispatches.actions import drafting, handling
from phoihop.dispatches.documents import DraftInput
from phoihop.dispatches.lateness_notices import tell_of_lateness
from phoihop.exchange.sequencer import sequence
from phoihop.notify.actions import read_about, read_notices
from phoihop.notify.models import Notice
from phoihop.notify.selectors import notices, unread_count
from phoihop.offices.actions import body_id, office_id
from phoihop.offices.directory import OfficeSpec
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, acting, position
from tests.dispatches.test_round import issue, open_books

pytestmark = pytest.mark.usefixtures("fresh_database")

BODY = body_id("NA-VPUBND", "NA-UBND")
THERE = office_id("HT-VPUBND")


def keys(who: str, office: OfficeSpec) -> list[str]:
    """The keys of the notices of a member of the cast, oldest first."""
    with scope("web", office_id(office.code)):
        rows = Notice.objects.filter(position_id=position(who, office)).order_by("at", "key")
        return list(rows.values_list("key", flat=True))


@pytest.fixture
def dispatch_id() -> UUID:
    open_books(acting("vanthu", NGHE_AN), BODY)
    open_books(acting("vanthu", HA_TINH), body_id("HT-VPUBND", "HT-UBND"))
    return issue(BODY, THERE)


def test_a_draft_tells_whoever_it_waits_for(dispatch_id: UUID) -> None:
    assert keys("lanhdao", NGHE_AN) == ["draft.submitted"]
    assert keys("vanthu", NGHE_AN) == ["draft.signed"]
    assert keys("chuyenvien", NGHE_AN) == []


def test_arrival_is_told_once_to_clerks_and_when_urgent_to_the_chief(dispatch_id: UUID) -> None:
    while sequence()[0]:
        pass
    assert keys("vanthu", HA_TINH) == ["dispatch.arrived"]
    assert keys("chanhvp", HA_TINH) == ["dispatch.arrived"]
    assert keys("chuyenvien", HA_TINH) == []
    assert keys("vanthu", NGHE_AN_PARTY) == []
    assert sequence()[0] == 0
    clerk = acting("vanthu", HA_TINH)
    with scope("web", THERE):
        assert unread_count(clerk) == 1
        (shown,) = notices(by=clerk)
        assert "Về việc ứng phó bão số 12" in shown.text
        assert str(dispatch_id) in shown.url
        assert read_about(dispatch_id, by=clerk) == 1
        assert unread_count(clerk) == 0
        assert read_notices(by=clerk) == 0


def test_directions_tell_lead_and_informed_and_a_return_tells_the_author(dispatch_id: UUID) -> None:
    clerk, chief = acting("vanthu", HA_TINH), acting("chanhvp", HA_TINH)
    with scope("web", THERE):
        handling.register_dispatch(dispatch_id, by=clerk)
        handling.direct_dispatch(
            dispatch_id,
            direction="Tham mưu phúc đáp",
            lead=position("chuyenvien", HA_TINH),
            informed=[position("lanhdao", HA_TINH)],
            by=chief,
        )
        handling.return_dispatch(dispatch_id, reason="Gửi nhầm địa chỉ", by=acting("chuyenvien", HA_TINH))
    while sequence()[0]:
        pass
    assert keys("chuyenvien", HA_TINH) == ["handling.lead"]
    assert keys("lanhdao", HA_TINH) == ["handling.informed"]
    assert keys("chuyenvien", NGHE_AN) == ["dispatch.returned"]
    author = acting("chuyenvien", NGHE_AN)
    with scope("web", author.office_id):
        (shown,) = notices(by=author)
        assert "Gửi nhầm địa chỉ" in shown.text
        assert "VP UBND Hà Tĩnh" in shown.text


def test_an_answer_tells_the_one_who_asked(dispatch_id: UUID) -> None:
    body = body_id("HT-VPUBND", "HT-UBND")
    writer, leader, clerk = (acting(who, HA_TINH) for who in ("chuyenvien", "lanhdao", "vanthu"))
    answer = DraftInput(
        body_id=body,
        type_code="letter",
        abstract="Phúc đáp",
        recipients=[{"office": str(office_id("NA-VPUBND")), "role": "main"}],
        reply_to=dispatch_id,
    )
    with scope("web", THERE):
        draft = drafting.save_draft(answer, by=writer)
        drafting.submit_draft(draft.id, by=writer)
        drafting.sign_draft(draft.id, by=leader)
        drafting.number_draft(draft.id, by=clerk)
        drafting.issue_draft(draft.id, by=clerk)
    while sequence()[0]:
        pass
    assert keys("chuyenvien", NGHE_AN) == ["dispatch.answered"]


def test_lateness_is_told_once_a_day(dispatch_id: UUID) -> None:
    with pretend(now() + timedelta(days=5)):
        with scope("worker"):
            assert tell_of_lateness() > 0
            tell_of_lateness()
        assert keys("vanthu", HA_TINH) == ["register.late"]
        assert keys("chuyenvien", NGHE_AN) == ["answer.late"]
    with pretend(now() + timedelta(days=6)), scope("worker"):
        tell_of_lateness()
    assert keys("vanthu", HA_TINH) == ["register.late", "register.late"]


def test_the_lead_is_told_before_and_after_the_time_and_the_chief_a_working_day_later(dispatch_id: UUID) -> None:
    due = datetime(2027, 3, 10, 15, tzinfo=REGION_ZONE)
    with pretend(datetime(2027, 3, 1, 9, tzinfo=REGION_ZONE)), scope("web", THERE):
        handling.register_dispatch(dispatch_id, by=acting("vanthu", HA_TINH))
        chief, lead = acting("chanhvp", HA_TINH), position("chuyenvien", HA_TINH)
        handling.direct_dispatch(dispatch_id, direction="Tham mưu", lead=lead, due_at=due, by=chief)

        handling.accept_dispatch(dispatch_id, by=acting("chuyenvien", HA_TINH))

    def told(day: int, hour: int = 9) -> tuple[list[str], list[str]]:
        with pretend(datetime(2027, 3, day, hour, tzinfo=REGION_ZONE)), scope("worker"):
            tell_of_lateness()
        return keys("chuyenvien", HA_TINH), keys("chanhvp", HA_TINH)

    assert told(8) == ([], [])
    assert told(9) == (["handling.soon"], [])
    assert told(10) == (["handling.soon"], [])
    assert told(10, 16) == (["handling.soon", "handling.late"], [])
    assert told(11)[1] == []
    assert told(12) == (["handling.soon", *["handling.late"] * 3], ["handling.late"])
