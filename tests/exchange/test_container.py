"""Files that carry records: those we write are read, and anything else is refused whole, in plain words."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.exchange import container
from phoihop.exchange.admission import MAX_MEMBERS
from phoihop.exchange.cards import own_card, read_card
from phoihop.exchange.carrying import export, import_file
from phoihop.exchange.container import MANIFEST, RECORDS, Reader
from tests.cast import HA_TINH, HUE, NGHE_AN
from tests.exchange.conftest import Pair
from tests.exchange.nodes import HA_TINH_ID, HUE_ID, clerk, count, issue, log_everything


@pytest.fixture(scope="module")
def good_file(standing: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good file for Huế with two records."""
    path = tmp_path_factory.mktemp("files") / "good.zip"
    with standing.nghe_an.here():
        issue(clerk(NGHE_AN), [HUE_ID, HA_TINH_ID])
        issue(clerk(HA_TINH), [HUE_ID])
        log_everything()
        assert export(path, offices=[HUE_ID]).records == 2
    return path


@pytest.fixture
def file(good_file: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    path = tmp_path / "good.zip"
    path.write_bytes(good_file.read_bytes())
    return path


def _rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    changed = path.with_name("changed.zip")
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return changed


def _with_manifest(members: dict[str, bytes], **said: object) -> None:
    members[MANIFEST] = json.dumps(json.loads(members[MANIFEST]) | said).encode()


def _with_records(members: dict[str, bytes], lines: bytes) -> None:
    members[RECORDS] = lines
    _with_manifest(members, records_sha256=hashlib.sha256(lines).hexdigest(), records=lines.count(b"\n"))


def _refused(pair: Pair, path: Path) -> str:
    with pair.hue.here():
        with pytest.raises(Invalid) as refused:
            import_file(path)
        assert refused.value.remedy
        assert count("SELECT count(*) FROM exchange_record") == 0
        return refused.value.code


def test_a_good_file_is_read(standing: Pair, file: Path) -> None:
    with Reader(file) as reader:
        reader.check_whole()
        assert len(list(reader.records())) == reader.manifest.records == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda members: members.pop(MANIFEST),
        lambda members: members.pop(RECORDS),
        lambda members: members.update({"../../etc/passwd": b"x"}),
        lambda members: members.update({MANIFEST: b"{}"}),
        lambda members: members.update({MANIFEST: b"\xff\xfe"}),
        lambda members: members.update({RECORDS: members[RECORDS][:-30]}),
        lambda members: members.update({"attachments/" + "0" * 64: b"not that hash"}),
        lambda members: _with_records(members, members[RECORDS].rstrip(b"\n")),
        lambda members: _with_records(members, members[RECORDS] + b"\n"),
        lambda members: _with_records(members, members[RECORDS] + b'{"envelope": 1}\n'),
        lambda members: _with_records(members, b"[" * 100_000 + b"\n"),
        lambda members: _with_records(members, b"x" * 2_000_000 + b"\n"),
        lambda members: _with_manifest(members, records=3),
        lambda members: _with_manifest(members, format="something else"),
        lambda members: _with_manifest(members, surprise=True),
    ],
)
def test_a_damaged_file_is_refused_whole(
    standing: Pair, file: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    assert _refused(standing, _rewritten(file, change)) == "container_broken"


def test_a_file_of_tomorrow_asks_for_an_upgrade(standing: Pair, file: Path) -> None:
    assert (
        _refused(standing, _rewritten(file, lambda members: _with_manifest(members, version=2))) == "container_version"
    )


def test_a_file_for_another_node_is_refused(standing: Pair, tmp_path: Path) -> None:
    with standing.nghe_an.here():
        issue(clerk(NGHE_AN), [HA_TINH_ID])
        log_everything()
        export(tmp_path / "other.zip", offices=[HA_TINH_ID])
    assert _refused(standing, tmp_path / "other.zip") == "not_for_this_node"


def test_a_bomb_is_refused_before_it_fills_anything(standing: Pair, file: Path) -> None:
    bomb = _rewritten(file, lambda members: _with_records(members, members[RECORDS] * 20_000))
    assert bomb.stat().st_size < 1_000_000
    assert _refused(standing, bomb) == "container_too_large"


def test_doubled_encrypted_and_foreign_members_are_refused(standing: Pair, file: Path) -> None:
    doubled = file.with_name("doubled.zip")
    doubled.write_bytes(file.read_bytes())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(doubled, "a") as archive:
        archive.writestr(RECORDS, b"")
    assert _refused(standing, doubled) == "container_broken"
    locked = file.with_name("locked.zip")
    raw = bytearray(file.read_bytes())
    entry = raw.index(b"PK\x01\x02")
    raw[entry + 8] |= 1
    locked.write_bytes(bytes(raw))
    assert _refused(standing, locked) == "container_broken"
    packed = file.with_name("packed.zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(MANIFEST, b"{}")
    assert _refused(standing, packed) == "container_broken"


def test_what_is_no_file_of_ours_at_all_is_refused(standing: Pair, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.zip"
    garbage.write_bytes(bytes(range(256)) * 50)
    assert _refused(standing, garbage) == "container_broken"
    garbage.write_bytes(b"")
    assert _refused(standing, garbage) == "container_broken"
    with standing.hue.here(), pytest.raises(Invalid, match="Không có tệp"):
        import_file(tmp_path / "nowhere.zip")


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_cut_or_flipped_file_is_read_as_it_was_or_not_at_all(standing: Pair, file: Path, data: st.DataObject) -> None:
    whole = file.read_bytes()
    damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole)
    for _ in range(data.draw(st.integers(0, 3)) if damaged else 0):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path = file.with_name("damaged.zip")
    path.write_bytes(bytes(damaged))
    with Reader(file) as good:
        expected = list(good.records())
    try:
        with Reader(path) as reader:
            reader.check_whole()
            assert list(reader.records()) == expected
    except Invalid:
        assert bytes(damaged) != whole


def test_an_export_replaces_no_file_and_leaves_no_half(standing: Pair, file: Path) -> None:
    with standing.nghe_an.here(), pytest.raises(Conflict):
        export(file, offices=[HUE_ID])
    assert not list(file.parent.glob("*.part"))


def test_the_limits_fit_each_other() -> None:
    assert container.MAX_LINE_BYTES > 256 * 1024 * 4 // 3 + 256 * 1024 + MAX_MEMBERS * 40


def test_cards_and_files_by_command(pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    issue(clerk(NGHE_AN), [HUE_ID])
    log_everything()
    path = tmp_path / "to-hue.zip"
    call_command("exchange", "export", "--to-file", str(path), "--to-node", "may-hue")
    assert "Đã ghi 1 bản ghi" in capsys.readouterr().out
    call_command("exchange", "export", "--to-file", str(tmp_path / "2.zip"), "--for-office", HUE.code, "--since", "1")
    assert "Đã ghi 0 bản ghi" in capsys.readouterr().out
    with pytest.raises(NotFound, match="KHONG-CO"):
        call_command("exchange", "export", "--to-file", str(tmp_path / "3.zip"), "--for-office", "KHONG-CO")
    call_command("node", "card")
    card = read_card(capsys.readouterr().out)
    assert (card, card.fingerprint) == (own_card(), own_card().fingerprint)
    with pair.hue.here():
        call_command("exchange", "import", str(path), "--json")
        assert json.loads(capsys.readouterr().out)["outcomes"] == {"applied": 1}
        call_command("exchange", "set-aside")
        call_command("exchange", "retry")
        assert "0 bản ghi để riêng" in capsys.readouterr().out


def test_what_is_no_card_is_refused(standing: Pair) -> None:
    with standing.nghe_an.here():
        own = own_card()
    for broken in ("", "{}", own.model_dump_json().replace(own.key, "AAAA")):
        with pytest.raises(Invalid):
            read_card(broken)
