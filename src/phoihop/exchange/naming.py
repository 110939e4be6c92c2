"""What a subject is called without its content: rooms above know the type and number of their documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from phoihop.offices.acting import Acting


@dataclass(frozen=True)
class Named:
    """A subject of the acting office by its name: type, code and date, never what it says."""

    subject_id: UUID
    name: str


@dataclass(frozen=True)
class Naming:
    """How a room names its subjects, and finds those of the acting office by words such as a code."""

    name_of: Callable[[UUID, Acting], str]
    find: Callable[[str, Acting], Sequence[Named]]


_namings: list[Naming] = []


def register_naming(naming: Naming) -> None:
    """Filled in ``AppConfig.ready``."""
    if naming not in _namings:
        _namings.append(naming)


def name_of(subject_id: UUID, *, by: Acting) -> str:
    """The name of a subject; empty when no room has it for this office."""
    return next((name for naming in _namings if (name := naming.name_of(subject_id, by))), "")


def find_subjects(words: str, *, by: Acting) -> Sequence[Named]:
    """Subjects that the acting office stated, by words."""
    return [one for naming in _namings for one in naming.find(words, by)]
