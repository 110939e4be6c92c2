"""Xác nhận đã nhận: the receiving office says so by name; the sender sees who is silent, reminds and telephones."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.core.clock import now, pretend
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.dispatches.actions.confirming import confirm_dispatch, note_call, remind_of_dispatch
from phoihop.dispatches.models import Draft
from phoihop.dispatches.selectors.confirming import Reach, follow_confirmations
from phoihop.exchange.rebuilding import rebuild
from phoihop.exchange.sequencer import sequence
from phoihop.notify.models import Notice
from phoihop.offices.actions import body_id, office_id
from phoihop.territory.actions import load_units
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, acting, position
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.test_round import issue, open_books

pytestmark = pytest.mark.usefixtures("fresh_database")

HERE, THERE = office_id(NGHE_AN.code), office_id(HA_TINH.code)
BODY = body_id("NA-VPUBND", "NA-UBND")


@pytest.fixture
def telegram() -> UUID:
    open_books(acting("vanthu", NGHE_AN), BODY)
    return issue(BODY, THERE, type_code="telegram", urgency="express")


def reach(document: UUID) -> Reach:
    with scope("web", HERE):
        (row,) = follow_confirmations(document, by=acting("trucban", NGHE_AN)).rows
    return row.reach


def confirm(document: UUID, who: str = "trucban") -> bool:
    with scope("web", THERE):
        return confirm_dispatch(document, by=acting(who, HA_TINH))


def sequence_all() -> None:
    while sequence()[0]:
        pass


def test_a_confirmation_names_who_read_it_and_counts_once(telegram: UUID) -> None:
    assert reach(telegram) is Reach.UNOPENED
    client_of("trucban", HA_TINH).post(page_of(telegram, "seen"))
    assert reach(telegram) is Reach.OPENED
    assert confirm(telegram)
    assert not confirm(telegram, "chanhvp")
    duty = acting("trucban", HA_TINH)
    with scope("web", HERE):
        found = follow_confirmations(telegram, by=acting("trucban", NGHE_AN))
    assert found.rows[0].reach is Reach.CONFIRMED
    assert found.rows[0].confirmed_by == f"{duty.person_name}, {duty.position_title}"
    assert found.silent == 0
    with scope("writer"):
        assert rebuild("dispatches").is_equal


def test_only_who_received_it_confirms_and_only_the_sender_follows(telegram: UUID) -> None:
    party = acting("vanthu", NGHE_AN_PARTY)
    with scope("web", party.office_id), pytest.raises(NotFound):
        confirm_dispatch(telegram, by=party)
    with scope("web", HERE), pytest.raises(NotFound):
        confirm_dispatch(telegram, by=acting("trucban", NGHE_AN))
    with scope("web", THERE):
        with pytest.raises(Forbidden):
            follow_confirmations(telegram, by=acting("chanhvp", HA_TINH))
        with pytest.raises(Forbidden):
            remind_of_dispatch(telegram, by=acting("trucban", HA_TINH))


def test_a_reminder_reaches_the_silent_alone_and_not_too_often(telegram: UUID) -> None:
    def reminded(who: str) -> int:
        with scope("web", THERE):
            return Notice.objects.filter(position_id=position(who, HA_TINH), key="dispatch.reminded").count()

    duty = acting("trucban", NGHE_AN)
    with scope("web", HERE):
        remind_of_dispatch(telegram, remark="Bão vào đêm nay", by=duty)
        with pytest.raises(Conflict, match="Vừa nhắc"):
            remind_of_dispatch(telegram, by=duty)
    sequence_all()
    assert reminded("trucban") == reminded("vanthu") == reminded("chanhvp") == 1
    assert reminded("lanhdao") == 0
    assert confirm(telegram)
    with pretend(now() + timedelta(minutes=11)), scope("web", HERE):
        remind_of_dispatch(telegram, by=duty)
    sequence_all()
    assert reminded("trucban") == 1
    assert "nhắc các nơi chưa xác nhận" in text_of(client_of("vanthu", HA_TINH).get(page_of(telegram)))


def test_a_call_is_kept_with_the_office_it_went_to(telegram: UUID) -> None:
    duty = acting("trucban", NGHE_AN)
    with scope("web", HERE):
        note_call(telegram, office_id=THERE, answered_by="Trực ban Hà Tĩnh", said="Đã nhận, đang triển khai", by=duty)
        with pytest.raises(Invalid, match="không gửi đến"):
            note_call(telegram, office_id=office_id(NGHE_AN_PARTY.code), by=duty)
        with pytest.raises(Invalid, match="ngắn hơn"):
            note_call(telegram, office_id=THERE, said="a" * 501, by=duty)
        (row,) = follow_confirmations(telegram, by=duty).rows
    assert [one.said for one in row.calls] == ["Đã nhận, đang triển khai"]
    assert row.is_silent


def test_the_pages_lead_through_it(telegram: UUID) -> None:
    load_units()
    sender, receiver = client_of("trucban", NGHE_AN), client_of("trucban", HA_TINH)
    assert "Theo dõi xác nhận" in text_of(sender.get(page_of(telegram)))
    page = text_of(sender.get(page_of(telegram, "confirmations")))
    assert "<strong>1</strong> trên 1 nơi chưa xác nhận." in page
    refused = sender.post(page_of(telegram, "call"), {"office": str(THERE), "said": "Không ai nghe máy"})
    assert refused.status_code == 422
    assert "Không ai nghe máy" in text_of(refused)
    points = json.loads(sender.get(f"/dispatches/{telegram}/confirmations.geojson").content)
    assert points["features"][0]["properties"]["tone"] == "orange"
    assert "Xác nhận đã nhận" in text_of(receiver.get(page_of(telegram)))
    assert "thấy tên, chức vụ" in text_of(receiver.post(page_of(telegram, "confirm"), follow=True))
    assert "Đã xác nhận với nơi gửi lúc" in text_of(receiver.get(page_of(telegram)))
    assert "từ trước" in text_of(receiver.post(page_of(telegram, "confirm"), follow=True))
    with CaptureQueriesContext(connection) as asked:
        page = text_of(sender.get(page_of(telegram, "confirmations")))
    assert "<strong>0</strong> trên 1 nơi" in page
    assert sum(one["sql"].startswith("SELECT") for one in asked) <= 15


def test_an_ordinary_letter_is_not_confirmed_by_name() -> None:
    open_books(acting("vanthu", NGHE_AN), BODY)
    letter = issue(BODY, THERE, urgency="urgent")
    assert "Xác nhận đã nhận" not in text_of(client_of("trucban", HA_TINH).get(page_of(letter)))


def test_a_telegram_is_begun_once_with_its_orders_to_be_numbered() -> None:
    duty = client_of("trucban", NGHE_AN)
    first, again = (duty.post("/dispatches/drafts/start/", {"kind": "telegram"}) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert duty.post("/dispatches/drafts/start/")["Location"] != first["Location"]
    with scope("web", HERE):
        draft = Draft.objects.get(id=first["Location"].split("/")[3])
    assert (draft.type_code, draft.urgency, draft.content[:2]) == ("telegram", "express", "1.")
