"""Whatever is changed behind the node's back, the check of the log names it."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.core.management import call_command

from phoihop.core.ids import new_id
from phoihop.exchange.actions import give_receipts
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.rebuilding import rebuild
from phoihop.exchange.verification import verify_log
from tests.cast import HA_TINH, NGHE_AN
from tests.exchange.nodes import HA_TINH_ID, HUE_ID, PARTY_ID, clerk, count, issue, log_everything, owner_rows

pytestmark = pytest.mark.usefixtures("fresh_database")

LENGTH = 6
TAMPERED = 3


@pytest.fixture
def log(fresh_database: str) -> list[UUID]:
    """The records of a log of six entries under two checkpoints."""
    for _ in range(4):
        subject = issue(clerk(NGHE_AN), [HA_TINH_ID, HUE_ID])
    log_everything()
    give_receipts([(subject, ReceiptState.SEEN, "")], by=clerk(HA_TINH))
    give_receipts([(subject, ReceiptState.REGISTERED, "")], by=clerk(HA_TINH))
    log_everything()
    return [one for (one,) in owner_rows("SELECT record_id FROM exchange_logentry ORDER BY index")]


def test_a_sound_log_is_sound(log: list[UUID]) -> None:
    report = verify_log()
    assert report.is_sound
    assert (report.entries, report.checkpoints, report.waiting, report.purged) == (LENGTH, 2, 0, 0)


def test_what_is_not_yet_logged_is_no_fault(log: list[UUID]) -> None:
    issue(clerk(NGHE_AN), [HUE_ID])
    report = verify_log()
    assert (report.is_sound, report.waiting) == (True, 1)


def test_a_body_that_is_gone_without_a_purge_is_a_fault(log: list[UUID]) -> None:
    owner_rows("DELETE FROM exchange_recordbody WHERE record_id = %s", log[TAMPERED])
    report = verify_log()
    assert ([problem.code for problem in report.problems], report.purged) == (["body_missing"], 1)


_ENTRY = "record_id = %(record)s"
_RECORD = "id = %(record)s"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (f"UPDATE exchange_record SET envelope = set_byte(envelope, 60, 65) WHERE {_RECORD}", "leaf_differs"),
        (
            f"UPDATE exchange_logentry SET leaf = set_byte(leaf, 5, get_byte(leaf, 5) # 1) WHERE {_ENTRY}",
            "leaf_differs",
        ),
        (f"UPDATE exchange_recordbody SET content = content || 'x' WHERE {_ENTRY}", "body_differs"),
        (f"UPDATE exchange_record SET office_id = '{HUE_ID}' WHERE {_RECORD}", "columns_differ"),
        (f"UPDATE exchange_record SET at = at + interval '1 second' WHERE {_RECORD}", "columns_differ"),
        (f"UPDATE exchange_recordbody SET audience_id = '{new_id()}' WHERE {_ENTRY}", "columns_differ"),
        (f"DELETE FROM exchange_record WHERE {_RECORD}", "record_missing"),
        (f"DELETE FROM exchange_logentry WHERE {_ENTRY}", "index_missing"),
    ],
)
def test_the_first_bad_entry_is_named(log: list[UUID], statement: str, code: str) -> None:
    owner_rows(statement.replace("%(record)s", f"'{log[TAMPERED]}'"))
    first = verify_log().problems[0]
    assert (first.code, first.index) == (code, TAMPERED)
    assert first.record_id == (None if code == "index_missing" else log[TAMPERED])


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ("DELETE FROM exchange_checkpoint WHERE size = 6", {"unsigned"}),
        ("UPDATE exchange_checkpoint SET root = sha256('x') WHERE size = 4", {"root_differs", "checkpoint_wrong"}),
        (
            "UPDATE exchange_checkpoint SET note = replace(note, 'time', 'Time') WHERE size = 4",
            {"checkpoint_wrong"},
        ),
        ("DELETE FROM exchange_logentry WHERE index >= 5", {"entries_missing", "never_logged"}),
        (
            "INSERT INTO exchange_audience_member (audience_id, office_id)"
            f" SELECT id, '{PARTY_ID}' FROM exchange_audience LIMIT 1",
            {"audience_differs"},
        ),
        (
            "INSERT INTO exchange_record SELECT gen_random_uuid(), 0, transaction, kind, version, office_id, node_id,"
            " incarnation_id, gen_random_uuid(), audience_id, NULL, at, envelope FROM exchange_record LIMIT 1",
            {"never_logged", "body_missing"},
        ),
        ("UPDATE offices_nodekey SET valid_to = now() - interval '1 year'", {"key_not_valid"}),
    ],
)
def test_what_is_wrong_with_the_whole_is_named(log: list[UUID], statement: str, codes: set[str]) -> None:
    owner_rows(statement)
    assert {problem.code for problem in verify_log().problems} == codes


def test_a_chain_cut_or_forked_is_named(log: list[UUID]) -> None:
    (child,) = owner_rows("SELECT id, prev_id FROM exchange_record WHERE prev_id IS NOT NULL")
    owner_rows("UPDATE exchange_record SET prev_id = %s WHERE id = %s", new_id(), child[0])
    assert {"columns_differ", "prev_missing"} == {problem.code for problem in verify_log().problems}
    owner_rows("UPDATE exchange_record SET prev_id = NULL WHERE id = %s", child[0])
    assert {"columns_differ", "fork"} == {problem.code for problem in verify_log().problems}


def test_the_command_names_the_entry_and_fails(log: list[UUID], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("log", "verify", "--json")
    assert json.loads(capsys.readouterr().out)["sound"] is True
    owner_rows("UPDATE exchange_recordbody SET content = content || 'x' WHERE record_id = %s", log[TAMPERED])
    with pytest.raises(SystemExit) as left:
        call_command("log", "verify")
    assert left.value.code == 1
    said = capsys.readouterr().out
    assert f"mục {TAMPERED}, bản ghi {log[TAMPERED]}: body_differs" in said


def test_rebuilding_proves_rows_equal(log: list[UUID]) -> None:
    for room in ("exchange", "dispatches"):
        result = rebuild(room)
        assert result.is_equal
        assert result.records == LENGTH
    assert {table.table: table.rows for table in rebuild("exchange").tables} == {
        "exchange_subject": 5,
        "exchange_delivery": 8,
        "exchange_disclosed": 0,
        "exchange_purged": 0,
    }


def test_rebuilding_finds_what_no_record_says_and_repairs_it(
    log: list[UUID], capsys: pytest.CaptureFixture[str]
) -> None:
    owner_rows("UPDATE exchange_delivery SET done_at = now() WHERE recipient_id = %s", HA_TINH_ID)
    owner_rows("DELETE FROM exchange_delivery WHERE recipient_id = %s", HUE_ID)
    with pytest.raises(SystemExit) as left:
        call_command("rebuild", "exchange")
    assert left.value.code == 1
    assert "exchange_delivery: 4 dòng; thiếu 8, thừa 4" in capsys.readouterr().out
    assert count("SELECT count(*) FROM exchange_delivery") == 4
    call_command("rebuild", "exchange", "--apply")
    assert rebuild("exchange").is_equal
    assert count("SELECT count(*) FROM exchange_delivery WHERE done_at IS NULL") == 8


def test_a_dispatch_nobody_signed_is_found(log: list[UUID]) -> None:
    owner_rows("UPDATE dispatches_dispatch SET abstract = 'sửa trộm' WHERE record_id = %s", log[0])
    (difference,) = [table for table in rebuild("dispatches").tables if not table.is_equal]
    assert (difference.table, difference.missing, difference.surplus) == ("dispatches_dispatch", 1, 1)
    assert difference.surplus_rows[0]["abstract"] == "sửa trộm"
