"""A real installation for measuring: the supervisor, a durable PostgreSQL, and twenty offices with a clerk each."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

OFFICES = 20
BODIES_REGIME = "GOV"
_READY_SECONDS = 120


@dataclass(frozen=True)
class Desk:
    """One office of the measured installation: its codes, the clerk's token and the leader who signs."""

    code: str
    body: str
    office_id: UUID
    token: str
    signer: UUID


@dataclass(frozen=True)
class Installation:
    """A running one. ``desks`` are its offices; ``supervisor`` ends everything when it is interrupted."""

    home: Path
    port: int
    supervisor: subprocess.Popen[bytes]
    desks: tuple[Desk, ...]

    def processes(self, word: str) -> list[int]:
        """Process numbers of this installation whose command line contains ``word``."""
        from phoihop.config.parts import BELONGS_TO
        from phoihop.config.processes import with_environment

        marked = with_environment(BELONGS_TO, str(self.home))
        return [pid for pid in marked if word in Path(f"/proc/{pid}/cmdline").read_text()]


@contextmanager
def running(*, web_workers: int | None = None) -> Iterator[Installation]:
    """Start one in a directory of its own; everything is gone afterwards. One per process: settings are read once."""
    home = Path(tempfile.mkdtemp(prefix="phoihop-bench-"))
    home.chmod(0o755)
    port = _free_ports()
    os.environ |= {"PHOIHOP_HOME": str(home), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "phoihop.config.settings"}
    if web_workers:
        os.environ["PHOIHOP_WEB_WORKERS"] = str(web_workers)
    with (home / "terminal").open("wb") as terminal:
        command = [sys.executable, "-m", "phoihop.config.command", "run"]
        supervisor = subprocess.Popen(command, stdout=terminal, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(port, home, supervisor)
        yield Installation(home, port, supervisor, open_offices())
    finally:
        supervisor.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            supervisor.wait(60)
        supervisor.kill()
        if os.environ.get("PHOIHOP_BENCH_KEEP") != "1":
            shutil.rmtree(home, ignore_errors=True)


def _wait_until_ready(port: int, home: Path, supervisor: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and supervisor.poll() is None:
        with (
            suppress(OSError, ValueError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as told,
        ):
            if json.load(told)["status"] == "ok":
                return
        time.sleep(0.3)
    raise SystemExit("the installation does not start:\n" + (home / "terminal").read_text())


def open_offices(count: int = OFFICES) -> tuple[Desk, ...]:
    """Make offices with books, a clerk who holds a token, and a leader; in the database the settings name."""
    import django

    django.setup()
    from bench.offices import make_offices  # reads settings, so only now

    return make_offices(count)


def _free_ports() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with suppress(OSError):
                second.bind(("127.0.0.1", port + 1))
                return port


def cpu_by_part(installation: Installation) -> dict[str, float]:
    """Processor time each part took so far: this process as the client, PostgreSQL with its ended backends, the rest.

    Where other programs share the machine this is steadier than the clock.
    """
    from phoihop.config.postgres import place
    from phoihop.config.processes import working_in

    server = set(working_in(place(installation.home).data))
    spent = {"client": cpu_of(os.getpid()), "postgres": sum(map(cpu_of, server))}
    for pid in set(installation.processes("")) - server - {os.getpid()}:
        part = _part_of(pid)
        spent[part] = spent.get(part, 0.0) + cpu_of(pid)
    return spent


def cpu_seconds(installation: Installation) -> float:
    """Processor time that everything took so far."""
    return sum(cpu_by_part(installation).values())


def _part_of(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except FileNotFoundError:
        return "other"
    named = {"granian": "web", "uvicorn": "live", "sequencer": "sequencer", "worker": "worker", "run": "supervisor"}
    return next(
        (named[word] for word in words if word in named), "web" if "--multiprocessing-fork" in words else "other"
    )


def cpu_of(pid: int) -> float:
    """Seconds of processor time of one process and of those children of its that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int, *, peak: bool = False) -> int:
    """Memory a process holds, in bytes; or held at most since its peak was last reset."""
    name = "VmHWM:" if peak else "VmRSS:"
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0
