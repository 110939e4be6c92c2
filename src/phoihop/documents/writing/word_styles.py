"""The styles of a document in Word: one for each component, so that a person changes all of a kind at once."""

from __future__ import annotations

from typing import Final

from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle

from phoihop.documents.layouts import Layout, Part

PREFIX: Final = "VB "
_ALIGNED: Final = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_KEPT: Final = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Header", "Footer"}


def style_id(part: str) -> str:
    """The id of the style of a component."""
    return "VB" + "".join(word.capitalize() for word in part.split("_"))


def add_styles(word: Word, layout: Layout) -> None:
    """Styles of every component of the layout; the ones Word brings and nobody asked for go."""
    _drop_others(word)
    normal = word.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _set_font(normal, layout.fonts[0])
    body = layout.part("body").size
    normal.font.size = Pt(body.use if body else 14)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    for part in layout.parts.values():
        _add(word, part, layout)


def _drop_others(word: Word) -> None:
    for style in list(word.styles):
        if style.name not in _KEPT:
            style.element.getparent().remove(style.element)
    defaults = word.styles.element.find(qn("w:docDefaults"))
    fonts = defaults.find(f".//{qn('w:rFonts')}") if defaults is not None else None
    if fonts is not None:
        fonts.attrib.clear()


def _set_font(style: ParagraphStyle, name: str) -> None:
    style.font.name = name
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), name)


def _add(word: Word, part: Part, layout: Layout) -> None:
    style = word.styles.add_style(PREFIX + part.name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.element.set(qn("w:styleId"), style_id(part.name))
    style.base_style = word.styles["Normal"]
    style.quick_style = True
    _set_font(style, layout.fonts[0])
    style.font.color.rgb = RGBColor(0, 0, 0)
    if part.size:
        style.font.size = Pt(part.size.use)
    style.font.bold, style.font.italic = bool(part.bold), bool(part.italic)
    style.paragraph_format.alignment = _ALIGNED[part.align or "left"]
    style.paragraph_format.widow_control = True
