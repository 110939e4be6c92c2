"""Hồ sơ công việc: set up, filled from the document's page, closed, handed over as a package that proves itself."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID
from xml.etree import ElementTree

import pypdfium2 as pdfium
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from phoihop.audit.selectors import entries
from phoihop.casefiles.actions import CasefileInput, change, move, put_in, set_up, take_out, write_note
from phoihop.casefiles.models import Casefile
from phoihop.casefiles.packages import NAMESPACE
from phoihop.casefiles.reminding import tell_of_handing_over
from phoihop.casefiles.rules import archive_due
from phoihop.casefiles.selectors import casefile, casefiles, holding, items_of
from phoihop.core.clock import REGION_ZONE, pretend
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.notify.models import Notice
from phoihop.offices.actions import office_id
from tests.cast import HA_TINH, NGHE_AN, acting
from tests.dispatches import papers
from tests.dispatches.browsing import client_of, text_of

pytestmark = pytest.mark.usefixtures("fresh_database")

HERE = office_id(NGHE_AN.code)


def stated(code: str = "01-TH", **more: object) -> CasefileInput:
    values: dict[str, object] = {
        "year": 2026, "code": code, "title": "Ứng phó bão số 12", "retention": 10,
        "keeper": acting("chuyenvien", NGHE_AN).position_id,
    }  # fmt: skip
    return CasefileInput(**{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def found() -> Casefile:
    papers.open_books()
    with scope("web", HERE):
        return set_up(stated(), by=acting("chuyenvien", NGHE_AN))


def letter() -> UUID:
    return papers.issued(papers.stated(HA_TINH))


def test_a_casefile_is_filled_closed_and_handed_over(found: Casefile) -> None:
    document = letter()
    writer, clerk = acting("chuyenvien", NGHE_AN), acting("vanthu", NGHE_AN)
    with scope("web", HERE):
        with pytest.raises(Conflict, match="chưa có tài liệu"):
            move(found.id, "close", by=writer)
        first = write_note(found.id, "Họp giao ban sáng", by=writer)
        assert put_in(found.id, "dispatch", document, by=writer)
        assert not put_in(found.id, "dispatch", document, by=writer)
        assert [one.id for one in holding(document, by=writer)] == [found.id]
        take_out(found.id, first.id, reason="Ghi nhầm hồ sơ", by=writer)
        closed = move(found.id, "close", by=writer)
        (item,) = items_of(closed, by=writer)
        assert (item.item.number, item.described is not None) == (1, True)
        assert [one.item.removed_reason for one in items_of(closed, by=writer, removed=True)] == ["Ghi nhầm hồ sơ"]
        with pytest.raises(Conflict):
            put_in(found.id, "dispatch", document, by=writer)
        move(found.id, "hand_over", by=writer)
        with pytest.raises(Forbidden):
            move(found.id, "receive", by=writer)
        with pytest.raises(Invalid, match="lý do"):
            move(found.id, "send_back", by=clerk)
        assert move(found.id, "send_back", reason="Thiếu biên bản", by=clerk).state == "closed"
        move(found.id, "hand_over", by=writer)
        assert move(found.id, "receive", by=clerk).received_by.startswith(clerk.person_name)
        events = [one.event for one in entries(office_id=HERE, events=["casefiles:"])]
    assert {"casefiles:casefile:close", "casefiles:casefile:receive", "casefiles:casefile:take_out"} <= set(events)


def test_what_is_wrong_is_said_at_its_field(found: Casefile) -> None:
    by = acting("chuyenvien", NGHE_AN)
    wrong: dict[str, object] = {"code": "", "title": "a" * 501, "retention": 3, "year": 1900, "keeper": HERE}
    with scope("web", HERE):
        with pytest.raises(Invalid) as refused:
            set_up(replace(stated(), **wrong), by=by)  # type: ignore[arg-type]  # wrong on purpose
        assert set(refused.value.fields) == {"code", "title", "retention", "year", "keeper"}
        with pytest.raises(Invalid, match="đã có hồ sơ"):
            set_up(stated(), by=by)
        assert change(found.id, stated(title="Ứng phó bão số 13"), by=by).title == "Ứng phó bão số 13"
        other = set_up(stated("02-TH"), by=by, casefile_id=HERE)
        assert set_up(stated("03-TH"), by=by, casefile_id=HERE).id == other.id
        assert [one.code for one in casefiles(by=by, words="bao so 13")] == ["01-TH"]


def test_another_office_sees_nothing_of_it(found: Casefile) -> None:
    document = letter()
    there = acting("chuyenvien", HA_TINH)
    with scope("web", there.office_id):
        assert casefiles(by=there) == []
        with pytest.raises(NotFound):
            casefile(found.id, by=there)
        with pytest.raises(NotFound):
            put_in(found.id, "dispatch", document, by=there)
    with scope("web", HERE), pytest.raises(NotFound, match="tài liệu"):
        put_in(found.id, "dispatch", office_id(HA_TINH.code), by=acting("chuyenvien", NGHE_AN))


def test_the_pages_lead_to_a_package_that_proves_itself(found: Casefile) -> None:
    document = letter()
    browser = client_of("chuyenvien", NGHE_AN)
    part = text_of(browser.get(f"/casefiles/of/dispatch/{document}/"))
    assert "Chưa nằm trong hồ sơ nào." in part
    put = browser.post(
        f"/casefiles/put/dispatch/{document}/", {"casefile": str(found.id)}, headers={"HX-Request": "true"}
    )
    assert "01-TH Ứng phó bão số 12" in text_of(put)
    refused = browser.post(f"/casefiles/put/dispatch/{document}/", {"casefile": "x"})
    assert (refused.status_code, "Chọn hồ sơ." in text_of(refused)) == (422, True)
    browser.post(f"/casefiles/{found.id}/note/", {"text": "Họp giao ban"})
    assert browser.get(f"/casefiles/{found.id}/package.zip").status_code == 409
    assert "Kết thúc hồ sơ: đã xong." in text_of(browser.post(f"/casefiles/{found.id}/close/", follow=True))
    data = browser.get(f"/casefiles/{found.id}/package.zip").getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        lines = [line.split("  ", 1) for line in package.read("SHA256SUMS").decode().splitlines()]
        sums = {name: digest for digest, name in lines}
        assert {name: hashlib.sha256(package.read(name)).hexdigest() for name in sums} == sums
        assert set(package.namelist()) == {*sums, "SHA256SUMS"}
        root = ElementTree.fromstring(package.read("metadata.xml"))  # our own
        contents = pdfium.PdfDocument(package.read("muc-luc-van-ban.pdf"))
    items = root.findall(f"{{{NAMESPACE}}}item")
    assert [one.get("kind") for one in items] == ["dispatch", "note"]
    assert "MỤC LỤC VĂN BẢN" in "".join(page.get_textpage().get_text_bounded() for page in contents)


def test_keepers_are_told_in_time_to_hand_over(found: Casefile) -> None:
    by = acting("chuyenvien", NGHE_AN)
    with scope("web", HERE):
        write_note(found.id, "Họp", by=by)
        with pretend(datetime(2026, 5, 4, 9, tzinfo=REGION_ZONE)):
            move(found.id, "close", by=by)
    assert archive_due(date(2026, 5, 4)) == date(2027, 12, 31)
    days = (
        date(2027, 10, 1),
        date(2027, 11, 15),
        date(2027, 12, 1),
        date(2028, 1, 3),
        date(2028, 1, 20),
        date(2028, 2, 1),
    )
    with scope("worker"):
        for day in days:
            tell_of_handing_over(day)
    with scope("web", HERE):
        told = list(
            Notice.objects.filter(position_id=by.position_id, subject_id=found.id).values_list("key", flat=True)
        )
    assert sorted(told) == ["casefile.due", "casefile.late", "casefile.late"]


def sheet(*rows: tuple[object, ...]) -> SimpleUploadedFile:
    book = Workbook()
    page = book.active
    assert page is not None
    head = ("STT", "Số và ký hiệu", "Tiêu đề hồ sơ", "Thời hạn bảo quản", "Người lập")
    for row in (("DANH MỤC HỒ SƠ NĂM 2026",), head, *rows):
        page.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return SimpleUploadedFile("danh-muc.xlsx", written.getvalue())


def test_the_years_list_comes_from_a_workbook_whole_or_not_at_all() -> None:
    browser, by = client_of("chuyenvien", NGHE_AN), acting("chuyenvien", NGHE_AN)
    good = (1, "01-VP", "Phòng, chống thiên tai", "Vĩnh viễn", by.person_name)
    wrong = [(2, "", "Không số", "10 năm", ""), (3, "01-VP", "Trùng số", "7 năm", "Người Lạ")]
    refused = browser.post("/casefiles/plan/", {"year": "2026", "file": sheet(good, *wrong)})
    said = text_of(refused)
    assert refused.status_code == 422
    for words in ("Dòng 4: thiếu số, ký hiệu.", "Dòng 5: số, ký hiệu “01-VP”", "Dòng 5: thời hạn", "“Người Lạ”"):
        assert words in said
    with scope("web", HERE):
        assert casefiles(by=by) == []
    right = sheet(good, (2, "02-VP", "Hộ đê", "", ""))
    taken = browser.post("/casefiles/plan/", {"year": "2026", "file": right}, follow=True)
    assert "Đã ghi 2 hồ sơ vào danh mục." in text_of(taken)
    again = browser.post("/casefiles/plan/", {"year": "2026", "file": sheet(good)})
    assert "01-VP: Năm 2026 đã có hồ sơ" in text_of(again)
    with scope("web", HERE):
        first, second = casefiles(by=by)
        assert [(one.code, one.retention, one.state) for one in (first, second)] == [
            ("01-VP", 0, "planned"), ("02-VP", 10, "planned"),
        ]  # fmt: skip
        opened = move(first.id, "open", by=by)
    assert browser.post(f"/casefiles/{opened.id}/drop/").status_code == 409
    assert browser.post(f"/casefiles/{second.id}/drop/").status_code == 302
    table = load_workbook(io.BytesIO(browser.get("/casefiles/plan.xlsx").content)).active
    assert table is not None
    assert [one.value for one in table[2]][:3] == ["01-VP", "Phòng, chống thiên tai", "vĩnh viễn"]
