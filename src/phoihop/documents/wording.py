"""The words between a document's values: ``Số: 05/QĐ-UBND``, ``Huế, ngày 05 tháng 02 năm 2026``, ``KT. CHỦ TỊCH``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from phoihop.documents.components import Dated, Document, Number, Recipients, Signature
from phoihop.documents.layouts import Words

BLANK: Final = "\u00a0" * 6
"""The room left for a number or a day that is not known yet."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a line. ``tag`` names what is to be filled in later (``so``, ``ngay``, ``thang``)."""

    text: str
    tag: str = ""


def code_pieces(number: Number, words: Words) -> tuple[Piece, ...]:
    """The line of number and notation; nothing when the type carries none."""
    if not number.notation:
        return ()
    written = Piece(number.number) if number.number else Piece(BLANK, "so")
    return (Piece(f"{words.number_label} "), written, Piece(f"{words.separator}{number.notation}"))


def dated_pieces(dated: Dated) -> tuple[Piece, ...]:
    """Place and day; blanks where the day is not known."""
    place = f"{dated.place}, ngày " if dated.place else "Ngày "
    if dated.day is not None:
        return (Piece(place + day_text(dated.day)),)
    year = f" năm {dated.year:04d}" if dated.year else " năm "
    after = (Piece(year),) if dated.year else (Piece(year), Piece(BLANK, "nam"))
    return (Piece(place), Piece(BLANK, "ngay"), Piece(" tháng "), Piece(BLANK, "thang"), *after)


def day_text(day: date) -> str:
    """``05 tháng 02 năm 2026``: days below 10 and the months 1 and 2 get a zero (NĐ 30 Phụ lục I, Mục II.4)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d} tháng {month} năm {day.year:04d}"


def plain(pieces: tuple[Piece, ...]) -> str:
    """The pieces as one text."""
    return "".join(piece.text for piece in pieces)


def signing_lines(signature: Signature, words: Words) -> tuple[str, ...]:
    """The lines of authority and title, in capitals: ``TM. ỦY BAN NHÂN DÂN``, ``KT. CHỦ TỊCH``, ``PHÓ CHỦ TỊCH``."""
    lines = [f"{words.authorities[one.form]} {one.of.upper()}" for one in signature.authorities]
    return (*lines, signature.title.upper()) if signature.title else tuple(lines)


def signing_name(signature: Signature, words: Words) -> str:
    """The name under the signature, with the rank where the sector writes it."""
    return f"{signature.rank} {signature.name}".strip() if words.shows_rank else signature.name


def recipient_lines(recipients: Recipients) -> tuple[str, ...]:
    """The list under "Nơi nhận", each line with its dash; filing, drafter and copies stand last."""
    lines = [f"- {line.strip().rstrip(';,.')};" for line in recipients.lines if line.strip()]
    filing = ".".join(part for part in (recipients.filing, recipients.drafter, str(recipients.copies or "")) if part)
    if filing:
        return (*lines, f"- Lưu: {filing}.")
    return (*lines[:-1], f"{lines[-1][:-1]}.") if lines else ()


def annex_reference(document: Document, words: Words) -> str:
    """What an annex says it belongs to; blanks where number and day are not known."""
    number = document.number
    code = f" số {number.number or BLANK}{words.separator}{number.notation}" if number.notation else ""
    day = document.dated.day
    when = day_text(day) if day else f"{BLANK} tháng {BLANK} năm {document.dated.year or BLANK}"
    return f"(Kèm theo {document.type_name}{code} ngày {when} của {document.issuer})"
