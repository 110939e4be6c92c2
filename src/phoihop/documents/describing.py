"""From what an office knows of a paper to its full description."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from phoihop.documents.bodies import close, read_body, read_lines
from phoihop.documents.components import (
    Annex,
    CopyNote,
    Dated,
    Document,
    Marks,
    Number,
    Recipients,
    Regime,
    Signature,
)
from phoihop.documents.kinds import kind_of
from phoihop.documents.layouts import layout_for


class More(TypedDict, total=False):
    """Components that are taken as they are (``components.Document``)."""

    superior: str
    abstract: str
    recipients: Recipients
    marks: Marks
    annexes: tuple[Annex, ...]
    address: str
    copy: CopyNote | None


def describe(
    *,
    regime: Regime | str,
    type_key: str,
    type_name: str,
    issuer: str,
    on: date,
    number: Number = Number(""),  # noqa: B008  a frozen value
    place: str = "",
    day: date | None = None,
    text: str = "",
    addressees: Sequence[str] = (),
    signatures: Sequence[Signature] = (),
    **more: Unpack[More],
) -> Document:
    """A document from what is known; the rest is left to be filled in.

    ``text`` is the body as typed, empty for the skeleton of the type. ``on`` is today for a draft, the day of issue for
    what is issued. Raises LookupError for a type without skeleton and ValueError for an unknown regime.
    """
    rules = layout_for(regime, on)
    kind = kind_of(type_key, rules.regime)
    named = tuple(addressees) if addressees or not kind.addressing else ("…",)
    return Document(
        regime=rules.regime,
        on=on,
        issuer=issuer,
        number=number,
        dated=Dated(place, day, on.year),
        head=kind.head,
        type_name=type_name or kind.name,
        addressing=kind.addressing or ("Kính gửi:" if named else ""),
        addressees=named,
        body=close(read_body(text) if text.strip() else read_lines(kind.body), rules.words.closing),
        signatures=_signatures(signatures, kind.signatures),
        **more,
    )


def _signatures(given: Sequence[Signature], side_by_side: tuple[str, ...]) -> tuple[Signature, ...]:
    """Who signs; where several do, the last place is the issuer's own."""
    if len(side_by_side) < 2 or len(given) >= len(side_by_side):
        return tuple(given) or (Signature("…"),)
    blanks = tuple(Signature(title) for title in side_by_side)
    return (*blanks[: len(blanks) - len(given)], *given)
