"""Starting the reading process, waiting for it no longer than allowed, and making sense of how it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from phoihop.files.previewing.limits import Limits, Refused

LIMITS = Limits(seconds=20, memory=1024**3, output=64 * 1024 * 1024)
WALL_SECONDS = 40.0
_MOST_ANSWER_BYTES = 32 * 1024 * 1024
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Libraries that reserve memory for each processor would reach the limit on a large machine."""
_MODULE = "phoihop.files.previewing.child"


def read_confined(
    kind: str, source: Path, target: Path, *, first: int = 1, count: int = 1, limits: Limits = LIMITS
) -> dict[str, Any]:
    """Have a file read; pictures of its pages are written into ``target``. Raises Refused with the reason."""
    request = {
        "kind": kind,
        "source": str(source),
        "target": str(target),
        "first": first,
        "count": count,
        "limits": asdict(limits),
    }
    process = subprocess.Popen(  # noqa: S603  # our own program, with its own arguments
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    try:
        output, _nothing = process.communicate(json.dumps(request).encode(), timeout=WALL_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Refused("too_slow") from error
    finally:
        _end(process)
    return _answer(process.returncode, output)


def _environment() -> dict[str, str]:
    """Nothing of the installation's own: no addresses of databases, no keys."""
    package = Path(__file__).resolve().parents[3]
    return {"PYTHONPATH": str(package), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", **_ONE_THREAD}


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _answer(status: int, output: bytes) -> dict[str, Any]:
    if status in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise Refused("too_slow")
    if status == -signal.SIGXFSZ or len(output) > _MOST_ANSWER_BYTES:
        raise Refused("too_large")
    try:
        answer = json.loads(output)
    except ValueError as error:
        raise Refused("damaged") from error
    if status != 0 or not isinstance(answer, dict):
        raise Refused("damaged")
    if reason := answer.get("refused"):
        raise Refused(str(reason))
    return answer
