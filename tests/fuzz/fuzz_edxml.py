"""Fuzz target of the edXML reader: ``python tests/fuzz/fuzz_edxml.py [libFuzzer options] [corpus directory]``.

Whatever the bytes are, the reader answers with a message or ``Unreadable``, and what it read can be written and is then
read the same. Coverage guides the mutations; seeds are made here.
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import atheris  # type: ignore[import-untyped]

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "src"), str(Path(__file__).resolve().parents[2])]

with atheris.instrument_imports(include=["phoihop.dispatches.edxml"]):
    from phoihop.dispatches.edxml import (
        EdxmlDocument,
        EdxmlStatus,
        Limits,
        Trust,
        Unreadable,
        Unwritable,
        read,
        write,
    )

_LIMITS = Limits(total=1 << 20, unpacked=4 << 20, attachment=2 << 20, skeleton=1 << 18, elements=5_000)
_TRUST = Trust((), datetime(2026, 10, 3, tzinfo=UTC))


def one_input(data: bytes) -> None:
    """One execution. Anything but ``Unreadable`` that escapes is a defect."""
    try:
        message = read(data, limits=_LIMITS, trust=_TRUST)
    except Unreadable:
        return
    out = io.BytesIO()
    try:
        write(message, to=out)
    except Unwritable:
        return
    again = read(out.getvalue(), limits=_LIMITS)
    assert _said(again) == _said(message), "what was written is not what was read"


def _said(message: EdxmlDocument | EdxmlStatus) -> EdxmlDocument | EdxmlStatus:
    if isinstance(message, EdxmlStatus):
        at = message.at.replace(microsecond=0) if message.at else None
        return replace(message, digest="", warnings=(), at=at)
    unsaid = {"digest": "", "warnings": (), "attachments": (), "signature": None}
    # A code that a peer wrote in one piece, or differently in its identifier, is written in the parts of the standard.
    return replace(message, **unsaid, code="", code_number="", code_notation="")  # type: ignore[arg-type]


def main() -> None:
    """Run until told to stop: ``-max_total_time=900`` is a quarter of an hour."""
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
