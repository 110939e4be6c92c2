"""A set-out document as Word: named styles, tables without lines, page numbers as a field, blanks as controls."""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.shared import Mm, Pt

from phoihop.core.clock import now
from phoihop.documents.components import Document, Regime
from phoihop.documents.composing import compose
from phoihop.documents.items import Sheet
from phoihop.documents.layouts import Layout, layout_for
from phoihop.documents.writing.word_styles import add_styles
from phoihop.documents.writing.word_xml import flow_xml, page_number_xml, run_xml


def write_docx(document: Document) -> bytes:
    """The document as DOCX. What is not known yet is a blank control tagged ``so``, ``ngay``, ``thang``."""
    sheet = compose(document)
    word = docx.Document(BytesIO(_base(sheet.layout.regime, sheet.layout.effective_from)))
    _describe(word, sheet)
    body = word.element.body
    section = body.sectPr
    for xml in flow_xml(sheet.items, sheet.layout):
        section.addprevious(parse_xml(xml))
    if sheet.footer:
        _write_footer(word, sheet)
    written = BytesIO()
    word.save(written)
    return written.getvalue()


@cache
def _base(regime: Regime, on: date) -> bytes:
    """An empty document of that layout: styles, page and page number are the same for all of its documents."""
    layout = layout_for(regime, on)
    word = docx.Document()
    for element in list(word.element.body)[:-1]:
        word.element.body.remove(element)
    add_styles(word, layout)
    _set_page(word, layout)
    written = BytesIO()
    word.save(written)
    return written.getvalue()


def _set_page(word: Word, layout: Layout) -> None:
    section, page = word.sections[0], layout.page
    section.page_width, section.page_height = Mm(page.width), Mm(page.height)
    section.top_margin, section.bottom_margin = Mm(page.top.use), Mm(page.bottom.use)
    section.left_margin, section.right_margin = Mm(page.left.use), Mm(page.right.use)
    section.header_distance = section.footer_distance = Mm(page.number_from_top)
    section.gutter = 0
    section.different_first_page_header_footer = True
    header = section.header
    header.is_linked_to_previous = False
    number = header.paragraphs[0]
    number.style = word.styles["VB page_number"]
    for xml in page_number_xml():
        number._p.append(parse_xml(xml))
    section.first_page_header.is_linked_to_previous = False
    section.first_page_header.paragraphs[0].style = word.styles["VB page_number"]


def _write_footer(word: Word, sheet: Sheet) -> None:
    footer = word.sections[0].first_page_footer
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.style = word.styles["VB address"]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_before = Pt(0)
    line._p.get_or_add_pPr().append(parse_xml(_TOP_BORDER))
    line._p.append(parse_xml(run_xml(sheet.footer)))


_TOP_BORDER = (
    '<w:pBdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:top w:val="single" w:sz="6" w:space="4" w:color="000000"/></w:pBdr>'
)


def _describe(word: Word, sheet: Sheet) -> None:
    about: Any = word.core_properties
    about.title, about.author, about.language = sheet.title[:255], sheet.author[:255], sheet.language
    about.comments = about.keywords = about.last_modified_by = ""
    about.created = about.modified = now().replace(tzinfo=None)
