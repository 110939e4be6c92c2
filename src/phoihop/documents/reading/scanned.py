"""Lines of a scanned page through tesseract, straightened first. Runs in a confined process."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image

from phoihop.documents.reading.lexicon import URGENCIES, letters
from phoihop.documents.reading.lines import Line, joined_rows
from phoihop.files.extraction.scans import can_read_scans

_DPI: Final = 300
_MOST_PIXELS: Final = 3_600
_SECONDS: Final = 40
_LEAST_CONFIDENCE: Final = 20.0
_LEAST_RED: Final = 500
Grey = npt.NDArray[np.uint8]


def page_picture_lines(page: pdfium.PdfPage, number: int) -> list[Line]:
    """The lines of a page of a PDF that is a picture."""
    width, height = page.get_size()
    scale = min(_DPI / 72, _MOST_PIXELS / max(width, height, 1.0))
    return _read(page.render(scale=scale).to_pil().convert("RGB"), number)


def picture_lines(path: Path) -> list[Line]:
    """The lines of a picture file."""
    with Image.open(path) as opened:
        opened.draft("RGB", (_MOST_PIXELS, _MOST_PIXELS))
        picture = opened.convert("RGB")
    picture.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
    return _read(picture, 1)


def _read(picture: Image.Image, number: int) -> list[Line]:
    lines = _lines(_without_red(picture), number)
    if number > 1:
        return lines
    stamped = [one for one in _lines(_only_red(picture), number) if letters(one.text) in URGENCIES]
    return sorted([*lines, *stamped], key=lambda one: one.top)


def _lines(picture: Image.Image, number: int) -> list[Line]:
    if not can_read_scans() or picture.width < 50:
        return []
    straight = _straightened(picture)
    words = [one for one in (_word(row, number, straight.size) for row in _rows(straight)) if one is not None]
    return joined_rows(words, ratio=straight.height / straight.width)


def _without_red(picture: Image.Image) -> Image.Image:
    """Grey as seen in red light, in which the red of stamps and seals over letters is as light as paper."""
    return picture.convert("RGB").getchannel("R")


def _only_red(picture: Image.Image) -> Image.Image:
    """The red of the upper half of a page as black: urgency is stamped in red."""
    upper = np.asarray(picture.crop((0, 0, picture.width, picture.height // 2)), dtype=np.int16)
    redness = upper[..., 0] - np.minimum(upper[..., 1], upper[..., 2])
    if (redness > 60).sum() < _LEAST_RED:
        return Image.new("L", (8, 8), 255)
    grey = np.full((picture.height, picture.width), 255, dtype=np.uint8)
    grey[: upper.shape[0]] = np.clip(255 - redness * 2, 0, 255)
    return Image.fromarray(grey)


def _straightened(picture: Image.Image) -> Image.Image:
    """Turned so that its rows of letters lie level: the angle at which rows are the most distinct."""
    small = picture.copy()
    small.thumbnail((700, 700))
    angles = np.arange(-4.0, 4.01, 0.5)
    rough = max(angles, key=lambda angle: _distinctness(small, float(angle)))
    fine = max(np.arange(rough - 0.4, rough + 0.41, 0.2), key=lambda angle: _distinctness(small, float(angle)))
    if abs(fine) < 0.15:
        return picture
    return picture.rotate(float(fine), resample=Image.Resampling.BICUBIC, fillcolor=255)


def _distinctness(picture: Image.Image, angle: float) -> float:
    turned = picture.rotate(angle, resample=Image.Resampling.BILINEAR, fillcolor=255)
    ink = (np.asarray(turned, dtype=np.float64) < 140).sum(axis=1)
    return float(np.square(np.diff(ink)).sum())


def _rows(picture: Image.Image) -> list[dict[str, str]]:
    program = shutil.which("tesseract")
    if program is None:
        return []
    content = b"P5 %d %d 255\n" % picture.size + picture.tobytes()
    try:
        done = subprocess.run(  # noqa: S603  # a program of this machine with fixed arguments
            [program, "-", "-", "-l", "vie", "--psm", "4", "--dpi", str(_DPI), "tsv"],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    text = done.stdout.decode("utf-8", "replace")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def _word(row: dict[str, str], number: int, size: tuple[int, int]) -> Line | None:
    text = (row.get("text") or "").strip()
    if not text or row.get("level") != "5" or float(row["conf"]) < _LEAST_CONFIDENCE:
        return None
    left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
    if height > 0.06 * size[1]:
        return None
    return Line(
        text,
        number,
        left / size[0],
        top / size[1],
        (left + width) / size[0],
        (top + height) / size[1],
        height / size[1],
    )
