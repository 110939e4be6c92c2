"""Document types, how a number and notation are written, and which series a number belongs to.

The rules are data (``data/document_types.toml``), by regime and date of effect; nothing here knows an abbreviation.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from phoihop.core.text import fold, nfc

_SMALLEST_WIDTH: Final = 2  # "05": NĐ 30 Đ8, HD 36-HD/VPTW
_CODE: Final = re.compile(r"(?:[Ss][Ốố]\s*[:.]?\s*)?([0-9]{1,7}[a-zA-ZđĐ]?)\s*([/-])\s*(\S.*)")
_NUMBER: Final = re.compile(r"(?=0*[1-9])[0-9]{1,7}[a-zA-ZđĐ]?")


class Regime(StrEnum):
    """The body of rules that the documents of an issuing body follow."""

    GOV = "GOV"
    PARTY = "PARTY"
    MIL = "MIL"
    NA = "NA"


class Form(StrEnum):
    """Which template writes the notation of a type."""

    NAMED = "named"
    LETTER = "letter"
    NORMATIVE = "normative"
    COPY = "copy"
    UNNUMBERED = "unnumbered"


class Period(StrEnum):
    """How long a series of numbers runs before it starts again at 1."""

    YEAR = "year"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type of document: stable ``key``, Vietnamese ``name``, ``abbreviation`` in notations (may be empty)."""

    key: str
    name: str
    abbreviation: str
    form: Form = Form.NAMED
    can_issue: bool = True


