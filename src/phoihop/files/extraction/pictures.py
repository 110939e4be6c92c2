"""Text of pictures, read off their pixels; large ones are made smaller first, bombs refused before they unfold."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image, UnidentifiedImageError

from phoihop.files.extraction.passages import CannotRead, Found, Passage, gathered
from phoihop.files.extraction.scans import can_read_scans, read_pixels

MOST_PIXELS: Final = 80_000_000
_LONGEST: Final = 2_400


def read_picture(path: Path | BinaryIO) -> Found:
    """What the picture says; nothing where this machine cannot read pictures. Raises CannotRead."""
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise CannotRead("too_large")
            if not can_read_scans():
                return Found((), pages=1)
            picture.draft("L", (_LONGEST, _LONGEST))
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise CannotRead("damaged") from error
    grey.thumbnail((_LONGEST, _LONGEST))
    said = [text for text in properties(path) if text]
    passages = [Passage("scan", read_pixels(grey.tobytes(), grey.width, grey.height), 1)]
    return gathered([*passages, *(Passage("property", text) for text in said)], pages=1)


def properties(path: Path | BinaryIO) -> list[str]:
    """Words kept beside the pixels: comments and descriptions."""
    with Image.open(path) as picture:
        values = [value for value in picture.info.values() if isinstance(value, str)]
        return [*values, *(value for value in picture.getexif().values() if isinstance(value, str))][:50]
