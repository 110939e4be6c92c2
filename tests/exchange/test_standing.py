"""A node that is older than what it has sent may be read and not written; and says so wherever one looks."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Timer

import pytest
from django.test import Client

from phoihop.config.doctor_database import findings
from phoihop.config.health import readiness
from phoihop.core.errors import Unavailable
from phoihop.exchange import high_water, sequencer
from phoihop.exchange.carrying import export, import_file
from phoihop.exchange.keys import own_identity
from phoihop.exchange.standing import examine, forget_standing, restoring_mark, why_read_only
from tests import databases
from tests.cast import NGHE_AN
from tests.exchange.conftest import Pair
from tests.exchange.nodes import HUE_ID, clerk, count, issue, log_everything, owner_rows


def send(path: Path, *, documents: int = 1) -> None:
    """Issue, log and export."""
    for _ in range(documents):
        issue(clerk(NGHE_AN), [HUE_ID])
    log_everything()
    export(path, offices=[HUE_ID])


def go_back(pair: Pair) -> None:
    """Put an old database under the keys and marks of today, as an operator in a hurry would."""
    mark = pair.nghe_an.root / high_water.FILE_NAME
    kept = mark.read_bytes()
    pair.empty(pair.nghe_an)
    mark.write_bytes(kept)
    databases.point_at(pair.nghe_an.database)


def reason() -> str:
    """Why this node may not write, looked up now."""
    forget_standing()
    found = why_read_only()
    return found.code if found else ""


def test_what_leaves_is_marked_first_and_the_mark_never_falls(pair: Pair, tmp_path: Path) -> None:
    assert (high_water.highest(own_identity().incarnation_id), reason()) == (None, "")
    send(tmp_path / "1.zip", documents=2)
    mark = high_water.highest(own_identity().incarnation_id)
    assert mark is not None
    assert mark.size == 2
    high_water.raise_to(own_identity().incarnation_id, size=1, root=bytes(32))
    assert high_water.highest(own_identity().incarnation_id) == mark
    assert reason() == ""


def test_a_second_place_counts_too_and_must_be_writable(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = tmp_path / "disk"
    monkeypatch.setenv(high_water.SECOND_PLACE, str(second / "marks.json"))
    with pytest.raises(Unavailable, match="Chưa có gì rời"):
        send(tmp_path / "1.zip")
    assert not list(tmp_path.glob("1.zip*"))
    second.mkdir()
    send(tmp_path / "1.zip")
    (pair.nghe_an.root / high_water.FILE_NAME).unlink()
    pair.empty(pair.nghe_an)
    databases.point_at(pair.nghe_an.database)
    assert reason() == "log_behind"


def test_an_older_database_is_read_only_everywhere(pair: Pair, tmp_path: Path) -> None:
    send(tmp_path / "1.zip")
    go_back(pair)
    assert reason() == "log_behind"
    with pytest.raises(Unavailable, match="cũ hơn những gì đã gửi"):
        issue(clerk(NGHE_AN), [HUE_ID])
    with pytest.raises(Unavailable):
        import_file(tmp_path / "1.zip")
    assert readiness(tmp_path, tmp_path)["writable"] is False
    assert "log-behind" in [finding.code for finding in findings()]
    refused = Client().post("/dispatches/drafts/start/")
    assert (refused.status_code, "chỉ cho đọc" in refused.content.decode()) == (503, True)
    told = Client().post("/api/v1/dispatches", content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (503, "log_behind")
    assert Client().get("/accounts/login/").status_code == 200


def test_its_log_does_not_grow(pair: Pair, tmp_path: Path) -> None:
    send(tmp_path / "1.zip")
    go_back(pair)
    (pair.nghe_an.root / high_water.FILE_NAME).rename(tmp_path / "kept")
    forget_standing()
    issue(clerk(NGHE_AN), [HUE_ID])  # before the mark is back
    (tmp_path / "kept").rename(pair.nghe_an.root / high_water.FILE_NAME)
    forget_standing()
    stopping = Event()
    Timer(0.5, stopping.set).start()
    sequencer.run(stopping=stopping, beat=lambda: None)
    assert count("SELECT count(*) FROM exchange_logentry") == 0


def test_another_log_of_the_same_length_is_not_the_one_that_was_sent(pair: Pair, tmp_path: Path) -> None:
    send(tmp_path / "1.zip")
    go_back(pair)
    marks = pair.nghe_an.root / high_water.FILE_NAME
    kept = marks.read_bytes()
    marks.unlink()
    forget_standing()
    issue(clerk(NGHE_AN), [HUE_ID])
    log_everything()
    marks.write_bytes(kept)
    assert reason() == "log_differs"


@pytest.mark.parametrize("text", [b"", b"{}", b'{"format": "phoihop-high-water", "version": 2, "marks": {}}', b"\xff"])
def test_a_mark_that_cannot_be_read_is_no_mark_of_nothing(pair: Pair, text: bytes) -> None:
    marks = pair.nghe_an.root / high_water.FILE_NAME
    marks.write_bytes(text)
    assert reason() == ("" if text == b"{}" else "high_water_broken")


def test_a_restore_that_was_killed_leaves_a_node_to_be_read(pair: Pair) -> None:
    restoring_mark().write_text("{}")
    assert reason() == "restore_unfinished"
    restoring_mark().unlink()
    assert reason() == ""
    owner_rows(
        "INSERT INTO exchange_restoration (incarnation, at, backup_made_at, log_size)"
        " VALUES (gen_random_uuid(), now(), now(), 0)"
    )
    assert reason() == "restore_unfinished"


def test_a_key_the_directory_does_not_list_is_not_used(pair: Pair) -> None:
    (pair.nghe_an.root / "keys" / "node.key").unlink()
    (pair.nghe_an.root / "keys" / "node.json").unlink()
    found = examine()
    assert found is not None
    assert found.code == "node_uninitialised"
