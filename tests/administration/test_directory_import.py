"""The directory from a table: what is wrong in which cell, what changes, one file to be signed, and applying it."""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client, override_settings
from openpyxl import Workbook, load_workbook

from phoihop.administration.directory_actions import keep_directory_sheet, propose_sheet
from phoihop.administration.directory_selectors import DirectoryPreview, directory_preview
from phoihop.administration.directory_sheet import directory_workbook, read_directory
from phoihop.administration.models import DirectoryProposal
from phoihop.audit.models import JournalEntry
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.core.isolation import scope
from phoihop.exchange.directory.actions import change_directory
from phoihop.exchange.directory.changes import OfficeChanged
from phoihop.exchange.directory.lines import Effect
from phoihop.exchange.directory.selectors import load_state
from phoihop.exchange.directory.state import DirectoryState
from phoihop.exchange.directory.verifying import verify_directory
from phoihop.offices.models import IssuingBody, Office
from phoihop.offices.sessions import SessionStore
from phoihop.territory.actions import load_units
from tests.administration.directory_books import body_row, directory_book, office_row, saved
from tests.cast import HA_TINH, NGHE_AN, acting, directory_key
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import office_of

CHANGES = "/administration/directory/changes/"


def standing() -> DirectoryState:
    """The directory as pages read it."""
    with scope("worker", read_only=True):
        return load_state(using="default")


def previewed(made: Workbook | bytes) -> DirectoryPreview:
    """What a table would change."""
    content = made if isinstance(made, bytes) else saved(made)
    with office_of("vanhanh", NGHE_AN) as by:
        return directory_preview(keep_directory_sheet(content, name="danh-ba.xlsx", by=by))


def told(made: Workbook) -> list[tuple[str, str, str]]:
    """The faults of a table, as sheet, cell and sentence."""
    return [(fault.sheet, fault.address, fault.message) for fault in previewed(made).faults]


@pytest.mark.django_db(databases=["default", "owner"])
class TestReading:
    def test_what_was_exported_comes_back_unchanged(self) -> None:
        found = previewed(directory_workbook(standing()))
        assert found.faults == ()
        assert not found.may_propose
        assert found.plan.count(Effect.UNCHANGED) == 5 + 7

    def test_the_template_asks_for_a_row(self) -> None:
        found = previewed(directory_workbook(standing(), with_rows=False))
        assert "Không có dòng dữ liệu" in found.faults[0].message

    @pytest.mark.parametrize(
        ("changes", "cell", "message"),
        [
            ({"parent": "KHONG-CO"}, "D2", "Không có văn phòng cấp trên"),
            ({"parent": "NA-SO"}, "D2", "cấp trên của chính nó"),
            ({"node": "may-la"}, "I2", "không có máy chủ “may-la”"),
            ({"valid_from": "31/02/2026"}, "J2", "không phải ngày"),
            ({"valid_from": None}, "J2", "Chưa có “Từ ngày”"),
            ({"valid_to": "01/01/2026"}, "K2", "trước ngày bắt đầu"),
            ({"successor": "NA-VPTU"}, "K2", "ngày hoạt động cuối cùng"),
            ({"name": "=A1"}, "B2", "công thức"),
            ({"name": "Văn\u202ephòng"}, "B2", "đảo chiều"),
            ({"code": "SỞ MỚI"}, "A2", "không hợp lệ"),
        ],
    )
    def test_a_fault_of_an_office_names_its_cell(self, changes: dict[str, object], cell: str, message: str) -> None:
        found = told(directory_book([office_row(**{"code": "NA-SO", **changes})]))  # type: ignore[arg-type]
        assert [(sheet, address) for sheet, address, _said in found] == [("Văn phòng", cell)]
        assert message in found[0][2]

    @pytest.mark.parametrize(
        ("changes", "cell", "message"),
        [
            ({"regime": "Công ty"}, "D2", "Không có hệ thống văn bản"),
            ({"office": "KHONG-CO"}, "A2", "Không có văn phòng mang mã"),
            ({"valid_from": "01/01/2020"}, "J2", "Trước ngày văn phòng hoạt động"),
            ({"edxml": "000.00.00.H41"}, "H2", "đã thuộc"),
            ({"order": "thứ nhất"}, "I2", "không phải số"),
        ],
    )
    def test_a_fault_of_a_body_names_its_cell(self, changes: dict[str, object], cell: str, message: str) -> None:
        row = body_row(**{"office": NGHE_AN.code, "code": "NA-SNN", **changes})  # type: ignore[arg-type]
        found = told(directory_book([], [row]))
        assert [(sheet, address) for sheet, address, _said in found] == [("Cơ quan ban hành", cell)]
        assert message in found[0][2]

    def test_merged_cells_duplicates_and_circles_are_told(self) -> None:
        made = directory_book([office_row("NA-SO"), office_row("NA-SO")])
        assert told(made) == [("Văn phòng", "A3", "Mã “NA-SO” đã có ở dòng 2.")]
        made = directory_book([office_row("A", parent="B"), office_row("B", parent="A")])
        assert [cell for _sheet, cell, _said in told(made)] == ["D2", "D3"]
        made.worksheets[0].merge_cells("B2:B3")
        assert "bị gộp" in told(made)[0][2]

    def test_a_file_with_neither_sheet_says_which_it_wants(self) -> None:
        found = previewed(Workbook())
        assert "Văn phòng" in found.faults[0].message

    def test_who_may_not_is_refused_and_so_is_no_workbook(self) -> None:
        with office_of("quantri", NGHE_AN) as by, pytest.raises(Forbidden):
            keep_directory_sheet(b"", name="a.xlsx", by=by)
        with office_of("vanhanh", NGHE_AN) as by, pytest.raises(Invalid, match=r"\.xlsx"):
            keep_directory_sheet(b"no", name="a.xlsx", by=by)


