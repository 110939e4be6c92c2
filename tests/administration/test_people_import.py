"""People and positions from a workbook: what it would change, what is wrong in which cell, and applying it."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from openpyxl import Workbook

from phoihop.administration.actions import apply_people, forget_sheets, keep_sheet
from phoihop.administration.models import SheetUpload
from phoihop.administration.people_sheet import people_workbook, read_people
from phoihop.administration.selectors import PeoplePreview, people_preview, upload_of
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.offices.acting import Acting
from phoihop.offices.models import Account, Position, SigningAuthority
from phoihop.offices.selectors import bodies_of
from phoihop.offices.staff import Effect
from phoihop.offices.staff_actions import end_position
from phoihop.offices.staff_selectors import staff_of
from tests.administration.books import book, row, saved
from tests.cast import HA_TINH, NGHE_AN, acting, position
from tests.dispatches.papers import office_of

pytestmark = pytest.mark.django_db


def preview(made: Workbook, by: Acting, *, ends_missing: bool = False) -> tuple[UUID, PeoplePreview]:
    """The workbook as uploaded, and what it would change."""
    kind = SheetUpload.Kind.PEOPLE
    kept = keep_sheet(saved(made), name="nguoi.xlsx", kind=kind, by=by, ends_missing=ends_missing)
    return kept.id, people_preview(upload_of(kept.id, by), by)


def told(made: Workbook) -> list[tuple[str, str]]:
    """The faults of a workbook, as cell and sentence."""
    with office_of("quantri", NGHE_AN) as by:
        _id, found = preview(made, by)
    return [(fault.address, fault.message) for fault in found.faults]


def test_a_new_person_gets_an_account_that_waits_for_a_password() -> None:
    with office_of("quantri", NGHE_AN) as by:
        made = book(row("an.nv", signs="NA-UBND: KT. CHỦ TỊCH / PHÓ CHỦ TỊCH", email="an@nghean.gov.vn"))
        upload, found = preview(made, by)
        assert found.faults == ()
        assert [step.effect for step in found.plan.changing] == [Effect.NEW]
        outcome = apply_people(upload, digest=found.plan.digest, by=by)
        assert (outcome.new, outcome.new_people) == (1, 1)
        member = next(one for one in staff_of(by) if one.username == "an.nv")
        assert member.positions[0].signs == (("NA-UBND", "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"),)
        assert member.positions[0].valid_from == date(2026, 7, 1)
    with scope("gate"):
        account = Account.objects.get(username="an.nv")
    assert account.must_change_password
    assert not account.has_usable_password()
    assert account.email == "an@nghean.gov.vn"


def test_what_was_exported_comes_back_unchanged() -> None:
    with office_of("quantri", NGHE_AN) as by:
        content = people_workbook(staff_of(by), bodies_of(by))
        kept = keep_sheet(content, name="a.xlsx", kind=SheetUpload.Kind.PEOPLE, by=by, ends_missing=True)
        found = people_preview(kept, by)
    assert found.faults == ()
    assert not found.plan.changing
    assert found.plan.count(Effect.UNCHANGED) == 8


def test_each_change_shows_old_and_new() -> None:
    clerk = f"vanthu.{NGHE_AN.code.lower()}"
    changed = row(
        clerk, full_name="Nhân viên văn thư VP UBND Nghệ An", title="Nhân viên văn thư", roles="Văn thư; Trực ban",
        valid_from=datetime(2025, 7, 1), valid_to="31/12/2026",
    )  # fmt: skip
    with office_of("quantri", NGHE_AN) as by:
        upload, found = preview(book(changed), by)
        step = found.plan.changing[0]
        assert step.effect is Effect.ENDED
        shown = [(one.what, one.old, one.new) for one in step.differences]
        assert shown == [("Vai trò", "Văn thư", "Trực ban; Văn thư"), ("Đến hết ngày", "", "31/12/2026")]
        apply_people(upload, digest=found.plan.digest, by=by)
        held = Position.objects.get(id=position("vanthu", NGHE_AN))
        assert held.valid_to == date(2026, 12, 31)
        assert set(held.roles) == {"records_clerk", "duty_officer"}


def test_who_the_whole_list_leaves_out_ends_and_signs_no_more() -> None:
    keep = row(
        f"quantri.{NGHE_AN.code.lower()}", full_name="Quản trị văn phòng VP UBND Nghệ An", title="Quản trị văn phòng",
        roles="Quản trị văn phòng", valid_from="2025-07-01",
    )  # fmt: skip
    with office_of("quantri", NGHE_AN) as by:
        _upload, kept = preview(book(keep), by)
        assert not kept.plan.changing
        assert any("7 người" in remark for remark in kept.remarks)
        upload, found = preview(book(keep), by, ends_missing=True)
        assert found.plan.count(Effect.ENDED) == 7
        assert apply_people(upload, digest=found.plan.digest, by=by).ended == 7
        assert Position.objects.filter(office_id=by.office_id, valid_to__isnull=True).count() == 1
        assert SigningAuthority.objects.filter(office_id=by.office_id).exists()


def test_a_preview_that_is_out_of_date_is_not_applied() -> None:
    with office_of("quantri", NGHE_AN) as by:
        upload, found = preview(book(row("an.nv")), by)
        other, second = preview(book(row("an.nv", title="Trợ lý")), by)
        apply_people(upload, digest=found.plan.digest, by=by)
        with pytest.raises(Conflict, match="đã thay đổi"):
            apply_people(other, digest=second.plan.digest, by=by)
        fresh = people_preview(upload_of(other, by), by)
        assert fresh.plan.new_people == 0
        apply_people(other, digest=fresh.plan.digest, by=by)
        with pytest.raises(Conflict, match="đã được ghi"):
            apply_people(upload, digest=found.plan.digest, by=by)


@pytest.mark.parametrize(
    ("changes", "cell", "message"),
    [
        ({"valid_from": "32/01/2026"}, "G2", "không phải ngày"),
        ({"valid_from": None}, "G2", "Chưa có “Từ ngày”"),
        ({"valid_to": "30/06/2026"}, "H2", "Ngày kết thúc trước ngày bắt đầu"),
        ({"full_name": "=A1&B1"}, "B2", "công thức"),
        ({"roles": "Giám đốc"}, "D2", "Không có vai trò “Giám đốc”"),
        ({"roles": "Vận hành máy chủ"}, "D2", "người vận hành máy chủ giao"),
        ({"signs": "HT-UBND: KT."}, "E2", "không ký cho cơ quan mang mã “HT-UBND”"),
        ({"order": "thứ nhất"}, "F2", "không phải số"),
        ({"email": "an.nghean"}, "I2", "không phải địa chỉ"),
        ({"title": "Chuyên\u202eviên"}, "C2", "đảo chiều"),
        ({"username": "Nguyễn Văn An"}, "A2", "không hợp lệ"),
        ({"username": f"vanthu.{HA_TINH.code.lower()}"}, "A2", "đã có người dùng"),
    ],
)
def test_a_fault_names_its_cell(changes: dict[str, object], cell: str, message: str) -> None:
    found = told(book(row(**{"username": "an.nv", **changes})))  # type: ignore[arg-type]  # one of them may be the name
    assert [address for address, _said in found] == [cell]
    assert message in found[0][1]


@pytest.mark.parametrize(
    "written",
    ["1/7/2026", "01-07-2026", "01.07.2026", "2026-07-01", "ngày 1 tháng 7 năm 2026", 46204, datetime(2026, 7, 1)],
)
def test_days_are_read_however_people_write_them(written: object) -> None:
    sheet = read_people(saved(book(row("an.nv", valid_from=written))))
    assert sheet.faults == ()
    assert sheet.lines[0].valid_from == date(2026, 7, 1)


def test_rows_that_contradict_one_another_are_told_apart_by_row() -> None:
    assert told(book(row("an.nv"), row("an.nv"))) == [("A3", "Dòng này trùng hẳn dòng 2.")]
    found = told(book(row("an.nv"), row("an.nv", full_name="Lê Thị Bình", title="Trợ lý")))
    assert found == [("B3", "“Lê Thị Bình” khác dòng 2 (“Nguyễn Văn An”) của cùng tên đăng nhập.")]
    found = told(book(row("an.nv", valid_to="31/12/2026"), row("an.nv", valid_from="01/12/2026")))
    assert found == [("G3", "Chồng thời gian với cùng chức vụ ở dòng 2.")]


def test_decomposed_letters_hidden_sheets_and_foreign_headings_are_taken_as_meant() -> None:
    made = book(
        row("an.nv", full_name=unicodedata.normalize("NFD", "Nguyễn Thị Hoà")),
        head=("username", "Họ tên", "CHỨC DANH", "vai trò", "Ký cho", "Thứ tự", "Từ ngày", "Đến ngày", "Email"),
    )
    made.create_sheet("Nháp").sheet_state = "hidden"
    with office_of("quantri", NGHE_AN) as by:
        _upload, found = preview(made, by)
    assert found.faults == ()
    assert found.plan.steps[0].line.full_name == "Nguyễn Thị Hoà"
    assert any("Nháp" in remark for remark in found.remarks)


def test_merged_cells_and_missing_columns_are_told() -> None:
    made = book(row("an.nv"), row("binh.lt"))
    assert made.active is not None
    made.active.merge_cells("C2:C3")
    assert told(made) == [("C2", "Các ô C2:C3 bị gộp, nên không rõ dòng nào có giá trị gì.")]
    found = told(book(["an.nv", "An"], head=("Tên đăng nhập", "Họ và tên")))
    assert ("A1", "Thiếu cột “Chức vụ”.") in found
    assert told(book(["a"], head=("x",)))[0][0] == "A1"


@pytest.mark.parametrize("content", [b"", b"MZ khong phai", b"PK\x03\x04 hong", b"\xd0\xcf\x11\xe0 cu"])
def test_what_is_no_workbook_is_refused_with_what_to_do(content: bytes) -> None:
    with office_of("quantri", NGHE_AN) as by, pytest.raises(Invalid) as refused:
        keep_sheet(content, name="x.xlsx", kind=SheetUpload.Kind.PEOPLE, by=by)
    assert refused.value.remedy


def test_nobody_shuts_the_door_behind_themselves() -> None:
    own = row(
        f"quantri.{NGHE_AN.code.lower()}", full_name="Quản trị văn phòng VP UBND Nghệ An", title="Quản trị văn phòng",
        roles="Văn thư", valid_from="2025-07-01",
    )  # fmt: skip
    assert "bỏ quyền quản trị" in told(book(own))[0][1]
    with office_of("quantri", NGHE_AN) as by, pytest.raises(Invalid, match="Không tự kết thúc"):
        end_position(by.position_id, by=by)


def test_only_administrators_and_only_their_own_office() -> None:
    with office_of("vanthu", NGHE_AN) as by, pytest.raises(Forbidden):
        keep_sheet(saved(book(row("an.nv"))), name="x.xlsx", kind=SheetUpload.Kind.PEOPLE, by=by)
    with office_of("quantri", NGHE_AN) as by:
        upload, _found = preview(book(row("an.nv")), by)
        with pytest.raises(NotFound):
            end_position(position("vanthu", HA_TINH), by=by)
    with office_of("quantri", HA_TINH) as by, pytest.raises(NotFound):
        upload_of(upload, by)
    assert acting("quantri", HA_TINH).office_code == HA_TINH.code


def test_uploads_are_forgotten_after_thirty_days() -> None:
    with office_of("quantri", NGHE_AN) as by:
        old, _found = preview(book(row("an.nv")), by)
        SheetUpload.objects.filter(id=old).update(made_at=now() - timedelta(days=31))
        fresh, _found = preview(book(row("an.nv")), by)
    assert forget_sheets() == 1
    with office_of("quantri", NGHE_AN) as by:
        assert upload_of(fresh, by).id == fresh
        with pytest.raises(NotFound):
            upload_of(old, by)
