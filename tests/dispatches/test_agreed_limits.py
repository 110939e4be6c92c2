"""What the operator sets besides the package's limits: in force from its day, for whom it is meant; told when wrong."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from phoihop.config.doctor import examine
from phoihop.core.clock import REGION_ZONE, now, pretend
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.dispatches.actions import drafting, handling
from phoihop.dispatches.agreed_limits import limits_under, read_agreement
from phoihop.dispatches.deadlines import Step, standard_limits
from phoihop.dispatches.documents import DraftInput
from phoihop.dispatches.lateness_notices import tell_of_lateness
from phoihop.dispatches.limits import agreement_path, calendar_in_force, limits_in_force
from phoihop.notify.models import Notice
from phoihop.notify.selectors import notices
from phoihop.offices.actions import body_id, office_id
from tests.cast import HA_TINH, NGHE_AN, acting, position
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.test_round import issue, open_books

STEPS = """
[[steps]]
key = "direct"
from = 2027-01-01
expected = 1
latest = 5
minutes = { urgent = 100, very_urgent = 50, express = 20 }
source = "Quy chế chung"

[[steps]]
key = "direct"
from = 2027-02-01
office = "NA-VPUBND"
expected = 0
latest = 1
minutes = { urgent = 90, very_urgent = 40, express = 10 }
source = "Quy chế của Văn phòng"

[[steps]]
key = "direct"
from = 2027-01-01
regime = "PARTY"
expected = 2
latest = 3
minutes = { urgent = 80, very_urgent = 30, express = 9 }
source = "Quy chế của Đảng bộ"
"""
DAYS = """
[[days]]
day = 2027-02-11
worked = false
source = "Thông báo nghỉ Tết"

