"""What can lie in a casefile: each room above says how its things read and which files they have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from phoihop.offices.acting import Acting

NOTE = "note"


@dataclass(frozen=True)
class Described:
    """How a thing reads in the list of a casefile; ``url`` is its page."""

    code: str
    dated: date | None
    issuer: str
    title: str
    url: str


@dataclass(frozen=True)
class PackedFile:
    """A stored file of a thing: its name, kind and hash. ``text`` is set instead of a hash for plain text."""

    name: str
    media_type: str
    sha256: str = ""
    text: str = ""


@dataclass(frozen=True)
class Source:
    """A kind of thing. ``describe`` answers for many at once, leaving out what the office may not see."""

    kind: str
    describe: Callable[[Collection[UUID], Acting], Mapping[UUID, Described]]
    files: Callable[[UUID, Acting], Sequence[PackedFile]]


_sources: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Let things of a kind be put into casefiles."""
    _sources[source.kind] = source


def source_of(kind: str) -> Source | None:
    """The source of a kind, or None for one of a room that is gone."""
    return _sources.get(kind)
