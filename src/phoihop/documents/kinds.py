"""What a paper of a type holds before anybody has written a word (``data/kinds.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from phoihop.core.text import fold
from phoihop.documents.components import Regime


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of paper: how it is headed, how its addressees are called, who signs side by side, and its first lines."""

    key: str
    name: str
    head: Literal["named", "letter", "note"]
    addressing: str
    signatures: tuple[str, ...]
    body: tuple[str, ...]


@cache
def _kinds() -> dict[tuple[str, str], Kind]:
    raw = tomllib.loads(files("phoihop.documents").joinpath("data/kinds.toml").read_text("utf-8"))
    found: dict[tuple[str, str], Kind] = {}
    for entry in raw["kinds"]:
        for key in entry["keys"]:
            kind = Kind(
                key=key,
                name=entry["name"],
                head=entry.get("head", "named"),
                addressing=entry.get("addressing", ""),
                signatures=tuple(entry.get("signatures", ())),
                body=tuple(entry["body"]),
            )
            for regime in entry.get("regimes", [""]):
                found[key, regime] = kind
    return found


def kind_of(key: str, regime: Regime) -> Kind:
    """The skeleton of a type. Raises LookupError for a type that has none."""
    kinds = _kinds()
    try:
        return kinds.get((key, regime.value)) or kinds[key, ""]
    except KeyError as missing:
        raise LookupError(f"no skeleton for document type {key!r}") from missing


@cache
def printed_names() -> frozenset[str]:
    """The names of types, folded, by which the line of a type is known in a paper."""
    raw = tomllib.loads(files("phoihop.documents").joinpath("data/kinds.toml").read_text("utf-8"))
    return frozenset(fold(name) for name in raw["type_names"])


def kind_keys() -> frozenset[str]:
    """The types that have a skeleton."""
    return frozenset(key for key, _ in _kinds())
