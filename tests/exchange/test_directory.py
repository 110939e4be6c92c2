"""Directory records between two real nodes: signed elsewhere, applied at each, carried with the exchange."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from phoihop.core.clock import now, pretend
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound, PhoiHopError, Unavailable
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.exchange.carrying import export, import_file
from phoihop.exchange.directory import actions, changes, keyfile, rotation
from phoihop.exchange.directory.actions import apply_signed, change_directory, prepare_change, read_proposal
from phoihop.exchange.directory.keyfile import fingerprint, make_key, read_key
from phoihop.exchange.directory.selectors import history, load_state, signed_records
from phoihop.exchange.directory.verifying import verify_directory
from phoihop.exchange.keys import own_identity
from phoihop.exchange.models import DirectoryFork, Succession
from phoihop.exchange.receiving import receive
from phoihop.exchange.verification import verify_log
from phoihop.offices.actions import office_id
from phoihop.offices.models import IssuingBody, NodeKey, Office
from phoihop.offices.selectors import directory_version
from phoihop.offices.snapshot import Snapshot, directory
from tests.cast import HUE, NGHE_AN, NGHE_AN_PARTY, acting, directory_key
from tests.exchange.conftest import Pair
from tests.exchange.nodes import HUE_ID, NGHE_AN_ID, carried, clerk, issue, log_everything, owner_rows

RENAMED = changes.OfficeChanged(
    code=HUE.code,
    name="Văn phòng UBND TP Huế",
    short_name="VP UBND Huế",
    province_code="46",
    valid_from=date(2026, 11, 1),
)


def signed(*said: changes.Change) -> bytes:
    """A record signed at the region, not applied here."""
    return directory_key().sign(prepare_change(said).entry)


def standing_directory() -> Snapshot:
    """The directory as every page reads it."""
    with scope("worker", read_only=True):
        return directory()


def version() -> int:
    """The version named in envelopes."""
    with scope("worker", read_only=True):
        return directory_version()


def refusal(records: Sequence[bytes], **said: Any) -> PhoiHopError:
    """The error that applying gives; nothing changed."""
    before = version()
    with pytest.raises(PhoiHopError) as refused:
        apply_signed(records, **said)
    assert version() == before
    assert verify_directory() == [] or refused.value.code == "directory_forked"
    return refused.value


def test_a_change_is_signed_once_and_applied_at_each_node(pair: Pair) -> None:
    record = signed(RENAMED)
    assert standing_directory().by_code[HUE.code].name == HUE.name
    assert apply_signed([record]).numbers == (3,)
    assert standing_directory().by_code[HUE.code].name == RENAMED.name
    assert apply_signed([record]).known == 1
    with pair.hue.here():
        apply_signed([record])
        assert Office.objects.using("owner").get(code=HUE.code).name == RENAMED.name
        assert (version(), verify_directory()) == (3, [])
        assert history()[0].sentences == (f"Sửa thông tin văn phòng {HUE.code} “{RENAMED.name}”",)


def test_what_waits_names_what_is_missing(pair: Pair) -> None:
    change_directory([RENAMED], key=directory_key())
    later = signed(changes.OfficeClosed(code=NGHE_AN_PARTY.code, valid_to=date(2027, 1, 1)))
    with pair.hue.here():
        error = refusal([later])
        assert (error.code, "số 3 đến 3" in error.message) == ("directory_gap", True)


def test_a_fork_is_refused_loudly_and_kept(pair: Pair) -> None:
    one, other = signed(RENAMED), signed(changes.OfficeClosed(code=HUE.code, valid_to=date(2027, 1, 1)))
    apply_signed([one])
    error = refusal([other])
    assert (error.code, "CẢNH BÁO" in error.message) == ("directory_forked", True)
    assert [fork.number for fork in DirectoryFork.objects.using("owner").all()] == [3]
    assert "rẽ nhánh" in verify_directory()[0]


def test_wrong_keys_flipped_bits_and_what_is_no_record_leave_nothing(pair: Pair) -> None:
    record = signed(RENAMED)
    stranger = make_key().sign(prepare_change([RENAMED]).entry)
    assert refusal([stranger]).code == "directory_signature"
    assert refusal([record[:-8] + b"AAAAAAAA"]).code == "directory_signature"
    assert refusal([b"nothing"]).code == "directory_malformed"
    assert refusal([record, b"a.b.c"]).code == "directory_malformed"


def test_a_new_node_joins_by_the_fingerprint_alone(pair: Pair) -> None:
    whole = signed_records()
    with pair.hue.here():
        owner_rows("DELETE FROM exchange_directoryrecord")
        assert refusal(whole).code == "directory_untrusted"
        assert refusal(whole, trusted="0000 1111").code == "directory_foreign"
        assert refusal(whole[1:], trusted=fingerprint(directory_key().public)).code == "directory_foreign"
        assert apply_signed(whole, trusted=fingerprint(directory_key().public)).numbers == (1, 2)
        assert verify_directory() == []


def test_the_directory_travels_with_the_exchange(pair: Pair, tmp_path: Path) -> None:
    change_directory([RENAMED], key=directory_key())
    issue(clerk(NGHE_AN), [HUE_ID])
    log_everything()
    export(tmp_path / "a.zip", offices=[HUE_ID])
    with pair.hue.here():
        imported = import_file(tmp_path / "a.zip")
        assert (imported.directory, imported.received.counts) == ((3,), {"applied": 1})
        assert import_file(tmp_path / "a.zip").directory == ()
        assert Office.objects.using("owner").get(code=HUE.code).name == RENAMED.name


def test_a_file_with_another_directory_is_refused_whole(pair: Pair, tmp_path: Path) -> None:
    change_directory([RENAMED], key=directory_key())
    issue(clerk(NGHE_AN), [HUE_ID])
    log_everything()
    export(tmp_path / "a.zip", offices=[HUE_ID])
    with pair.hue.here():
        change_directory(
            [changes.OfficeClosed(code=NGHE_AN_PARTY.code, valid_to=date(2027, 1, 1))], key=directory_key()
        )
        with pytest.raises(Conflict, match="CẢNH BÁO"):
            import_file(tmp_path / "a.zip")
        assert owner_rows("SELECT count(*) FROM exchange_record") == [(0,)]


def test_two_keys_overlap_and_what_the_old_one_signed_stays_good(pair: Pair) -> None:
    early = carried_after_issue(pair)
    old = own_identity().public_key
    since = now() + timedelta(hours=1)
    plan = rotation.rotate(since=since, overlap=timedelta(days=30), state=load_state())
    record = signed(*plan)
    apply_signed([record])
    assert not rotation.switch_if_due()
    assert own_identity().public_key == old
    with pretend(since + timedelta(minutes=1)):
        assert rotation.switch_if_due()
        assert own_identity().public_key != old
        later = carried_after_issue(pair)
        with pair.hue.here():
            assert receive(later[-1:]).counts == {"refused": 1}
            apply_signed([record])
            assert receive(later[-1:]).counts == {"applied": 1}
    with pretend(since + timedelta(days=300)), pair.hue.here():
        assert receive(early).counts == {"applied": 1}
        assert NodeKey.objects.using("owner").get(public_key=old).valid_to == since + timedelta(days=30)
    log_everything()
    assert verify_log().problems == []


def carried_after_issue(pair: Pair) -> list[Any]:
    """One more document of Nghệ An for Huế, and all that would be sent."""
    issue(clerk(NGHE_AN), [HUE_ID])
    return carried(pair.nghe_an.root / "carried.zip")


def test_a_key_not_in_the_directory_may_not_speak(pair: Pair) -> None:
    node, key = own_identity().node_id, own_identity().public_key.hex()
    change_directory([changes.KeyRetired(node=node, key=key, valid_to=now() + timedelta(hours=1))], key=directory_key())
    with pretend(now() + timedelta(hours=2)), pytest.raises(Unavailable, match="không còn"):
        issue_forgetting(pair)


def issue_forgetting(pair: Pair) -> None:
    """Issue at a process that has not looked at its standing yet."""
    from phoihop.exchange.standing import forget_standing

    forget_standing()
    issue(clerk(NGHE_AN), [HUE_ID])


def test_rows_that_were_tampered_with_are_seen_and_put_right(pair: Pair) -> None:
    owner_rows("UPDATE offices_office SET name = 'khác' WHERE code = %s", HUE.code)
    owner_rows("UPDATE offices_issuingbody SET notation = 'X' WHERE office_id = %s", HUE_ID)
    owner_rows(
        "INSERT INTO offices_nodekey (id, node_id, incarnation, public_key, valid_from)"
        " SELECT gen_random_uuid(), node_id, %s, %s, now() FROM offices_office WHERE code = %s",
        new_id(),
        bytes(range(32)),
        HUE.code,
    )
    assert "3 mục" in verify_directory()[0]
    owner_rows("DELETE FROM offices_nodekey WHERE public_key = %s", bytes(range(32)))
    call_command("directory", "verify", "--repair")
    assert verify_directory() == []
    owner_rows("UPDATE exchange_directoryrecord SET signed = signed || 'x' WHERE number = 1")
    assert verify_directory() != []


def test_a_merged_office_is_gone_on_the_next_day_and_its_body_goes_on(pair: Pair) -> None:
    bodies = tuple(body.code for body in NGHE_AN_PARTY.bodies)
    day = now().date()
    merged = changes.OfficeMerged(code=NGHE_AN_PARTY.code, into=NGHE_AN.code, valid_to=day, bodies=bodies)
    change_directory([merged], key=directory_key())
    body = IssuingBody.objects.using("owner").get(code=bodies[0])
    assert (body.office_id, body.valid_to) == (NGHE_AN_ID, None)
    row = Succession.objects.using("owner").get()
    assert (row.office_id, row.successor_id) == (office_id(NGHE_AN_PARTY.code), NGHE_AN_ID)
    with pretend(now() + timedelta(days=2)):
        assert NGHE_AN_PARTY.code not in standing_directory().by_code
        assert standing_directory().body_by_code[NGHE_AN_ID, bodies[0]].id == body.id
    assert verify_directory() == []


def test_only_a_node_operator_applies_on_a_page(pair: Pair) -> None:
    record = signed(RENAMED)
    with pytest.raises(Forbidden):
        apply_signed([record], by=clerk(NGHE_AN))
    apply_signed([record], by=acting("vanhanh", NGHE_AN))
    assert owner_rows("SELECT event, detail::text FROM audit_journalentry") == [
        ("exchange:directory:apply", '{"versions": [3]}')
    ]


def test_the_key_signs_one_record_for_one_version(tmp_path: Path, pair: Pair) -> None:
    key = keyfile.RegionKey(directory_key().private, tmp_path / "region.key")
    first = prepare_change([RENAMED]).entry
    assert key.sign(first) == key.sign(first)
    with pytest.raises(Conflict, match="đã ký"):
        key.sign(prepare_change([RENAMED], reason="khác").entry)


def test_key_files_are_private_and_may_have_a_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "region.key"
    made = make_key(path, passphrase=b"mot hai ba")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path, passphrase=b"mot hai ba").public == made.public
    for wrong in (b"", b"sai"):
        with pytest.raises(Forbidden):
            read_key(path, passphrase=wrong)
    with pytest.raises(Conflict):
        make_key(path)
    path.chmod(0o644)
    with pytest.raises(Unavailable):
        read_key(path)
    with pytest.raises(NotFound):
        read_key(tmp_path / "none.key")


def test_by_command_from_the_founding_to_the_second_node(
    pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*said: object) -> str:
        call_command("directory", *map(str, said))
        return capsys.readouterr().out

    owner_rows("TRUNCATE exchange_directoryrecord")
    key, spare = tmp_path / "region.key", tmp_path / "spare.key"
    assert "chưa có danh bạ" in run("show")
    mark = fingerprint(read_mark(run("init", "--key-file", key, "--name", "Vùng thử"), key))
    with pytest.raises(Conflict, match="đã có danh bạ"):
        run("init", "--key-file", key, "--name", "Vùng thử")
    with pair.hue.here():
        call_command("node", "card")
        card = tmp_path / "hue.json"
        card.write_text(capsys.readouterr().out)
    run("successor", "--key-file", spare)
    announced = tmp_path / "successor.json"
    announced.write_text(json.dumps([{"kind": "successor_announced", "key": read_key(spare).public}]))
    run("propose", "--change", announced, "--to-file", tmp_path / "1.json", "--by", "Vận hành", "--reason", "dự phòng")
    run("sign", tmp_path / "1.json", "--key-file", key, "--to-file", tmp_path / "1.signed")
    assert "bản số 2" in run("apply", tmp_path / "1.signed")
    key.unlink()  # lost: the successor signs its own activation
    run("propose", "--activate-successor", "--to-file", tmp_path / "2.json")
    run("sign", tmp_path / "2.json", "--key-file", spare, "--to-file", tmp_path / "2.signed")
    assert json.loads(run("apply", tmp_path / "2.signed", "--json"))["version"] == 3
    assert read_key(spare).public == json.loads(run("show", "--json"))["key"]
    run("history", "--to-file", tmp_path / "whole.jws")
    with pair.hue.here():
        owner_rows("TRUNCATE exchange_directoryrecord")
        assert "Đã áp dụng 3 bản" in run("apply", tmp_path / "whole.jws", "--fingerprint", mark)
    assert "Công bố khóa kế nhiệm" in run("history")


def read_mark(_said: str, key: Path) -> str:
    """The public key that was made."""
    return read_key(key).public


def test_proposals_that_are_none_are_refused(pair: Pair, tmp_path: Path) -> None:
    for text in (b"", b"{}", b"[]", b"\xff\xfe", b'{"format": "phoihop-directory-proposal", "version": 1}'):
        with pytest.raises(Invalid):
            read_proposal(text)
    preview = prepare_change([RENAMED])
    assert read_proposal(preview.proposal) == preview.entry
    (tmp_path / "change.json").write_text('[{"kind": "office_closed", "code": "A", "valid_to": "ngày mai"}]')
    with pytest.raises(Invalid, match=r"0\.office_closed\.valid_to"):
        call_command(
            "directory", "propose", "--change", str(tmp_path / "change.json"), "--to-file", str(tmp_path / "p.json")
        )
    with pytest.raises(Invalid, match="Chưa nêu thay đổi"):
        call_command("directory", "propose", "--to-file", str(tmp_path / "p.json"))
    assert actions.prepare_change([RENAMED]).entry.number == 3
    connections["owner"].close()
