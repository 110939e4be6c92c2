"""Which rooms still need stored bytes; filled in ``AppConfig.ready`` by rooms that keep hashes in rows of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

Holder = Callable[[Sequence[str]], Iterable[str]]

_holders: list[Holder] = []


def register_holder(holder: Holder) -> None:
    """Have ``holder`` asked, as the worker, which of some hashes it still needs. What nobody needs is removed."""
    if holder not in _holders:
        _holders.append(holder)


def still_needed(hashes: Sequence[str]) -> Collection[str]:
    """Those of the hashes that some room needs."""
    return {sha256 for holder in _holders for sha256 in holder(hashes)}