[[days]]
day = 2027-02-20
worked = true
source = "Thông báo nghỉ Tết"
"""


@pytest.fixture
def operator_file() -> Iterator[Path]:
    yield agreement_path()
    agreement_path().unlink(missing_ok=True)


def latest(day: date, office: str = "", regime: str = "") -> int:
    agreement = read_agreement(tomllib.loads(STEPS))
    return limits_under(standard_limits(), agreement, day, office=office, regime=regime).steps[Step.DIRECT].latest_days


def test_the_narrower_and_later_limit_goes_first() -> None:
    assert latest(date(2026, 12, 31)) == standard_limits().steps[Step.DIRECT].latest_days
    assert latest(date(2027, 1, 1)) == 5
    assert latest(date(2027, 1, 1), regime="PARTY") == 3
    assert latest(date(2027, 1, 31), office="NA-VPUBND") == 5
    assert latest(date(2027, 2, 1), office="NA-VPUBND", regime="PARTY") == 1
    assert latest(date(2027, 2, 1), office="HT-VPUBND") == 5


def test_announced_days_go_before_the_package() -> None:
    calendar = limits_under(standard_limits(), read_agreement(tomllib.loads(DAYS)), date(2027, 1, 1)).calendar
    assert not calendar.is_working_day(date(2027, 2, 11))
    assert calendar.is_working_day(date(2027, 2, 20))
    assert standard_limits().calendar.is_working_day(date(2027, 2, 11))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DAYS.replace("worked = false", "worked = 0"), r"\[\[days\]\] 1: .*worked"),
        (DAYS.replace("2027-02-20", "2027-02-11"), "2027-02-11 is there twice"),
        (DAYS.replace("2027-02-11", '"11/2/2027"'), r"\[\[days\]\] 1"),
        (STEPS.replace('"direct"', '"rest"', 1), r"\[\[steps\]\] 1: 'rest'"),
        (STEPS.replace("from = 2027-02-01\n", ""), r"\[\[steps\]\] 2: 'from' is missing"),
        (STEPS.replace("express = 10", "express = 99"), r"\[\[steps\]\] 2: .*contradict"),
        (STEPS.replace('"PARTY"', '"CLUB"'), r"\[\[steps\]\] 3: 'CLUB'"),
        ("[[weeks]]\n", "weeks"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_agreement(tomllib.loads(text))


@pytest.mark.usefixtures("fresh_database")
def test_the_file_holds_without_a_restart_and_a_broken_one_is_told(operator_file: Path) -> None:
    here, there = client_of("chanhvp", NGHE_AN), client_of("chanhvp", HA_TINH)
    operator_file.write_text(STEPS + DAYS)
    assert not calendar_in_force().is_working_day(date(2027, 2, 11))
    with pretend(datetime(2027, 3, 1, 9, tzinfo=REGION_ZONE)):
        assert limits_in_force(office="NA-VPUBND").steps[Step.DIRECT].latest_days == 1
        page = text_of(here.get("/dispatches/limits/"))
    assert "Quy chế của Văn phòng" in page
    assert "11/02/2027" in page
    with pretend(datetime(2027, 3, 1, 9, tzinfo=REGION_ZONE)):
        assert "Quy chế của Văn phòng" not in text_of(there.get("/dispatches/limits/"))
    operator_file.write_text(DAYS.replace("worked = false", "worked = 0"))
    os.utime(operator_file, (1, 1))
    assert calendar_in_force().is_working_day(date(2027, 2, 11))
    assert "time-limits" in {one.code for one in examine()}
    assert "[[days]] 1" in text_of(here.get("/dispatches/limits/"))


@pytest.mark.usefixtures("fresh_database")
def test_late_steps_are_told_at_once_and_old_ones_together() -> None:
    body, there = body_id("NA-VPUBND", "NA-UBND"), office_id("HT-VPUBND")
    open_books(acting("vanthu", NGHE_AN), body)
    open_books(acting("vanthu", HA_TINH), body_id("HT-VPUBND", "HT-UBND"))
    clerk, chief = acting("vanthu", HA_TINH), acting("chanhvp", HA_TINH)
    first, second = (issue(body, there, urgency="normal", due_at=None) for _ in range(2))

    def told(who: str) -> list[str]:
        with scope("web", there):
            return list(
                Notice.objects.filter(position_id=position(who, HA_TINH), key__endswith="late")
                .order_by("at")
                .values_list("key", flat=True)
            )

    start = datetime(2027, 3, 1, 9, tzinfo=REGION_ZONE)
    with pretend(start), scope("web", there):
        for one in (first, second):
            handling.register_dispatch(one, by=clerk)
        handling.direct_dispatch(first, direction="Tham mưu", lead=position("chuyenvien", HA_TINH), by=chief)
        handling.distribute_dispatch(second, to=position("lanhdao", HA_TINH), by=chief)
    late = start.replace(day=2, hour=17, minute=5)
    with pretend(late), scope("worker"):
        tell_of_lateness()
    assert told("chuyenvien") == ["accept.late"]
    assert told("lanhdao") == []
    with pretend(start.replace(day=3, hour=17, minute=5)), scope("worker"):
        tell_of_lateness()
    assert told("lanhdao") == ["direct.late"]
    with pretend(start.replace(day=8)), scope("worker"):
        tell_of_lateness()
        tell_of_lateness()
    with pretend(start.replace(day=8)), scope("web", there):
        shown = [one for one in notices(by=chief) if one.notice.key == "late.many"]
    assert len(shown) == 1
    assert shown[0].text.startswith("2 việc quá hạn từ trước hôm nay, lâu nhất:")
    assert shown[0].url == "/dispatches/"
    assert told("lanhdao") == ["direct.late", "direct.late"]


@pytest.mark.usefixtures("fresh_database")
def test_a_signed_draft_without_number_is_told_to_clerks() -> None:
    body = body_id("NA-VPUBND", "NA-UBND")
    open_books(acting("vanthu", NGHE_AN), body)
    writer = acting("chuyenvien", NGHE_AN)
    wanted = DraftInput(
        body_id=body, type_code="letter", abstract="Về việc trực Tết",
        recipients=[{"office": str(office_id("HT-VPUBND")), "role": "main"}],
    )  # fmt: skip
    with scope("web", writer.office_id):
        draft = drafting.save_draft(wanted, by=writer)
        drafting.submit_draft(draft.id, by=writer)
        drafting.sign_draft(draft.id, by=acting("lanhdao", NGHE_AN))
    with pretend(now() + timedelta(days=10)), scope("worker"):
        tell_of_lateness()
    with scope("web", writer.office_id):
        told: list[tuple[UUID, str]] = list(
            Notice.objects.filter(subject_id=draft.id, key="number.late").values_list("position_id", "key")
        )
    assert {one for one, _key in told} >= {position("vanthu", NGHE_AN), writer.position_id}


@pytest.mark.usefixtures("fresh_database")
def test_a_paper_due_on_a_day_off_says_so_when_it_is_entered() -> None:
    open_books(acting("vanthu", HA_TINH), body_id("HT-VPUBND", "HT-UBND"))
    clerk = client_of("vanthu", HA_TINH)
    answer = clerk.post(
        "/dispatches/incoming/paper/",
        {"key": str(new_id()), "issuer_name": "Sở Y tế", "abstract": "Về việc trực lễ", "urgency": "normal",
         "due_at": "2026-04-30T17:00"},
        follow=True,
    )  # fmt: skip
    assert "ngày làm việc tiếp theo là 04/05/2026" in text_of(answer)
