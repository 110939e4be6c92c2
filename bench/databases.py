"""Databases to measure in: a new one for a run, or one that is filled once and kept under ``PHOIHOP_BENCH_HOME``."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from bench.installation import Desk, open_offices

Told = TypeVar("Told")
_KEPT = "PHOIHOP_BENCH_HOME"


@contextmanager
def database(name: str = "database") -> Iterator[str]:
    """An installation of its own with its units, in the folder ``name`` of the kept ones; gives the owner's address."""
    home = Path(os.environ[_KEPT]) / name if _KEPT in os.environ else Path(tempfile.mkdtemp(prefix="phoihop-bench-"))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    os.environ |= {"PHOIHOP_HOME": str(home), "DJANGO_SETTINGS_MODULE": "phoihop.config.settings"}
    from phoihop.config import postgres

    with postgres.start(home) as server:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("init", verbosity=0)
        yield server.dsn("phoihop_owner")
        for connection in connections.all():
            connection.close()
    if _KEPT not in os.environ:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def filled_database(
    name: str, offices: int, fill: Callable[[str, Sequence[Desk], int], Told], count: int
) -> Iterator[tuple[Sequence[Desk], Told]]:
    """A database with ``offices`` and what ``fill`` puts in; gives the offices and what ``fill`` told of it.

    A kept one is filled once for each ``count``; migrations made since are applied to it.
    """
    with database(f"{name}-{count}") as dsn:
        note = Path(os.environ["PHOIHOP_HOME"]) / "filled.pickle"
        if not note.exists():
            desks = open_offices(offices)
            began = time.perf_counter()
            note.write_bytes(pickle.dumps((desks, fill(dsn, desks, count))))
            sys.stderr.write(f"filled {count} in {time.perf_counter() - began:.0f} s\n")
        yield pickle.loads(note.read_bytes())
