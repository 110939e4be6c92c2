"""The folder shared with other software: what is whole is taken once, what stops half-way goes on, nothing is lost."""

from __future__ import annotations

import io
import json
import os
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from phoihop.dispatches.edxml import EdxmlStatus, StatusCode, read
from phoihop.dispatches.models import Dispatch, Quarantined
from phoihop.dispatches.watching import Folder
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches.edxml.messages import Message
from tests.dispatches.papers import issued, office_of, open_books, registered, stated

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "edxml")
    made.prepare()
    return made


def drop(folder: Folder, name: str, data: bytes, *, age: float = 60, place: str = "in") -> Path:
    path = folder[place] / name
    path.write_bytes(data)
    os.utime(path, (time.time() - age,) * 2)
    return path


def watch(folder: Folder) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command(
        "dispatches", "watch-folder", str(folder.root), "--office", NGHE_AN.code, "--once", "--json", stdout=out
    )
    return [json.loads(line) for line in out.getvalue().splitlines()]


def names(folder: Folder, place: str) -> list[str]:
    return sorted(path.name for path in folder[place].iterdir())


def test_files_are_taken_in_and_put_where_they_belong(folder: Folder) -> None:
    open_books()
    drop(folder, "a.edxml", Message().data())
    drop(folder, "b.edxml", b"khong phai edXML")
    drop(folder, "c.edxml", b"")
    assert [line["outcome"] for line in watch(folder)] == ["imported", "quarantined", "quarantined"]
    assert names(folder, "done") == ["a.edxml"]
    assert names(folder, "quarantine") == ["b.edxml", "b.edxml.txt", "c.edxml", "c.edxml.txt"]
    assert "edXML" in (folder["quarantine"] / "b.edxml.txt").read_text("utf-8")
    assert names(folder, "in") == names(folder, "work") == []
    with office_of("vanthu", NGHE_AN):
        assert Dispatch.objects.get().origin == "edxml"
        assert Quarantined.objects.count() == 1


def test_the_same_file_twice_is_one_document(folder: Folder) -> None:
    drop(folder, "a.edxml", Message().data())
    drop(folder, "b.edxml", Message().data())
    assert [line["outcome"] for line in watch(folder)] == ["imported", "known"]
    drop(folder, "a.edxml", Message().data())
    assert [line["outcome"] for line in watch(folder)] == ["known"]
    assert names(folder, "done") == ["a (2).edxml", "a.edxml", "b.edxml"]


def test_what_is_still_being_written_is_left_alone(folder: Folder) -> None:
    drop(folder, "new.edxml", Message().data()[:500], age=0)
    drop(folder, "x.edxml.part", Message().data())
    drop(folder, ".hidden.edxml", Message().data())
    (folder["in"] / "link.edxml").symlink_to("/etc/hostname")
    assert watch(folder) == []
    assert len(names(folder, "in")) == 4


@pytest.mark.parametrize("committed", [False, True])
def test_an_import_that_was_stopped_goes_on(folder: Folder, committed: bool) -> None:
    """Stopped before its transaction committed, or between the commit and the move of the file."""
    if committed:
        drop(folder, "first.edxml", Message().data())
        watch(folder)
    drop(folder, "a.edxml", Message().data(), place="work")
    assert [line["outcome"] for line in watch(folder)] == ["known" if committed else "imported"]
    assert "a.edxml" in names(folder, "done")
    with office_of("vanthu", NGHE_AN):
        assert Dispatch.objects.count() == 1


def test_states_go_out_once_each(folder: Folder) -> None:
    open_books()
    drop(folder, "a.edxml", Message().data())
    (taken,) = watch(folder)

    def codes() -> list[StatusCode]:
        found = [read(path.read_bytes()) for path in sorted(folder["out"].glob("*.edxml"))]
        return [one.status_code for one in found if isinstance(one, EdxmlStatus)]

    assert codes() == [StatusCode.ARRIVED]
    for path in folder["out"].iterdir():
        path.unlink()
    watch(folder)
    assert codes() == []
    registered(UUID(taken["dispatch"]), NGHE_AN)
    watch(folder)
    assert codes() == [StatusCode.ACCEPTED]
    assert not [name for name in names(folder, "out") if name.endswith(".part")]


def test_one_watcher_at_a_time(folder: Folder) -> None:
    with folder.held(), pytest.raises(Exception, match="đang được"):
        watch(folder)


def test_documents_are_exported_by_command(tmp_path: Path) -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    call_command(
        "dispatches", "export-edxml", str(letter), "--office", NGHE_AN.code, "--to", str(tmp_path / "ra"),
        stdout=io.StringIO(),
    )  # fmt: skip
    (path,) = (tmp_path / "ra").iterdir()
    assert read(path.read_bytes())
    with pytest.raises(CommandError):
        call_command(
            "dispatches", "export-edxml", str(letter), "--office", "NA-VPTU", "--to", str(tmp_path),
            stdout=io.StringIO(),
        )  # fmt: skip
