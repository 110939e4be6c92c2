"""Letters as an eye reads them, whatever code points stand behind them. Pure.

For comparing alone, never for storing: look-alikes of other scripts become Latin, invisible characters go, digits in
the midst of capitals become the letters they resemble.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TWINS: Final = str.maketrans(
    "АВЕКМНОРСТУХІаеорсухіΑΒΕΖΗΙΚΜΝΟΡΤΥΧοιντυɑᴍᴛꓟꓔ",
    "ABEKMHOPCTYXIaeopcyxiABEZHIKMNOPTYXoivtuaMTMT",
)
_DIGITS: Final = str.maketrans({"0": "O", "1": "I", "|": "I", "!": "I"})
_MARKS: Final = re.compile(r"[\u0300-\u036f]")
_UNLIKELY: Final = re.compile(r"[^\n\t\x20-\x7e\xa0-\xac\xae-\u024f\u0300-\u036f\u1e00-\u1eff\u2010-\u2027]")
"""What Vietnamese is not written with: only a text that holds such a character can hold a twin or an invisible one."""
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")


def plain(text: str) -> str:
    """NFC text in Latin letters, without invisible characters; line breaks and tabs stay."""
    composed = unicodedata.normalize("NFKC", text)
    if not _UNLIKELY.search(composed):
        return composed
    decomposed = unicodedata.normalize("NFD", composed).translate(_TWINS)
    hidden = [char for char in set(decomposed) if unicodedata.category(char) == "Cf"]
    visible = decomposed.translate(dict.fromkeys(map(ord, hidden))) if hidden else decomposed
    return unicodedata.normalize("NFC", visible)


def squashed(line: str) -> str:
    """The letters of a line alone, in capitals; in a line of capitals, digits count as the letters they resemble."""
    if is_capital(line):
        line = line.translate(_DIGITS)
    return unicodedata.normalize("NFC", "".join(filter(str.isalpha, line)).upper())


def is_capital(line: str) -> bool:
    """Whether every letter is a capital, and there is one."""
    return line.isupper()


def bare(text: str) -> str:
    """Text without diacritics; the letter stays as it is."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text)).replace("Đ", "D").replace("đ", "d")


def has_diacritics(text: str) -> bool:
    """Whether the text is written with Vietnamese diacritics."""
    return bare(text) != unicodedata.normalize("NFC", text)


def lacks_only(written: str, meant: str) -> bool:
    """Whether ``written`` is ``meant`` with some diacritics left out, and none that do not belong."""
    pairs = (_split(written), _split(meant))
    return len(pairs[0]) == len(pairs[1]) and all(
        base == wanted and marks <= allowed for (base, marks), (wanted, allowed) in zip(pairs[0], pairs[1], strict=True)
    )


def _split(text: str) -> list[tuple[str, frozenset[str]]]:
    letters = [unicodedata.normalize("NFD", char) for char in unicodedata.normalize("NFC", text)]
    return [(letter[0], frozenset(letter[1:])) for letter in letters]


def is_misread(written: str, meant: str) -> bool:
    """Whether a picture of ``meant`` was read as ``written``: the same letters, whatever diacritics."""
    return bare(written) == bare(meant) and bool(_shape(written) & {"\u0302", "\u0323"})


def _shape(text: str) -> frozenset[str]:
    return frozenset(char for char in unicodedata.normalize("NFD", text) if _MARKS.match(char))
