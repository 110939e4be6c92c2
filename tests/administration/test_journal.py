"""The journal: reading, printing and exporting stand in it, and an office finds its own entries and no others."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pytest
from openpyxl import load_workbook

from phoihop.audit.models import JournalEntry
from phoihop.core.clock import now, pretend
from phoihop.core.isolation import scope
from phoihop.dispatches.models import Dispatch
from phoihop.lists.exporting import run_export
from tests.api.callers import caller
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, acting
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import issued, open_books, registered, stated
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db

JOURNAL = "/administration/journal/"


def _events(subject: UUID) -> list[str]:
    with scope("worker"):
        rows = JournalEntry.objects.filter(subject_id=subject, office_id=acting("vanthu", HA_TINH).office_id)
        return sorted(rows.values_list("event", flat=True))


def test_who_opened_a_document_stands_there_once_a_day() -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    clerk, chief = client_of("vanthu", HA_TINH), client_of("chanhvp", HA_TINH)
    for client in (clerk, clerk, chief):
        assert client.get(page_of(letter)).status_code == 200
    assert _events(letter) == ["dispatches:document:see"] * 2
    with pretend(now().replace(year=now().year + 1)):
        client_of("vanthu", HA_TINH).get(page_of(letter))
    assert len(_events(letter)) == 3


def test_a_read_by_software_stands_there_once_a_day_for_a_person_and_a_document() -> None:
    open_books()
    letter, other = issued(stated(HA_TINH)), issued(stated(HA_TINH))
    clerk, again, chief = caller("vanthu", HA_TINH), caller("vanthu", HA_TINH), caller("chanhvp", HA_TINH)
    for software in (clerk, clerk, again, chief):
        assert software.get(f"/dispatches/{letter}").status_code == 200
    assert _events(letter) == ["dispatches:document:see"] * 2
    assert _events(other) == []
    assert client_of("vanthu", HA_TINH).get(page_of(letter)).status_code == 200
    assert len(_events(letter)) == 2, "a page adds nothing to what its person read by software that day"


def test_what_was_not_shown_was_not_seen() -> None:
    open_books()
    letter = issued(stated(NGHE_AN_PARTY))
    assert client_of("vanthu", HA_TINH).get(page_of(letter)).status_code == 404
    assert client_of("vanthu", HA_TINH).post(page_of(letter, "printed")).status_code == 404
    assert _events(letter) == []


def test_printing_stands_there_each_time() -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    clerk = client_of("vanthu", HA_TINH)
    for _turn in range(2):
        assert clerk.post(page_of(letter, "printed")).status_code == 204
    assert _events(letter) == ["dispatches:document:print"] * 2


def test_an_administrator_finds_by_person_kind_code_and_time() -> None:
    open_books()
    letter, other = issued(stated(HA_TINH, abstract="Điều không ai nên đọc")), issued(stated(HA_TINH))
    registered(letter, HA_TINH)
    client_of("vanthu", HA_TINH).get(page_of(letter))
    client_of("chanhvp", HA_TINH).get(page_of(other))
    with scope("worker"):
        code = Dispatch.objects.get(id=letter).code
    administrator = client_of("quantri", HA_TINH)

    def found(**said: str) -> list[str]:
        return [row.words for _id, row in administrator.get(JOURNAL, said).context["listed"].rows]

    page = text_of(administrator.get(JOURNAL))
    assert code in page
    assert "Điều không ai nên đọc" not in page
    assert found(code=code) == ["Xem văn bản", "Vào sổ văn bản đến"]
    assert found(code="99999/khong-co") == []
    assert found(kind="read") == ["Xem văn bản"] * 2
    assert found(kind="read", person=str(acting("chanhvp", HA_TINH).person_id)) == ["Xem văn bản"]
    assert found(since="2099-01-01") == []
    assert found(kind="nonsense", person="x", since="31/31", until="0001-01-01")
    assert client_of("lanhdao", HA_TINH).get(JOURNAL, {"kind": "read"}).status_code == 200


def test_an_office_sees_its_own_journal_alone() -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    client_of("vanthu", HA_TINH).get(page_of(letter))
    owners = client_of("quantri", NGHE_AN).get(JOURNAL, {"kind": "read"})
    assert owners.context["listed"].rows == []
    for key in ("vanthu", "chuyenvien", "vanhanh"):
        assert client_of(key, HA_TINH).get(JOURNAL).status_code == 403


def test_it_goes_out_as_a_workbook_and_that_stands_in_it() -> None:
    open_books()
    client_of("vanthu", HA_TINH).get(page_of(issued(stated(HA_TINH))))
    administrator = client_of("quantri", HA_TINH)
    asked = administrator.post("/lists/journal/export/", {"query": "kind=read"})["Location"]
    run_export(UUID(asked.split("/")[-2]))
    content = b"".join(administrator.post(f"{asked}file/").streaming_content)  # type: ignore[attr-defined]
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    assert len(list(sheet.iter_rows())) == 2
    assert "Tải tệp Excel về" in text_of(administrator.get(JOURNAL, {"kind": "exported"}))


def test_it_is_drawn_in_few_statements() -> None:
    open_books()
    client_of("vanthu", HA_TINH).get(page_of(issued(stated(HA_TINH))))
    administrator = client_of("quantri", HA_TINH)
    administrator.get(JOURNAL)
    with assert_queries(at_most=15):
        administrator.get(JOURNAL)
