"""Which letters a run of Word has in the end: defaults, styles and what was set by hand, theme fonts resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_FALSE: Final = {"0", "false", "off", "none"}
_DEEPEST: Final = 20  # styles that are based on each other in a circle end here

Properties = Mapping[str, etree._Element]


def _children(element: etree._Element | None) -> dict[str, etree._Element]:
    if element is None:
        return {}
    return {child.tag: child for child in element if isinstance(child.tag, str)}


@dataclass(slots=True)
class Styles:
    """The styles of a document, asked by id."""

    by_id: dict[str, etree._Element] = field(default_factory=dict)
    default_run: Properties = field(default_factory=dict)
    default_paragraph: Properties = field(default_factory=dict)
    default_style: str = ""
    theme: dict[str, str] = field(default_factory=dict)
    _known: dict[tuple[str, str], Properties] = field(default_factory=dict)

    def properties(self, style: str, kind: str) -> Properties:
        """What a style says (``rPr`` or ``pPr``), with what it is based on."""
        known = self._known.get((style, kind))
        if known is not None:
            return known
        chain: list[etree._Element] = []
        at = style
        while at and at in self.by_id and len(chain) < _DEEPEST:
            chain.append(self.by_id[at])
            base = self.by_id[at].find(f"{W}basedOn")
            at = base.get(f"{W}val", "") if base is not None else ""
        merged: dict[str, etree._Element] = {}
        for element in reversed(chain):
            merged |= _children(element.find(f"{W}{kind}"))
        self._known[style, kind] = merged
        return merged

    def paragraph(self, own: etree._Element | None) -> tuple[str, Properties]:
        """The style of a paragraph and its properties, from its own ``pPr``."""
        direct = _children(own)
        named = direct.get(f"{W}pStyle")
        style = named.get(f"{W}val", "") if named is not None else self.default_style
        return style, {**self.default_paragraph, **self.properties(style, "pPr"), **direct}

    def run(self, paragraph_style: str, own: etree._Element | None) -> Properties:
        """The properties of a run in a paragraph of that style, from its own ``rPr``."""
        direct = _children(own)
        named = direct.get(f"{W}rStyle")
        character = self.properties(named.get(f"{W}val", ""), "rPr") if named is not None else {}
        return {**self.default_run, **self.properties(paragraph_style, "rPr"), **character, **direct}

    def font(self, fonts: etree._Element | None) -> str | None:
        """The name of the font for Latin letters; None when neither file nor theme names one."""
        if fonts is None:
            return "Times New Roman"  # what Word takes when nothing says otherwise
        theme = fonts.get(f"{W}asciiTheme") or fonts.get(f"{W}hAnsiTheme")
        if theme:
            return self.theme.get(theme[:5])
        return fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi")


def read_styles(styles: etree._Element | None, theme: etree._Element | None) -> Styles:
    """The styles of a document from its two parts, either of which may be missing."""
    read = Styles()
    if styles is not None:
        defaults = styles.find(f"{W}docDefaults")
        if defaults is not None:
            read.default_run = _children(defaults.find(f"{W}rPrDefault/{W}rPr"))
            read.default_paragraph = _children(defaults.find(f"{W}pPrDefault/{W}pPr"))
        for style in styles.findall(f"{W}style"):
            read.by_id[style.get(f"{W}styleId", "")] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true"}:
                read.default_style = style.get(f"{W}styleId", "")
    if theme is not None:
        for key in ("major", "minor"):
            latin = theme.find(f".//{_A}{key}Font/{_A}latin")
            if latin is not None:
                read.theme[key] = latin.get("typeface", "")
    return read


def is_on(properties: Properties, name: str) -> bool:
    """Whether a switch such as bold is on."""
    element = properties.get(f"{W}{name}")
    return element is not None and element.get(f"{W}val", "true").lower() not in _FALSE


def value(properties: Properties, name: str, attribute: str = "val") -> str | None:
    """An attribute of a property; None when it is not said."""
    element = properties.get(f"{W}{name}")
    return None if element is None else element.get(f"{W}{attribute}")


def number(text: str | None) -> float | None:
    """A number as Word writes it; None for what is none."""
    try:
        return None if text is None else float(text.removesuffix("pt"))
    except ValueError:
        return None
