"""Removing what a test installation leaves."""

from __future__ import annotations

import shutil
from pathlib import Path

from phoihop.config import postgres


def forget(path: Path) -> None:
    """Remove a home and what it keeps elsewhere."""
    where = postgres.place(path)
    for directory in (where.sockets, where.data):
        shutil.rmtree(directory, ignore_errors=True)
    if where.data.parent != path:
        shutil.rmtree(where.data.parent, ignore_errors=True)
    shutil.rmtree(path)
