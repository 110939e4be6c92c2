"""The processes that make up a running installation, besides PostgreSQL: what they are and how they are started."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BELONGS_TO = "PHOIHOP_PART_OF"
"""Environment variable that marks every process of an installation with its home, to find those that outlived it."""


@dataclass(frozen=True)
class Part:
    """One process: its name, its command, and how many seconds it may take to stop by itself."""

    name: str
    command: Sequence[str]
    stop_seconds: float


@dataclass(frozen=True)
class Serving:
    """How an installation is served: address and port of the web process, and whether it shows the demonstration."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False

    @property
    def address(self) -> str:
        """What a person types: passkeys and cookies want the name, not the number (practice: sign-in)."""
        return os.environ.get("PHOIHOP_ORIGIN", f"http://localhost:{self.port}")

    def environment(self) -> dict[str, str]:
        """The environment of every part."""
        own = {
            "DJANGO_SETTINGS_MODULE": "phoihop.config.settings",
            "PHOIHOP_HOME": str(self.home),
            "PHOIHOP_DEMO": "1" if self.demo else "0",
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            BELONGS_TO: str(self.home),
        }
        return {**os.environ, **own}


def parts(serving: Serving) -> tuple[Part, ...]:
    """All parts in the order in which they are stopped; they start in the opposite order."""
    own = [sys.executable, "-m", "phoihop.config.command"]
    return (
        Part("web", _web(serving), 6.0),
        Part("live", _live(serving), 4.0),
        Part("sequencer", [*own, "sequencer"], 10.0),
        Part("worker", [*own, "worker"], 15.0),
    )


def _web(serving: Serving) -> list[str]:
    workers = os.environ.get("PHOIHOP_WEB_WORKERS", str(max(2, os.cpu_count() or 1)))
    threads = os.environ.get("PHOIHOP_WEB_THREADS", "4")
    return [
        *(sys.executable, "-m", "granian", "phoihop.config.wsgi:application"),
        *("--interface", "wsgi", "--host", serving.host, "--port", str(serving.port)),
        *("--workers", workers, "--blocking-threads", threads, "--backpressure", str(int(threads) * 16)),
        *("--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "2"),
        *("--no-ws", "--no-access-log", "--log-level", "warning"),
    ]


def _live(serving: Serving) -> list[str]:
    return [
        *(sys.executable, "-m", "uvicorn", "phoihop.config.live:application"),
        *("--host", serving.host, "--port", str(serving.port + 1), "--lifespan", "on", "--ws", "none"),
        *("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "1"),
    ]
