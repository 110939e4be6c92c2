"""Workbooks that would cost too much, or hide what they are: refused with a sentence, in little time and memory."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Sequence
from io import BytesIO
from time import perf_counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from phoihop.administration.actions import keep_sheet
from phoihop.administration.models import SheetUpload
from phoihop.administration.people_sheet import read_people
from phoihop.administration.sheets import BOUNDS, check_book
from phoihop.core.errors import Invalid
from tests.administration.books import book, row, saved
from tests.cast import NGHE_AN
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import office_of

_SHEET = "xl/worksheets/sheet1.xml"
_MOST_MEMORY = 250 * 1024 * 1024


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """A sound workbook with something else in one of its parts."""
    written = BytesIO()
    source_bytes = saved(book(row("an.nv"), row("binh.lt")))
    with zipfile.ZipFile(BytesIO(source_bytes)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for one in source.infolist():
            content = source.read(one)
            made.writestr(one.filename, content.replace(old, new, 1) if one.filename == part else content)
    return written.getvalue()


def with_rows(rows: bytes) -> bytes:
    return changed(_SHEET, b"</sheetData>", rows + b"</sheetData>")


@pytest.mark.parametrize(
    "content",
    [
        with_rows(b'<row r="9">' + b"<c/>" * 9_000_000 + b"</row>"),
        with_rows((b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>") * 2_500),
        with_rows(b"<!--" + b" " * 70_000_000 + b"-->"),
        with_rows(b"<row"),
        changed(_SHEET, b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "aaaaaaaa">]><worksheet'),
    ],
    ids=["a wide row", "many cells", "60 MB unpacked", "broken", "entities"],
)
def test_a_small_file_that_costs_much_is_refused_at_once_and_in_little_memory(content: bytes) -> None:
    assert len(content) < BOUNDS.megabytes * 1024 * 1024
    tracemalloc.start()
    started = perf_counter()
    try:
        with pytest.raises(Invalid) as refused:
            check_book(content)
        assert tracemalloc.get_traced_memory()[1] < _MOST_MEMORY
    finally:
        tracemalloc.stop()
    assert perf_counter() - started < 10
    assert refused.value.remedy


def told(content: bytes) -> Sequence[tuple[str, str]]:
    return [(one.address, one.message) for one in read_people(content).faults]


def test_two_hundred_thousand_rows_are_told_as_too_many() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(4, 200_004))
    assert told(with_rows(rows)) == [("", "Trang tính có quá nhiều dòng.")]
    assert told(with_rows(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')) == [
        ("", "Trang tính có quá nhiều dòng.")
    ]


def test_formulas_and_merged_cells_are_told_with_their_cells_and_hidden_rows_are_read() -> None:
    formula = book(row("an.nv", full_name="=1+1"), row("binh.lt", title="#REF!"))
    assert [address for address, _message in told(saved(formula))] == ["B2", "C3"]
    made = book(row("an.nv"), row("binh.lt"))
    assert made.active is not None
    made.active.row_dimensions[3].hidden = True
    read = read_people(saved(made))
    assert (read.faults, [line.username for line in read.lines]) == ((), ["an.nv", "binh.lt"])
    assert read.remarks == ("Có 1 dòng ẩn hoặc bị lọc, vẫn được đọc.",)


@pytest.mark.django_db
def test_a_file_too_large_is_refused_by_its_size_on_every_form_and_the_form_stays() -> None:
    large = b"PK\x03\x04" + bytes(BOUNDS.megabytes * 1024 * 1024)
    people = client_of("quantri", NGHE_AN).post(
        "/administration/uploads/", {"file": SimpleUploadedFile("a.xlsx", large)}
    )
    directory = client_of("vanhanh", NGHE_AN).post(
        "/administration/directory/uploads/", {"file": SimpleUploadedFile("a.xlsx", large), "reason": "QĐ 5"}
    )
    lists = client_of("vanthu", NGHE_AN).post(
        "/distribution/new/", {"read": "1", "name": "Các xã", "file": SimpleUploadedFile("a.xlsx", large)}
    )
    for answer in (people, directory, lists):
        assert "Tệp quá lớn: 11 MB" in text_of(answer)
    assert 'value="Các xã"' in lists.content.decode()


@pytest.mark.django_db
def test_a_workbook_damaged_inside_is_not_kept() -> None:
    with office_of("quantri", NGHE_AN) as by, pytest.raises(Invalid):
        keep_sheet(with_rows(b"<row"), name="x.xlsx", kind=SheetUpload.Kind.PEOPLE, by=by)
