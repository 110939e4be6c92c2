"""``phoihop run``: starts every part of an installation, keeps it alive, and leaves nothing behind.

A part that dies is started again, more slowly each time it dies young. Before any start, whatever is left of its
predecessor is ended: a killed master leaves workers that go on serving. The same holds for a whole installation whose
supervisor was killed.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Protocol

from phoihop.config import postgres, processes
from phoihop.config.parts import BELONGS_TO, Part, Serving
from phoihop.config.processes import Lock, OccupiedError
from phoihop.core.errors import Conflict, PhoiHopError

_TICK_SECONDS = 0.1
_FIRST_DELAY = 0.25
_LONGEST_DELAY = 30.0
_SETTLED_SECONDS = 60.0
_LARGEST_LOG_BYTES = 16 * 1024 * 1024

Say = Callable[[str], None]


class Child:
    """One part under supervision."""

    def __init__(self, part: Part, serving: Serving) -> None:
        self.part = part
        self._serving = serving
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._delay = 0.0
        self._due = 0.0

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the part with its output appended to its log."""
        path = self._serving.home / "log" / f"{self.part.name}.log"
        with path.open("ab") as log:
            self._process = processes.spawn(self.part.command, log=log, environment=self._serving.environment())
        self._started = time.monotonic()

    def tend(self, say: Say) -> None:
        """Notice a death, and start again once the delay is over."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            processes.end_group(self._process.pid)
            young = now - self._started < _SETTLED_SECONDS
            self._delay = min(max(self._delay * 2, _FIRST_DELAY), _LONGEST_DELAY) if young else _FIRST_DELAY
            self._due = now + self._delay
            say(f"{self.part.name}: dừng bất ngờ ({self._process.returncode}), chạy lại sau {self._delay:g} giây")
            self._process = None
        elif self._process is None and now >= self._due:
            self.start()

    def stop(self) -> None:
        """Stop the part and everything it started."""
        if self._process is not None:
            processes.stop_group(self._process, signal.SIGTERM, self.part.stop_seconds)
            self._process = None


class Supervisor:
    """Runs one installation until it is told to stop. ``server`` is the embedded PostgreSQL, if that is used."""

    def __init__(
        self, children: Sequence[Child], server: postgres.EmbeddedServer | None, say: Say, stopping: Stopping
    ) -> None:
        self._children = children
        self._server = server
        self._say = say
        self._stopping = stopping
        self._server_delay = 0.0

    def start(self) -> None:
        """Start all parts, those that others wait for first."""
        for child in reversed(self._children):
            child.start()

    def tend_until(self, done: Callable[[], bool]) -> bool:
        """Keep everything alive until ``done`` or told to stop; whether it was ``done``."""
        while not self._stopping.requested:
            self._tend_server()
            for child in self._children:
                child.tend(self._say)
            if done():
                return True
            time.sleep(_TICK_SECONDS)
        return False

    def _tend_server(self) -> None:
        if self._server is None or self._server.process.poll() is None:
            return
        self._say("postgres: dừng bất ngờ, chạy lại")
        try:
            self._server.restart()
            self._server_delay = 0.0
        except PhoiHopError as error:
            self._say(f"postgres: {error}")
            self._server_delay = min(max(self._server_delay * 2, 1.0), _LONGEST_DELAY)
            time.sleep(self._server_delay)

    def stop(self) -> None:
        """Stop all parts in order; PostgreSQL is stopped by whoever started it."""
        for child in self._children:
            child.stop()


class Stopping(Protocol):
    """Tells whether we are asked to stop."""

    requested: bool


class StopSignals:
    """Ctrl-C, a closed terminal and a service manager's request, remembered instead of interrupting."""

    def __init__(self) -> None:
        self.requested = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._request)

    def _request(self, _number: int, _frame: FrameType | None) -> None:
        self.requested = True


def take_home(home: Path) -> Lock:
    """Become the one supervisor of ``home`` and end what a killed predecessor left running.

    Raises Conflict when another supervisor is alive.
    """
    for name in ("run", "log", "keys", "files"):
        (home / name).mkdir(parents=True, exist_ok=True, mode=0o700 if name in {"keys", "files"} else 0o755)
    try:
        lock = Lock(home / "run" / "supervisor.lock")
    except OccupiedError as occupied:
        raise Conflict(
            "already-running",
            f"Phối Hợp đang chạy trên {home} (tiến trình {occupied.pid}).",
            remedy="Dừng nó trước, hoặc chọn PHOIHOP_HOME khác.",
        ) from None
    _end_left_over(home)
    _turn_logs(home / "log")
    return lock


def _end_left_over(home: Path) -> None:
    def left() -> list[int]:
        marked = processes.with_environment(BELONGS_TO, str(home))
        return [pid for pid in marked if pid != os.getpid() and processes.is_alive(pid)]

    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left():
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if processes.wait_until(lambda: not left(), 5.0):
            return


def _turn_logs(directory: Path) -> None:
    for path in directory.glob("*.log"):
        if path.stat().st_size > _LARGEST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))


def require_free_ports(serving: Serving) -> None:
    """Raises Conflict when a port that we are to serve on is taken by another program."""
    for port in (serving.port, serving.port + 1):
        with socket.socket(socket.AF_INET6 if ":" in serving.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((serving.host, port))
            except OSError as error:
                raise Conflict(
                    "port-taken",
                    f"Không mở được cổng {port}: {error.strerror}.",
                    remedy="Dừng chương trình đang giữ cổng đó, hoặc chọn cổng khác, ví dụ: PORT=8010 make run",
                ) from None
