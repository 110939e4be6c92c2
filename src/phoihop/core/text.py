"""Vietnamese text: one normal form, search folding, dictionary order, and what may not be typed.

Everything here is pure.  Stored text is NFC and is never rewritten beyond that; folding and sort keys are derived
columns, computed in Python so that every node gives the same answer whatever its database was built with.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from django.utils.translation import gettext, gettext_lazy

from phoihop.core.errors import Invalid

# U+00D0/U+00F0 (eth) and U+0189/U+0256 look like Đ/đ and come from old fonts and converters; none of them decomposes.
_STROKED_D: Final = frozenset("đðɖ")
_COMBINING: Final = re.compile(r"[\u0300-\u036f]+")
_SPACES: Final = re.compile(r"\s+")
# Everything but what Vietnamese and other Latin text is made of: only this little is looked up character by character.
_UNUSUAL: Final = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\xac\xae-\u036f\u1e00-\u1eff]")

ProblemCode = Literal["control", "bidi", "invisible", "surrogate", "noncharacter"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A character that may not be stored: what kind, its offset in code points from 0, and the character itself."""

    code: ProblemCode
    offset: int
    character: str

    @property
    def code_point(self) -> str:
        """The character as ``U+202E``, for a message in which the character itself would be invisible or harmful."""
        return f"U+{ord(self.character):04X}"


_MESSAGES: Final = {
    "control": gettext_lazy("Ký tự thứ %(place)d (%(code_point)s) là ký tự điều khiển, không được dùng."),
    "bidi": gettext_lazy("Ký tự thứ %(place)d (%(code_point)s) làm đảo chiều đọc, không được dùng."),
    "invisible": gettext_lazy("Ký tự thứ %(place)d (%(code_point)s) không hiển thị, không được dùng."),
    "surrogate": gettext_lazy("Ký tự thứ %(place)d (%(code_point)s) bị hỏng, không đọc được."),
    "noncharacter": gettext_lazy("Ký tự thứ %(place)d (%(code_point)s) bị hỏng, không đọc được."),
}


class TextProblem(Invalid):
    """The text holds characters that hide or reorder what is read.  ``problems`` is never empty.

    ``code`` is ``text_`` and the code of the first problem.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        values = {"place": first.offset + 1, "code_point": first.code_point}
        remedy = gettext("Xóa ký tự đó, hoặc gõ lại đoạn này thay vì dán.")
        super().__init__(f"text_{first.code}", str(_MESSAGES[first.code]) % values, remedy=remedy)
        self.problems = problems


def nfc(text: str) -> str:
    """The text in Unicode normal form C, the only form that is stored."""
    return unicodedata.normalize("NFC", text)


_REMEMBERED_BELOW: Final = 0x2100  # every Latin letter; hostile text must not fill the memory with the rest


class _Folded(dict[int, str]):
    """Folded text by code point, filled as characters are met: one look-up per character where folding is hot."""

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        letter = character.lower()
        if letter in _STROKED_D:
            folded = "d"
        elif unicodedata.category(character) == "Cf":
            folded = ""
        else:
            folded = nfc(_COMBINING.sub("", unicodedata.normalize("NFD", letter)))
        if code_point < _REMEMBERED_BELOW:
            self[code_point] = folded
        return folded


_FOLDED: Final = _Folded()


def fold(text: str) -> str:
    """The text for searching: lower case, no diacritics, đ as d, invisible characters gone, single spaces.

    Idempotent, and the same for composed and decomposed input.
    """
    return nfc(" ".join(nfc(text).translate(_FOLDED).split()))


# Old and new places of the tone in the open syllables oa, oe, uy: (hoà, hòa), (khoẻ, khỏe), (uỷ, ủy).
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"
_TONE_PLACES: Final = {
    nfc(first + second + tone): nfc(first + tone + second)
    for pair in ("oa", "oe", "uy")
    for first in (pair[0], pair[0].upper())
    for second in (pair[1], pair[1].upper())
    for tone in _TONES
}
_MISPLACED: Final = re.compile(f"(?<![qQ])(?:{'|'.join(_TONE_PLACES)})(?![^\\W\\d_])")


def tone_fold(text: str) -> str:
    """NFC text in which the two accepted spellings of a tone (hoà/hòa, uỷ/ủy) are one, that of hòa and ủy.

    For comparing, never for storing.  Only open syllables in oa, oe, uy differ; after q the u belongs to the
    consonant (quý, quỳ) and nothing moves.
    """
    return _MISPLACED.sub(lambda found: _TONE_PLACES[found.group()], nfc(text))


_NUMBER_WORD: Final = re.compile(r"^so\s*[:.]?\s*(?=\d)")
_CODE_PART: Final = re.compile(r"\d+|[^\W\d_]+")


def normalise_code(text: str) -> str:
    """A document's number and notation in the form in which codes are compared and searched.

    ``12/QĐ-UBND``, ``12 qd ubnd`` and ``Số: 012/QĐ-UBND`` all give ``12 qd ubnd``; ``Số 05-NQ/TU`` gives ``5 nq tu``.
    Text without letters or digits gives the empty string.
    """
    parts = _CODE_PART.findall(_NUMBER_WORD.sub("", fold(text)))
    return " ".join((part.lstrip("0") or "0") if part.isdecimal() else part for part in parts)


def slug(text: str) -> str:
    """The text in ``a-z0-9`` and hyphens, for file names and anchors; may be empty."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def format_number_vi(value: int | float | Decimal, places: int | None = None) -> str:
    """``1.234.567,89``: points between thousands, a decimal comma; ``places`` decimals, or as many as there are."""
    number = Decimal(str(value))
    plain = f"{number:,f}" if places is None else f"{number:,.{places}f}"
    return plain.translate(str.maketrans(",.", ".,"))


