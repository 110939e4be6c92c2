"""A document on its way out: what may be stated, who may take which step, which number it gets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from phoihop.core.clock import now, today
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.actions.numbering import RegisterSpec, open_registers
from phoihop.dispatches.models import Dispatch, Register, RegisterNumber
from phoihop.exchange.models import Delivery
from phoihop.offices.actions import body_id, office_id
from tests.cast import HA_TINH, HUE, NGHE_AN, NGHE_AN_PARTY, position
from tests.dispatches.papers import UBND, drafted, issued, numbered, office_of, open_books, stated

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"abstract": "x" * 501}, "abstract"),
        ({"abstract": "a\u202eb"}, "abstract"),
        ({"urgency": "secret"}, "urgency"),
        ({"circulation": "MAT"}, "circulation"),
        ({"recipients": ({"office": str(uuid4()), "role": "main"},)}, "recipients"),
        ({"recipients": ({"office": "x", "role": "main"},)}, "recipients"),
        ({"recipients": ({"office": str(office_id(NGHE_AN.code)), "role": "main"},)}, "recipients"),
    ],
)
def test_what_cannot_be_stored_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        drafted(stated(HA_TINH, **changes))
    assert list(refused.value.fields) == [field]


def test_text_is_stored_composed() -> None:
    assert drafted(stated(HA_TINH, abstract="Hoa\u0300 bình")).abstract == "Hoà bình"


def test_a_body_or_document_of_others_cannot_be_named() -> None:
    with pytest.raises(NotFound):
        drafted(stated(HA_TINH, body_id=body_id(HA_TINH.code, "HT-UBND")))
    with pytest.raises(NotFound):
        drafted(stated(HA_TINH, reply_to=uuid4()))


def test_two_saves_of_one_revision_do_not_overwrite() -> None:
    draft = drafted(stated(HA_TINH))
    with office_of("chuyenvien", NGHE_AN) as by:
        drafting.save_draft(stated(HA_TINH, abstract="Một"), by=by, draft_id=draft.id, revision=1)
    with pytest.raises(Conflict), office_of("trucban", NGHE_AN) as by:
        drafting.save_draft(stated(HA_TINH, abstract="Hai"), by=by, draft_id=draft.id, revision=1)


def test_who_may_take_which_step() -> None:
    open_books()
    draft = drafted(stated(HA_TINH))
    for key, step in (("lanhdao", drafting.submit_draft), ("vanthu", drafting.sign_draft)):
        with pytest.raises((Forbidden, Conflict)), office_of(key, NGHE_AN) as by:
            step(draft.id, by=by)
    with office_of("chuyenvien", NGHE_AN) as by:
        drafting.submit_draft(draft.id, by=by)
    for key in ("chuyenvien", "vanthu"):
        with pytest.raises(Forbidden), office_of(key, NGHE_AN) as by:
            drafting.sign_draft(draft.id, by=by)
    with office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft.id, by=by)
    with pytest.raises(Forbidden), office_of("lanhdao", NGHE_AN) as by:
        drafting.number_draft(draft.id, by=by)


def test_a_submitted_draft_cannot_be_changed_under_the_signer() -> None:
    draft = drafted(stated(HA_TINH))
    with office_of("chuyenvien", NGHE_AN) as by:
        drafting.submit_draft(draft.id, by=by)
        with pytest.raises(Conflict):
            drafting.save_draft(stated(HA_TINH, abstract="Khác"), by=by, draft_id=draft.id)


def test_numbers_follow_one_another_and_a_voided_one_is_not_given_again() -> None:
    open_books()
    first, second = numbered(stated(HA_TINH, type_code="decision")), numbered(stated(HA_TINH, type_code="plan"))
    assert (first.code, second.code) == ("01/QĐ-UBND", "02/KH-UBND")
    with office_of("vanthu", NGHE_AN) as by:
        with pytest.raises(Invalid):
            drafting.withdraw_draft(second.id, reason=" ", by=by)
        drafting.withdraw_draft(second.id, reason="Sai thẩm quyền", by=by)
    assert numbered(stated(HA_TINH, type_code="decision")).code == "03/QĐ-UBND"
    with office_of("vanthu", NGHE_AN):
        assert RegisterNumber.objects.get(number=2).voided_reason == "Sai thẩm quyền"


def test_a_party_committee_numbers_each_type_through_its_term() -> None:
    committee = body_id(NGHE_AN_PARTY.code, "NA-TU")
    spec = RegisterSpec(
        committee, "out", "Sổ", Register.NumberedBy.PHOIHOP, period="term", per_type=True, term_label="2025-2030"
    )
    with scope("worker"):
        open_registers([spec], office_id=office_id(NGHE_AN_PARTY.code))
    letters = [stated(HA_TINH, body_id=committee, type_code=kind) for kind in ("resolution", "decision", "resolution")]
    assert [numbered(letter, office=NGHE_AN_PARTY).code for letter in letters] == ["01-NQ/TU", "01-QĐ/TU", "02-NQ/TU"]


def test_a_typed_code_is_taken_as_it_was_written_there() -> None:
    open_books(Register.NumberedBy.EXISTING)
    assert numbered(stated(HA_TINH), typed="9623/UBND-NC").code == "9623/UBND-NC"


def test_a_type_without_numbers_takes_none() -> None:
    open_books()
    assert numbered(stated(HA_TINH, type_code="service_note")).code == ""
    assert numbered(stated(HA_TINH, type_code="decision")).code == "01/QĐ-UBND"


def test_a_date_to_come_is_refused() -> None:
    open_books()
    draft = drafted(stated(HA_TINH))
    with office_of("chuyenvien", NGHE_AN) as by:
        drafting.submit_draft(draft.id, by=by)
    with office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft.id, by=by)
    with pytest.raises(Invalid) as refused, office_of("vanthu", NGHE_AN) as by:
        drafting.number_draft(draft.id, by=by, dated=today() + timedelta(days=1))
    assert "dated" in refused.value.fields


def test_issuing_reaches_exactly_those_named_and_twice_does_it_once() -> None:
    open_books()
    draft = numbered(stated(HA_TINH, copies=(NGHE_AN_PARTY, HUE)))
    with office_of("vanthu", NGHE_AN) as by:
        assert drafting.issue_draft(draft.id, by=by) == drafting.issue_draft(draft.id, by=by)
        arrived = dict(Delivery.objects.filter(subject_id=draft.id).values_list("recipient_id", "arrived_at"))
    assert set(arrived) == {office_id(one.code) for one in (HA_TINH, NGHE_AN_PARTY, HUE)}
    assert arrived[office_id(HUE.code)] is None, "another node has yet to tell that it arrived"
    with office_of("vanthu", NGHE_AN_PARTY):
        assert Dispatch.objects.get(id=draft.id).body_id == UBND


def test_a_reply_marks_the_delivery_it_answers() -> None:
    open_books()
    letter = issued(stated(HA_TINH, NGHE_AN_PARTY))
    body = body_id(HA_TINH.code, "HT-UBND")
    issued(stated(NGHE_AN, body_id=body, reply_to=letter), office=HA_TINH)
    with office_of("vanthu", NGHE_AN):
        answered = dict(Delivery.objects.filter(subject_id=letter).values_list("recipient_id", "answered_at"))
    assert answered[office_id(HA_TINH.code)] is not None
    assert answered[office_id(NGHE_AN_PARTY.code)] is None


def test_a_document_signed_elsewhere_is_issued_in_one_act_by_one_with_authority() -> None:
    open_books()
    leader, clerk = position("lanhdao", NGHE_AN), position("vanthu", NGHE_AN)
    with pytest.raises(Invalid) as refused, office_of("vanthu", NGHE_AN) as by:
        drafting.issue_signed(stated(HA_TINH), by=by, dispatch_id=uuid4(), signer_position_id=clerk, signed_at=now())
    assert "signer" in refused.value.fields
    with office_of("vanthu", NGHE_AN) as by:
        code = drafting.issue_signed(
            stated(HA_TINH), by=by, dispatch_id=uuid4(), signer_position_id=leader, signed_at=now()
        )
        document = Dispatch.objects.get(owner_id=by.office_id, code=code)
    assert document.signatory_authority.startswith("KT. CHỦ TỊCH")
