"""Starting the reading process, waiting for it no longer than allowed, and making sense of how it ended."""

from __future__ import annotations

import json
import signal
from dataclasses import asdict
from pathlib import Path
from typing import Any

from phoihop.files.confined import run_confined
from phoihop.files.previewing.limits import Limits, Refused

LIMITS = Limits(seconds=20, memory=1024**3, output=64 * 1024 * 1024)
WALL_SECONDS = 40.0
_MOST_ANSWER_BYTES = 32 * 1024 * 1024
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
    try:
        ended = run_confined(_MODULE, said=json.dumps(request).encode(), seconds=WALL_SECONDS)
    except TimeoutError as error:
        raise Refused("too_slow") from error
    return _answer(ended.status, ended.output)


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