# --- Dictionary order -------------------------------------------------------------------------------------------------
# Keys compare by code point, which is what COLLATE "C" does with UTF-8.  Levels as in CLDR's `vi`: letters, then tones,
# then case; each level is written after the whole of the one before it.
_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PUNCTUATION: Final = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_NUMBER: Final = chr(0x22 + len(_PUNCTUATION))
_FIRST_LETTER: Final = ord(_NUMBER) + 1
_PRIMARY: Final = {
    **{character: chr(0x22 + place) for place, character in enumerate(_PUNCTUATION)},
    **{letter: chr(_FIRST_LETTER + place) for place, letter in enumerate(_LETTERS)},
}
_LEVEL: Final = "!"  # below every weight, so that the shorter of two texts comes first
_FIELD: Final = " "  # below _LEVEL, between the fields of a compound key
_SHAPES: Final = {"a\u0306": "ă", "a\u0302": "â", "e\u0302": "ê", "o\u0302": "ô", "o\u031b": "ơ", "u\u031b": "ư"}
_TONE_WEIGHT: Final = {tone: str(place) for place, tone in enumerate(_TONES, 1)}
_ELEMENT: Final = re.compile(r"([0-9]+)|(.)([\u0300-\u036f]*)", re.DOTALL)


def sort_key(text: str) -> str:
    """A key that puts text in Vietnamese dictionary order under code-point comparison (PostgreSQL's COLLATE "C").

    As ICU's ``vi``: a ă â b c d đ e ê … o ô ơ … u ư; tones (ngang huyền hỏi ngã sắc nặng) weigh less than letters, case
    least, lower before upper; besides, runs of digits compare as numbers.  Any string is accepted.
    """
    primary, secondary, tertiary = [], [], []
    for first, second, third in _weights(text):
        primary.append(first)
        secondary.append(second)
        tertiary.append(third)
    return _LEVEL.join(
        ("".join(primary), "".join(secondary).rstrip("0"), "".join(tertiary).rstrip("0")),
    )


def name_sort_key(full_name: str) -> str:
    """A key that orders people as Vietnamese lists do: by given name (the last word), then family and middle names."""
    words = nfc(full_name).lower().split()
    if not words:
        return ""
    return sort_key(words[-1]) + _FIELD + sort_key(" ".join(words[:-1]))


def _weights(text: str) -> Iterator[tuple[str, str, str]]:
    """The three weights of each number or letter; the weights of a level are joined by the caller."""
    decomposed = unicodedata.normalize("NFKD", _SPACES.sub(" ", text).strip())
    for number, base, marks in _ELEMENT.findall(decomposed):
        if number:
            digits = number.lstrip("0")
            # The count of digits comes first, so the longer number is the greater; zeros in front decide last.
            yield f"{_NUMBER}{len(digits):03d}{digits}", "0", chr(0x30 + min(len(number) - len(digits), 0x40))
        elif unicodedata.category(base) not in ("Cc", "Cf", "Cs"):
            yield _letter_weights(base, marks)


def _letter_weights(base: str, marks: str) -> tuple[str, str, str]:
    letter = base.lower()
    case = "0" if letter == base else "1"
    if letter in _STROKED_D:
        letter = "đ"
    tones = "0"
    for mark in marks:
        if (shaped := _SHAPES.get(letter + mark)) is not None:
            letter = shaped
        else:
            tones += _TONE_WEIGHT.get(mark) or chr(ord(mark) - 0x200)
    return _PRIMARY.get(letter, letter), tones, case


# --- What may be typed ------------------------------------------------------------------------------------------------
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_BREAKS: Final = re.compile("\r\n|[\r\u0085\u2028\u2029]")


def find_problems(text: str) -> tuple[Problem, ...]:
    """Every character of the text that may not be stored, in order; line breaks and tabs are allowed.

    Refused are control characters, marks that change the direction of reading, characters without width, halves of a
    surrogate pair and noncharacters: each lets a text read differently from what was signed, or cannot be stored.
    """
    found = ((one.start(), one.group(), _problem_code(one.group())) for one in _UNUSUAL.finditer(text))
    return tuple(Problem(code, offset, character) for offset, character, code in found if code is not None)


def clean_line(text: str) -> str:
    """One line of text as it is stored: NFC, trimmed, every run of white space one space.

    Raises TextProblem, with offsets into ``text`` as given.
    """
    return _SPACES.sub(" ", nfc(_checked(text))).strip()


def clean_text(text: str) -> str:
    """Text of several lines as it is stored: NFC, ``\\n`` line breaks, no space at the end of a line, trimmed.

    Spaces and tabs in front of a line are kept, except before the first.  Raises TextProblem, with offsets into
    ``text`` as given.
    """
    lines = _LINE_BREAKS.sub("\n", nfc(_checked(text))).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _checked(text: str) -> str:
    if problems := find_problems(text):
        raise TextProblem(problems)
    return text


def _problem_code(character: str) -> ProblemCode | None:
    if character in _BIDI:
        return "bidi"
    category = unicodedata.category(character)
    if category == "Cc":
        return None if character == "\u0085" else "control"
    if category == "Cs":
        return "surrogate"
    if category == "Cf":
        return "invisible"
    if category == "Cn" and (ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"):
        return "noncharacter"
    return None
