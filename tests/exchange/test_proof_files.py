"""A proof leaves the node and is checked without it; whatever is changed in it is refused by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.core.errors import Conflict, NotFound
from phoihop.core.isolation import scope
from phoihop.exchange import checkpoint
from phoihop.exchange.actions import give_receipts
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.directory.actions import change_directory
from phoihop.exchange.directory.changes import HostingMoved, KeyAdded
from phoihop.exchange.directory.keyfile import fingerprint
from phoihop.exchange.keys import NodeIdentity, own_identity
from phoihop.exchange.proofs import checker, form, wording
from phoihop.exchange.proofs.checking import Checked, Refused, check
from phoihop.exchange.proofs.proving import Wanted, prove_consistency, prove_records
from phoihop.exchange.sequencer import sequence
from tests.cast import HA_TINH, LONG_AGO, NGHE_AN, OTHER_NODE, directory_key
from tests.exchange.nodes import HA_TINH_ID, HUE_ID, clerk, issue, log_everything, owner_rows

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def log(fresh_database: str) -> list[UUID]:
    """Eight records in the order of the log, under five checkpoints."""
    for size in (1, 3, 2):
        for _ in range(size):
            subject = issue(clerk(NGHE_AN), [HA_TINH_ID, HUE_ID])
        log_everything()
    for state in (ReceiptState.REGISTERED, ReceiptState.SEEN):
        give_receipts([(subject, state, "")], by=clerk(HA_TINH))
        log_everything()
    return [one for (one,) in owner_rows("SELECT record_id FROM exchange_logentry ORDER BY index")]


def proof_of(*records: UUID, with_body: bool = False, at_size: int = 0) -> bytes:
    with scope("worker", read_only=True):
        return prove_records([Wanted(one, with_body=with_body) for one in records], at_size=at_size)


def continued(old: str | int, new: int = 0) -> bytes:
    with scope("worker", read_only=True):
        return prove_consistency(old, new)


def notes() -> list[str]:
    return [note for (note,) in owner_rows("SELECT note FROM exchange_checkpoint ORDER BY size")]


def refused(data: bytes, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        check(data, **options)
    return caught.value


def test_every_record_is_proved_against_every_checkpoint_that_covers_it(log: list[UUID]) -> None:
    for index, record in enumerate(log):
        for size in (one.checkpoint.size for one in map(checkpoint.parse, notes())):
            found = check(proof_of(record, at_size=size)).records[0]
            assert found.about.record == str(record)
            assert found.about.index == index
            assert found.checkpoint.size == next(n for n in (1, 4, 6, 7, 8) if n >= max(size, index + 1))


def test_what_is_proved_is_said(log: list[UUID]) -> None:
    found = check(proof_of(log[0])).records[0]
    assert (found.about.office_code, found.about.office_name) == (NGHE_AN.code, NGHE_AN.name)
    assert found.about.kind == "dispatch.issued 1"
    assert found.body is None


def test_a_body_goes_along_only_when_asked_for(log: list[UUID]) -> None:
    assert "body" not in json.loads(proof_of(log[0]))["records"][0]
    found = check(proof_of(log[0], with_body=True)).records[0]
    assert found.body["abstract"] == "V/v phòng, chống bão"


def test_a_purged_body_leaves_the_proof(log: list[UUID]) -> None:
    owner_rows("DELETE FROM exchange_recordbody WHERE record_id = %s", log[0])
    assert check(proof_of(log[0])).records
    with pytest.raises(Conflict):
        proof_of(log[0], with_body=True)


def test_many_records_share_one_file(log: list[UUID]) -> None:
    found = check(proof_of(*reversed(log)))
    assert [one.about.record for one in found.records] == [str(one) for one in reversed(log)]
    assert len(found.checkpoints) == 5


def test_a_record_unknown_or_not_yet_logged_is_told_apart(log: list[UUID]) -> None:
    with pytest.raises(NotFound):
        proof_of(uuid4())
    subject = issue(clerk(NGHE_AN), [HUE_ID])
    (record,) = owner_rows("SELECT id FROM exchange_record WHERE subject_id = %s", subject)[0]
    with pytest.raises(Conflict, match="chưa vào nhật ký"):
        proof_of(record)


def test_a_log_that_was_changed_proves_nothing(log: list[UUID]) -> None:
    owner_rows("UPDATE exchange_logentry SET leaf = sha256('x') WHERE index = 2")
    with pytest.raises(Conflict, match="Đường băm không khớp"):
        proof_of(log[1])
    assert check(proof_of(log[0])).records  # under an earlier checkpoint, which does not reach that far


def test_each_pair_of_checkpoints_is_consistent(log: list[UUID]) -> None:
    sizes = [checkpoint.parse(note).checkpoint.size for note in notes()]
    for old, size in zip(notes(), sizes, strict=True):
        for new in (one for one in sizes if one >= size):
            about = check(continued(old, new), kept=[old]).consistency
            assert about is not None
            assert (about.old_size, about.new_size) == (size, new)
            assert check(continued(size, new)).consistency == about


def test_an_auditors_checkpoint_stands_against_a_log_made_again(log: list[UUID]) -> None:
    kept = notes()[2]
    owner_rows("DELETE FROM exchange_logentry")
    owner_rows("DELETE FROM exchange_checkpoint")
    owner_rows("DELETE FROM exchange_recordbody WHERE record_id = %s", log[1])
    owner_rows("DELETE FROM exchange_record WHERE id = %s", log[1])
    sequence(batch=6)
    log_everything()
    with pytest.raises(Conflict, match="không khớp nhật ký ở đây"):
        continued(kept)
    assert refused(proof_of(log[0]), kept=[kept]).code == "two_histories"


def test_a_checkpoint_of_elsewhere_is_not_what_the_file_is_about(log: list[UUID]) -> None:
    assert refused(continued(4, 7), kept=[notes()[-1]]).code == "kept_elsewhere"
    assert refused(continued(4, 7), kept=["nothing"]).code == "kept_malformed"


def test_each_incarnation_has_its_own_tree(log: list[UUID]) -> None:
    before = own_identity()
    later = NodeIdentity(before.node_id, uuid4(), Ed25519PrivateKey.generate())
    owner_rows("DELETE FROM exchange_logentry WHERE index >= 6")
    owner_rows("DELETE FROM exchange_checkpoint WHERE size > 6")
    _add_key(later)
    sequence(later)
    first, second = (check(proof_of(one)).records[0] for one in (log[5], log[6]))
    assert (first.about.index, first.about.size) == (5, 6)
    assert (second.about.index, second.about.size) == (0, 2)
    assert first.about.log != second.about.log
    old = notes()[-1]
    with pytest.raises(NotFound):
        continued(old, 8)
    new = next(note for note in notes() if second.about.log in note)
    said = json.loads(continued(old))
    said["new"] = new
    assert refused(json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n").code == "other_log"


def _add_key(identity: NodeIdentity) -> None:
    added = KeyAdded(
        node=identity.node_id,
        incarnation=identity.incarnation_id,
        key=identity.public_key.hex(),
        valid_from=LONG_AGO,
    )
    change_directory([added], key=directory_key())


# -- what the checker is given -----------------------------------------------------------------------------------------


def test_only_the_founding_key_that_is_trusted_will_do(log: list[UUID]) -> None:
    data = proof_of(log[0])
    assert check(data).is_trusted is None
    assert check(data, trusted=[fingerprint(directory_key().public)]).is_trusted is True
    assert check(data, trusted=["ab" * 16, directory_key().public]).is_trusted is True
    problem = refused(data, trusted=["ab" * 16])
    assert (problem.part, problem.code) == ("trust", "key_untrusted")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda said: said["records"][0].update(index=1), "path"),
        (lambda said: said["records"][0]["path"].pop(), "path"),
        (lambda said: said["records"][0].update(body="QUJD"), "body"),
        (lambda said: said["records"][0].update(files=[{"number": 1, "salt": "0" * 32, "sha256": "0" * 64}]), "file"),
        (lambda said: said["records"][0]["about"].update(office_name="Văn phòng khác"), "about"),
        (lambda said: said.update(checkpoints=said["checkpoints"] * 2), "form"),
        (lambda said: said.update(directory=[]), "directory"),
        (lambda said: said.update(directory=said["directory"][:1] * 2), "directory"),
        (lambda said: said.update(hint="thêm"), "form"),
        (
            lambda said: said["checkpoints"].__setitem__(0, said["checkpoints"][0].replace("\n4\n", "\n5\n")),
            "checkpoint",
        ),
        (lambda said: said["records"][0].update(envelope=said["records"][0]["envelope"][:-4] + "AAAA"), "record"),
    ],
)
def test_the_part_that_does_not_fit_is_named(
    log: list[UUID], change: Callable[[dict[str, Any]], object], part: str
) -> None:
    said = json.loads(proof_of(log[2], with_body=True))
    change(said)
    data = json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"
    assert refused(data).part == part


def test_a_record_of_another_node_than_the_offices_host_is_refused(log: list[UUID]) -> None:
    moved = HostingMoved(office=NGHE_AN.code, node=OTHER_NODE, valid_from=LONG_AGO)
    change_directory([moved], key=directory_key())
    with pytest.raises(Conflict, match="không phục vụ văn phòng này"):
        proof_of(log[0])


# -- one bit -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    """Proof files made once, for tests that only read them."""

    record: bytes
    consistency: bytes


@pytest.fixture
def made(log: list[UUID]) -> Made:
    return Made(proof_of(log[4], with_body=True), continued(4, 7))


def flipped(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


def test_a_bit_changed_in_any_byte_is_refused(made: Made) -> None:
    for data in (made.record, made.consistency):
        for at in range(len(data)):
            problem = refused(flipped(data, at, at % 8))
            assert problem.part in wording.PARTS


def test_any_bits_changed_are_refused_with_a_sentence(made: Made) -> None:
    @settings(max_examples=600, deadline=None)
    @given(
        st.sampled_from([made.record, made.consistency]),
        st.lists(st.tuples(st.integers(0), st.integers(0, 7)), min_size=1, max_size=3),
    )
    def all_refused(data: bytes, places: list[tuple[int, int]]) -> None:
        changed = data
        for at, bit in places:
            changed = flipped(changed, at % len(data), bit)
        if changed != data:
            sentence = wording.refusal(refused(changed))
            assert sentence.endswith(".")

    all_refused()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_anything_else_is_refused(data: bytes) -> None:
    assert refused(data).part == "form"


@pytest.mark.parametrize("end", [0, 1, 100, -1])
def test_a_file_cut_short_is_refused(made: Made, end: int) -> None:
    assert refused(made.record[:end]).part == "form"


def test_nesting_and_size_are_bounded() -> None:
    assert refused(b"[" * 100_000).part == "form"
    assert refused(b" " * (form.MAX_FILE_BYTES + 1)).part == "form"


# -- commands ----------------------------------------------------------------------------------------------------------


def elsewhere(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command on a machine that has the program and nothing else."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(checker.__file__).parents[3]), "HOME": str(cwd)}
    return subprocess.run(
        [sys.executable, "-m", "phoihop.config.command", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_file_is_checked_where_there_is_no_installation(log: list[UUID], tmp_path: Path) -> None:
    file = tmp_path / "van-ban.json"
    call_command("log", "prove", str(log[2]), "--with-body", "--to-file", str(file))
    away = tmp_path / "away"
    away.mkdir()
    done = elsewhere(
        "log", "check", str(file), "--json", "--trusted-key", fingerprint(directory_key().public), cwd=away
    )
    said = json.loads(done.stdout)
    assert (done.returncode, said["sound"], said["files"][0]["key_trusted"]) == (0, True, True)
    assert said["files"][0]["records"][0]["record"] == str(log[2])
    assert list(away.iterdir()) == []
    file.write_bytes(flipped(file.read_bytes(), 700, 0))
    done = elsewhere("log", "check", str(file), cwd=away)
    assert done.returncode == 1
    assert "✗ Không chứng thực được." in done.stdout
    assert elsewhere("log", "check", "khong-co.json", cwd=away).returncode == 2


def test_checking_loads_no_database(tmp_path: Path) -> None:
    code = (
        "import sys; from phoihop.exchange.proofs import checker;"
        "assert checker.main(['x.json']) == 2;"
        "print([name for name in sys.modules if name.startswith(('django.db', 'psycopg', 'phoihop.exchange.models'))])"
    )
    environment = {"PYTHONPATH": str(Path(checker.__file__).parents[3]), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_commands_prove_check_and_keep(log: list[UUID], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, proof, between = tmp_path / "giu.txt", tmp_path / "b.json", tmp_path / "noi.json"
    call_command("log", "checkpoint", "--to-file", str(kept))
    issue(clerk(NGHE_AN), [HUE_ID])
    log_everything()
    subject = owner_rows("SELECT subject_id FROM exchange_record WHERE id = %s", log[-1])[0][0]
    call_command("log", "prove", str(subject), "--checkpoint", str(kept), "--to-file", str(proof))
    call_command("log", "prove-consistency", str(kept), "--to-file", str(between))
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        call_command("log", "check", str(proof), str(between), "--checkpoint", str(kept))
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert "9 mục" in said
    assert "nối tiếp đúng 8 mục" in said
    assert "do Văn phòng UBND tỉnh Hà Tĩnh (HT-VPUBND)" in said


def test_a_witness_is_named_and_a_strangers_line_is_left_out(log: list[UUID]) -> None:
    own = own_identity()
    witness = NodeIdentity(own.node_id, uuid4(), Ed25519PrivateKey.generate())
    _add_key(witness)
    name = checkpoint.origin_of(witness.node_id, witness.incarnation_id)
    note = checkpoint.countersign(notes()[0], witness.key, name=name)
    owner_rows(
        "UPDATE exchange_checkpoint SET note = %s WHERE size = 1", checkpoint.countersign(note, own.key, name="la")
    )
    found: Checked = check(proof_of(log[0]))
    assert found.records[0].witnesses == (name,)
