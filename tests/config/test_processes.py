"""Processes never outlive whoever started them, and are stopped with everything they forked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from phoihop.config import processes
from phoihop.config.processes import Lock, OccupiedError, is_held

FORKS_A_SLEEPER = ["/bin/sh", "-c", "sleep 300 & echo $!; trap '' TERM; wait; wait"]


def first_line(path: Path) -> int:
    assert processes.wait_until(lambda: path.read_text().endswith("\n"), 10)
    return int(path.read_text().split()[0])


def test_stopping_a_child_ends_what_it_forked(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output:
        child = processes.spawn(FORKS_A_SLEEPER, log=output)
    grandchild = first_line(log)
    assert processes.is_alive(grandchild)
    processes.stop_group(child, signal.SIGTERM, 0.2)
    assert child.poll() is not None
    assert processes.wait_until(lambda: not processes.is_alive(grandchild), 5)


def test_a_child_dies_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from phoihop.config import processes
        with open(sys.argv[1], "wb") as log:
            child = processes.spawn(["/bin/sleep", "300"], log=log)
        print(child.pid, flush=True)
        time.sleep(300)
        """
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "log")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert processes.is_alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert processes.wait_until(lambda: not processes.is_alive(child), 5)


def test_a_marked_process_is_found_again(tmp_path: Path) -> None:
    mark = str(tmp_path)
    with (tmp_path / "log").open("wb") as log:
        child = processes.spawn(
            ["/bin/sleep", "300"], log=log, environment={"MARK": mark, "PATH": os.defpath}, directory=tmp_path
        )
    try:
        assert processes.wait_until(lambda: processes.with_environment("MARK", mark) == [child.pid], 5)
        assert processes.with_environment("MARK", f"{mark}-other") == []
        assert processes.working_in(tmp_path) == [child.pid]
    finally:
        processes.stop_group(child, signal.SIGTERM, 5)
    assert processes.working_in(tmp_path) == []


def test_a_lock_has_one_holder_and_names_it(tmp_path: Path) -> None:
    path = tmp_path / "run" / "lock"
    assert not is_held(path)
    lock = Lock(path)
    assert is_held(path)
    with pytest.raises(OccupiedError) as refused:
        Lock(path)
    assert refused.value.pid == os.getpid()
    lock.release()
    assert not is_held(path)


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen(["/bin/true"])
    assert processes.wait_until(lambda: not processes.is_alive(child.pid), 5)
    child.wait()
