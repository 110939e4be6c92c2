"""Search: with and without marks, by code however it is typed, only what the office may see."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import issued, open_books, stated

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision() -> UUID:
    """A decision of Nghệ An to Hà Tĩnh, number 01."""
    open_books()
    return issued(stated(HA_TINH, type_code="decision", abstract="Ứng phó lũ quét ở miền núi", content="Đập Bản Vẽ."))


def _found(key: str, words: str, office: object = HA_TINH) -> bool:
    client = client_of(key, office)  # type: ignore[arg-type]
    return "Ứng phó lũ quét" in text_of(client.get("/dispatches/search/", {"q": words}))


@pytest.mark.parametrize(
    "words",
    [
        "lũ quét",
        "lu quet",
        "LU QUET mien nui",
        "01/QĐ-UBND",
        "01 qd ubnd",
        "1 qd ubnd",
        '"lũ quét ở miền"',
        "Bản Vẽ",
        "ung ph",
    ],
)
def test_the_document_is_found(decision: UUID, words: str) -> None:
    assert _found("chuyenvien", words)


@pytest.mark.parametrize("words", ["lũ quét đồng bằng", "02 qd ubnd", '"quét lũ"', "' OR 1=1 --", "!&|:*()", "\\"])
def test_other_words_do_not_find_it(decision: UUID, words: str) -> None:
    assert not _found("chuyenvien", words)


def test_an_office_without_the_document_does_not_find_it(decision: UUID) -> None:
    assert not _found("chuyenvien", "lũ quét", NGHE_AN_PARTY)
    assert _found("chuyenvien", "lũ quét", NGHE_AN)


def test_the_palette_lists_links(decision: UUID) -> None:
    client = client_of("chuyenvien", HA_TINH)
    found = text_of(client.get("/dispatches/search/palette/", {"q": "lu quet"}))
    assert f'<a href="/dispatches/{decision}/">01/QĐ-UBND' in found
    assert "<html" not in found
    assert "<a" not in text_of(client.get("/dispatches/search/palette/", {"q": "\u202e"}))


def test_what_may_not_be_typed_is_said(decision: UUID) -> None:
    assert "đảo chiều" in text_of(client_of("chuyenvien", HA_TINH).get("/dispatches/search/", {"q": "a\u202eb"}))
