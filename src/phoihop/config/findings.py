"""What ``phoihop doctor`` found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (problem) or worth knowing (note): a stable code, a sentence, and what to do."""

    level: Literal["problem", "note"]
    code: str
    message: str
    remedy: str


def problem(code: str, message: str, remedy: str) -> Finding:
    """Something that must be put right."""
    return Finding("problem", code, message, remedy)


def note(code: str, message: str, remedy: str) -> Finding:
    """Something worth knowing that is not wrong in itself."""
    return Finding("note", code, message, remedy)