@dataclass(frozen=True, slots=True)
class Term:
    """A committee's term: ``label`` such as ``2025-2030``, from the day after its congress closed (HD 36-HD/VPTW)."""

    label: str
    first_day: date
    last_day: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies in the term; a term without last day still runs."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Numbering:
    """How numbers run: the period of a series, and whether each type has its own."""

    period: Period
    per_type: bool


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one regime from ``effective_from`` on.

    ``confirmed`` is False where the source is general knowledge that the office has yet to confirm.
    """

    regime: Regime
    effective_from: date
    source: str
    confirmed: bool
    number_label: str
    letter_abstract_prefix: str
    separator: str
    templates: dict[str, str]
    numbering: Numbering
    types: tuple[DocumentType, ...]

    def type(self, key: str) -> DocumentType:
        """The type of that key.  Raises LookupError when the regime has none."""
        for found in self.types:
            if found.key == key:
                return found
        raise LookupError(f"{self.regime} has no document type {key!r}")

    def issuable_types(self) -> tuple[DocumentType, ...]:
        """What an office may draft itself, in the order of the rules; copies are made from originals."""
        return tuple(found for found in self.types if found.can_issue and found.form is not Form.COPY)

    def find_type(self, written: str) -> DocumentType | None:
        """The type a person or a peer wrote: its key, name or abbreviation, whatever case and diacritics.

        An exact abbreviation goes before a folded one (QĐ, QyĐ), a name before an abbreviation, and the first of the
        rules before later ones; None when nothing fits.
        """
        folded = fold(written)
        ways = (
            lambda one: written.strip() == one.key,
            lambda one: folded == fold(one.name),
            lambda one: nfc(written.strip()) == one.abbreviation,
            lambda one: folded == fold(one.abbreviation),
        )
        return next((one for fits in ways if folded for one in self.types if fits(one)), None)


@dataclass(frozen=True, slots=True)
class DocumentCode:
    """A number and notation: ``05`` and ``QĐ-UBND``, joined by the separator of the regime."""

    number: str
    separator: str
    notation: str

    @property
    def text(self) -> str:
        """As printed after the label ``Số:``: ``05/QĐ-UBND``, ``05-NQ/TU``."""
        return f"{self.number}{self.separator}{self.notation}"


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """Which gapless series a number belongs to; two documents share numbers when their keys are equal.

    ``type_key`` is empty when all types share one series.
    """

    regime: Regime
    body: str
    book: str
    type_key: str
    period: str

    @property
    def run(self) -> str:
        """Which run of numbers inside the book this is, for one database column: ``2026``, ``2025-2030/resolution``."""
        return f"{self.period}/{self.type_key}" if self.type_key else self.period


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """Every rule set there is.  Raises ValueError when the data file contradicts itself."""
    raw = tomllib.loads(files("phoihop.dispatches").joinpath("data/document_types.toml").read_text("utf-8"))
    return read_rule_sets(raw)


def rules_for(regime: Regime | str, on: date) -> RuleSet:
    """The rules of a regime in force on a day; for older papers, which still enter the books, the oldest known.

    Raises ValueError for an unknown regime.
    """
    wanted = Regime(regime)
    known = sorted((rules for rules in rule_sets() if rules.regime is wanted), key=lambda one: one.effective_from)
    return next((rules for rules in reversed(known) if rules.effective_from <= on), known[0])


def format_number(number: int) -> str:
    """A number as it is written: at least two digits.  Raises ValueError below 1: series start at 01."""
    if number < 1:
        raise ValueError(f"{number} is not a document number")
    return f"{number:0{_SMALLEST_WIDTH}d}"


def is_number(written: str) -> bool:
    """Whether a typed text can be a number: up to seven digits, perhaps one letter (``12a``), not all zeros."""
    return _NUMBER.fullmatch(nfc(written)) is not None


def compose_code(
    rules: RuleSet, type_key: str, *, number: int | str, issuer: str, unit: str = "", year: int
) -> DocumentCode:
    """The number and notation of a document.

    ``number`` is given by us (int) or typed (str); ``issuer`` is the body's notation (``UBND``), ``unit`` the drafting
    unit's, which only letters show; ``year`` is that of signing.  Raises LookupError for a type the regime lacks and
    ValueError for an unnumbered type, a number that is none, or a missing issuer.
    """
    kind = rules.type(type_key)
    if kind.form is Form.UNNUMBERED:
        raise ValueError(f"{kind.name} carries no number")
    if not issuer.strip():
        raise ValueError("the issuing body has no notation")
    written = format_number(number) if isinstance(number, int) else nfc(number).strip()
    if not is_number(written):
        raise ValueError(f"{written!r} is not a document number")
    name = "letter_without_unit" if kind.form is Form.LETTER and not unit.strip() else kind.form.value
    values = {"type": kind.abbreviation, "issuer": issuer.strip(), "unit": unit.strip(), "year": f"{year:04d}"}
    return DocumentCode(written, rules.separator, nfc(rules.templates[name].format_map(values)))


def split_code(written: str) -> DocumentCode | None:
    """A written code taken apart (``Số: 05/QĐ-UBND``, ``05-NQ/TU``); None when it has no number in front."""
    found = _CODE.fullmatch(nfc(written).strip())
    return DocumentCode(found.group(1), found.group(2), found.group(3).strip()) if found else None


def outgoing_series(
    rules: RuleSet,
    type_key: str,
    *,
    body: str,
    book: str,
    on: date,
    term: Term | None = None,
    numbering: Numbering | None = None,
) -> SeriesKey:
    """The series an outgoing document takes its number from; ``numbering`` overrides that of the regime.

    GOV: the year, all types together (NĐ 30 Đ15).  PARTY: each type, the term of the committee.  Raises ValueError when
    the series runs by term and ``term`` is missing or does not cover the day.
    """
    way = numbering or rules.numbering
    kind = rules.type(type_key)
    if way.period is Period.YEAR:
        period = f"{on.year:04d}"
    elif term is not None and term.covers(on):
        period = term.label
    else:
        raise ValueError(f"no term of {body} covers {on.isoformat()}")
    return SeriesKey(rules.regime, body, book, kind.key if way.per_type else "", period)


def incoming_series(regime: Regime | str, *, body: str, book: str, on: date) -> SeriesKey:
    """The series of arrival numbers: one a year, paper and electronic together (NĐ 30 Đ22)."""
    return SeriesKey(Regime(regime), body, book, "", f"{on.year:04d}")


def read_rule_sets(raw: dict[str, Any]) -> tuple[RuleSet, ...]:
    """Rule sets from parsed TOML; ``like`` copies the most recent set of another regime above it.

    Raises ValueError when something is missing, doubled or unknown.
    """
    read: list[RuleSet] = []
    for entry in raw["rules"]:
        try:
            rules = _derived(entry, read) if "like" in entry else _read(entry)
        except (KeyError, LookupError, TypeError) as problem:
            raise ValueError(f"document types of {entry.get('regime')}: {problem!r}") from problem
        _check(rules, read)
        read.append(rules)
    if missing := set(Regime) - {rules.regime for rules in read}:
        raise ValueError(f"no document types for {sorted(missing)}")
    return tuple(read)


def _read(entry: dict[str, Any]) -> RuleSet:
    return RuleSet(
        regime=Regime(entry["regime"]),
        effective_from=entry["effective_from"],
        source=entry["source"],
        confirmed=entry["confirmed"],
        number_label=entry["number_label"],
        letter_abstract_prefix=entry["letter_abstract_prefix"],
        separator=entry["separator"],
        templates=dict(entry["templates"]),
        numbering=Numbering(Period(entry["period"]), entry["per_type"]),
        types=tuple(DocumentType(**{**kind, "form": Form(kind.get("form", "named"))}) for kind in entry["types"]),
    )


def _derived(entry: dict[str, Any], above: list[RuleSet]) -> RuleSet:
    model = next(rules for rules in reversed(above) if rules.regime == entry["like"])
    left_out, allowed = set(entry.get("without", ())), set(entry.get("can_issue", ()))
    for key in left_out | allowed:
        model.type(key)
    kept = (kind for kind in model.types if kind.key not in left_out)
    return replace(
        model,
        regime=Regime(entry["regime"]),
        effective_from=entry["effective_from"],
        source=entry["source"],
        confirmed=entry["confirmed"],
        types=tuple(replace(kind, can_issue=kind.can_issue or kind.key in allowed) for kind in kept),
    )


def _check(rules: RuleSet, above: list[RuleSet]) -> None:
    where = f"{rules.regime} from {rules.effective_from}"
    if (rules.regime, rules.effective_from) in {(one.regime, one.effective_from) for one in above}:
        raise ValueError(f"{where}: twice")
    keys = [kind.key for kind in rules.types]
    if len(keys) != len(set(keys)):
        raise ValueError(f"{where}: a type twice")
    for kind in rules.types:
        if kind.form is not Form.UNNUMBERED and kind.form.value not in rules.templates:
            raise ValueError(f"{where}: no template for {kind.key}")
        if "{type}" in rules.templates.get(kind.form.value, "") and not kind.abbreviation:
            raise ValueError(f"{where}: {kind.key} needs an abbreviation")
