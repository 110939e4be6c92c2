"""What a file says, read by another process that is ended when it takes too long or too much.

This module is imported by that process too, so it asks for nothing but the standard library until something fails.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from phoihop.files.confined import run_confined
from phoihop.files.extraction.passages import CannotRead, Passage, Place

__all__ = ["CannotRead", "Extracted", "Passage", "Place", "extract_text"]

SECONDS: Final = 45.0
_MODULE: Final = "phoihop.files.extraction.reading"


@dataclass(frozen=True)
class Extracted:
    """What was read. ``truncated``: there is more text than this. ``pages``: pages, sheets or slides of the file."""

    passages: Sequence[Passage]
    pages: int
    truncated: bool

    @property
    def text(self) -> str:
        """Everything a reader of the file sees, for search; properties and names inside are left out."""
        return "\n\n".join(one.text for one in self.passages if one.place not in ("property", "name"))


def extract_text(
    path: Path, media_type: str, *, pages: int | None = None, scans: bool = False, seconds: float = SECONDS
) -> Extracted:
    """Read a file in a process of its own, bounded in time and memory.

    ``pages`` reads only so many first pages of a PDF. ``scans`` also reads pictures, where this machine can,
    and embedded files. Raises CannotRead: ``encrypted``, ``damaged``, ``too_large``, ``too_many_pages``, ``polyglot``,
    ``embedded`` or ``too_slow``.
    """
    said = _said([str(path), media_type, str(pages or 0), "1" if scans else "0"], seconds)
    if "error" in said:
        raise CannotRead(str(said["error"]))
    passages = [Passage(*one) for one in said["passages"]]
    return Extracted(passages, int(said["pages"]), bool(said["truncated"]))


def _said(arguments: Sequence[str], seconds: float) -> dict[str, Any]:
    try:
        ended = run_confined(_MODULE, arguments, seconds=seconds)
    except TimeoutError as error:
        raise CannotRead("too_slow") from error
    if ended.status != 0 or not ended.output:
        raise CannotRead("too_slow" if ended.status == -signal.SIGXCPU else "too_large")
    answer: dict[str, Any] = json.loads(ended.output)
    return answer
