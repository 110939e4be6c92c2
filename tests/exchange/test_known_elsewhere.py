"""Another node knows a document from the time its own log held it, whatever time the record claims."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from phoihop.core.clock import now
from phoihop.core.isolation import scope
from phoihop.dispatches.selectors.as_known import Knowledge, knowledge_of
from phoihop.exchange.envelope import read
from phoihop.exchange.proofs.checking import check
from phoihop.exchange.proofs.proving import Wanted, prove_records
from phoihop.exchange.receiving import receive
from tests.cast import HUE, NGHE_AN, acting
from tests.exchange.conftest import Pair
from tests.exchange.nodes import HUE_ID, carried, clerk, issue, log_everything


def test_it_is_known_from_the_time_it_came(pair: Pair, tmp_path: Path) -> None:
    letter = issue(clerk(NGHE_AN), [HUE_ID])
    sent = carried(tmp_path / "gui.zip")
    with pair.hue.here():
        before = now()
        receive(sent)
        log_everything()
        known = _knowledge(letter)
        assert not known.then(before).known.is_known
        assert known.then(now()).known.is_known
        assert known.document.issued_at < before


def test_each_node_proves_it_from_its_own_log(pair: Pair, tmp_path: Path) -> None:
    issue(clerk(NGHE_AN), [HUE_ID])
    sent = carried(tmp_path / "gui.zip")
    record = read(sent[0].signed).id
    here = _proof(record)
    with pair.hue.here():
        receive(sent)
        log_everything()
        there = _proof(record)
    first, second = check(here).records[0].about, check(there).records[0].about
    assert (first.leaf, first.node_name) == (second.leaf, second.node_name)
    assert (first.log_node_name, second.log_node_name) == ("nghe-an", "may-hue")


def _knowledge(letter: UUID) -> Knowledge:
    by = acting("chanhvp", HUE)
    with scope("web", by.office_id):
        return knowledge_of(letter, by=by)


def _proof(record: UUID) -> bytes:
    with scope("worker", read_only=True):
        return prove_records([Wanted(record)])
