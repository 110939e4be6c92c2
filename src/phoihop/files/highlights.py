"""Finding typed words in a text with or without marks, and telling the found parts from the rest. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from phoihop.core.text import fold, nfc

_WORD: Final = re.compile(r"[^\W_]+")
_MOST_TERMS: Final = 12


class _Aligned(dict[int, str]):
    """One letter for one letter, so that a place in the folded text is the same place in the text."""

    def __missing__(self, code_point: int) -> str:
        folded = fold(chr(code_point))
        self[code_point] = letter = folded if len(folded) == 1 else " "
        return letter


_ALIGNED = _Aligned()


def fold_aligned(text: str) -> str:
    """The text without marks and capitals, letter by letter: as long as the text, which is in NFC."""
    return text.translate(_ALIGNED)


def terms_of(words: str) -> tuple[str, ...]:
    """The folded words that were typed, each once."""
    return tuple(dict.fromkeys(_WORD.findall(fold(words))))[:_MOST_TERMS]


def split_hits(text: str, terms: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it begins a word with one of the terms."""
    text = nfc(text)
    last = 0
    for found in _pattern(terms).finditer(fold_aligned(text)) if terms else ():
        if found.start() > last:
            yield text[last : found.start()], False
        yield text[found.start() : found.end()], True
        last = found.end()
    if last < len(text):
        yield text[last:], False


def is_hit(text: str, terms: Sequence[str]) -> bool:
    """Whether any of the terms begins a word of the text."""
    return bool(terms) and _pattern(terms).search(fold_aligned(nfc(text))) is not None


def _pattern(terms: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})")
