"""In which set a text was saved: UTF-8, UTF-16, Windows-1258, or the TCVN 5712 of old Vietnamese fonts. Pure."""

from __future__ import annotations

import codecs
import unicodedata
from itertools import pairwise
from typing import Final

from phoihop.core.text import nfc

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# TCVN 5712:1993 (VN3), the set of the ".VnTime" fonts, from 0xA1 on; only the letters of running text.
_TCVN_FROM: Final = 0xA1
_TCVN: Final = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗ"
    "ốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)

_LETTERS: Final = frozenset("ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ")


def decode(content: bytes) -> str | None:
    """The text in NFC, or None when the bytes are no text in any set that is known here."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return nfc(content.decode(name, "replace"))
    if b"\x00" in content:
        return _wide(content)
    try:
        return nfc(_whole_characters(content).decode("utf-8"))
    except UnicodeDecodeError:
        pass
    candidates = [text for text in (_windows(content), _tcvn(content)) if text is not None]
    best = max(candidates, key=_vietnamese, default=None)
    return best if best is not None and _vietnamese(best) > 0 else None


def _whole_characters(content: bytes) -> bytes:
    """Without a character that was cut in half at the end."""
    for cut in range(1, min(4, len(content)) + 1):
        lead = content[-cut]
        if lead >= 0xC0:
            needs = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
            return content[:-cut] if needs > cut else content
        if lead < 0x80:
            break
    return content


def _wide(content: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of plain letters is zero."""
    even, odd = content[0::2].count(0), content[1::2].count(0)
    name = "utf-16-le" if odd > 4 * max(even, 1) else "utf-16-be" if even > 4 * max(odd, 1) else ""
    if not name or max(even, odd) * 8 < len(content):
        return None
    text = content.decode(name, "replace")
    return nfc(text) if "\ufffd" not in text[:-1] and "\x00" not in text else None


def _windows(content: bytes) -> str | None:
    try:
        return nfc(content.decode("cp1258"))
    except UnicodeDecodeError:
        return None


def _tcvn(content: bytes) -> str:
    return nfc("".join(chr(byte) if byte < _TCVN_FROM else _TCVN[byte - _TCVN_FROM] for byte in content))


def _vietnamese(text: str) -> float:
    """How much a text looks Vietnamese: its letters with marks, less what no text has; zero and below is none."""
    lowered = text.lower()
    good = sum(char in _LETTERS for char in lowered)
    odd = sum(
        unicodedata.category(char) in {"Cc", "Cn", "Co", "Sc", "So", "Sm", "Mn"} and char not in "\n\r\t\f"
        for char in text
    )
    foreign = sum(char.isalpha() and not char.isascii() and char not in _LETTERS for char in lowered)
    # One syllable has one tone: marked letters side by side are đ and ư alone with what follows them.
    clashes = sum(a in _LETTERS and b in _LETTERS and a not in "đư" for a, b in pairwise(lowered))
    return (good - 3 * odd - 2 * foreign - 2 * clashes) / max(len(text), 1)
