"""Two offices become one with work still open: the successor sees it, at every node, and nobody else does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from phoihop.core.clock import today
from phoihop.core.isolation import scope
from phoihop.exchange.actions import give_receipts
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.directory.actions import apply_signed, change_directory
from phoihop.exchange.directory.changes import OfficeMerged
from phoihop.exchange.directory.inheriting import let_successors_in
from phoihop.exchange.directory.selectors import signed_records
from phoihop.exchange.models import Delivery, Subject
from phoihop.exchange.receiving import receive
from phoihop.exchange.verification import verify_log
from tests.cast import HA_TINH, HUE, NGHE_AN, NGHE_AN_PARTY, directory_key
from tests.exchange.conftest import Pair
from tests.exchange.nodes import (
    HA_TINH_ID,
    HUE_ID,
    NGHE_AN_ID,
    PARTY_ID,
    carried,
    clerk,
    issue,
    log_everything,
    owner_rows,
)


def merge(*, days: int = -1) -> bytes:
    """VP Tỉnh ủy Nghệ An goes into VP UBND Nghệ An; its last day is so many days from now."""
    last = today() + timedelta(days=days)
    bodies = tuple(body.code for body in NGHE_AN_PARTY.bodies)
    change_directory(
        [OfficeMerged(code=NGHE_AN_PARTY.code, into=NGHE_AN.code, valid_to=last, bodies=bodies)], key=directory_key()
    )
    return signed_records()[-1]


def seen_by(office: UUID) -> set[UUID]:
    """The subjects an office may see."""
    with scope("web", office, read_only=True):
        return set(Subject.objects.exclude(kind="receipts").values_list("id", flat=True))


def test_what_is_open_goes_to_the_successor_and_what_is_finished_does_not(pair: Pair) -> None:
    sent = issue(clerk(HA_TINH), [PARTY_ID])
    done = issue(clerk(HA_TINH), [PARTY_ID])
    own = issue(clerk(NGHE_AN_PARTY), [HA_TINH_ID])
    give_receipts([(done, ReceiptState.DONE, "")], by=clerk(NGHE_AN_PARTY))
    merge()
    assert seen_by(NGHE_AN_ID) == set()
    assert let_successors_in() == 2
    assert seen_by(NGHE_AN_ID) == {sent, own}
    assert let_successors_in() == 0
    with scope("web", NGHE_AN_ID, read_only=True):
        assert set(Delivery.objects.filter(recipient_id=NGHE_AN_ID).values_list("subject_id", flat=True)) == {sent, own}
    give_receipts([(sent, ReceiptState.ACCEPTED, "")], by=clerk(NGHE_AN))
    log_everything()
    assert verify_log().problems == []
    entries = owner_rows(
        "SELECT office_id, person_name FROM audit_journalentry WHERE event = 'exchange:subject:inherit'"
    )
    assert sorted(entries) == sorted([(HA_TINH_ID, "Danh bạ của vùng"), (PARTY_ID, "Danh bạ của vùng")])


def test_nothing_opens_before_the_day(pair: Pair) -> None:
    issue(clerk(HA_TINH), [PARTY_ID])
    merge(days=5)
    assert let_successors_in() == 0


def test_an_owner_at_another_node_lets_the_successor_in_itself(pair: Pair, tmp_path: Path) -> None:
    with pair.hue.here():
        sent = issue(clerk(HUE), [PARTY_ID])
        to_nghe_an = carried(tmp_path / "1.zip", offices=[PARTY_ID, NGHE_AN_ID])
    assert receive(to_nghe_an).counts == {"applied": 1}
    record = merge()
    assert let_successors_in() == 0  # not ours to widen
    with pair.hue.here():
        apply_signed([record])
        assert let_successors_in() == 1
        to_nghe_an = carried(tmp_path / "2.zip", offices=[PARTY_ID, NGHE_AN_ID])
    assert receive(to_nghe_an).counts["applied"] >= 1
    assert seen_by(NGHE_AN_ID) == {sent}
    assert HUE_ID not in {office for (office,) in owner_rows("SELECT office_id FROM exchange_disclosed")}