def test_unknown_territory_is_told_and_five_hundred_offices_are_previewed_in_time(fresh_database: str) -> None:
    load_units()
    wrong = directory_book(
        [
            office_row("A", province="99"),
            office_row("B", province="40", commune="77777"),
            office_row("C", region="QK9"),
            office_row("D", province="40", commune="16681", region="QK4"),
        ]
    )
    assert [cell for _sheet, cell, _said in told(wrong)] == ["F2", "G3", "E4"]
    offices = [office_row(f"XA-{n}", province="40", parent="NA-VPUBND") for n in range(500)]
    bodies = [body_row(f"XA-{n}", f"UB-{n}", name=f"Ủy ban nhân dân xã số {n}") for n in range(500)]
    content = saved(directory_book(offices, bodies))
    began = time.perf_counter()
    found = previewed(content)
    seconds = time.perf_counter() - began
    assert found.faults == ()
    assert found.plan.count(Effect.NEW) == 1000
    assert seconds < 3, f"{seconds:.2f} s"


@pytest.fixture
def operator(fresh_database: str) -> Client:
    """Whoever runs the node, at a browser, over a database of its own."""
    client = client_of("vanhanh", NGHE_AN)
    with scope("gate"):
        session = SessionStore(client.cookies["phoihop_session"].value)
        session["account_authentication_methods"] = [{"method": "password", "at": now().timestamp()}]
        session["account_authentication_methods_user"] = str(acting("vanhanh", NGHE_AN).account_id)
        session.save()
    return client


def proposed(client: Client, made: Workbook) -> str:
    """Upload a table, look at it, and have the file to be signed made; the address of the proposal."""
    file = SimpleUploadedFile("danh-ba.xlsx", saved(made))
    there = client.post("/administration/directory/uploads/", {"file": file, "reason": "Quyết định số 12/QĐ-UBND"})
    page = client.get(there["Location"])
    digest = page.context["preview"].plan.digest
    answer = client.post(f"{there['Location']}propose/", {"digest": digest})
    return str(answer["Location"])


def signed_by_region(client: Client, address: str, folder: Path) -> bytes:
    """The proposal taken to the key and signed there with the operator's command."""
    key = folder / "region.key"
    if not key.exists():
        source = Path(settings.HOME) / "keys" / "directory.key"
        key.write_bytes(source.read_bytes())
        key.chmod(0o600)
    (folder / "proposal.json").write_bytes(client.get(f"{address}file/").content)
    (folder / "signed.txt").unlink(missing_ok=True)
    call_command("directory", "sign", str(folder / "proposal.json"), key_file=key, to_file=folder / "signed.txt")
    return (folder / "signed.txt").read_bytes()


def test_a_table_becomes_one_file_that_is_signed_and_applied(operator: Client, tmp_path: Path) -> None:
    made = directory_book(
        [office_row("NA-SNN"), office_row("NA-SO2", parent="NA-SNN")],
        [body_row("NA-SNN", "SNN"), body_row("NA-SO2", "SO2", name="Chi cục", notation="CC")],
    )
    before = standing().number
    address = proposed(operator, made)
    assert "Chờ ký và áp dụng" in text_of(operator.get(address))
    assert standing().number == before
    signed = signed_by_region(operator, address, tmp_path)
    assert len(signed.strip().split(b"\n")) == 1
    done = operator.post("/administration/directory/apply/", {"signed": SimpleUploadedFile("da-ky.txt", signed)})
    assert done["Location"] == "/administration/directory/versions/"
    with scope("worker", read_only=True):
        assert Office.objects.get(code="NA-SO2").parent == Office.objects.get(code="NA-SNN")
        assert IssuingBody.objects.filter(code__in=["SNN", "SO2"]).count() == 2
        events = set(JournalEntry.objects.values_list("event", flat=True))
    assert standing().number == before + 1
    assert verify_directory() == []
    assert {"administration:directory:propose", "exchange:directory:apply"} <= events
    assert "Đã áp dụng" in text_of(operator.get(address))
    page = text_of(client_of("vanthu", HA_TINH).get("/administration/directory/offices/NA-SNN/"))
    assert "Quyết định số 12/QĐ-UBND" in page
    assert "Vận hành máy chủ VP UBND Nghệ An" in page
    again = operator.post("/administration/directory/apply/", {"signed": SimpleUploadedFile("da-ky.txt", signed)})
    assert "đã được áp dụng trước đó" in text_of(operator.get(again["Location"]))


