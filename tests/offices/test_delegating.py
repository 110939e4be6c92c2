"""Authority lent inside an office: what may be lent, for how long, what it gives, and taking it back at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from phoihop.audit.models import JournalEntry
from phoihop.core.clock import today
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.dispatches.selectors import access
from phoihop.offices.actions import body_id
from phoihop.offices.delegating import Lending, delegation_of, delegations_about, delegations_of, lend, revoke
from phoihop.offices.models import Position, SigningAuthority
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import signers_of
from tests.api.callers import caller, letter
from tests.cast import HA_TINH, NGHE_AN, acting, position
from tests.dispatches.papers import office_of, open_books

pytestmark = pytest.mark.django_db

UBND = body_id(NGHE_AN.code, "NA-UBND")
LEADER, SPECIALIST, CHIEF = (position(key, NGHE_AN) for key in ("lanhdao", "chuyenvien", "chanhvp"))


def wanted(**changes: object) -> Lending:
    """The leader lets the specialist sign for the People's Committee for a week."""
    whole = Lending(
        giver=LEADER,
        taker=SPECIALIST,
        permissions=(Permission.DISPATCH_SIGN,),
        reason="Quyết định 12/QĐ-UBND",
        valid_from=today(),
        valid_to=today() + timedelta(days=7),
        body=UBND,
        authority="TUQ. CHỦ TỊCH\nCHUYÊN VIÊN",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def lent(lending: Lending | None = None) -> UUID:
    with office_of("quantri", NGHE_AN) as by:
        return lend(lending or wanted(), by=by).id


def faults(lending: Lending) -> dict[str, list[str]]:
    with office_of("quantri", NGHE_AN) as by, pytest.raises(Invalid) as refused:
        lend(lending, by=by)
    return refused.value.fields


def test_what_is_lent_works_at_once_and_ends_at_once() -> None:
    assert not acting("chuyenvien", NGHE_AN).may(Permission.DISPATCH_SIGN)
    kept = lent()
    taker = acting("chuyenvien", NGHE_AN)
    assert taker.may(Permission.DISPATCH_SIGN)
    signing = taker.signing_for(UBND)
    assert signing is not None
    assert signing.authority == "TUQ. CHỦ TỊCH\nCHUYÊN VIÊN"
    with office_of("quantri", NGHE_AN) as by:
        revoke(kept, by=by)
        with pytest.raises(Conflict, match="đã kết thúc"):
            revoke(kept, by=by)
    after = acting("chuyenvien", NGHE_AN)
    assert not after.may(Permission.DISPATCH_SIGN)
    assert after.signing_for(UBND) is None
    with scope("worker"):
        rows = JournalEntry.objects.filter(subject_id=kept).order_by("at", "id")
        assert [row.event for row in rows] == ["offices:delegation:lend", "offices:delegation:revoke"]


def test_a_document_may_be_issued_for_whom_authority_was_lent_to() -> None:
    open_books()
    clerk = caller("vanthu", NGHE_AN)
    said = letter(HA_TINH.code, signer=str(SPECIALIST))
    assert clerk.post("/dispatches", said).status_code == 422
    kept = lent()
    with office_of("vanthu", NGHE_AN) as by:
        assert access.signer(SPECIALIST, body_id=UBND, by=by).authority == "TUQ. CHỦ TỊCH\nCHUYÊN VIÊN"
        assert access.signer(LEADER, body_id=UBND, by=by).authority.startswith("KT.")
        assert [one.is_lent for one in signers_of(by) if one.position.id == SPECIALIST] == [True]
    assert str(SPECIALIST) in {one["position"] for one in clerk.get("/me").json()["signers"]}
    assert clerk.post("/dispatches", said).status_code == 201
    with office_of("quantri", NGHE_AN) as by:
        revoke(kept, by=by)
    assert clerk.post("/dispatches", said).status_code == 422


def test_what_was_lent_ends_with_the_position_of_the_one_who_lends() -> None:
    lent()
    with scope("worker"):
        Position.objects.filter(id=LEADER).update(valid_to=today() - timedelta(days=1))
    assert not acting("chuyenvien", NGHE_AN).may(Permission.DISPATCH_SIGN)
    with office_of("vanthu", NGHE_AN) as by, pytest.raises(Invalid):
        access.signer(SPECIALIST, body_id=UBND, by=by)


def test_nobody_lends_on_what_was_taken_from_them_meanwhile() -> None:
    lent()
    with scope("worker"):
        SigningAuthority.objects.filter(position_id=LEADER).delete()
    after = acting("chuyenvien", NGHE_AN)
    assert after.signing_for(UBND) is None
    with office_of("vanthu", NGHE_AN) as by:
        assert SPECIALIST not in {one.position.id for one in signers_of(by)}
        with pytest.raises(Invalid):
            access.signer(SPECIALIST, body_id=UBND, by=by)
    lent(wanted(body=None, permissions=(Permission.DISPATCH_RECALL,)))
    assert acting("chuyenvien", NGHE_AN).may(Permission.DISPATCH_RECALL)
    with scope("worker"):
        Position.objects.filter(id=LEADER).update(roles=["specialist"])
    assert not acting("chuyenvien", NGHE_AN).may(Permission.DISPATCH_RECALL)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"valid_to": date(2026, 1, 1), "valid_from": date(2025, 12, 1)}, "valid_to", "Thời hạn đã qua"),
        ({"valid_from": today() + timedelta(days=9)}, "valid_to", "trước ngày bắt đầu"),
        ({"reason": "  "}, "reason", "Ghi lý do"),
        ({"taker": LEADER}, "taker", "phải khác"),
        ({"taker": position("quantri", NGHE_AN)}, "taker", "Không tự giao quyền"),
        ({"taker": position("vanthu", HA_TINH)}, "taker", "Chọn người nhận"),
        ({"permissions": (), "body": None}, "permissions", "ít nhất một việc"),
        ({"permissions": (Permission.DISPATCH_SIGN, Permission.DISPATCH_NUMBER)}, "permissions", "không có quyền"),
        ({"permissions": (Permission.FILES_PURGE,), "body": None}, "permissions", "không có quyền"),
        ({"permissions": ()}, "permissions", "chọn thêm việc"),
        ({"authority": "CHỦ TỊCH"}, "authority", "KT., TL. hoặc TUQ."),
        ({"body": body_id(HA_TINH.code, "HT-UBND")}, "body", "không có thẩm quyền ký"),
        ({"taker": CHIEF}, "body", "đã có thẩm quyền ký"),
    ],
)
def test_what_cannot_be_lent_is_told_at_its_field(changes: dict[str, object], field: str, message: str) -> None:
    assert message in " ".join(faults(wanted(**changes))[field])


