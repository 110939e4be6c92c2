"""Members of a list as a workbook: what goes out comes back in, and a hostile file is refused before it costs much."""

from __future__ import annotations

import zipfile
from io import BytesIO
from time import perf_counter

import pytest

from phoihop.core.errors import Invalid
from phoihop.distribution.selectors.membership import members_now
from phoihop.distribution.sheet import members_workbook, read_members
from tests.cast import HA_TINH, HUE, NGHE_AN
from tests.dispatches.papers import office_of
from tests.distribution.rosters import ids, listed

pytestmark = pytest.mark.django_db


def _written() -> bytes:
    row = listed(HA_TINH, HUE)
    with office_of("chuyenvien", NGHE_AN) as by:
        return members_workbook("Các tỉnh", members_now(row.id, by=by), {})


def _with_rows(rows: bytes) -> bytes:
    """The same workbook with other rows in its sheet."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(_written())) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for one in source.infolist():
            content = source.read(one)
            if one.filename == "xl/worksheets/sheet1.xml":
                start, _rows, rest = content.partition(b"<sheetData>")
                content = start + b"<sheetData>" + rows + b"</sheetData>" + rest.partition(b"</sheetData>")[2]
            made.writestr(one.filename, content)
    return written.getvalue()


def test_what_went_out_comes_back_in() -> None:
    written = _written()
    with office_of("vanthu", NGHE_AN):
        read = read_members(written)
    assert (frozenset(read.offices), list(read.faults)) == (ids(HA_TINH, HUE), [])


@pytest.mark.parametrize(
    "rows",
    [
        b"<row>" + b"<c/>" * 9_000_000 + b"</row>",
        (b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>") * 2_500,
        b"<row/>" * 6_000,
        b"<row",
    ],
    ids=["a wide row", "many cells", "many rows", "broken"],
)
def test_a_small_file_that_unpacks_to_a_large_one_is_refused_at_once(rows: bytes) -> None:
    content = _with_rows(rows)
    started = perf_counter()
    with pytest.raises(Invalid):
        read_members(content)
    assert perf_counter() - started < 5
