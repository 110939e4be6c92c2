"""A document that came in: entered, directed, accepted, finished, or returned; and what the sender learns of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.dispatches.actions import entering, handling
from phoihop.dispatches.actions.entering import PaperInput
from phoihop.dispatches.models import Dispatch, Handling
from phoihop.dispatches.selectors.books import incoming_books, usual_book
from phoihop.dispatches.selectors.detail import dispatch_detail
from phoihop.exchange.models import Delivery
from phoihop.offices.actions import office_id
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION, position
from tests.dispatches.papers import (
    directed,
    issued,
    office_of,
    open_book_of_each_body,
    open_books,
    registered,
    stated,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> UUID:
    """A letter of Nghệ An that has just arrived in Hà Tĩnh."""
    open_books()
    return issued(stated(HA_TINH))


def _seen_by_sender(letter: UUID) -> Delivery:
    with office_of("vanthu", NGHE_AN):
        return Delivery.objects.get(subject_id=letter, recipient_id=office_id(HA_TINH.code))


def test_the_book_gives_one_number_after_the_other(letter: UUID) -> None:
    second = issued(stated(HA_TINH))
    assert registered(letter, HA_TINH) == 1
    assert registered(second, HA_TINH) == 2
    assert _seen_by_sender(letter).registered_at is not None


def test_each_body_has_a_book_and_numbers_of_its_own(letter: UUID) -> None:
    books = open_book_of_each_body(REGION)
    papers = [PaperInput(issuer_name="Sở Y tế", abstract=f"Văn bản {number}") for number in range(3)]
    with office_of("vanthu", REGION) as by:
        entered = [
            entering.enter_paper(paper, by=by, book_id=books[body])
            for paper, body in zip(papers, ("QK4-DU", "QK4-BTL", "QK4-DU"), strict=True)
        ]
        found = {row.dispatch_id: (row.book, row.arrival_number) for row in Handling.objects.all()}
    assert [found[one] for one in entered] == [
        ("Sổ đến Đảng ủy Quân khu 4", 1), ("Sổ đến Bộ Tư lệnh Quân khu 4", 1), ("Sổ đến Đảng ủy Quân khu 4", 2),
    ]  # fmt: skip
    with office_of("vanthu", HA_TINH) as by, pytest.raises(Invalid, match="không có sổ"):
        handling.register_dispatch(letter, by=by, book_id=books["QK4-DU"])


def test_the_usual_book_is_that_of_the_body_of_the_same_kind() -> None:
    open_book_of_each_body(REGION)
    with office_of("vanthu", REGION) as by:
        books = incoming_books(by=by)
        usual = {
            regime: book.name
            for regime in ("PARTY", "MIL", "GOV")
            if (book := usual_book(Dispatch(regime=regime), books)) is not None
        }
    assert usual == {
        "PARTY": "Sổ đến Đảng ủy Quân khu 4",
        "MIL": "Sổ đến Bộ Tư lệnh Quân khu 4",
        "GOV": "Sổ đến Đảng ủy Quân khu 4",
    }


def test_a_document_is_registered_once(letter: UUID) -> None:
    registered(letter, HA_TINH)
    with pytest.raises(Conflict), office_of("vanthu", HA_TINH) as by:
        handling.register_dispatch(letter, by=by)


def test_directions_name_one_lead_and_tell_nobody_else_twice(letter: UUID) -> None:
    registered(letter, HA_TINH)
    lead, other = position("chuyenvien", HA_TINH), position("trucban", HA_TINH)
    with office_of("lanhdao", HA_TINH) as by:
        handling.direct_dispatch(
            letter, direction="Tham mưu.", lead=lead, coordinators=[lead, other, other], informed=[other], by=by
        )
        found = Handling.objects.get(dispatch_id=letter)
    assert found.lead_position_id == lead
    assert [one["position"] for one in found.coordinators] == [str(other)]
    assert found.informed == []


def test_directions_need_words_and_a_time_to_come(letter: UUID) -> None:
    registered(letter, HA_TINH)
    lead = position("chuyenvien", HA_TINH)
    with pytest.raises(Invalid) as refused, office_of("lanhdao", HA_TINH) as by:
        handling.direct_dispatch(letter, direction=" ", lead=lead, by=by)
    assert "direction" in refused.value.fields
    with pytest.raises(Invalid) as refused, office_of("lanhdao", HA_TINH) as by:
        handling.direct_dispatch(letter, direction="Gấp.", lead=lead, due_at=now() - timedelta(hours=1), by=by)
    assert "due_at" in refused.value.fields


def test_a_colleague_of_another_office_cannot_lead(letter: UUID) -> None:
    registered(letter, HA_TINH)
    with pytest.raises(Invalid), office_of("lanhdao", HA_TINH) as by:
        handling.direct_dispatch(letter, direction="Tham mưu.", lead=position("chuyenvien", NGHE_AN), by=by)


def test_accepting_and_finishing_reach_the_sender(letter: UUID) -> None:
    directed(letter, HA_TINH)
    with office_of("chuyenvien", HA_TINH) as by:
        handling.accept_dispatch(letter, by=by)
    assert _seen_by_sender(letter).accepted_at is not None
    with office_of("chuyenvien", HA_TINH) as by:
        handling.finish_dispatch(letter, result="Đã trả lời", by=by)
    assert _seen_by_sender(letter).done_at is not None


def test_a_return_carries_its_reason_to_the_sender(letter: UUID) -> None:
    with pytest.raises(Invalid) as refused, office_of("vanthu", HA_TINH) as by:
        handling.return_dispatch(letter, reason="  ", by=by)
    assert "reason" in refused.value.fields
    with office_of("vanthu", HA_TINH) as by:
        handling.return_dispatch(letter, reason="Gửi nhầm địa chỉ", by=by)
    delivery = _seen_by_sender(letter)
    assert (delivery.returned_at is not None, delivery.returned_reason) == (True, "Gửi nhầm địa chỉ")


def test_what_an_office_does_stays_in_it(letter: UUID) -> None:
    directed(letter, HA_TINH)
    with office_of("vanthu", NGHE_AN) as by:
        detail = dispatch_detail(letter, by=by)
    assert detail.handling is None
    assert "handling.directed" not in [entry.kind for entry in detail.timeline]


def test_a_specialist_does_not_register_and_a_stranger_does_not_find(letter: UUID) -> None:
    with pytest.raises(Forbidden), office_of("chuyenvien", HA_TINH) as by:
        handling.register_dispatch(letter, by=by)
    with pytest.raises(NotFound), office_of("vanthu", NGHE_AN_PARTY) as by:
        handling.register_dispatch(letter, by=by)


def test_seeing_is_stated_once(letter: UUID) -> None:
    with office_of("chuyenvien", HA_TINH) as by:
        handling.mark_seen([letter], by=by)
    first = _seen_by_sender(letter).seen_at
    with office_of("chuyenvien", HA_TINH) as by:
        handling.mark_seen([letter], by=by)
    assert first is not None
    assert _seen_by_sender(letter).seen_at == first