def test_two_that_overlap_are_refused_and_two_that_follow_are_not() -> None:
    lent()
    assert "Chồng với ủy quyền đã có của Lãnh đạo" in faults(wanted())["valid_from"][0]
    later = today() + timedelta(days=8)
    lent(wanted(valid_from=later, valid_to=later))
    lent(wanted(body=None, permissions=(Permission.DISPATCH_DISCLOSE,)))


def test_the_two_it_concerns_see_it_and_nobody_else_but_the_administrator() -> None:
    kept = lent()
    for key in ("lanhdao", "chuyenvien"):
        with office_of(key, NGHE_AN) as by:
            assert delegation_of(kept, by).id == kept
            assert [one.id for one in delegations_about(by)] == [kept]
    with office_of("vanthu", NGHE_AN) as by:
        assert delegations_about(by) == []
        with pytest.raises(NotFound):
            delegation_of(kept, by)
        with pytest.raises(NotFound):
            revoke(kept, by=by)
        with pytest.raises(Forbidden):
            lend(wanted(), by=by)
    with office_of("quantri", HA_TINH) as by, pytest.raises(NotFound):
        revoke(kept, by=by)
    with office_of("chuyenvien", NGHE_AN) as by, pytest.raises(NotFound):
        revoke(kept, by=by)
    with office_of("lanhdao", NGHE_AN) as by:
        revoke(kept, by=by)
        with pytest.raises(Forbidden):
            delegations_of(by)
    with office_of("quantri", NGHE_AN) as by:
        assert delegations_of(by) == []
        assert [one.revoked_name for one in delegations_of(by, shows_past=True)] == [
            acting("lanhdao", NGHE_AN).person_name
        ]
