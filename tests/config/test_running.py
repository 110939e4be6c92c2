"""The real thing: ``phoihop run`` on a home of its own, killed in every part, and stopped without a trace."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from phoihop.config import postgres, processes
from phoihop.config.parts import BELONGS_TO

READY_SECONDS = 120
COMMAND = [sys.executable, "-m", "phoihop.config.command"]


class Installation:
    """One installation of its own under test."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_ports()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "PHOIHOP_"))},
            "PHOIHOP_HOME": str(home),
            "PORT": str(self.port),
            "PYTHONPATH": str(Path("src").resolve()),
            "PHOIHOP_WEB_WORKERS": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.home / "terminal").open("wb") as terminal:
            self.process = subprocess.Popen(
                [*COMMAND, "run"], env=self.environment, stdout=terminal, stderr=subprocess.STDOUT
            )
        assert self.becomes_ready(), self.terminal()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )

    def becomes_ready(self) -> bool:
        return processes.wait_until(lambda: self.ready() == (200, []), READY_SECONDS)

    def ready(self) -> tuple[int, list[str]]:
        """Status of /readyz and the names of what is not ready; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                checks = json.load(answer)["checks"]
                status = answer.status
        except urllib.error.HTTPError as error:
            with error:
                body = error.read()
            status, checks = error.code, json.loads(body)["checks"] if error.code == 503 else {}
        except OSError:
            return 0, []
        return status, [name for name, fit in checks.items() if not fit]

    def pids(self, word: str = "") -> list[int]:
        """Processes of this installation whose command line contains ``word``; PostgreSQL's with ``postgres``."""
        if word == "postgres":
            return processes.working_in(postgres.place(self.home).data)
        marked = processes.with_environment(BELONGS_TO, str(self.home))
        return [pid for pid in marked if word in command_line(pid)]

    def postmaster(self) -> int:
        return int((postgres.place(self.home).data / "postmaster.pid").read_text().splitlines()[0])

    def everything(self) -> list[int]:
        own = [self.process.pid] if self.process and self.process.poll() is None else []
        return [*own, *self.pids(), *self.pids("postgres")]

    def is_gone(self) -> bool:
        return processes.wait_until(lambda: not [pid for pid in self.everything() if processes.is_alive(pid)], 60)

    def kill_everything(self) -> None:
        for pid in self.everything():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait()

    def terminal(self) -> str:
        logs = [path.read_text(errors="replace")[-1500:] for path in (self.home / "log").glob("*.log")]
        return "\n".join([(self.home / "terminal").read_text(), *logs])


def free_ports() -> int:
    """The first of two neighbouring free ports."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with suppress(OSError):
                second.bind(("127.0.0.1", port + 1))
                return port


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def kill_and_see_it_replaced(installation: Installation, word: str) -> None:
    before = installation.pids(word)
    assert before, word
    master = installation.postmaster() if word == "postgres" else min(before)
    os.kill(master, signal.SIGKILL)
    replaced = processes.wait_until(lambda: bool(set(installation.pids(word)) - set(before)), 60)
    assert replaced, (word, installation.terminal())
    assert master not in installation.pids(word)


@pytest.fixture
def installation(home: Path) -> Iterator[Installation]:
    installation = Installation(home)
    yield installation
    installation.kill_everything()
    assert installation.is_gone()


def test_every_part_killed_comes_back_and_an_interrupt_leaves_nothing(installation: Installation) -> None:
    installation.start()
    for word in ("granian", "uvicorn", "sequencer", "worker", "postgres"):
        kill_and_see_it_replaced(installation, word)
        assert installation.becomes_ready(), (word, installation.ready(), installation.terminal())
    assert installation.process is not None
    installation.process.send_signal(signal.SIGINT)
    assert installation.process.wait(60) == 0, installation.terminal()
    assert installation.is_gone()


def test_a_killed_master_leaves_no_worker_that_goes_on_serving(installation: Installation) -> None:
    installation.start()
    before = installation.pids("granian")
    os.kill(min(before), signal.SIGKILL)
    assert processes.wait_until(lambda: bool(set(installation.pids("granian")) - set(before)), 60)
    assert not set(before) & set(installation.pids("granian"))
    assert installation.becomes_ready(), installation.terminal()


def test_a_killed_supervisor_takes_everything_along_and_the_next_start_recovers(installation: Installation) -> None:
    installation.start()
    assert installation.process is not None
    installation.process.kill()
    installation.process.wait()
    assert installation.is_gone()
    installation.start()


def test_after_kill_9_of_everything_at_once_the_next_start_recovers(installation: Installation) -> None:
    installation.start()
    installation.kill_everything()
    assert (installation.home / "pg" / "postmaster.pid").exists()
    installation.start()
    assert installation.process is not None
    installation.process.send_signal(signal.SIGTERM)
    assert installation.process.wait(60) == 0
    assert installation.is_gone()


def test_a_part_that_hangs_is_reported_until_it_goes_on(installation: Installation) -> None:
    installation.start()
    (sequencer,) = installation.pids("sequencer")
    os.kill(sequencer, signal.SIGSTOP)
    try:
        assert processes.wait_until(lambda: installation.ready() == (503, ["sequencer"]), 40)
        said = installation.run("doctor", "--json")
        assert said.returncode == 1, said.stderr
        assert "sequencer-dead" in {finding["code"] for finding in json.loads(said.stdout)}
    finally:
        os.kill(sequencer, signal.SIGCONT)
    assert installation.becomes_ready()


def test_a_second_run_and_a_taken_port_are_refused_in_words(installation: Installation, home: Path) -> None:
    installation.start()
    second = installation.run("run")
    assert second.returncode == 2
    assert "đang chạy" in second.stderr
    other = Installation(home / "other")
    other.home.mkdir()
    other.environment["PORT"] = str(installation.port)
    refused = other.run("run")
    assert refused.returncode == 2
    assert str(installation.port) in refused.stderr


def test_the_demonstration_is_never_opened_to_other_machines(installation: Installation) -> None:
    refused = installation.run("run", "--demo", "--host", "0.0.0.0")
    assert refused.returncode == 2
    assert "diễn tập" in refused.stderr
    assert not (installation.home / "pg").exists()
