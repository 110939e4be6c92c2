"""The mark of personal data between two nodes: it travels in the record, and its erasure does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.dispatches import records
from phoihop.dispatches.models import Dispatch
from phoihop.dispatches.retention_notices import due_for_erasure, propose_due_erasures
from phoihop.exchange import purging
from phoihop.exchange.actions import publish
from phoihop.exchange.rebuilding import rebuild
from phoihop.exchange.receiving import receive
from phoihop.exchange.statements import AudienceSet, Statement
from tests.cast import NGHE_AN, acting
from tests.exchange.conftest import Pair
from tests.exchange.nodes import HUE_ID, NGHE_AN_ID, carried, clerk, issued_body

LAST, AFTER = date(2027, 5, 31), date(2027, 6, 1)


def erase(letter: UUID) -> None:
    """By two people of the office that stated it."""
    for key in ("quantri", "chanhvp"):
        by = acting(key, NGHE_AN)
        with scope("web", by.office_id):
            if key == "quantri":
                name, why = "Công điện 12/CĐ-UBND", "Hết hạn lưu"
                proposed = purging.propose_purge(letter, name=name, reason="personal_data", decision=why, by=by)
            else:
                purging.confirm_purge(proposed.id, by=by)


def test_the_mark_travels_and_so_does_its_erasure(pair: Pair, tmp_path: Path) -> None:
    said = issued_body([HUE_ID], "Danh sách hộ cần hỗ trợ").model_dump()
    body = records.IssuedMarked(**said, personal_data="sensitive", keep_until=LAST)
    letter, by = new_id(), clerk(NGHE_AN)
    with scope("web", NGHE_AN_ID):
        publish([Statement(records.ISSUED, 2, body, letter, AudienceSet.of({NGHE_AN_ID, HUE_ID}), opens=True)], by=by)
    sent = carried(tmp_path / "x.zip")
    with pair.hue.here():
        receive(sent)
        with scope("web", HUE_ID):
            there = Dispatch.objects.get(id=letter)
            assert (there.personal_data, there.keep_until) == ("sensitive", LAST)
        with scope("worker"):
            assert due_for_erasure(AFTER) == []  # only who stated it may ask for its erasure
        assert rebuild("dispatches").is_equal
    with scope("worker"):
        assert propose_due_erasures(LAST) == 0
        assert propose_due_erasures(AFTER) == 1
    erase(letter)
    sent = carried(tmp_path / "y.zip")
    with pair.hue.here():
        receive(sent)
        with scope("web", HUE_ID):
            assert not Dispatch.objects.filter(id=letter).exists()
