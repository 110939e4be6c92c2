"""One node's records at another: the same rows, however they come; and back again."""

from __future__ import annotations

import json
import random
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.dispatches import records
from phoihop.exchange.actions import give_receipts, publish
from phoihop.exchange.admission import Incoming
from phoihop.exchange.carrying import export, import_file
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.models import Delivery
from phoihop.exchange.rebuilding import rebuild
from phoihop.exchange.receiving import receive
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.exchange.verification import verify_log
from phoihop.files.storage import open_stored, store_bytes
from tests.cast import HA_TINH, NGHE_AN
from tests.exchange.conftest import Pair
from tests.exchange.nodes import (
    HA_TINH_ID,
    HUE_ID,
    NGHE_AN_ID,
    PARTY_ID,
    carried,
    clerk,
    count,
    disclose_to,
    issue,
    issued_body,
    log_everything,
    seen_by,
    withdraw_from,
)


def _history() -> dict[str, UUID]:
    """Documents, receipts, a reply, disclosures and withdrawals at Nghệ An's node."""
    first = issue(clerk(NGHE_AN), [HUE_ID, HA_TINH_ID], abstract="Công điện về bão số 9")
    second = issue(clerk(NGHE_AN), [HUE_ID])
    reply = issue(clerk(HA_TINH), [NGHE_AN_ID, HUE_ID], abstract="Báo cáo", reply_to=first)
    inner = issue(clerk(NGHE_AN), [HA_TINH_ID], abstract="Chỉ đạo riêng")
    give_receipts([(first, ReceiptState.REGISTERED, ""), (inner, ReceiptState.SEEN, "")], by=clerk(HA_TINH))
    give_receipts([(first, ReceiptState.RETURNED, "Nhầm nơi nhận")], by=clerk(HA_TINH))
    disclose_to(HUE_ID, inner)
    withdraw_from(HUE_ID, second)
    disclose_to(PARTY_ID, second)
    withdraw_from(HUE_ID, inner)
    disclose_to(PARTY_ID, inner)
    issue(clerk(NGHE_AN), [PARTY_ID], abstract="Không liên quan Huế")
    return {"first": first, "second": second, "reply": reply, "inner": inner}


def test_an_empty_node_gets_equal_rows_and_its_arrivals_come_back(pair: Pair, tmp_path: Path) -> None:
    subjects = _history()
    sent = carried(tmp_path / "to-hue.zip")
    with pair.hue.here():
        received = receive(sent)
        assert received.counts == {"applied": len(sent)}
        back = carried(tmp_path / "to-nghe-an.zip", offices=[NGHE_AN_ID, HA_TINH_ID])
        at_hue = seen_by(HUE_ID)
        assert verify_log().is_sound
        assert rebuild("exchange").is_equal
        assert rebuild("dispatches").is_equal
    with pair.nghe_an.here():
        with scope("web", NGHE_AN_ID):
            assert Delivery.objects.filter(recipient_id=HUE_ID, arrived_at=None).count() == 3
        receive(back)
        with scope("web", NGHE_AN_ID):
            assert Delivery.objects.filter(recipient_id=HUE_ID, arrived_at=None).count() == 0
        assert seen_by(HUE_ID) == at_hue
        assert len(at_hue["dispatches_dispatch"]) == len(subjects)
        assert rebuild("exchange").is_equal
        assert verify_log().is_sound


def test_nothing_reaches_a_node_that_is_not_for_it(pair: Pair, tmp_path: Path) -> None:
    _history()
    everything = carried(tmp_path / "all.zip", offices=[HUE_ID, NGHE_AN_ID, HA_TINH_ID, PARTY_ID])
    ours = len(carried(tmp_path / "ours.zip"))
    with pair.hue.here():
        received = receive(everything)
        assert received.counts["applied"] == ours
        assert {refusal.code for refusal in received.refusals} == {"not_for_us"}
        assert len(everything) - ours == len(received.refusals) > 0


