"""The API as other software meets it, with books open at every office; each test is rolled back."""

from __future__ import annotations

import pytest

from tests.api.callers import Caller, caller
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches.papers import open_books


@pytest.fixture
def books(db: None) -> None:
    """Books open at every office."""
    open_books()


@pytest.fixture
def sender(books: None) -> Caller:
    """The records clerk of UBND tỉnh Nghệ An."""
    return caller("vanthu", NGHE_AN)


@pytest.fixture
def receiver(books: None) -> Caller:
    """The records clerk of UBND tỉnh Hà Tĩnh."""
    return caller("vanthu", HA_TINH)
