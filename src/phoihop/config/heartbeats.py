"""Heartbeats: how one process of an installation sees that another still works, not merely exists.

A process beats from the very loop that does its work, so that a loop that hangs stops beating. The mark is a file under
``run/`` that holds the process number; its age is the time since the last beat.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from phoihop.config.processes import is_alive
from phoihop.core.clock import now

STALE_SECONDS = 20.0
"""A part that has not beaten for so long is taken for dead. Loops beat at least every five seconds."""


@dataclass(frozen=True)
class Heartbeat:
    """The last sign of one part: its process number and the age of the sign in seconds."""

    pid: int
    age: float

    @property
    def is_beating(self) -> bool:
        return self.age <= STALE_SECONDS and is_alive(self.pid)


def beat(run: Path, part: str) -> None:
    """Leave a sign of life for ``part`` in the run directory."""
    path = run / f"{part}.beat"
    text = str(os.getpid())
    if path.exists() and path.read_text() == text:
        os.utime(path)
        return
    fresh = run / f"{part}.beat.{text}"
    fresh.write_text(text)
    fresh.replace(path)


def last(run: Path, part: str) -> Heartbeat | None:
    """The last sign of ``part``, or None when it never left one."""
    path = run / f"{part}.beat"
    try:
        return Heartbeat(int(path.read_text()), now().timestamp() - path.stat().st_mtime)
    except (FileNotFoundError, ValueError):
        return None
