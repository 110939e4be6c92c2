"""Fuzz target of the readers of files: ``python tests/fuzz/fuzz_office.py KIND [libFuzzer options] [corpus]``.

KIND is word, sheets, slides, names or pdf. Office files are mutated part by part, unpacked, since a changed byte in
a packed part is found by its checksum and reaches no reader: an input is parts, each after ``\\x00NAME\\x00``.
Whatever it is, the readers of text and of previews answer, or raise their own refusal, within seconds.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import atheris  # type: ignore[import-untyped]

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "src"), str(Path(__file__).resolve().parents[2])]

with atheris.instrument_imports(include=["phoihop.files.extraction", "phoihop.files.previewing"]):
    from phoihop.files.extraction import office, pdf, plain
    from phoihop.files.extraction.passages import CannotRead
    from phoihop.files.previewing import sheets, words
    from phoihop.files.previewing.limits import Refused

Reader = Callable[[Path], object]


def _read_pdf(path: Path) -> object:
    return pdf.read_pdf(path, pages=3, scans=False)


KINDS: dict[str, tuple[Reader, ...]] = {
    "word": (office.read_word, words.read_words),
    "sheets": (office.read_sheets, sheets.read_sheets),
    "slides": (office.read_slides,),
    "names": (plain.read_names, plain.read_old_office),
    "pdf": (_read_pdf,),
}
_MEMORY = Path("/dev/shm")
_PLACE = Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None)) / "file"


def packed(data: bytes) -> bytes:
    """The zip that an input stands for; an input that is one already, or no list of parts, as it is."""
    if not data.startswith(b"\x00"):
        return data
    pieces = data[1:].split(b"\x00")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in zip(pieces[::2], pieces[1::2], strict=False):
            archive.writestr(zipfile.ZipInfo(name.decode("utf-8", "replace") or "x"), content)
    return out.getvalue()


def one_input(data: bytes, readers: tuple[Reader, ...]) -> None:
    """One execution. Anything but a refusal that escapes is a defect."""
    try:
        _PLACE.write_bytes(packed(data))
    except ValueError:  # names that no zip can hold
        return
    for reader in readers:
        try:
            reader(_PLACE)
        except (CannotRead, Refused):
            continue


def main() -> None:
    """Run until told to stop: ``-max_total_time=900`` is a quarter of an hour."""
    readers = KINDS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, lambda data: one_input(data, readers))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
