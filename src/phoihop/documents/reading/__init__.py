"""Reading the fields of a register off a paper that came in, for the clerk to confirm."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from phoihop.documents.apart import Unreadable, run_apart
from phoihop.documents.reading.papers import FIELDS, Box, Field, Proposal, ReadPaper

__all__ = ["FIELDS", "Box", "Field", "Proposal", "ReadPaper", "Unreadable", "read"]

SECONDS: Final = 120.0
_MODULE: Final = "phoihop.documents.reading.reading_process"


def read(path: Path, media_type: str, *, seconds: float = SECONDS) -> ReadPaper:
    """What a PDF, a scan, a DOCX or a text says of itself, read by a process of its own within ``seconds``.

    Raises Unreadable: encrypted, damaged, too_large or too_slow.
    """
    said = run_apart(_MODULE, [str(path), media_type], seconds=seconds)
    proposals = {}
    for name, one in said["proposals"].items():
        box = Box(**one.pop("box")) if one["box"] else one.pop("box")
        proposals[name] = Proposal(**one, box=box)
    return ReadPaper(proposals, said["regime"], int(said["pages"]), bool(said["scanned"]))
