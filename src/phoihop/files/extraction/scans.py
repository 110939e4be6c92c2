"""Reading text off pictures with tesseract, where the machine has it with Vietnamese.

It is another program: it gets a picture on its standard input, one thread, and the limits of the process that calls it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

SCANNED_PAGES: Final = 2
SECONDS: Final = 15
_LANGUAGE: Final = "vie"
_DATA: Final = ("/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata")


@cache
def can_read_scans() -> bool:
    """Whether this machine reads Vietnamese off pictures."""
    if shutil.which("tesseract") is None:
        return False
    places = [Path(place) for place in (os.environ.get("TESSDATA_PREFIX", ""), *_DATA) if place]
    return any(next(place.rglob(f"{_LANGUAGE}.traineddata"), None) for place in places if place.is_dir())


def read_pixels(pixels: bytes, width: int, height: int) -> str:
    """What a grey picture says, one byte a pixel; empty when this machine cannot read it in time."""
    return _recognised(b"P5 %d %d 255\n" % (width, height) + pixels)


def _recognised(picture: bytes) -> str:
    program = shutil.which("tesseract")
    if program is None or not can_read_scans():
        return ""
    try:
        done = subprocess.run(  # noqa: S603  # a program of this machine with fixed arguments
            [program, "-", "-", "-l", _LANGUAGE, "--psm", "3"],
            input=picture,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
