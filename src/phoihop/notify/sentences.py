"""The sentences of notices, stated by the rooms that send them: key → Vietnamese text with %(named)s values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext


@dataclass(frozen=True)
class Sentence:
    """What a notice says, its icon, and the page it leads to, which takes the subject's id unless it is a list."""

    text: str
    icon: str
    url_name: str
    is_list: bool = False


_sentences: dict[str, Sentence] = {}


def register_sentences(sentences: Mapping[str, Sentence]) -> None:
    """Make a room's notices readable."""
    _sentences.update(sentences)


def sentence_of(key: str) -> Sentence | None:
    """The sentence of a key, or None for a notice of a room that is gone."""
    return _sentences.get(key)


def say(key: str, values: Mapping[str, object]) -> str:
    """The notice in the reader's language."""
    found = _sentences.get(key)
    return gettext(found.text) % values if found else key
