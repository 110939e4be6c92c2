"""From the lines of a paper to proposals for its fields. Plain Python, no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, Literal

from phoihop.core.text import nfc
from phoihop.documents.reading.ending import Ending
from phoihop.documents.reading.heading import Heading
from phoihop.documents.reading.lexicon import letters, plain
from phoihop.documents.reading.lines import Line
from phoihop.documents.reading.papers import Field, Proposal, ReadPaper

_SCANNED: Final = 0.9
_SECOND_COLUMN: Final = re.compile(
    r"\s(?=(cong hoa xa|dang cong san|doc lap\s?[-–]|[a-z' ]{2,24},\s?ng[aà]y\s+[\doli|]{1,2}\s+th[aá]ng))"
)


def propose(lines: Iterable[Line], *, pages: int, scanned: bool) -> ReadPaper:
    """Proposals for every field that is found."""
    divided = _with_numbers([piece for line in lines for piece in _divided(replace(line, text=nfc(line.text)))])
    heading, ending = Heading(divided), Ending(divided)
    found: dict[Field, Proposal | None] = {"code": heading.code()}
    day = heading.day_and_place()
    if day is not None:
        found["dated"], found["place"] = day
    found["urgency"] = heading.urgency()
    found["type_name"] = heading.type_name()
    found["abstract"] = heading.abstract()
    found["issuer"] = heading.issuer()
    signer = ending.signer()
    if signer is not None:
        found["signer"], found["position"] = signer
    found["recipients"] = ending.recipients()
    proposals = {
        name: replace(one, confidence=round(one.confidence * (_SCANNED if scanned else 1.0), 2))
        for name, one in found.items()
        if one is not None
    }
    regime: Literal["GOV", "PARTY", ""] = {"GOV": "GOV", "PARTY": "PARTY"}.get(heading.regime(), "")  # type: ignore[assignment]
    return ReadPaper(proposals, regime, pages, scanned)


def _with_numbers(lines: list[Line]) -> list[Line]:
    """The word “Số” and the notation beside it are one line, however wide the room left for the number is."""
    kept: list[Line] = []
    for line in lines:
        last = kept[-1] if kept else None
        if last is not None and letters(last.text) in ("so", "s0") and abs(last.top - line.top) < last.size:
            kept[-1] = replace(last, text=f"{last.text} {line.text}", right=line.right, bottom=line.bottom)
        else:
            kept.append(line)
    return kept


def _divided(line: Line) -> Iterator[Line]:
    """A line of the head that holds both columns, as two."""
    if line.page != 1 or line.top > 0.4 or line.left > 0.42:
        yield line
        return
    found = _SECOND_COLUMN.search(plain(line.text))
    if found is None or found.start() < 4:
        yield line
        return
    at = line.left + (line.right - line.left) * found.start() / len(line.text)
    yield replace(line, text=line.text[: found.start()].strip(), right=at)
    yield replace(line, text=line.text[found.end() :].strip(), left=at)