def test_what_is_not_signed_by_the_region_changes_nothing(operator: Client, tmp_path: Path) -> None:
    address = proposed(operator, directory_book([office_row("NA-SNN")]))
    proposal = operator.get(f"{address}file/").content
    signed = signed_by_region(operator, address, tmp_path)
    for content, words in (
        (proposal, "đề nghị chưa ký"),
        (b"a.b.c", "không phải bản ghi danh bạ"),
        (signed.strip()[:-8] + b"AAAAAAAA", "không phải của khóa danh bạ"),
    ):
        answer = operator.post("/administration/directory/apply/", {"signed": SimpleUploadedFile("x", content)})
        assert answer.status_code == 422
        assert words in text_of(answer)
    with scope("worker", read_only=True):
        assert not Office.objects.filter(code="NA-SNN").exists()


def test_a_directory_that_went_on_asks_for_a_new_preview(operator: Client) -> None:
    made = directory_book([office_row("NA-SNN")])
    waiting = proposed(operator, made)
    with office_of("vanhanh", NGHE_AN) as by:
        sheet = keep_directory_sheet(saved(made), name="danh-ba.xlsx", by=by)
        digest = directory_preview(sheet).plan.digest
    renamed = OfficeChanged(
        code=HA_TINH.code, name="Văn phòng mới", short_name="VP", province_code="42", valid_from=HA_TINH.valid_from
    )
    change_directory([renamed], key=directory_key())
    with office_of("vanhanh", NGHE_AN) as by, pytest.raises(Conflict, match="đã thay đổi từ lúc xem trước"):
        propose_sheet(sheet.id, digest=digest, by=by)
    answer = operator.post(f"/administration/directory/uploads/{sheet.id}/propose/", {"digest": digest}, follow=True)
    assert "đã thay đổi từ lúc xem trước" in text_of(answer)
    assert "bản số 2" in text_of(answer)
    assert "Không dùng được nữa" in text_of(operator.get(waiting))


def test_where_the_key_is_at_hand_it_is_signed_and_applied_at_once(operator: Client, tmp_path: Path) -> None:
    address = proposed(operator, directory_book([office_row("NA-SNN")]))
    keys = tmp_path / "keys"
    keys.mkdir()
    for file in Path(settings.KEYS_ROOT).glob("node*"):
        (keys / file.name).write_bytes(file.read_bytes())
        (keys / file.name).chmod(0o600)
    with override_settings(KEYS_ROOT=keys):
        elsewhere = operator.post(f"{address}sign/", follow=True)
        assert "Khóa danh bạ không ở máy chủ này" in text_of(elsewhere)
        _keep_at_hand(keys / "demo-directory.key")
        assert "Ký và áp dụng" in text_of(operator.get(address))
        done = operator.post(f"{address}sign/", follow=True)
        assert "Danh bạ ở bản số 2" in text_of(done)
        twice = operator.post(f"{address}sign/", follow=True)
        assert "đã sang bản số 2" in text_of(twice)
    with scope("worker", read_only=True):
        assert Office.objects.filter(code="NA-SNN").exists()


def _keep_at_hand(path: Path) -> None:
    path.write_bytes((Path(settings.HOME) / "keys" / "directory.key").read_bytes())
    path.chmod(0o600)


def test_another_office_does_not_see_the_proposal(operator: Client) -> None:
    address = proposed(operator, directory_book([office_row("NA-SNN")]))
    other = client_of("vanhanh", HA_TINH)
    assert other.get(address).status_code == other.get(f"{address}file/").status_code == 404
    assert DirectoryProposal.objects.using("owner").count() == 1


def test_the_export_is_a_workbook_for_everybody_and_stands_in_the_journal(operator: Client) -> None:
    answer = client_of("vanthu", HA_TINH).get("/administration/directory/export/")
    assert [sheet.title for sheet in load_workbook(BytesIO(answer.content)).worksheets][:2] == [
        "Văn phòng", "Cơ quan ban hành",
    ]  # fmt: skip
    assert len(read_directory(answer.content).offices) == 5
    with scope("worker", read_only=True):
        assert JournalEntry.objects.filter(event="administration:directory:export").count() == 1
    assert operator.get("/administration/directory/template/").status_code == 200
