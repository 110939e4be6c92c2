"""Having a stranger's file read by a process of its own, that is ended when it takes too long or too much.

The process is a module of this room, called with arguments; it answers in JSON on its standard output,
``{"error": code}`` when it will not read. It knows nothing of the installation: no addresses of databases, no keys.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

_PASSED_ON: Final = ("PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH")
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}


class Unreadable(Exception):
    """The file was not read. ``code``: encrypted, damaged, too_large, too_slow or what the reader says."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def run_apart(module: str, arguments: Sequence[str], *, seconds: float, given: bytes = b"") -> dict[str, Any]:
    """What ``module`` answers within ``seconds``. Raises Unreadable."""
    process = subprocess.Popen(  # noqa: S603  # our own module under our own interpreter
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=_environment(),
    )
    try:
        output, _errors = process.communicate(given, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_slow") from error
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return _answer(process.returncode, output)


def _environment() -> dict[str, str]:
    package = Path(__file__).resolve().parents[2]
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, **_ONE_THREAD, "PYTHONPATH": str(package), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def _answer(status: int, output: bytes) -> dict[str, Any]:
    if status == -signal.SIGXCPU:
        raise Unreadable("too_slow")
    if status != 0 or not output:
        raise Unreadable("too_large")
    answer: dict[str, Any] = json.loads(output)
    if "error" in answer:
        raise Unreadable(str(answer["error"]))
    return answer
