"""A PDF as it is seen: lines of letters with sizes and fonts, sheets and the room the text leaves at their edges.

Read in a process of its own, bounded in time (``apart``): a PDF is a stranger's file to a parser.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any, Final

from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid
from phoihop.documents.apart import Unreadable, run_apart
from phoihop.documents.checking.seen import Letters, Line, Seen, SeenPage

_SECONDS: Final = 20.0
_MOST_PAGES: Final = 300
_COLUMN_GAP: Final = 6.0  # millimetres between letters of one height that part two columns
_MM: Final = 25.4 / 72


def read_pdf(data: bytes) -> Seen:
    """What a PDF shows; a scan shows no lines. Raises Invalid: encrypted, damaged, too_large, too_slow."""
    try:
        told = run_apart("phoihop.documents.checking.pdf", (), seconds=_SECONDS, given=data)
    except Unreadable as unread:
        raise Invalid(
            unread.code,
            _("Tệp PDF có mật khẩu, đã hỏng hoặc quá lớn nên không đọc được."),
            remedy=_("Lưu lại tệp PDF không có mật khẩu rồi tải lên."),
        ) from unread
    pages = tuple(SeenPage(page["width"], page["height"], left=page["left"]) for page in told["pages"])
    lines = tuple(Line(tuple(Letters(**one) for one in line)) for line in told["lines"])
    return Seen(pages=pages, lines=lines, source="pdf")


def _main() -> None:
    """What the other process does: a PDF on standard input, JSON on standard output."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as refused:
        code = "encrypted" if "password" in str(refused).lower() else "damaged"
        sys.stdout.write(json.dumps({"error": code}))
        return
    if len(document) > _MOST_PAGES:
        sys.stdout.write(json.dumps({"error": "too_large"}))
        return
    told: dict[str, Any] = {"pages": [], "lines": []}
    for page in document:
        lines = _page_lines(page)
        width, height = page.get_size()
        # the left edge of most lines is the margin; the other sides depend on where words end and are not told
        edges = Counter(round(line[0]["x"] * _MM, 1) for line in lines)
        left = min((edge for edge, times in edges.items() if times > 1), default=None)
        told["pages"].append({"width": width * _MM, "height": height * _MM, "left": left})
        told["lines"] += [_letters(line) for line in lines]
    sys.stdout.write(json.dumps(told))


def _page_lines(page: Any) -> list[list[dict[str, Any]]]:
    """Signs of a page in lines, parted where a wide gap tells two columns."""
    lines: list[list[dict[str, Any]]] = []
    for sign in _signs(page.get_textpage()):
        last = lines[-1][-1] if lines and lines[-1] else None
        if last is not None and _go_on(last, sign):
            lines[-1].append(sign)
        else:
            lines.append([sign])
    return [line for line in lines if any(not sign["text"].isspace() for sign in line)]


def _go_on(last: dict[str, Any], sign: dict[str, Any]) -> bool:
    """Whether a sign stands in the line of the one before; letters may be drawn together by half their size."""
    gap = sign["x"] - last["end"]
    return bool(abs(last["y"] - sign["y"]) < 1 and -last["size"] / 2 < gap < _COLUMN_GAP / _MM)


def _signs(text: Any) -> list[dict[str, Any]]:
    import ctypes

    import pypdfium2.raw as raw

    signs = []
    for index in range(text.count_chars()):
        character = chr(raw.FPDFText_GetUnicode(text, index))
        if character in "\r\n":
            continue
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        _left, _bottom, right, _top = text.get_charbox(index, loose=True)
        name = ctypes.create_string_buffer(200)
        raw.FPDFText_GetFontInfo(text, index, name, 200, ctypes.c_int())
        size = raw.FPDFText_GetFontSize(text, index)
        font = name.value.decode("utf-8", "replace").split("+")[-1]
        signs.append({"text": character, "x": x.value, "y": y.value, "end": right, "size": size, "font": font})
    return signs


def _letters(line: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    for sign in line:
        style = sign["font"].lower()
        one = {
            "size": round(sign["size"], 2),
            "bold": "bold" in style,
            "italic": "italic" in style or "oblique" in style,
            "font": _family(sign["font"]),
        }
        if told and all(told[-1][key] == found for key, found in one.items()):
            told[-1]["text"] += sign["text"]
        else:
            told.append({"text": sign["text"], **one})
    return told


_FAMILIES: Final = {
    "timesnewroman": "Times New Roman",
    "liberationserif": "Liberation Serif",
    "tinos": "Tinos",
}


def _family(name: str) -> str:
    plain = "".join(letter for letter in name.lower() if letter.isalpha())
    return next((family for key, family in _FAMILIES.items() if plain.startswith(key)), name)


if __name__ == "__main__":
    _main()
