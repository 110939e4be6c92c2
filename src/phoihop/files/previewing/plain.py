"""Plain text in whatever way it was saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phoihop.files.charsets import decode
from phoihop.files.previewing.limits import MOST_CHARACTERS, Refused

_MOST_BYTES = 2 * 1024 * 1024


def read_plain(path: Path) -> dict[str, Any]:
    """The beginning of the text. Raises Refused for what is none."""
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES)
    text = decode(content)
    if text is None:
        raise Refused("damaged")
    shown = "".join(
        char for char in text.replace("\r\n", "\n").replace("\r", "\n") if char.isprintable() or char in "\n\t"
    )
    is_cut = len(shown) > MOST_CHARACTERS or path.stat().st_size > _MOST_BYTES
    return {"text": shown[:MOST_CHARACTERS], "is_cut": is_cut}
