"""An office's own Word template: read, its placeholders checked, filled. Only names may stand in braces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from phoihop.core.errors import Invalid
from phoihop.documents.filling.names import NAMES
from phoihop.documents.packages import not_word, read_package

_FILLED: Final = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_ALLOWED: Final = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not)
_OPENING: Final = re.compile(r"\{\{|\{%|\{#")
_CLOSING: Final = re.compile(r"\}\}|%\}|#\}")
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class _NamesAlone(ImmutableSandboxedEnvironment):
    """Jinja without attributes, calls, filters, tests, loops and arithmetic, whatever part of the file it reads."""

    def __init__(self) -> None:
        super().__init__(autoescape=True)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree = super()._parse(source, name, filename)
            found = _walk(tree)
        except RecursionError:  # a thousand times "not"
            raise TemplateSyntaxError("too deep", 1, name, filename) from None
        for node in found:
            if not isinstance(node, _ALLOWED):
                raise TemplateSyntaxError(type(node).__name__, node.lineno, name, filename)
        return tree


def _walk(node: nodes.Node) -> list[nodes.Node]:
    return [node, *(inner for child in node.iter_child_nodes() for inner in _walk(child))]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a template that keeps it from being filled; ``where`` quotes the paragraph."""

    code: str
    message: str
    where: str


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read. ``names`` in the order they first stand; ``problems`` empty when it can be filled.

    ``repaired`` are names that Word had broken into runs and that are read all the same.
    """

    data: bytes
    names: tuple[str, ...]
    repaired: tuple[str, ...]
    problems: tuple[Problem, ...]

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The template with its names replaced; line ends make new paragraphs.

        Raises Invalid ``template_problems`` while there are problems.
        """
        if self.problems:
            said = "; ".join(problem.message for problem in self.problems[:5])
            raise Invalid("template_problems", said, remedy=_("Sửa các chỗ nêu trên trong mẫu rồi tải lên lại."))
        word = DocxTemplate(BytesIO(self.data))
        given = {name: values.get(name, "").replace("\n", "\a") for name in NAMES}
        try:
            word.render(given, jinja_env=_NamesAlone(), autoescape=True)
        except (TemplateError, etree.XMLSyntaxError) as failed:
            raise Invalid(
                "template_unfit",
                _("Mẫu không điền được."),
                remedy=_("Gõ lại các chỗ điền trong Word, mỗi chỗ gõ một lần liền mạch."),
            ) from failed
        filled = BytesIO()
        word.save(filled)
        return filled.getvalue()


def open_template(data: bytes) -> Template:
    """Read a template and say what is wrong with it. Raises Invalid for a file that is no plain DOCX (``packages``)."""
    parts = read_package(data)
    paragraphs = [one for name, xml in sorted(parts.items()) if _FILLED.fullmatch(name) for one in _paragraphs(xml)]
    names: dict[str, None] = {}
    repaired: dict[str, None] = {}
    problems: list[Problem] = []
    for text, runs in paragraphs:
        found, wrong = _read(text)
        names |= dict.fromkeys(found)
        problems += wrong
        repaired |= {name: None for name in found if not any(re.search(rf"\{{\{{[^}}]*{name}", run) for run in runs)}
    if not problems:
        problems += _whole(data, " ".join(names))
    return Template(data, tuple(names), tuple(repaired), tuple(problems))


def _paragraphs(xml: bytes) -> list[tuple[str, list[str]]]:
    """The text of each paragraph that has braces, and that of its runs. Text boxes inside count as their own."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        tree = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as broken:
        raise not_word() from broken
    found = []
    for paragraph in tree.iter(f"{_W}p"):
        runs = [str(text.text or "") for text in paragraph.iter(f"{_W}t")]
        text = "".join(runs)
        if _OPENING.search(text) or _CLOSING.search(text):
            found.append((text, runs))
    return found


def _read(text: str) -> tuple[list[str], list[Problem]]:
    """The names of one paragraph, and what is wrong in it."""
    if len(_OPENING.findall(text)) != len(_CLOSING.findall(text)):
        return [], [
            Problem("unclosed", _("Chỗ điền thiếu dấu mở hoặc đóng: “{text}”.").format(text=_short(text)), text)
        ]
    try:
        tree = _NamesAlone().parse(text)
    except TemplateSyntaxError:
        said = _("Chỗ điền chỉ được ghi tên, không được ghi lệnh: “{text}”.").format(text=_short(text))
        return [], [Problem("not_a_name", said, text)]
    names = [node.name for node in tree.find_all(nodes.Name)]
    unknown = [name for name in names if name not in NAMES]
    return [name for name in names if name in NAMES], [
        Problem("unknown_name", _("Không có chỗ điền tên “{name}”.").format(name=name) + _suggested(name), text)
        for name in unknown
    ]


def _suggested(name: str) -> str:
    near = get_close_matches(name.lower(), NAMES, n=1, cutoff=0.6)
    return " " + _("Có phải “{name}”?").format(name=near[0]) if near else ""


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _whole(data: bytes, where: str) -> list[Problem]:
    """What only the whole file shows, such as a condition that is never ended: it is filled once with nothing."""
    template: Any = Template(data, (), (), ())
    try:
        template.fill({})
    except Invalid as unfit:
        return [Problem(unfit.code, unfit.message, where)]
    return []
