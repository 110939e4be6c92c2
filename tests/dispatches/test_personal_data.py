"""The mark "có dữ liệu cá nhân": a narrow audience, a stated term, and a proposal to erase when it has passed."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.core.clock import today
from phoihop.core.errors import Forbidden, Invalid
from phoihop.core.isolation import scope
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.actions.disclosing import disclose_dispatch
from phoihop.dispatches.actions.replacing import start_change
from phoihop.dispatches.actions.starting import start_forward
from phoihop.dispatches.marking import PersonalData, add_months, is_too_wide, retention
from phoihop.dispatches.outgoing_messages import document_message
from phoihop.dispatches.retention_notices import propose_due_erasures
from phoihop.dispatches.selectors import access
from phoihop.exchange import purging
from phoihop.exchange.models import Record
from phoihop.notify.models import Notice
from phoihop.offices.actions import office_id
from tests.cast import HA_TINH, NGHE_AN, REGION
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import drafted, issued, office_of, open_books, stated

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> UUID:
    """A marked letter of Nghệ An to Hà Tĩnh."""
    open_books()
    return issued(stated(HA_TINH, personal_data="sensitive"))


def test_the_mark_and_its_term_are_in_the_record(letter: UUID) -> None:
    with office_of("vanthu", HA_TINH) as by:
        document = access.dispatch(letter, by=by)
        assert document.personal_data == "sensitive"
        assert document.keep_until == add_months(today(), 6)
        assert Record.objects.get(id=document.record_id).version == 2


def test_a_document_without_the_mark_stays_what_older_installations_read() -> None:
    open_books()
    plain = issued(stated(HA_TINH))
    with office_of("vanthu", HA_TINH) as by:
        document = access.dispatch(plain, by=by)
        assert (document.personal_data, document.keep_until) == ("", None)
        assert Record.objects.get(id=document.record_id).version == 1


def test_the_author_may_state_the_day() -> None:
    open_books()
    day = today() + timedelta(days=40)
    with office_of("vanthu", NGHE_AN) as by:
        assert access.dispatch(issued(stated(HA_TINH, personal_data="basic", keep_until=day)), by=by).keep_until == day


@pytest.mark.parametrize("days", [0, -1, 365 * 11])
def test_a_term_that_is_none_keeps_it_from_being_submitted(days: int) -> None:
    draft = drafted(stated(HA_TINH, personal_data="basic", keep_until=today() + timedelta(days=days)))
    with office_of("chuyenvien", NGHE_AN) as by, pytest.raises(Invalid) as refused:
        drafting.submit_draft(draft.id, by=by)
    assert "keep_until" in refused.value.fields


def test_it_is_never_public() -> None:
    with pytest.raises(Invalid) as refused:
        drafted(stated(HA_TINH, personal_data="basic", circulation="PUBLIC"))
    assert "circulation" in refused.value.fields


def test_a_circular_is_too_wide() -> None:
    communes = {"40": {"a", "b", "c"}, "42": {"d"}}
    assert is_too_wide(communes, ["a", "b", "c", "x"], 20)
    assert not is_too_wide(communes, ["a", "b", "d"], 20)
    assert is_too_wide({}, [str(one) for one in range(21)], 20)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_later_is_the_same_day_or_the_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_nobody_opens_it_to_further_offices_alone(letter: UUID) -> None:
    with office_of("lanhdao", NGHE_AN) as by, pytest.raises(Forbidden):
        disclose_dispatch(letter, offices=[office_id(REGION.code)], reason="Để biết", by=by)
    leader = client_of("lanhdao", NGHE_AN)
    assert "Gửi thêm nơi nhận" not in text_of(leader.get(page_of(letter)))
    assert leader.get(page_of(letter, "disclose")).status_code == 403


def test_what_passes_it_on_or_replaces_it_bears_the_mark(letter: UUID) -> None:
    with office_of("chuyenvien", HA_TINH) as by:
        assert start_forward(letter, by=by).personal_data == "sensitive"
    with office_of("chuyenvien", NGHE_AN) as by:
        assert start_change(letter, action="replace", reason="Sai số liệu", by=by).personal_data == "sensitive"


def test_the_page_says_it_and_until_when(letter: UUID) -> None:
    day = add_months(today(), retention().months[PersonalData.SENSITIVE])
    page = text_of(client_of("vanthu", HA_TINH).get(page_of(letter)))
    assert "Văn bản có dữ liệu cá nhân" in page
    assert day.strftime("%d/%m/%Y") in page
    assert "Gỡ bỏ nội dung…" not in page
    assert "Dữ liệu cá nhân" in text_of(client_of("vanthu", HA_TINH).get("/dispatches/incoming/"))


def test_edxml_says_it(letter: UUID) -> None:
    with office_of("vanthu", NGHE_AN) as by:
        (note,) = document_message(access.dispatch(letter, by=by), by=by).appendixes
    assert "dữ liệu cá nhân" in note


def test_the_owner_is_led_to_the_form_with_its_reason(letter: UUID) -> None:
    assert f"propose/{letter}/" not in text_of(client_of("vanthu", NGHE_AN).get(page_of(letter)))
    administrator, chief = client_of("quantri", NGHE_AN), client_of("chanhvp", NGHE_AN)
    address = f"/exchange/purges/propose/{letter}/?reason=personal_data"
    assert address in text_of(chief.get(page_of(letter)))
    assert 'value="personal_data"' in text_of(administrator.get(address))
    assert administrator.get(address).context["form"]["reason"].value() == "personal_data"


def test_when_the_term_has_passed_two_people_are_asked_to_erase(letter: UUID) -> None:
    last = add_months(today(), 6)
    with scope("worker"):
        assert propose_due_erasures(last) == 0
        assert propose_due_erasures(last + timedelta(days=1)) == 1
        propose_due_erasures(last + timedelta(days=1))
        told = list(Notice.objects.filter(key="dispatch.kept_too_long"))
    assert {one.office_id for one in told} == {office_id(NGHE_AN.code)}
    assert len(told) == len({one.position_id for one in told})
    with office_of("quantri", NGHE_AN) as by:
        made = purging.propose_purge(letter, name="Công văn", reason="personal_data", decision="Hết hạn lưu", by=by)
    with scope("worker"):
        assert propose_due_erasures(last + timedelta(days=1)) == 0
    with office_of("lanhdao", NGHE_AN) as by:
        purging.confirm_purge(made.id, by=by)
    with scope("worker"):
        assert propose_due_erasures(last + timedelta(days=2)) == 0
