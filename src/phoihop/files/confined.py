"""Starting a process that reads a stranger's file, waiting no longer than allowed, and ending it whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_HANDED_ON = ("PATH", "TESSDATA_PREFIX")
_OWN = {
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    # Libraries that reserve memory for each processor would reach the limit on a large machine.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Ended:
    """How the process ended: its status, negative for a signal, and what it wrote."""

    status: int
    output: bytes


def run_confined(module: str, arguments: Sequence[str] = (), *, said: bytes = b"", seconds: float) -> Ended:
    """Run one of our modules by itself, with nothing of the installation's own: no addresses of databases, no keys.

    The module binds itself in memory and processor time. Raises TimeoutError after so many seconds.
    """
    process = subprocess.Popen(  # noqa: S603  # our own module under our own interpreter
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    try:
        output, _nothing = process.communicate(said, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(module) from error
    finally:
        _end(process)
    return Ended(process.returncode, output)


def _environment() -> dict[str, str]:
    package = Path(__file__).resolve().parents[2]
    return {**{name: os.environ[name] for name in _HANDED_ON if name in os.environ}, **_OWN, "PYTHONPATH": str(package)}


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
