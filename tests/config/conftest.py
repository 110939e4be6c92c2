"""Homes of installations for tests: open to the server's account, as a real one is, and gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.homes import forget


@pytest.fixture
def home() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="phoihop-test-"))
    path.chmod(0o755)
    yield path
    forget(path)
