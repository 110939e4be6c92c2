"""What an official document is made of, whatever it is written as: values without form.

The nine components of NĐ 30/2020 Đ8 and the optional ones; Party and army documents have the same in their own form.
How they look is in ``layouts``, which words stand between them in ``wording``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal


class Regime(StrEnum):
    """The body of rules that the documents of an issuing body follow."""

    GOV = "GOV"
    PARTY = "PARTY"
    MIL = "MIL"
    NA = "NA"


class Authority(StrEnum):
    """In whose place a person signs: for a collective (TM.), with the powers of a post (Q.), for a superior (KT.),
    by order (TL.), by special authorisation (TUQ.)."""

    COLLECTIVE = "TM"
    ACTING = "Q"
    SUPERIOR = "KT"
    ORDER = "TL"
    AUTHORISED = "TUQ"


class Urgency(StrEnum):
    """Degrees of urgency, from the least."""

    URGENT = "urgent"
    VERY_URGENT = "very_urgent"
    EXPRESS = "express"


class CopyKind(StrEnum):
    """Sao y, trích sao, sao lục (NĐ 30 Đ25)."""

    FULL = "SY"
    EXTRACT = "TrS"
    RECOPY = "SL"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``lead`` is its first words set in bold."""

    text: str
    lead: str = ""
    bold: bool = False
    italic: bool = False
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Basis:
    """A ground (căn cứ) the document stands on."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Part, chapter, section or subsection: ``label`` is its word and number (``Chương II``)."""

    level: Literal["part", "chapter", "section", "subsection"]
    label: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """Điều: ``number`` as it is counted; ``title`` stands in bold beside it, ``text`` goes on in the same paragraph."""

    number: str
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """Khoản: Arabic number; ``title`` in bold when the clause has one."""

    number: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """Điểm: a letter of the Vietnamese alphabet."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table in the body. ``shares`` are relative widths of columns; equal when empty."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...] = ()


Block = Paragraph | Basis | Heading | Article | Clause | Point | Table


@dataclass(frozen=True, slots=True)
class SigningAuthority:
    """One line of authority: ``TM. ỦY BAN NHÂN DÂN``, ``KT. CHỦ TỊCH``."""

    form: Authority
    of: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: lines of authority, the person's own title, the name, and the rank where the sector writes it."""

    title: str
    name: str = ""
    authorities: tuple[SigningAuthority, ...] = ()
    rank: str = ""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Nơi nhận: ``lines`` without dash and stop; ``filing`` follows "Lưu:"; the drafter's sign and number of copies."""

    lines: tuple[str, ...] = ()
    filing: str = ""
    drafter: str = ""
    copies: int | None = None


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex on a page of its own; ``label`` is empty when there is one alone."""

    title: str
    blocks: tuple[Block, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is stamped on: urgency, who may see it (``LƯU HÀNH NỘI BỘ``), which draft it is. No secrecy marks."""

    urgency: Urgency | None = None
    circulation: tuple[str, ...] = ()
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """Số, ký hiệu: ``number`` is empty until the clerk gives one; a type without number has no notation."""

    notation: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """Place and day; ``day`` is None until it is given, ``year`` is then what is printed (empty when 0)."""

    place: str
    day: date | None = None
    year: int = 0


@dataclass(frozen=True, slots=True)
class CopyNote:
    """What makes a printed document a copy: set below its last line (NĐ 30 Phụ lục I, Phần II)."""

    kind: CopyKind
    issuer: str
    number: Number
    dated: Dated
    signature: Signature
    recipients: Recipients = Recipients()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One official document. ``on`` is the day whose rules it follows.

    ``head``: ``named`` carries its type in capitals, ``letter`` (công văn) its abstract under the number, ``note``
    (thư công) neither. ``signatures`` are two or more for papers that several sign side by side.
    """

    regime: Regime
    on: date
    issuer: str
    superior: str = ""
    number: Number
    dated: Dated
    head: Literal["named", "letter", "note"]
    type_name: str
    abstract: str = ""
    addressing: str = ""
    addressees: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
    signatures: tuple[Signature, ...] = ()
    recipients: Recipients = Recipients()
    marks: Marks = Marks()
    annexes: tuple[Annex, ...] = ()
    address: str = ""
    copy: CopyNote | None = None
    language: str = field(default="vi-VN")
