"""What makes a password good enough: NIST SP 800-63B-4, section 3.1.1.2.

Length and a list of what is guessed first; no rules of composition, no expiry. Plain Python: the words to look out for
are handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from phoihop.core.text import fold, nfc

ALONE_LENGTH = 15
"""Characters a password needs when it is all that stands before an account."""
BESIDE_LENGTH = 8
"""Characters it needs beside a second factor."""
MOST_LENGTH = 256
"""Far above the 64 that must be allowed; hashing a novel would only cost time."""
_LEFT_OVER = 6
"""Letters and digits that must remain when everything guessable has been taken out."""
_SHORTEST_WORD = 4
_ROWS = ("0123456789012345", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv")
_RUN = 4

USUAL_WORDS = frozenset(
    [
        "password",
        "passwd",
        "matkhau",
        "matma",
        "dangnhap",
        "quantri",
        "quantrivien",
        "admin",
        "administrator",
        "welcome",
        "xinchao",
        "vietnam",
        "anhyeuem",
        "emyeuanh",
        "iloveyou",
        "hanoi",
        "saigon",
        "hochiminh",
        "bachho",
        "phoihop",
        "vanphong",
        "vanthu",
        "tinhuy",
        "uyban",
        "quankhu",
        "chutich",
        "bithu",
        "lanhdao",
        "chuyenvien",
        "letmein",
        "secret",
        "test",
        "demo",
        "guest",
        "hello",
    ]
)
"""What people here begin with when they make up a password; our own list, under the licence of the project."""


def same_letters(password: str) -> str:
    """The password with its letters composed in one way (NFC), so that every keyboard types the same one."""
    return nfc(password)


def is_guessable(password: str, *, words: Iterable[str] = ()) -> bool:
    """Whether little is left of a password without repetition, runs of keys, usual words and ``words``.

    ``words`` are what everybody knows of the person: names of the account, the office, the place.
    """
    rest = _once(re.sub(r"[\W_]+", "", fold(password)))
    for word in sorted(_context(words) | USUAL_WORDS, key=len, reverse=True):
        rest = rest.replace(word, "")
    rest = re.sub(r"(19|20)\d\d", "", _without_runs(rest))
    return len(rest) < _LEFT_OVER or len(set(rest)) < _RUN


def _context(words: Iterable[str]) -> set[str]:
    """Each phrase as it is, and its parts, without diacritics and signs."""
    found: set[str] = set()
    for phrase in words:
        parts = re.split(r"[\W_]+", fold(phrase))
        found.update({"".join(parts), *parts})
    return {word for word in found if len(word) >= _SHORTEST_WORD}


def _once(text: str) -> str:
    """``abcabcabc`` is ``abc``."""
    for length in range(1, len(text) // 2 + 1):
        if (text[:length] * (len(text) // length + 1)).startswith(text):
            return text[:length]
    return text


def _without_runs(text: str) -> str:
    """Without pieces of four and more keys that lie side by side, in either direction."""
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        for length in range(len(row), _RUN - 1, -1):
            for start in range(len(row) - length + 1):
                text = text.replace(row[start : start + length], "")
    return text
