"""From what an office knows of a paper to its full description."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

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


def describe(
    *,
    regime: Regime | str,
    type_key: str,
    type_name: str,
    issuer: str,
    on: date,
    superior: str = "",
    notation: str = "",
    number: str = "",
    place: str = "",
    day: date | None = None,
    abstract: str = "",
    text: str = "",
    addressees: Sequence[str] = (),
    signatures: Sequence[Signature] = (),
    recipients: Recipients = Recipients(),  # noqa: B008  a frozen value
    marks: Marks = Marks(),  # noqa: B008  a frozen value
    annexes: Sequence[Annex] = (),
    address: str = "",
    copy: CopyNote | None = None,
) -> Document:
    """A document from what is known; the rest is left to be filled in.

    ``text`` is the body as typed, empty for the skeleton of the type. ``on`` is today for a draft, the day of issue for
    what is issued. Raises LookupError for a type without skeleton and ValueError for an unknown regime.
    """
    rules = layout_for(regime, on)
    kind = kind_of(type_key, rules.regime)
    blocks = read_body(text) if text.strip() else read_lines(kind.body)
    named = tuple(addressees) if addressees or not kind.addressing else ("…",)
    return Document(
        regime=rules.regime,
        on=on,
        issuer=issuer,
        superior=superior,
        number=Number(notation, number),
        dated=Dated(place, day, on.year),
        head=kind.head,
        type_name=type_name or kind.name,
        abstract=abstract,
        addressing=kind.addressing or ("Kính gửi:" if named else ""),
        addressees=named,
        body=close(blocks, rules.words.closing),
        signatures=_signatures(signatures, kind.signatures),
        recipients=recipients,
        marks=marks,
        annexes=tuple(annexes),
        address=address,
        copy=copy,
    )


def _signatures(given: Sequence[Signature], side_by_side: tuple[str, ...]) -> tuple[Signature, ...]:
    """Who signs; where several do, the last place is the issuer's own."""
    if len(side_by_side) < 2 or len(given) >= len(side_by_side):
        return tuple(given) or (Signature("…"),)
    blanks = tuple(Signature(title) for title in side_by_side)
    return (*blanks[: len(blanks) - len(given)], *given)
