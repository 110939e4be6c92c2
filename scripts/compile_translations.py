"""Compile translations (.po to .mo) without gettext's tools, so that a machine needs nothing but Python to run.

The format is described in the GNU gettext manual, "The Format of GNU MO Files".
"""

from __future__ import annotations

import ast
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAGIC = 0x950412DE
HEADER_BYTES = 28


@dataclass
class Entry:
    """One message as written in a .po file, by keyword (msgid, msgid_plural, msgctxt, msgstr, msgstr[0], …)."""

    fuzzy: bool = False
    texts: dict[str, str] = field(default_factory=dict)

    def key(self) -> str:
        """How gettext looks the message up: context and plural are joined by control characters."""
        context = f"{self.texts['msgctxt']}\x04" if "msgctxt" in self.texts else ""
        plural = f"\x00{self.texts['msgid_plural']}" if "msgid_plural" in self.texts else ""
        return f"{context}{self.texts['msgid']}{plural}"

    def value(self) -> str:
        """The translation, or all plural forms joined; empty when any is missing."""
        forms = [text for keyword, text in sorted(self.texts.items()) if keyword.startswith("msgstr")]
        return "\x00".join(forms) if all(forms) else ""


def read(path: Path) -> Iterator[Entry]:
    """The entries of a .po file. Raises ValueError with the line that cannot be read."""
    entry, keyword = Entry(), ""
    for number, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        line = raw.strip()
        if line.startswith("#") or not line:
            if "msgid" in entry.texts:
                yield entry
                entry = Entry()
            entry.fuzzy = entry.fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if not line.startswith('"'):
            keyword, _, line = line.partition(" ")
            if keyword in entry.texts or (keyword == "msgctxt" and entry.texts):
                yield entry
                entry = Entry()
            entry.texts[keyword] = ""
        try:
            entry.texts[keyword] += str(ast.literal_eval(line))
        except (SyntaxError, ValueError, KeyError):
            raise ValueError(f"{path}:{number}: {raw}") from None
    if "msgid" in entry.texts:
        yield entry


def compiled(path: Path) -> bytes:
    """The .mo content of a .po file: sorted keys, no hash table."""
    messages = {entry.key().encode(): entry.value().encode() for entry in read(path) if not entry.fuzzy}
    pairs = sorted((key, value) for key, value in messages.items() if value)
    count = len(pairs)
    position = HEADER_BYTES + count * 16
    tables: list[bytes] = []
    for texts in ([key for key, _ in pairs], [value for _, value in pairs]):
        for text in texts:
            tables.append(struct.pack("<II", len(text), position))
            position += len(text) + 1
    header = struct.pack("<7I", MAGIC, 0, count, HEADER_BYTES, HEADER_BYTES + count * 8, 0, HEADER_BYTES + count * 16)
    texts_of_all = [key for key, _ in pairs] + [value for _, value in pairs]
    return header + b"".join(tables) + b"".join(text + b"\0" for text in texts_of_all)


def main() -> None:
    """Compile every translation that changed since it was last compiled."""
    for path in sorted((ROOT / "src").rglob("*.po")):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            try:
                target.write_bytes(compiled(path))
            except ValueError as error:
                sys.exit(f"Không đọc được bản dịch: {error}")


if __name__ == "__main__":
    main()
