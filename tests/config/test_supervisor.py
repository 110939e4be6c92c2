"""The supervisor with parts that are real processes: what dies is restarted, and nothing stays."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phoihop.config import processes
from phoihop.config.parts import BELONGS_TO, Part, Serving
from phoihop.config.supervisor import Child, Supervisor, require_free_ports, take_home
from phoihop.core.errors import Conflict

MASTER_WITH_WORKER = ["/bin/sh", "-c", "sleep 300 & wait"]


class Told:
    """Stop signals as a test gives them."""

    requested = False


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    take_home(tmp_path).release()
    yield Serving(tmp_path)
    assert marked(tmp_path) == []


def marked(home: Path) -> list[int]:
    return processes.with_environment(BELONGS_TO, str(home))


def tended(child: Child, said: list[str], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        child.tend(said.append)
        time.sleep(0.01)


def test_a_killed_master_is_replaced_and_its_workers_are_ended_first(serving: Serving, said: list[str]) -> None:
    child = Child(Part("web", MASTER_WITH_WORKER, 1.0), serving)
    child.start()
    assert processes.wait_until(lambda: len(marked(serving.home)) == 2, 5)
    before = marked(serving.home)
    os.kill(child.pid, 9)
    tended(child, said, 1.0)
    assert processes.wait_until(lambda: len(marked(serving.home)) == 2, 5)
    assert not set(before) & set(marked(serving.home))
    assert [line.split(":")[0] for line in said] == ["web"]
    child.stop()


def test_a_part_that_dies_young_is_started_ever_more_slowly(serving: Serving, said: list[str]) -> None:
    child = Child(Part("worker", ["/bin/false"], 1.0), serving)
    child.start()
    tended(child, said, 2.5)
    child.stop()
    assert 3 <= len(said) <= 4  # after 0.25, 0.5 and 1 second; a loop without delay would say hundreds
    assert "0.25" in said[0]
    assert "0.5" in said[1]


def test_what_a_part_says_is_in_its_log(serving: Serving, said: list[str]) -> None:
    child = Child(Part("worker", ["/bin/sh", "-c", "echo xin chào; sleep 300"], 1.0), serving)
    child.start()
    log = serving.home / "log" / "worker.log"
    assert processes.wait_until(lambda: log.read_text() == "xin chào\n", 5)
    child.stop()


def test_stopping_ends_even_a_part_that_will_not(serving: Serving, said: list[str]) -> None:
    stubborn = Child(Part("web", ["/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"], 0.3), serving)
    plain = Child(Part("worker", ["/bin/sleep", "300"], 1.0), serving)
    stopping = Told()
    supervisor = Supervisor([stubborn, plain], None, said.append, stopping)
    supervisor.start()
    assert processes.wait_until(lambda: len(marked(serving.home)) >= 2, 5)
    supervisor.stop()
    assert marked(serving.home) == []


def test_tending_ends_when_told_and_when_done(serving: Serving, said: list[str]) -> None:
    stopping = Told()
    supervisor = Supervisor([], None, said.append, stopping)
    assert supervisor.tend_until(lambda: True)
    stopping.requested = True
    assert not supervisor.tend_until(lambda: False)


def test_a_home_has_one_supervisor(tmp_path: Path) -> None:
    lock = take_home(tmp_path)
    with pytest.raises(Conflict, match=str(os.getpid())):
        take_home(tmp_path)
    lock.release()
    take_home(tmp_path).release()


def test_taking_a_home_ends_what_a_killed_supervisor_left(tmp_path: Path) -> None:
    environment = {BELONGS_TO: str(tmp_path), "PATH": os.defpath}
    with (tmp_path / "output").open("wb") as log:
        left = processes.spawn(MASTER_WITH_WORKER, log=log, environment=environment)
        other = processes.spawn(
            ["/bin/sleep", "300"], log=log, environment={BELONGS_TO: f"{tmp_path}-other", "PATH": os.defpath}
        )
    assert processes.wait_until(lambda: len(marked(tmp_path)) == 2, 5)
    try:
        take_home(tmp_path).release()
        assert [pid for pid in marked(tmp_path) if processes.is_alive(pid)] == []
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
        left.wait()


def test_a_large_log_is_turned(tmp_path: Path) -> None:
    take_home(tmp_path).release()
    large, small = tmp_path / "log" / "web.log", tmp_path / "log" / "worker.log"
    with large.open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    small.write_text("ngắn")
    take_home(tmp_path).release()
    assert not large.exists()
    assert large.with_suffix(".log.1").exists()
    assert small.read_text() == "ngắn"


def _above_a_free_port() -> socket.socket:
    """A socket that holds a port whose lower neighbour is free: that of the live stream, above the port of pages."""
    while True:
        holder = socket.socket()
        holder.bind(("127.0.0.1", 0))
        try:
            with socket.socket() as below:
                below.bind(("127.0.0.1", holder.getsockname()[1] - 1))
        except OSError:
            holder.close()
            continue
        holder.listen()
        return holder


def test_a_taken_port_is_named_with_a_way_out(tmp_path: Path) -> None:
    with _above_a_free_port() as holder:
        port = holder.getsockname()[1]
        with pytest.raises(Conflict, match=str(port)):
            require_free_ports(Serving(tmp_path, port=port - 1))