def test_applying_twice_changes_nothing(pair: Pair, tmp_path: Path) -> None:
    _history()
    sent = carried(tmp_path / "x.zip")
    with pair.hue.here():
        receive(sent)
        before = seen_by(HUE_ID)
        own = count("SELECT count(*) FROM exchange_record")
        assert receive(sent).counts == {"known": len(sent)}
        assert seen_by(HUE_ID) == before
        assert count("SELECT count(*) FROM exchange_record") == own


def _settled(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without the moment at which things arrived here, which is another one at each run."""
    said = [json.loads(row) for row in rows["exchange_delivery"]]
    for row in said:
        if row["recipient_id"] == str(HUE_ID):
            row["arrived_at"] = row["arrived_at"] is not None
    return rows | {"exchange_delivery": sorted(json.dumps(row, sort_keys=True) for row in said)}


@pytest.fixture
def history(pair: Pair, tmp_path: Path) -> tuple[Pair, list[Incoming], dict[str, list[str]]]:
    """A history as sent to Huế, and the rows it gives when it comes in order."""
    _history()
    sent = carried(tmp_path / "x.zip")
    with pair.hue.here():
        receive(sent)
        return pair, sent, _settled(seen_by(HUE_ID))


@given(order=st.randoms(use_true_random=False), cuts=st.lists(st.integers(1, 5), max_size=6))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
def test_any_order_and_any_repetition_give_equal_rows(
    history: tuple[Pair, list[Incoming], dict[str, list[str]]], order: random.Random, cuts: list[int]
) -> None:
    pair, sent, expected = history
    shuffled = [*sent, *order.sample(sent, k=min(3, len(sent)))]
    order.shuffle(shuffled)
    pair.empty(pair.hue)
    with pair.hue.here():
        start = 0
        for cut in cuts:
            receive(shuffled[start : start + cut])
            start += cut
        receive(shuffled[start:])
        # What was not yet for this node when it came is sent again: an earlier record of what was disclosed later.
        final = receive(shuffled)
        assert not final.refusals
        assert _settled(seen_by(HUE_ID)) == expected
        assert count("SELECT count(*) FROM exchange_setaside") == 0
        assert count("SELECT count(DISTINCT record_id) FROM exchange_logentry") == 0
        assert rebuild("exchange").is_equal


def test_attachments_travel_and_a_second_file_starts_where_the_first_ended(pair: Pair, tmp_path: Path) -> None:
    stored = store_bytes(b"noi dung van ban " * 100)
    file = records.AttachmentRef(
        name="cong-dien.txt", media_type="text/plain", size=stored.size, sha256=stored.sha256, salt="00" * 16
    )
    body = issued_body([HUE_ID]).model_copy(update={"attachments": (file,)})
    audience = AudienceSet.of({NGHE_AN_ID, HUE_ID})
    by = clerk(NGHE_AN)
    publish([Statement(records.ISSUED, 1, body, new_id(), audience, opens=True, attachments=(file.commitment,))], by=by)
    log_everything()
    done = export(tmp_path / "1.zip", offices=[HUE_ID])
    assert (done.records, done.attachments, done.attachments_missing) == (1, 1, 0)
    issue(clerk(NGHE_AN), [HUE_ID])
    log_everything()
    assert export(tmp_path / "2.zip", offices=[HUE_ID], since=done.until).records == 1
    with pair.hue.here():
        assert import_file(tmp_path / "1.zip").attachments == 1
        with open_stored(stored.sha256) as found:
            assert found.read() == b"noi dung van ban " * 100
        assert import_file(tmp_path / "2.zip").received.counts == {"applied": 1}
        again = import_file(tmp_path / "1.zip")
        assert (again.attachments, again.received.counts) == (0, {"known": 1})


def test_an_old_subject_disclosed_since_is_exported_whole(pair: Pair, tmp_path: Path) -> None:
    inner = issue(clerk(NGHE_AN), [HA_TINH_ID])
    log_everything()
    since = export(tmp_path / "1.zip", offices=[HUE_ID]).until
    disclose_to(HUE_ID, inner)
    log_everything()
    assert export(tmp_path / "2.zip", offices=[HUE_ID], since=since).records == 2
    with pair.hue.here():
        assert import_file(tmp_path / "2.zip").received.counts == {"applied": 2}
        assert str(inner) in seen_by(HUE_ID)["dispatches_dispatch"][0]
