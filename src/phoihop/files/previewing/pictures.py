"""Pictures drawn anew: nothing of the file but its pixels comes through, no place, no name of a camera, no comment."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from phoihop.files.previewing.limits import MOST_PAGES, MOST_PIXELS, Refused

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
LONGEST_SIDE = 2_000
THUMBNAIL = (192, 256)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def read_picture(path: Path, target: Path, *, first: int, count: int) -> dict[str, Any]:
    """Write ``page-N.webp`` for the frames from ``first`` on: a scan in TIFF has many. Raises Refused."""
    try:
        with Image.open(path, formats=FORMATS) as picture:
            frames = int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
            if frames > MOST_PAGES:
                raise Refused("too_many_pages")
            wanted = range(first, min(first + count, frames + 1))
            pages = {str(number): _frame(picture, number, target) for number in wanted}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_large") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused("damaged") from error
    return {"pages": frames, "page": pages}


def _frame(picture: Image.Image, number: int, target: Path) -> dict[str, Any]:
    if number > 1:
        picture.seek(number - 1)
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused("too_large")
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    save_picture(upright, target / f"page-{number}.webp")
    return {"width": upright.width, "height": upright.height, "words": []}


def save_picture(picture: Image.Image, path: Path) -> None:
    """Write the pixels as WebP on white, and a small one beside it when it is the first page."""
    plain = Image.new("RGB", picture.size, "white")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        with_alpha = picture.convert("RGBA")
        plain.paste(with_alpha, mask=with_alpha.getchannel("A"))
    else:
        plain.paste(picture.convert("RGB"))
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain.save(path, "WEBP", quality=80, method=2)
    if path.stem == "page-1":
        plain.thumbnail(THUMBNAIL)
        plain.save(path.with_name("thumbnail.webp"), "WEBP", quality=75, method=2)
