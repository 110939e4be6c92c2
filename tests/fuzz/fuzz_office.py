"""A fuzz target for the readers of DOCX, XLSX and PPTX: ``python -m tests.fuzz.fuzz_office [SECONDS]``.

Good files are mutated at random, the same way each time. Nothing but CannotRead may
leave the readers, and no file may hold them longer than a few seconds.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from phoihop.files.extraction import office
from phoihop.files.extraction.passages import CannotRead, Found
from tests.files import made

READERS: tuple[Callable[[Path], Found], ...] = (office.read_word, office.read_sheets, office.read_slides)
LONGEST_SECONDS = 5.0


def seeds() -> list[bytes]:
    """Good files to begin from."""
    return [
        made.docx({"word/header1.xml": made.part("hdr", "Mật")}),
        made.xlsx([["Đơn vị", "Số"], ["A", 1]], header="Bảo mật", title="Số liệu"),
    ]


def one(content: bytes, reader: Callable[[Path], Found], path: Path) -> None:
    """Read one file; a crash is an exception of another sort, a hang an AssertionError."""
    path.write_bytes(content)
    began = time.perf_counter()
    try:
        reader(path)
    except CannotRead:
        return
    finally:
        assert time.perf_counter() - began < LONGEST_SECONDS, "a file held the reader"


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with a few bytes changed, cut out or doubled."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 40)]
            case _:
                changed[at:at] = changed[at : at + chance.randint(1, 40)]
        if not changed:
            return b"PK"
    return bytes(changed)


def main(seconds: float) -> int:
    """Mutate for that long. Returns how many files were read."""
    chance, count, end = random.Random(4), 0, time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "file"
        while time.monotonic() < end:
            for seed in seeds():
                one(mutated(seed, chance), chance.choice(READERS), path)
                count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)} files\n")
