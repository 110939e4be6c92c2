"""Single values out of a foreign tree: texts, dates, numbers, codes. Faults become warnings, never exceptions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property

from lxml import etree

from .limits import Limits
from .model import DocumentId
from .reasons import Notices, Unreadable

# Peers write local time without an offset; Vietnam has kept UTC+7 without daylight saving since 1975.
VIETNAM = timezone(timedelta(hours=7))
YEARS = range(1900, 2200)

_DATE = re.compile(r"(?:(?P<y>[0-9]{4})[/.-](?P<m>[0-9]{1,2})[/.-](?P<d>[0-9]{1,2})"
                   r"|(?P<d2>[0-9]{1,2})[/.-](?P<m2>[0-9]{1,2})[/.-](?P<y2>[0-9]{4}))")  # fmt: skip
_TIME = re.compile(r"[T ]+(?P<h>[0-9]{1,2}):(?P<i>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
                   r" ?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?")  # fmt: skip
_NUMBER = re.compile(r"[0-9]{1,6}")
_GUID = re.compile(r"\{?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\}?", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_SEPARATOR = re.compile(r"\s*([/-])\s*")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
# Removed wherever they stand: bidirectional marks and overrides, and what is invisible yet changes comparison.
_HIDDEN = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x200B, 0x2010), 0x061C, 0x00AD, 0x2060, 0xFEFF]
)


def strip_hidden(text: str) -> str:
    """NFC text without control, bidirectional and zero-width characters; tabs and line breaks stay."""
    text = text.translate(_HIDDEN)
    if not text.isprintable():
        text = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", text)


def normalise_code(code: str) -> str:
    """Number and notation as they are printed: plain hyphens, no spaces around separators ("7816/VPCP-TTĐT")."""
    return _AROUND_SEPARATOR.sub(r"\1", " ".join(code.translate(_DASHES).split())).strip("/")


def join_code(number: str, notation: str) -> str:
    """One code from CodeNumber and CodeNotation.

    State documents read "12/QĐ-UBND"; Party ones "05-NQ/TU" (05-HD/VPTW), told by the slash in their notation.
    A number that already holds the notation is kept.
    """
    number, notation = normalise_code(number), normalise_code(notation)
    if not number or not notation:
        return number or notation
    if number.casefold().endswith(notation.casefold()) and number[-len(notation) - 1 : -len(notation)] in {"/", "-"}:
        return number
    if notation.startswith("-"):
        return number + notation
    party = "/" in notation and not _NUMBER.match(notation)
    return f"{number}-{notation}" if party else f"{number}/{notation}"


def parse_date(text: str) -> date | None:
    """A calendar date, year first or day first, a time behind it ignored; None if there is no such date."""
    match = _DATE.match(text)
    if not match or not (match.end() == len(text) or _TIME.fullmatch(text, match.end())):
        return None
    return _calendar(match)


def parse_time(text: str) -> datetime | None:
    """A moment; without an offset it is Vietnam time, without a time of day midnight. None if it does not exist."""
    match = _DATE.match(text)
    day = _calendar(match) if match else None
    if not match or day is None:
        return None
    if match.end() == len(text):
        return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
    clock = _TIME.fullmatch(text, match.end())
    if not clock:
        return None
    try:
        hour, minute, second = int(clock["h"]), int(clock["i"]), int(clock["s"] or 0)
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=_zone(clock["zone"]))
    except ValueError:
        return None


def _calendar(match: re.Match[str]) -> date | None:
    year, month, day = (int(match[name] or match[name + "2"]) for name in "ymd")
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def _zone(text: str | None) -> timezone:
    if text is None:
        return VIETNAM
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


class Node:
    """An element whose children are found by local name, whatever their namespace, letter case and order."""

    def __init__(self, element: etree._Element, notices: Notices, limits: Limits) -> None:
        self._element = element
        self._notices = notices
        self._limits = limits

    @cached_property
    def _children(self) -> dict[str, list[etree._Element]]:
        found: dict[str, list[etree._Element]] = {}
        for child in self._element:
            found.setdefault(local_name(child), []).append(child)
        return found

    def _wrap(self, element: etree._Element) -> Node:
        return Node(element, self._notices, self._limits)

    def all(self, *names: str) -> Iterator[Node]:
        """The children called one of ``names``, in document order per name."""
        return (self._wrap(child) for name in names for child in self._children.get(name.lower(), ()))

    def child(self, *names: str) -> Node:
        """The first child called one of ``names``; when there is none, an empty element, so that reading goes on."""
        return next(self.all(*names), None) or self._wrap(etree.Element("absent"))

    def anywhere(self, *names: str) -> Node | None:
        """The first descendant called one of ``names``: peers disagree on where the large sections belong."""
        wanted = {name.lower() for name in names}
        return next((self._wrap(item) for item in self._element.iterdescendants() if local_name(item) in wanted), None)

    def has(self, name: str) -> bool:
        """Whether there is such a child, be it empty."""
        return name.lower() in self._children

    def attribute(self, name: str) -> str:
        """An attribute by local name, cleaned; empty when absent."""
        for key, value in self._element.attrib.items():
            if str(key).rpartition("}")[2].lower() == name.lower():
                return strip_hidden(str(value)).strip()
        return ""

    def raw(self) -> str:
        """The text as it stands."""
        return "".join(str(part) for part in self._element.itertext())

    def own_line(self, field: str) -> str:
        """The element's text on one line; ``field`` names it in warnings. "null" is how some peers write nothing."""
        line = " ".join(self._clean(self.raw(), field).split())
        if len(line) > self._limits.line:
            raise Unreadable("field_too_long", field=field)
        return "" if line.casefold() == "null" else line

    def line(self, name: str) -> str:
        """The text of the first child ``name`` that has any, on one line."""
        return next((text for child in self.all(name) if (text := child.own_line(name))), "")

    def block(self, name: str) -> str:
        """The text of a child with its line breaks."""
        text = self._clean(self.child(name).raw(), name)
        if len(text) > self._limits.block:
            raise Unreadable("field_too_long", field=name)
        return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()

    def _clean(self, text: str, field: str) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        cleaned = strip_hidden(text)
        if cleaned != text and cleaned != unicodedata.normalize("NFC", text):
            self._notices.add("characters_removed", field=field)
        return cleaned

    def day(self, name: str) -> date | None:
        """A date; what is no date gives None and a warning."""
        text = self.line(name)
        found = parse_date(text)
        if text and found is None:
            self._notices.add("date_invalid", field=name, value=text)
        return found

    def moment(self, name: str) -> datetime | None:
        """A moment; what is none gives None and a warning."""
        text = self.line(name)
        found = parse_time(text)
        if text and found is None:
            self._notices.add("date_invalid", field=name, value=text)
        return found

    def number(self, name: str) -> int | None:
        """A count up to six digits; anything else gives None and a warning."""
        text = self.line(name)
        if _NUMBER.fullmatch(text):
            return int(text)
        if text:
            self._notices.add("number_invalid", field=name, value=text)
        return None

    def flag(self, name: str) -> bool | None:
        """A yes or no; None when it is neither."""
        return {"true": True, "1": True, "false": False, "0": False}.get(self.line(name).lower())

    def document_id(self, name: str = "DocumentId") -> DocumentId | None:
        """A document identifier in either shape, or as it came with a warning; None when empty."""
        raw = self.line(name)
        if not raw:
            return None
        if guid := _GUID.fullmatch(raw):
            return DocumentId(raw=guid[1].lower(), is_guid=True)
        parts = [part.strip() for part in raw.split(",", 2)]
        if len(parts) < 3 or not parts[0] or not parts[2]:
            self._notices.add("document_id_shape", value=raw)
            return DocumentId(raw=raw)
        issued = parse_date(parts[1])
        if issued is None:
            self._notices.add("date_invalid", field=name, value=parts[1])
        return DocumentId(raw=",".join(parts), organ_id=parts[0], issued=issued, code=normalise_code(parts[2]))


def local_name(element: etree._Element) -> str:
    """The name without namespace, in lower case."""
    return str(element.tag).rpartition("}")[2].lower()
