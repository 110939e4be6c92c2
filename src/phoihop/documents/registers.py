"""A register of documents as a printed book, A4 landscape: cover, ruled pages under their heading, closing page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid

MOST_ROWS: Final = 20_000
"""Typesetting takes about 160 kB of memory a row."""
_SECONDS: Final = 120


@dataclass(frozen=True)
class PrintedRegister:
    """What stands in the book. ``widths`` of the columns are in mm, 0 for the one that takes what is left.

    ``is_volume``: it is one of several books, whose number is written on the cover by hand.
    """

    office: str
    body: str
    title: str
    facts: tuple[str, ...]
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    ending: tuple[str, ...]
    signatures: tuple[str, str]
    is_volume: bool = True


def write_register(path: Path, register: PrintedRegister) -> None:
    """Write the book as PDF/A-2b to ``path``, by a process of its own, whose memory ends with it.

    Raises Invalid for more than ``MOST_ROWS`` rows, and when it took too long.
    """
    if len(register.rows) > MOST_ROWS:
        said = {"n": len(register.rows), "most": MOST_ROWS}
        raise Invalid(
            "register_too_long",
            _("Bản in có %(n)d dòng, nhiều hơn %(most)d dòng; thu hẹp khoảng ngày rồi in từng phần.") % said,
        )
    package = Path(__file__).resolve().parents[2]
    try:
        subprocess.run(  # noqa: S603  # our own module under our own interpreter
            [sys.executable, "-m", "phoihop.documents.register_process", str(path)],
            input=json.dumps(asdict(register)).encode(), check=True, timeout=_SECONDS, capture_output=True,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(package), "LANG": "C.UTF-8"},
        )  # fmt: skip
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        message = _("Máy chủ chưa dàn trang được sổ này; thu hẹp khoảng ngày rồi in từng phần.")
        raise Invalid("register_unprinted", message) from error
