"""How documents look: measures, letters and words, by regime and date of effect.

The rules are data (``data/layouts.toml``). Lengths are millimetres, sizes of letters points, shares parts of a line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from phoihop.documents.components import Authority, CopyKind, Regime, Urgency

Align = Literal["left", "center", "right", "justify"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is allowed, both ends included, and what we write ourselves."""

    low: float
    high: float
    use: float
    clause: str = ""
    confirmed: bool = True

    def allows(self, found: float, tolerance: float) -> bool:
        """Whether a found value fits; ``tolerance`` is what measuring itself may err by."""
        return self.low - tolerance <= found <= self.high + tolerance


@dataclass(frozen=True, slots=True)
class Part:
    """The letters of one component. None: the rules (or what we know of them) do not say."""

    name: str
    clause: str
    size: Measure | None = None
    bold: bool | None = None
    italic: bool | None = None
    caps: bool | None = None
    align: Align | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class UrgencyMark:
    """The frame of an urgency mark: its text, width and height."""

    text: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Page:
    """The sheet: its size and margins, and how far below the edge the page number stands."""

    width: float
    height: float
    top: Measure
    bottom: Measure
    left: Measure
    right: Measure
    number_from_top: float
    clause: str

    @property
    def text_width(self) -> float:
        """Between the margins that we use."""
        return self.width - self.left.use - self.right.use


@dataclass(frozen=True, slots=True)
class Words:
    """The words and signs in which regimes differ."""

    number_label: str
    separator: str
    abstract_prefix: str
    recipients_label: str
    recipients_underlined: bool
    closing: str
    grounds_dash: str
    grounds_italic: bool
    shows_rank: bool
    authorities: Mapping[Authority, str]
    urgencies: Mapping[Urgency, UrgencyMark]
    copies: Mapping[CopyKind, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """The look of the documents of one regime from ``effective_from`` on.

    ``header`` says which head a page has; ``issuer_mark`` and ``abstract_mark`` are ``rule`` or the signs that stand
    for one. ``same_widths`` are fonts that measure like those prescribed.
    """

    regime: Regime
    effective_from: date
    source: str
    confirmed: bool
    header: Literal["state", "party"]
    fonts: tuple[str, ...]
    same_widths: tuple[str, ...]
    issuer_mark: str
    abstract_mark: str
    columns: tuple[float, float]
    indent: Measure
    spacing_after: Measure
    line: Measure
    page: Page
    parts: Mapping[str, Part]
    rules: Mapping[str, Measure]
    words: Words

    def part(self, name: str) -> Part:
        """A component's letters. Raises LookupError for a name that no rule set has."""
        return self.parts[name]


@cache
def layouts() -> tuple[Layout, ...]:
    """Every layout there is. Raises ValueError when the data file contradicts itself."""
    text = files("phoihop.documents").joinpath("data/layouts.toml").read_text("utf-8")
    return read_layouts(tomllib.loads(text))


def layout_for(regime: Regime | str, on: date) -> Layout:
    """The layout of a regime in force on a day; for older papers the oldest known. ValueError: unknown regime."""
    wanted = Regime(regime)
    known = sorted((one for one in layouts() if one.regime is wanted), key=lambda one: one.effective_from)
    return next((one for one in reversed(known) if one.effective_from <= on), known[0])


def read_layouts(raw: Mapping[str, Any]) -> tuple[Layout, ...]:
    """Layouts from parsed TOML; ``like`` completes a set by the last one of a regime above it."""
    complete: list[dict[str, Any]] = []
    for given in raw["layouts"]:
        base = next((one for one in reversed(complete) if one["regime"] == given.get("like")), None)
        if "like" in given and base is None:
            raise ValueError(f"{given['regime']} is like {given['like']}, which stands nowhere above it")
        complete.append(_merged(base or {}, given))
    return tuple(_layout(one) for one in complete)


_NESTED: Final = ("parts", "rules", "authorities", "urgencies", "copies")


def _merged(base: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**base, **given}
    for name in _NESTED:
        merged[name] = {**base.get(name, {}), **given.get(name, {})}
    return merged


def _measure(raw: Mapping[str, Any], key: str = "allowed", clause: str = "") -> Measure:
    low, high = raw[key]
    found = Measure(low, high, raw["use"], raw.get("clause", clause), raw.get("confirmed", True))
    if not low <= found.use <= high:
        raise ValueError(f"{found.use} is outside {low} to {high}")
    return found


def _part(name: str, raw: Mapping[str, Any], confirmed: bool) -> Part:
    return Part(
        name=name,
        clause=raw["clause"],
        size=_measure(raw, "size") if "size" in raw else None,
        bold=raw.get("bold"),
        italic=raw.get("italic"),
        caps=raw.get("caps"),
        align=raw.get("align"),
        confirmed=raw.get("confirmed", confirmed),
    )


def _layout(raw: Mapping[str, Any]) -> Layout:
    return Layout(
        regime=Regime(raw["regime"]),
        effective_from=raw["effective_from"],
        source=raw["source"],
        confirmed=raw["confirmed"],
        header=raw["header"],
        fonts=tuple(raw["fonts"]),
        same_widths=tuple(raw["same_widths"]),
        issuer_mark=raw["issuer_mark"],
        abstract_mark=raw["abstract_mark"],
        columns=(raw["columns"][0], raw["columns"][1]),
        indent=_measure(raw["indent"]),
        spacing_after=_measure(raw["spacing_after"]),
        line=_measure(raw["line"]),
        page=_page(raw["page"]),
        parts={name: _part(name, part, raw["confirmed"]) for name, part in raw["parts"].items()},
        rules={name: _measure(rule, "share") for name, rule in raw["rules"].items()},
        words=_words(raw),
    )


def _page(raw: Mapping[str, Any]) -> Page:
    margins = {side: _measure(raw[side], clause=raw["clause"]) for side in ("top", "bottom", "left", "right")}
    return Page(
        width=raw["width"],
        height=raw["height"],
        top=margins["top"],
        bottom=margins["bottom"],
        left=margins["left"],
        right=margins["right"],
        number_from_top=raw["number_from_top"],
        clause=raw["clause"],
    )


def _words(raw: Mapping[str, Any]) -> Words:
    return Words(
        number_label=raw["number_label"],
        separator=raw["separator"],
        abstract_prefix=raw["abstract_prefix"],
        recipients_label=raw["recipients_label"],
        recipients_underlined=raw["recipients_underlined"],
        closing=raw["closing"],
        grounds_dash=raw["grounds_dash"],
        grounds_italic=raw["grounds_italic"],
        shows_rank=raw["shows_rank"],
        authorities={Authority(key): text for key, text in raw["authorities"].items()},
        urgencies={Urgency(key): UrgencyMark(**mark) for key, mark in raw["urgencies"].items()},
        copies={CopyKind(key): text for key, text in raw["copies"].items()},
    )
