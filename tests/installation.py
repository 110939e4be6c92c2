"""Loaded before Django: every test process is an installation of its own, in a directory of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

HOME = Path(tempfile.mkdtemp(prefix="phoihop-test-"))
HOME.chmod(0o755)  # a home closed to the server's account would keep its cluster outside
os.environ["PHOIHOP_HOME"] = str(HOME)
for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "PHOIHOP_DEMO", "PHOIHOP_ORIGIN", "PHOIHOP_LIVE_URL"):
    os.environ.pop(name, None)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(HOME, ignore_errors=True)
