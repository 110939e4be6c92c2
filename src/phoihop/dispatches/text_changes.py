"""What changed between two texts, in words, as a reader wants to see it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Kind = Literal["same", "gone", "new", "skipped"]
_WORDS: Final = re.compile(r"\s+|[^\s]+")
_MOST_WORDS: Final = 1500
_AROUND: Final = 160


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text that stayed, went or came; ``skipped`` stands for a long run that stayed."""

    kind: Kind
    text: str


def changes(before: str, after: str) -> tuple[Passage, ...]:
    """How ``after`` differs from ``before``; empty when it does not.

    Compared line by line, and word by word inside lines that differ; what stayed is shortened to its neighbourhood.
    """
    if before == after:
        return ()
    return tuple(_shortened(tuple(_merged(_lines(before.splitlines(True), after.splitlines(True))))))


def without_shortening(before: str, after: str) -> tuple[Passage, ...]:
    """The same in full: the gone and same passages make up ``before``, the new and same ones ``after``."""
    return tuple(_merged(_lines(before.splitlines(True), after.splitlines(True))))


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Passage]:
    for tag, old_from, old_to, new_from, new_to in _matched(before, after):
        old, new = "".join(before[old_from:old_to]), "".join(after[new_from:new_to])
        if tag == "equal":
            yield Passage("same", old)
        else:
            yield from _words(_WORDS.findall(old), _WORDS.findall(new))


def _words(before: Sequence[str], after: Sequence[str]) -> Iterator[Passage]:
    """Words compared; what stands alike at both ends is set aside first, so that long lines stay comparable."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    yield Passage("same", "".join(before[:start]))
    yield from _middle(before[start : len(before) - end], after[start : len(after) - end])
    yield Passage("same", "".join(before[len(before) - end :]))


def _alike(before: Sequence[str], after: Sequence[str]) -> int:
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (old, new) in pairs if old != new), min(len(before), len(after)))


def _middle(before: Sequence[str], after: Sequence[str]) -> Iterator[Passage]:
    if len(before) + len(after) > _MOST_WORDS:
        yield Passage("gone", "".join(before))
        yield Passage("new", "".join(after))
        return
    for tag, old_from, old_to, new_from, new_to in _matched(before, after):
        if tag == "equal":
            yield Passage("same", "".join(before[old_from:old_to]))
            continue
        yield Passage("gone", "".join(before[old_from:old_to]))
        yield Passage("new", "".join(after[new_from:new_to]))


def _matched(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, before, after, autojunk=len(before) > _MOST_WORDS).get_opcodes())


def _merged(passages: Iterator[Passage]) -> Iterator[Passage]:
    last: Passage | None = None
    for one in passages:
        if not one.text:
            continue
        if last is not None and last.kind == one.kind:
            last = Passage(one.kind, last.text + one.text)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _shortened(passages: Sequence[Passage]) -> Iterator[Passage]:
    for place, one in enumerate(passages):
        if one.kind != "same" or len(one.text) <= 2 * _AROUND:
            yield one
            continue
        if place > 0:
            yield Passage("same", one.text[:_AROUND])
        yield Passage("skipped", "")
        if place < len(passages) - 1:
            yield Passage("same", one.text[-_AROUND:])
