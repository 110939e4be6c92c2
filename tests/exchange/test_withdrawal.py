"""Withdrawing a subject from an office: it keeps what it has, is told, and gets nothing more; here and elsewhere."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.core.isolation import scope
from phoihop.dispatches.actions.changing import recall_dispatch
from phoihop.dispatches.models import Change
from phoihop.exchange.actions import disclose, withdraw
from phoihop.exchange.keys import own_identity
from phoihop.exchange.models import Record, RecordBody, Subject
from phoihop.exchange.rebuilding import rebuild
from phoihop.exchange.receiving import receive
from phoihop.exchange.records import DISCLOSURE, WITHDRAWAL, Withdrawal
from phoihop.exchange.selectors import own_audience
from phoihop.exchange.verification import verify_log
from tests.cast import HA_TINH, NGHE_AN, acting
from tests.exchange.conftest import Pair
from tests.exchange.nodes import (
    HA_TINH_ID,
    HUE_ID,
    NGHE_AN_ID,
    PARTY_ID,
    carried,
    clerk,
    disclose_to,
    forged,
    issue,
    withdraw_from,
)


def kinds_seen(office: UUID, subject: UUID) -> list[str]:
    """The kinds of the records an office sees on a subject, in order; each with its body."""
    with scope("web", office):
        rows = list(Record.objects.filter(subject_id=subject).order_by("position").values_list("id", "kind"))
        assert {one for one, _kind in rows} == set(
            RecordBody.objects.filter(subject_id=subject).values_list("record_id", flat=True)
        )
    return [kind for _one, kind in rows]


def test_an_office_keeps_what_it_has_is_told_and_gets_nothing_more(pair: Pair) -> None:
    letter = issue(clerk(NGHE_AN), [HA_TINH_ID, HUE_ID])
    withdraw_from(HA_TINH_ID, letter)
    disclose_to(PARTY_ID, letter)
    assert kinds_seen(HA_TINH_ID, letter) == ["dispatch.issued", WITHDRAWAL]
    with scope("web", HA_TINH_ID):
        assert not Subject.objects.filter(id=letter).exists(), "how the subject stands now is no longer its matter"
    assert kinds_seen(NGHE_AN_ID, letter) == ["dispatch.issued", WITHDRAWAL, DISCLOSURE]
    assert kinds_seen(PARTY_ID, letter) == ["dispatch.issued", WITHDRAWAL, DISCLOSURE]
    assert rebuild("exchange").is_equal
    assert verify_log().is_sound


def test_an_office_it_was_opened_to_later_sees_what_was_said_before_it_was_withdrawn(pair: Pair) -> None:
    letter = issue(clerk(NGHE_AN), [HUE_ID])
    disclose_to(HA_TINH_ID, letter)
    withdraw_from(HA_TINH_ID, letter)
    disclose_to(PARTY_ID, letter)
    assert kinds_seen(HA_TINH_ID, letter) == ["dispatch.issued", DISCLOSURE, WITHDRAWAL]
    disclose_to(HA_TINH_ID, letter)
    assert kinds_seen(HA_TINH_ID, letter) == ["dispatch.issued", DISCLOSURE, WITHDRAWAL, DISCLOSURE, DISCLOSURE]
    assert rebuild("exchange").is_equal


def test_nothing_said_afterwards_travels_to_a_node_it_was_withdrawn_from(pair: Pair, tmp_path: Path) -> None:
    letter = issue(clerk(NGHE_AN), [HUE_ID])
    withdraw_from(HUE_ID, letter)
    disclose_to(PARTY_ID, letter)
    assert len(carried(tmp_path / "ours.zip")) == 2
    everything = carried(tmp_path / "all.zip", offices=[HUE_ID, PARTY_ID])
    with pair.hue.here():
        received = receive(everything)
        assert [refusal.code for refusal in received.refusals] == ["not_for_us"]
        assert kinds_seen(HUE_ID, letter) == ["dispatch.issued", WITHDRAWAL]
        assert rebuild("exchange").is_equal


def test_a_recall_reaches_those_who_hold_it_though_it_was_withdrawn(pair: Pair, tmp_path: Path) -> None:
    letter = issue(clerk(NGHE_AN), [HUE_ID, HA_TINH_ID])
    withdraw_from(HUE_ID, letter)
    leader = acting("lanhdao", NGHE_AN)
    with scope("web", leader.office_id):
        recall_dispatch(letter, reason="Ban hành nhầm", by=leader)
    sent = carried(tmp_path / "x.zip")
    with pair.hue.here():
        assert not receive(sent).refusals
        with scope("web", HUE_ID):
            assert Change.objects.filter(dispatch_id=letter).exists()
    with scope("web", NGHE_AN_ID):
        assert own_audience(letter, by=clerk(NGHE_AN)).offices == {NGHE_AN_ID, HA_TINH_ID}


def test_an_owner_cannot_leave_nor_another_withdraw(pair: Pair, tmp_path: Path) -> None:
    letter = issue(clerk(NGHE_AN), [HUE_ID, HA_TINH_ID])
    sent = carried(tmp_path / "x.zip")
    body = Withdrawal(offices=(NGHE_AN_ID,), reason="x", approver="A", approver_title="B")
    audience = [NGHE_AN_ID, HUE_ID, HA_TINH_ID]
    with scope("writer"):
        prev = Record.objects.get(subject_id=letter).id
    leaving = forged(own_identity(), body, prev=prev, subject=letter, kind=WITHDRAWAL, audience=audience)
    foreign = forged(own_identity(), body, office=HA_TINH_ID, subject=letter, kind=WITHDRAWAL, audience=audience)
    with pair.hue.here():
        assert [one.code for one in receive([*sent, leaving, foreign]).refusals] == ["owner_withdrawn", "not_owner"]


def test_what_cannot_be_withdrawn_is_said() -> None:
    letter = issue(clerk(NGHE_AN), [HA_TINH_ID])
    chief = acting("chanhvp", NGHE_AN)
    with scope("web", NGHE_AN_ID):
        with pytest.raises(Invalid, match="lý do"), transaction.atomic():
            withdraw(letter, offices=[HA_TINH_ID], reason=" ", by=chief)
        with pytest.raises(Invalid, match="Chọn nơi nhận"), transaction.atomic():
            withdraw(letter, offices=[NGHE_AN_ID], reason="Nhầm", by=chief)
        with pytest.raises(Conflict), transaction.atomic():
            withdraw(letter, offices=[PARTY_ID], reason="Nhầm", by=chief)
        withdraw(letter, offices=[HA_TINH_ID], reason="Nhầm", by=chief)
        with pytest.raises(Conflict), transaction.atomic():
            withdraw(letter, offices=[HA_TINH_ID], reason="Nhầm", by=chief)
        disclose(letter, offices=[HA_TINH_ID], reason="Gửi lại", by=chief)
    with scope("web", HA_TINH_ID), pytest.raises(Forbidden), transaction.atomic():
        withdraw(letter, offices=[NGHE_AN_ID], reason="Nhầm", by=acting("chanhvp", HA_TINH))
