"""What an office knew at a moment is what its page showed then; what records claim of time changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.core.clock import local, now, pretend
from phoihop.core.errors import NotFound, PhoiHopError
from phoihop.dispatches.actions import handling
from phoihop.dispatches.selectors.as_known import DispatchThen, Knowledge, knowledge_of
from phoihop.dispatches.selectors.detail import DispatchDetail, dispatch_detail
from phoihop.exchange.actions import disclose, give_receipts
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.sequencer import sequence
from phoihop.offices.actions import office_id
from phoihop.offices.directory import OfficeSpec
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION, position
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import issued, office_of, open_books, registered, reply_of, stated
from tests.queries import assert_queries

OFFICES = (NGHE_AN, HA_TINH, NGHE_AN_PARTY, REGION)
READERS = "chanhvp"


def logged() -> datetime:
    """The moment at which everything said so far stands in the log."""
    while sequence()[0]:
        pass
    return now()


def knowledge(letter: UUID, office: OfficeSpec) -> Knowledge:
    with office_of(READERS, office) as by:
        return knowledge_of(letter, by=by)


def shown(found: DispatchDetail | DispatchThen) -> dict[str, Any]:
    """What both a page and its past say, as plain values."""
    handled = found.handling
    return {
        "standing": found.dispatch.standing,
        "side": found.side,
        "state": found.incoming.state if found.incoming else None,
        "receptions": [
            (row.office.code, row.role, row.is_unknown, row.is_late, row.is_withdrawn, _delivery(row.delivery))
            for row in found.recipients
        ],
        "handling": None
        if handled is None
        else {field.attname: getattr(handled, field.attname) for field in handled._meta.concrete_fields},
        "timeline": sorted((one.at, one.office_name, one.kind) for one in found.timeline),
        "replies": sorted(one.id for one in found.replies),
    }


def _delivery(row: Any) -> Any:
    if row is None:
        return None
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def page_now(letter: UUID, office: OfficeSpec) -> dict[str, Any] | None:
    try:
        with office_of(READERS, office) as by:
            return shown(dispatch_detail(letter, by=by))
    except NotFound:
        return None


# -- anything that can happen ------------------------------------------------------------------------------------------


def _direct(letter: UUID, office: OfficeSpec) -> None:
    with office_of("chanhvp", office) as by:
        handling.direct_dispatch(letter, direction="Tham mưu.", lead=position("chuyenvien", office), by=by)


def _accept(letter: UUID, office: OfficeSpec) -> None:
    with office_of("chuyenvien", office) as by:
        handling.accept_dispatch(letter, by=by)


def _return(letter: UUID, office: OfficeSpec) -> None:
    with office_of("vanthu", office) as by:
        handling.return_dispatch(letter, reason="Gửi nhầm", by=by)


def _finish(letter: UUID, office: OfficeSpec) -> None:
    with office_of("chuyenvien", office) as by:
        handling.finish_dispatch(letter, result="Xong", by=by)


def _see(letter: UUID, office: OfficeSpec) -> None:
    with office_of("vanthu", office) as by:
        give_receipts([(letter, ReceiptState.SEEN, "")], by=by)


def _disclose(letter: UUID, office: OfficeSpec) -> None:
    with office_of("chanhvp", NGHE_AN) as by:
        disclose(letter, offices=[office_id(office.code)], reason="Cùng phối hợp", by=by)


def _reply(letter: UUID, office: OfficeSpec) -> None:
    issued(reply_of(office, letter), office=office)


DEEDS = {
    "register": registered,
    "direct": _direct,
    "accept": _accept,
    "return": _return,
    "finish": _finish,
    "see": _see,
    "disclose": _disclose,
    "reply": _reply,
}


def do(deed: str, letter: UUID, office: OfficeSpec) -> None:
    """Do it if it can be done now."""
    try:
        DEEDS[deed](letter, office)
    except PhoiHopError:
        return


DEED = st.tuples(
    st.sampled_from(sorted(DEEDS)), st.sampled_from(OFFICES[1:]), st.integers(-40, 40).map(lambda days: timedelta(days))
)


def test_the_past_is_what_the_page_showed_then(fresh_database: str) -> None:
    open_books()

    @settings(max_examples=12, deadline=None)
    @given(st.lists(DEED, min_size=1, max_size=7))
    def holds(deeds: list[tuple[str, OfficeSpec, timedelta]]) -> None:
        letter = issued(stated(HA_TINH, copies=(REGION,)))
        seen = [(logged(), {office.code: page_now(letter, office) for office in OFFICES})]
        for deed, office, shift in deeds:
            with pretend(now() + shift):  # what records claim of time runs forwards and backwards
                do(deed, letter, office)
            seen.append((logged(), {office.code: page_now(letter, office) for office in OFFICES}))
        for office in OFFICES:
            if seen[-1][1][office.code] is None:
                continue
            known = knowledge(letter, office)
            for moment, pages in seen:
                then, page = known.then(moment), pages[office.code]
                assert then.known.is_known == (page is not None)
                if page is not None:
                    assert shown(then) == page

    holds()


# -- one by one --------------------------------------------------------------------------------------------------------


@pytest.fixture
def letter(fresh_database: str) -> UUID:
    open_books()
    found = issued(stated(HA_TINH))
    logged()
    return found


def test_an_office_to_which_it_was_disclosed_knew_nothing_before(letter: UUID) -> None:
    before = logged()
    _see(letter, HA_TINH)
    logged()
    _disclose(letter, NGHE_AN_PARTY)
    after = logged()
    known = knowledge(letter, NGHE_AN_PARTY)
    assert not known.then(before).known.is_known
    assert known.then(after).known.is_known
    assert min(known.moments) > before


def test_what_is_not_in_the_log_yet_is_not_known(letter: UUID) -> None:
    _see(letter, HA_TINH)
    known = knowledge(letter, NGHE_AN)
    assert len(known.moments) == 1
    logged()
    assert len(knowledge(letter, NGHE_AN).moments) == 2


def test_the_page_goes_back_and_forth(letter: UUID) -> None:
    registered(letter, HA_TINH)
    logged()
    client = client_of("vanthu", HA_TINH)
    page = text_of(client.get(page_of(letter, "as-known")))
    assert "Xem tại thời điểm" in page
    assert "Đã vào sổ" in page
    assert "Lần 2 trong 2" in page or "Lần 3 trong 3" in page
    first = text_of(client.get(page_of(letter, "as-known"), {"step": 1}))
    assert "chưa vào sổ" in first
    early = client.get(page_of(letter, "as-known"), {"at": "2026-01-01T00:00"})
    assert "Lúc đó văn phòng chưa có văn bản này" in text_of(early)
    wrong = client.get(page_of(letter, "as-known"), {"at": "hôm qua"})
    assert wrong.status_code == 422
    assert "Nhập ngày giờ" in text_of(wrong)


def test_the_typed_second_holds_all_of_it(letter: UUID) -> None:
    known = knowledge(letter, HA_TINH)
    typed = local(known.moments[0]).strftime("%Y-%m-%dT%H:%M:%S")
    client = client_of("vanthu", HA_TINH)
    page = text_of(client.get(page_of(letter, "as-known"), {"at": typed}))
    assert "Lúc đó văn phòng chưa có" not in page
    spoken = local(known.moments[0]).strftime("%H:%M:%S %d/%m/%Y")
    assert f'value="{spoken}"' in page
    again = text_of(client.get(page_of(letter, "as-known"), {"at": spoken}))
    assert f"Xem tại thời điểm {spoken}" in again
    assert "Lúc đó văn phòng chưa có" not in again


def test_another_office_finds_nothing(letter: UUID) -> None:
    assert client_of("vanthu", NGHE_AN_PARTY).get(page_of(letter, "as-known")).status_code == 404


def test_the_page_asks_little(letter: UUID) -> None:
    registered(letter, HA_TINH)
    _reply(letter, HA_TINH)
    logged()
    for office in (NGHE_AN, HA_TINH):
        client = client_of("vanthu", office)
        client.get(page_of(letter, "as-known"))
        with assert_queries(at_most=15):
            assert client.get(page_of(letter, "as-known")).status_code == 200
