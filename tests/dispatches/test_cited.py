"""A paper or draft says when what it cites was recalled, replaced or updated; numbers alone are not mixed up."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.dispatches.actions.changing import recall_dispatch
from phoihop.dispatches.citations import MOST, Citation, citations
from phoihop.dispatches.models import Dispatch
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import drafted, issued, office_of, open_books, reply_of, stated

FLAG = "Văn bản được viện dẫn đã thay đổi"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Căn cứ Quyết định số 12/QĐ-UBND ngày 05/10/2026;", Citation("12/QĐ-UBND", date(2026, 10, 5))),
        ("theo Nghị quyết 05-NQ/TU, ngày 02 tháng 3 năm 2026", Citation("05-NQ/TU", date(2026, 3, 2))),
        ("Nghị định số 30/2020/NĐ-CP của Chính phủ", Citation("30/2020/NĐ-CP", None)),
        ("số 7/UBND-NC (ngày 31.02.2026)", Citation("7/UBND-NC", None)),
    ],
)
def test_numbers_and_days_are_read(text: str, found: Citation) -> None:
    assert citations(text) == [found]


@pytest.mark.parametrize("text", ["", "ngày 05/10/2026", "tỷ lệ 3/4", "24/7", "km 12-15", "a/12/QĐ-UBND"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert citations(text) == []


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert len(citations(text + " 1/QĐ-A" * 200)) <= MOST


@pytest.fixture
def letter(db: None) -> UUID:
    """A letter of Nghệ An that Hà Tĩnh and the region have."""
    open_books()
    return issued(stated(HA_TINH, REGION))


def _recall(letter: UUID) -> Dispatch:
    with office_of("lanhdao", NGHE_AN) as by:
        recall_dispatch(letter, reason="Ban hành nhầm thẩm quyền", by=by)
        return Dispatch.objects.get(id=letter)


def _code(letter: UUID) -> tuple[str, str]:
    with office_of("vanthu", NGHE_AN):
        found = Dispatch.objects.get(id=letter)
    assert found.dated is not None
    return found.code, found.dated.strftime("%d/%m/%Y")


def _page(document: UUID, office: object = HA_TINH, who: str = "vanthu") -> str:
    return text_of(client_of(who, office).get(page_of(document)))  # type: ignore[arg-type]


def test_a_paper_that_names_number_and_day_is_flagged_for_who_has_both(letter: UUID) -> None:
    code, day = _code(letter)
    naming = issued(stated(HA_TINH, NGHE_AN_PARTY, content=f"Thực hiện Công văn số {code} ngày {day}."))
    other = issued(stated(HA_TINH, content=f"Thực hiện Công văn số {code} ngày 01/01/2020."))
    assert FLAG not in _page(naming)
    _recall(letter)
    page = _page(naming)
    assert FLAG in page
    assert page_of(letter) in page
    assert "đã thu hồi" in page
    assert FLAG not in _page(other)
    assert FLAG not in _page(naming, NGHE_AN_PARTY), "an office without the cited paper learns nothing of it"


def test_a_number_without_a_day_needs_the_issuer(letter: UUID) -> None:
    code, _day = _code(letter)
    own = issued(stated(HA_TINH, content=f"Tiếp theo Công văn số {code}."))
    foreign = issued(reply_of(HA_TINH, issued(stated(HA_TINH))), office=HA_TINH)
    _recall(letter)
    assert FLAG in _page(own)
    assert FLAG not in _page(foreign)


def test_a_draft_that_answers_it_is_flagged(letter: UUID) -> None:
    draft = drafted(reply_of(HA_TINH, letter), office=HA_TINH)
    address = f"/dispatches/drafts/{draft.id}/"
    writer = client_of("chuyenvien", HA_TINH)
    assert FLAG not in text_of(writer.get(address))
    _recall(letter)
    assert FLAG in text_of(writer.get(address))
