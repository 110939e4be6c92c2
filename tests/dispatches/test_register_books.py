"""Registers as books: every number in the columns of Phụ lục IV, as workbook and in print, and closed for good."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from openpyxl import load_workbook

from phoihop.core.clock import pretend, today
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.dispatches.actions.closing import close_series, remark_on_series
from phoihop.dispatches.actions.drafting import withdraw_draft
from phoihop.dispatches.declared_registers import REGISTER_IN, REGISTER_OUT
from phoihop.dispatches.models import Register, RegisterPeriod
from phoihop.dispatches.selectors.register_lines import book_of, numbers_of, register_lines
from phoihop.documents.registers import MOST_ROWS, PrintedRegister, write_register
from phoihop.files.storage import open_stored
from phoihop.lists import exporting
from phoihop.lists.models import Export
from phoihop.offices.models import Office
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches import papers
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import UBND, office_of, open_books, stated
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db

OUT, IN = "/dispatches/registers/out/", "/dispatches/registers/in/"
NEXT_YEAR = datetime(today().year + 1, 1, 4, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _books() -> None:
    open_books()


def outgoing_book() -> Register:
    """The book of numbers of UBND tỉnh Nghệ An."""
    with office_of("vanthu", NGHE_AN) as by:
        return Register.objects.get(office_id=by.office_id, body_id=UBND)


def place(book: Register) -> str:
    """Its page of this year."""
    return f"{OUT}?book={book.id}&series={today().year}"


def cells_of(direction: str, book: Register, office: object = NGHE_AN) -> list[list[object]]:
    """What the columns say of every number, in order."""
    kind = REGISTER_IN if direction == "in" else REGISTER_OUT
    with office_of("vanthu", office) as by:  # type: ignore[arg-type]  # an office of the cast
        chosen = book_of(direction, str(book.id), str(today().year), by=by)
        ids = list(numbers_of(chosen.register.id, chosen.series, by=by).order_by("number").values_list("id", flat=True))
        lines = register_lines(ids, direction=direction, by=by)
        return [[column.cell(lines[one]) for column in kind.columns] for one in ids]


def test_the_outgoing_book_holds_issued_waiting_and_voided_numbers() -> None:
    issued = papers.issued(stated(HA_TINH, abstract="Về việc ứng phó bão số 12"))
    voided = papers.numbered(stated(HA_TINH, abstract="Về việc rút lại"))
    with office_of("vanthu", NGHE_AN) as by:
        withdraw_draft(voided.id, reason="Lãnh đạo yêu cầu viết lại", by=by)
    papers.numbered(stated(HA_TINH, abstract="Về việc chờ phát hành"))
    first, second, third = cells_of("out", outgoing_book())
    assert len(first) == 10
    with scope("worker"):
        name = Office.objects.get(code=HA_TINH.code).name
    assert (first[2], first[4], first[6]) == ("Công văn Về việc ứng phó bão số 12", name, 2) or name in str(first[4])
    assert "Lãnh đạo yêu cầu viết lại" in str(second[9])
    assert third[9] == "Đã cấp số, chưa phát hành"
    assert third[7] is None
    page = client_of("vanthu", NGHE_AN).get(place(outgoing_book()))
    assert "Về việc ứng phó bão số 12" in text_of(page)
    assert f"/dispatches/{issued}/" in page.content.decode()


def test_the_incoming_book_says_who_has_it_and_what_came_of_it() -> None:
    letter = papers.issued(stated(HA_TINH, abstract="Về việc phối hợp"))
    papers.directed(letter, HA_TINH)
    with office_of("vanthu", HA_TINH) as by:
        book = Register.objects.get(office_id=by.office_id, direction="in")
    ((arrived, number, author, code, dated, subject, holder, passed, _signed, note),) = cells_of("in", book, HA_TINH)
    assert (number, dated, note) == (1, today(), "")
    assert arrived == passed == today()
    assert "Nghệ An" in str(author)
    assert str(code).startswith("01/")
    assert "Về việc phối hợp" in str(subject)
    assert holder


def test_nobody_reads_the_book_of_another_office() -> None:
    papers.issued(stated(HA_TINH))
    book = outgoing_book()
    with office_of("vanthu", HA_TINH) as by, pytest.raises(NotFound):
        book_of("out", str(book.id), str(today().year), by=by)
    assert client_of("vanthu", HA_TINH).get(place(book)).status_code == 404


def test_a_closed_series_gives_no_number_and_says_what_it_held() -> None:
    papers.issued(stated(HA_TINH))
    book, year = outgoing_book(), str(today().year)
    with office_of("vanthu", NGHE_AN) as by:
        with pytest.raises(Conflict, match="chưa hết"):
            close_series(book.id, year, by=by)
        with pretend(NEXT_YEAR):
            closed = close_series(book.id, year, by=by)
            with pytest.raises(Conflict, match="đã khóa"):
                close_series(book.id, year, by=by)
        assert "Sổ có 1 số đăng ký" in closed.closing["sentences"][0]
    with pytest.raises(Conflict, match="đã khóa") as refused:
        papers.numbered(stated(HA_TINH))
    assert "chú thích" in refused.value.remedy
    assert len(cells_of("out", book)) == 1
    page = text_of(client_of("vanthu", NGHE_AN).get(place(book)))
    assert "Sổ đã khóa" in page
    assert "Số đầu: 1; số cuối: 1" in page


def test_numbers_typed_from_the_existing_system_stop_too_and_gaps_are_named() -> None:
    with office_of("vanthu", NGHE_AN) as by:
        Register.objects.filter(office_id=by.office_id).update(numbered_by=Register.NumberedBy.EXISTING)
    book, year = outgoing_book(), str(today().year)
    for number in ("3", "5", "9"):
        draft = papers.numbered(stated(HA_TINH), typed=number)
        with office_of("vanthu", NGHE_AN) as by:
            withdraw_draft(draft.id, reason="Thử", by=by)
    with office_of("vanthu", NGHE_AN) as by, pretend(NEXT_YEAR):
        closed = close_series(book.id, year, by=by)
    assert closed.last_number == 9
    assert "4, 6–8" in " ".join(closed.closing["sentences"])
    with pytest.raises(Conflict, match="đã khóa"):
        papers.numbered(stated(HA_TINH), typed="12")


def test_a_number_that_waits_keeps_the_book_open() -> None:
    waiting = papers.numbered(stated(HA_TINH))
    book = outgoing_book()
    with office_of("vanthu", NGHE_AN) as by, pretend(NEXT_YEAR), pytest.raises(Conflict) as refused:
        close_series(book.id, str(today().year - 1), by=by)
    assert waiting.code in str(refused.value)


def test_remarks_are_added_to_a_closed_book_alone() -> None:
    papers.issued(stated(HA_TINH))
    book, year = outgoing_book(), str(today().year)
    with office_of("vanthu", NGHE_AN) as by:
        with pytest.raises(Conflict):
            remark_on_series(book.id, year, text="Sổ đang mở", by=by)
        with pretend(NEXT_YEAR):
            close_series(book.id, year, by=by)
        with pytest.raises(Invalid):
            remark_on_series(book.id, year, text="  ", by=by)
    browser = client_of("vanthu", NGHE_AN)
    answer = browser.post(
        f"/dispatches/registers/{book.id}/remark/",
        {"series": year, "direction": "out", "remark": "Số 01 ghi nhầm nơi nhận"},
    )
    assert answer.status_code == 302
    assert "Số 01 ghi nhầm nơi nhận" in text_of(browser.get(place(book)))


def test_who_may_not_number_may_not_close() -> None:
    papers.issued(stated(HA_TINH))
    book = outgoing_book()
    with office_of("chuyenvien", NGHE_AN) as by, pytest.raises(Forbidden):
        close_series(book.id, str(today().year), by=by)
    with office_of("vanthu", HA_TINH) as by, pytest.raises(NotFound):
        close_series(book.id, str(today().year), by=by)
    with office_of("vanthu", NGHE_AN):
        assert RegisterPeriod.objects.get(register_id=book.id).closed_at is None


@pytest.mark.parametrize("form", ["workbook", "paper"])
def test_the_book_as_a_file(form: str) -> None:
    for number in range(3):
        papers.issued(stated(HA_TINH, abstract=f"Về việc số {number} <&> #strong Ϳ"))
    book = outgoing_book()
    query = f"book={book.id}&series={today().year}"
    browser = client_of("vanthu", NGHE_AN)
    browser.post("/lists/register_out/export/", {"query": query, "form": form})
    with scope("worker"):
        made = Export.objects.get()
    exporting.run_export(made.id)
    with scope("worker"):
        made.refresh_from_db()
    assert (made.state, made.written) == (Export.State.DONE, 3)
    with open_stored(made.sha256) as file:
        data = file.read()
    if form == "workbook":
        rows = list(load_workbook(BytesIO(data)).worksheets[0].iter_rows(values_only=True))
        assert len(rows[0]) == 10
        assert len(rows) == 4
    else:
        text = "".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(data))
        assert "SỔ ĐĂNG KÝ VĂN BẢN ĐI" in text
        assert "số 2 <&> #strong" in text
        assert "Sổ chưa khóa." in text
        assert made.file_name.endswith(".pdf")


def test_a_list_without_a_printed_form_says_so() -> None:
    answer = client_of("vanthu", NGHE_AN).post("/lists/incoming/export/", {"query": "", "form": "paper"})
    assert answer.status_code == 404


def test_too_many_rows_are_refused_before_they_are_set(tmp_path: object) -> None:
    rows = (("",) * 10,) * (MOST_ROWS + 1)
    register = PrintedRegister("a", "b", "c", (), ("",) * 10, (10,) * 10, rows, (), ("a", "b"))
    with pytest.raises(Invalid, match="thu hẹp"):
        write_register(tmp_path / "a.pdf", register)  # type: ignore[operator]  # a path


def test_a_page_of_many_numbers_asks_few_questions() -> None:
    for _ in range(5):
        papers.issued(stated(HA_TINH))
    book, browser = outgoing_book(), client_of("vanthu", NGHE_AN)
    browser.get(place(book))
    with assert_queries(at_most=15):
        browser.get(place(book))
