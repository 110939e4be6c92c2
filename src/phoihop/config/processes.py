"""Operating-system processes: started so that they cannot outlive us, found again when they did, and stopped whole.

A child gets its own session, so that a signal to its group reaches everything it forked, and asks the kernel for a
signal when its parent dies (``PR_SET_PDEATHSIG``), so that kill -9 of the parent leaves nothing behind.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.02
_KILL_SECONDS = 5.0


class OccupiedError(Exception):
    """Another live process holds the lock; ``pid`` is its number, or 0 when it did not say."""

    def __init__(self, path: Path, pid: int) -> None:
        super().__init__(f"{path} is held by process {pid}")
        self.pid = pid


def spawn(
    arguments: Sequence[str],
    *,
    log: IO[bytes],
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    account: pwd.struct_passwd | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session that receives ``death_signal`` when this process dies.

    ``account`` drops to that account (only root may). Call it from the main thread: the kernel watches the thread.
    Raises OSError when the program cannot be started.
    """
    return subprocess.Popen(  # noqa: S603  # our own programs, no shell
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=dict(environment) if environment is not None else None,
        cwd=directory,
        start_new_session=True,
        preexec_fn=_bind_to_parent(os.getpid(), death_signal),
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )


def run_as(account: pwd.struct_passwd | None, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a short program, as ``account`` when one is given, and return what it said on both outputs together."""
    return subprocess.run(  # noqa: S603  # our own programs, no shell
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )


def _bind_to_parent(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def bind() -> None:  # runs after the change of account, which would clear the setting
        prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def stop_group(process: subprocess.Popen[bytes], how: signal.Signals, timeout: float) -> None:
    """Ask a child to stop, wait ``timeout`` seconds, then end its whole group; returns when none of it is left."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout)
    end_group(process.pid)
    process.wait()


def end_group(group: int) -> None:
    """Kill what is left of a process group and wait until it is gone; harmless when nothing is left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    wait_until(lambda: not _members(group), _KILL_SECONDS)


def _members(group: int) -> list[int]:
    """Processes of a group that still run."""
    return [pid for pid, _ in _each_link("exe") if _status(pid)[2:3] == [str(group)] and is_alive(pid)]


def is_alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _status(pid)[:1] != ["Z"]


def _status(pid: int) -> list[str]:
    """State, parent, group and so on of a process (proc_pid_stat(5), from the third field); empty when unknown."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def can_look_around() -> bool:
    """Whether this system shows other processes (/proc), so that finding none means that there is none."""
    return Path("/proc/self/cwd").is_dir()


def working_in(directory: Path) -> list[int]:
    """Processes whose working directory is ``directory``: every process of a PostgreSQL works in its data directory."""
    wanted = str(directory.resolve())
    return [pid for pid, cwd in _each_link("cwd") if cwd == wanted]


def _each_link(name: str) -> Iterator[tuple[int, str]]:
    with suppress(FileNotFoundError):
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    yield int(entry.name), str((entry / name).readlink())


def with_environment(name: str, value: str) -> list[int]:
    """Processes started with ``name=value`` in their environment: how a supervisor knows its children again."""
    wanted = f"{name}={value}".encode()
    found = []
    for pid, _ in _each_link("exe"):
        with suppress(OSError):
            if wanted in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                found.append(pid)
    return found


def wait_until(condition: Callable[[], bool], timeout: float) -> bool:
    """Wait until ``condition`` holds, at most ``timeout`` seconds; whether it did."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


class Lock:
    """An exclusive lock on a file that holds our process number. Raises OccupiedError when another process has it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _number_in(self._file)
            self._file.close()
            raise OccupiedError(path, holder) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let go; safe to call twice."""
        self._file.close()


def _number_in(file: IO[str]) -> int:
    file.seek(0)
    text = file.read().strip()
    return int(text) if text.isdigit() else 0


def is_held(path: Path) -> bool:
    """Whether a live process holds the lock at ``path``."""
    if not path.exists():
        return False
    try:
        Lock(path).release()
    except OccupiedError:
        return True
    return False
