"""Workbooks of lists: written in the background, told how far, stopped, begun anew; they hold what the page holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.test import Client
from openpyxl import load_workbook

from phoihop.audit.models import JournalEntry
from phoihop.core.clock import now, pretend
from phoihop.core.isolation import scope
from phoihop.files.storage import has_stored
from phoihop.lists import exporting
from phoihop.lists.models import Export
from phoihop.lists.workbook import WorkbookWriter, plain
from phoihop.notify.models import Notice
from phoihop.offices.models import Position
from tests.cast import HA_TINH, NGHE_AN, position
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import issued, open_books, registered, stated

pytestmark = pytest.mark.django_db


def _ask(client: Client, key: str = "incoming", **said: Any) -> Export:
    answer = client.post(f"/lists/{key}/export/", said)
    with scope("worker"):
        return Export.objects.get(id=UUID(answer["Location"].split("/")[-2]))


def _now(export: Export) -> Export:
    with scope("worker"):
        return Export.objects.get(id=export.id)


def _fetched(client: Client, export: Export) -> list[tuple[Any, ...]]:
    answer = client.post(f"/lists/exports/{export.id}/file/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a FileResponse
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_a_workbook_holds_the_narrowed_rows_and_computes_nothing() -> None:
    open_books()
    letter = issued(stated(HA_TINH, abstract="=HYPERLINK(1)"))
    issued(stated(HA_TINH, urgency="urgent"))
    registered(letter, HA_TINH)
    clerk = client_of("vanthu", HA_TINH)
    asked = _ask(clerk, query="urgency=normal")
    assert "Chờ đến lượt" in text_of(clerk.get(f"/lists/exports/{asked.id}/"))
    exporting.run_export(asked.id)
    done = _now(asked)
    assert (done.state, done.written, done.expected) == ("done", 1, 1)
    rows = _fetched(clerk, done)
    assert len(rows) == 2
    assert rows[1][0] == 1
    assert rows[1][6] == "'=HYPERLINK(1)"
    assert "Tải tệp về" in text_of(clerk.get(f"/lists/exports/{asked.id}/"))
    assert "Văn bản đến" in text_of(clerk.get("/lists/exports/"))
    with scope("worker"):
        events = set(JournalEntry.objects.filter(subject_id=asked.id).values_list("event", flat=True))
        told = Notice.objects.get(subject_id=asked.id)
    assert events == {"lists:export:start", "lists:export:finish", "lists:export:fetch"}
    assert told.position_id == position("vanthu", HA_TINH)
    assert f"/lists/exports/{asked.id}/" in clerk.post(f"/notices/{told.id}/read/")["Location"]


@pytest.mark.parametrize("key", ["outgoing", "drafts"])
def test_every_list_can_be_written(key: str) -> None:
    open_books()
    issued(stated(HA_TINH))
    asked = _ask(client_of("vanthu", NGHE_AN), key, query="")
    exporting.run_export(asked.id)
    assert _now(asked).state == "done"


def test_only_the_chosen_rows_and_many_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 2)
    open_books()
    letters = [issued(stated(HA_TINH, abstract=f"Số {number}")) for number in range(5)]
    clerk = client_of("vanthu", HA_TINH)
    everything, some = _ask(clerk), _ask(clerk, chosen=[str(letters[0]), str(letters[3])])
    for one in (everything, some):
        exporting.run_export(one.id)
    assert [row[6] for row in _fetched(clerk, everything)[1:]] == [f"Số {number}" for number in (4, 3, 2, 1, 0)]
    assert [row[6] for row in _fetched(clerk, some)[1:]] == ["Số 3", "Số 0"]


def test_an_export_is_nobody_elses() -> None:
    asked = _ask(client_of("vanthu", HA_TINH))
    exporting.run_export(asked.id)
    for stranger in (client_of("chuyenvien", HA_TINH), client_of("vanthu", NGHE_AN)):
        for path, method in (("", "get"), ("file/", "post"), ("cancel/", "post")):
            answer = getattr(stranger, method)(f"/lists/exports/{asked.id}/{path}")
            assert (answer.status_code, answer["Location"]) == (302, "/lists/exports/")
    assert _now(asked).state == "done"
    assert client_of("quantri", HA_TINH).post("/lists/incoming/export/").status_code == 403


def test_it_can_be_stopped_and_leaves_nothing() -> None:
    clerk = client_of("vanthu", HA_TINH)
    asked = _ask(clerk)
    clerk.post(f"/lists/exports/{asked.id}/cancel/")
    exporting.run_export(asked.id)
    assert _now(asked).state == "cancelled"
    assert "Đã dừng" in text_of(clerk.get(f"/lists/exports/{asked.id}/"))


def test_stopped_while_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    open_books()
    issued(stated(HA_TINH))
    clerk = client_of("vanthu", HA_TINH)
    asked = _ask(clerk)
    append = WorkbookWriter.append

    def stop(writer: WorkbookWriter, cells: Any) -> None:
        clerk.post(f"/lists/exports/{asked.id}/cancel/")
        append(writer, cells)

    monkeypatch.setattr(WorkbookWriter, "append", stop)
    exporting.run_export(asked.id)
    assert (_now(asked).state, _now(asked).sha256) == ("cancelled", "")


def test_a_killed_one_is_begun_anew_and_the_slow_one_gives_way() -> None:
    asked = _ask(client_of("vanthu", HA_TINH))
    with scope("worker"):
        Export.objects.filter(id=asked.id).update(state="running", attempt=1, written=7)
    exporting.run_export(asked.id)
    done = _now(asked)
    assert (done.state, done.attempt, done.written) == ("done", 2, 0)


def test_who_lost_the_position_gets_nothing() -> None:
    asked = _ask(client_of("vanthu", HA_TINH))
    with scope("worker"):
        Position.objects.filter(id=position("vanthu", HA_TINH)).update(roles=["node_operator"])
    exporting.run_export(asked.id)
    found = _now(asked)
    assert found.state == "failed"
    assert "không có quyền" in found.reason


def test_a_defect_is_told_and_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    asked = _ask(client_of("vanthu", HA_TINH))
    monkeypatch.setattr(WorkbookWriter, "save", fail)
    with pytest.raises(ZeroDivisionError):
        exporting.run_export(asked.id)
    assert _now(asked).state == "failed"


def test_few_at_a_time() -> None:
    clerk = client_of("vanthu", HA_TINH)
    for _turn in range(5):
        _ask(clerk)
    assert clerk.post("/lists/incoming/export/")["Location"] == "/lists/exports/"


def test_workbooks_expire_and_a_purge_takes_them_all() -> None:
    clerk = client_of("vanthu", HA_TINH)
    first, second = _ask(clerk), _ask(clerk)
    exporting.run_export(first.id)
    with pretend(now() + exporting.KEPT_FOR * 2):
        assert exporting.clear_expired() == 1
    exporting.run_export(second.id)
    sha256 = _now(second).sha256
    with scope("worker"):
        assert exporting.needed_here([sha256, "0" * 64]) == [sha256]
        exporting.forget_workbooks({second.id})
    assert not has_stored(sha256)
    assert clerk.post(f"/lists/exports/{second.id}/file/").status_code == 302


def test_a_moment_is_the_minute_it_was_and_the_page_is_wide(tmp_path: Any) -> None:
    minutes = [datetime(2026, 11, 1, 8, minute, tzinfo=UTC) for minute in range(60)]
    with WorkbookWriter(tmp_path / "a.xlsx", "Sổ đến", ["Lúc"]) as book:
        for moment in minutes:
            book.append([moment])
        book.save()
    with ZipFile(tmp_path / "a.xlsx") as archive:
        written = re.findall(rb'<c r="A\d+" s="2"><v>([\d.]+)</v>', archive.read("xl/worksheets/sheet1.xml"))
    days = [float(one) for one in written]
    assert [int((day % 1) * 24 * 60 * 60 + 1e-5) // 60 - 15 * 60 for day in days] == list(range(60))
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_a_workbook_goes_on_in_another_sheet(tmp_path: Any) -> None:
    with WorkbookWriter(tmp_path / "a.xlsx", "Sổ: [đến]", ["Số"], rows_of_a_sheet=2) as book:
        for number in range(5):
            book.append([number])
        book.save()
    sheets = load_workbook(tmp_path / "a.xlsx").worksheets
    assert [sheet.max_row for sheet in sheets] == [3, 3, 2]


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@a", "\t=1", " =1", "\ufeff=1", "\r\n@x"])
def test_no_text_computes(text: str) -> None:
    assert str(plain(text)).startswith("'")


def _safe() -> Iterator[object]:
    yield from ("12/CV-UBND", 5, None, "")


@pytest.mark.parametrize("value", list(_safe()))
def test_what_is_harmless_stays(value: object) -> None:
    assert plain(value) == value
    assert plain("a\x00b") == "ab"
