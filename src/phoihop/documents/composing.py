"""A document set out by its layout: lines, rules, boxes and grids, from which Word and PDF are both written.

Lengths are millimetres; sizes of letters and space between lines are points.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from phoihop.documents import wording
from phoihop.documents.body_setting import set_body
from phoihop.documents.components import Annex, CopyNote, Document, Recipients, Signature
from phoihop.documents.items import Box, Flow, Grid, Item, NewPage, Rule, Run, Sheet, Text
from phoihop.documents.layouts import Layout, Part, layout_for
from phoihop.documents.measuring import balanced, longest_line

_SIGNING_SPACE: Final = 72.0  # room for signature and seal; a stamp is 36 mm wide and stands over a third of it
_ROOM_FOR_NAMES: Final = 0.92  # so that a name does not touch the other column
_ROOM_FOR_LETTERS: Final = 0.96  # what Word loses of a column's width by its own measuring


def compose(document: Document) -> Sheet:
    """The sheet of a document under the rules of its regime and day."""
    layout = layout_for(document.regime, document.on)
    return Sheet(
        layout=layout,
        title=document.abstract or document.type_name,
        author=document.issuer,
        language=document.language,
        day=document.dated.day or document.on,
        items=(
            *_header(document, layout),
            *_title(document, layout),
            *_addressees(document, layout),
            *set_body(document.body, layout),
            *_signing(document.signatures, document.recipients, layout),
            *(() if document.copy is None else _copy_note(document.copy, layout)),
            *(item for annex in document.annexes for item in _annex(annex, document, layout)),
        ),
        footer=document.address,
    )


def _line(text: str, part: Part, *, before: float = 0, after: float = 0) -> Text:
    shown = text.upper() if part.caps else text
    return Text(part.name, (Run(shown),), align=part.align or "left", before=before, after=after)


def _name(text: str, part: Part, width: float) -> Text:
    size = part.size.use if part.size else 0.0
    return _line(balanced(text.upper(), size, width * _ROOM_FOR_NAMES, bold=bool(part.bold)), part)


def _pieces(pieces: tuple[wording.Piece, ...], part: Part, *, before: float = 0) -> tuple[Text, ...]:
    runs = tuple(Run(piece.text, tag=piece.tag) for piece in pieces)
    return (Text(part.name, runs, align=part.align or "left", before=before),) if runs else ()


def _rule_under(text: str, part: Part, width: float, rule: str, layout: Layout, *, after: float = 0) -> Rule:
    size = part.size.use if part.size else 0.0
    shown = text.upper() if part.caps else text
    length = longest_line(shown, size, width * _ROOM_FOR_LETTERS, bold=bool(part.bold), italic=bool(part.italic))
    return Rule(round(length * layout.rules[rule].use, 2), before=2.5, after=after)


def _header(document: Document, layout: Layout) -> tuple[Item, ...]:
    left, right = layout.columns
    rows = [
        (_issuer(document, layout, left), _nation(layout, right)),
        (_code(document, layout), _dated(document, layout)),
    ]
    marks = _marks(document, layout)
    if any(marks):
        rows.append(marks)
    return (Grid((left, right), tuple(rows), row_gap=6),)


def _issuer(document: Document, layout: Layout, width: float) -> tuple[Flow, ...]:
    above, part = layout.part("superior"), layout.part("issuer")
    lines: list[Flow] = [_name(document.superior, above, width)] if document.superior else []
    name = _name(document.issuer, part, width)
    lines.append(name)
    if layout.issuer_mark == "rule":
        lines.append(_rule_under(name.runs[0].text, part, width, "issuer", layout))
    else:
        lines.append(Text(part.name, (Run(layout.issuer_mark, bold=False),), align="center"))
    return tuple(lines)


def _nation(layout: Layout, width: float) -> tuple[Flow, ...]:
    title = layout.part("national_title")
    if layout.header == "party":
        text = "ĐẢNG CỘNG SẢN VIỆT NAM"
        return (_line(text, title), _rule_under(text, title, width, "header", layout))
    motto, text = layout.part("motto"), "Độc lập - Tự do - Hạnh phúc"
    return (
        _line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", title),
        _line(text, motto),
        _rule_under(text, motto, width, "header", layout),
    )


def _code(document: Document, layout: Layout) -> tuple[Flow, ...]:
    lines: list[Flow] = list(_pieces(wording.code_pieces(document.number, layout.words), layout.part("code")))
    if document.head == "letter" and document.abstract:
        text = f"{layout.words.abstract_prefix} {document.abstract}".strip()
        lines.append(_line(text, layout.part("letter_abstract"), before=6))
    return tuple(lines)


def _dated(document: Document, layout: Layout) -> tuple[Flow, ...]:
    return _pieces(wording.dated_pieces(document.dated), layout.part("dated"))


def _marks(document: Document, layout: Layout) -> tuple[tuple[Flow, ...], tuple[Flow, ...]]:
    left: tuple[Flow, ...] = ()
    if document.marks.urgency is not None:
        frame = layout.words.urgencies[document.marks.urgency]
        left = (Box(frame.text, "urgency", frame.width, frame.height),)
    texts = (document.marks.draft, *document.marks.circulation)
    right = tuple(Box(text.upper(), "circulation", 0, 8) for text in texts if text)
    return left, right


def _title(document: Document, layout: Layout) -> tuple[Item, ...]:
    if document.head != "named":
        return ()
    part = layout.part("abstract")
    title = _line(document.type_name, layout.part("type_name"), before=18)
    if not document.abstract:
        return (replace(title, after=12),)
    under: Item
    if layout.abstract_mark == "rule":
        under = _rule_under(document.abstract, part, layout.page.text_width, "abstract", layout, after=12)
    else:
        under = Text(part.name, (Run(layout.abstract_mark, bold=False),), align="center", after=12)
    return (title, _line(document.abstract, part), under)


def _addressees(document: Document, layout: Layout) -> tuple[Item, ...]:
    if not document.addressees:
        return ()
    part, label = layout.part("addressees"), document.addressing
    if len(document.addressees) == 1:
        return (Text(part.name, (Run(f"{label} {document.addressees[0]}"),), align="center", before=18, after=12),)
    last = len(document.addressees) - 1
    lines = [Text(part.name, (Run(label),), align="left", left=25, before=18)]
    for number, name in enumerate(document.addressees):
        end = "." if number == last else ";"
        runs = (Run(f"- {name.rstrip(';.')}{end}"),)
        lines.append(Text(part.name, runs, align="left", left=45, after=12 if number == last else 0))
    return tuple(lines)


def _signature(signature: Signature, layout: Layout) -> tuple[Flow, ...]:
    first = layout.part("signing_title")
    later = layout.parts.get("signing_post", first)
    lines = wording.signing_lines(signature, layout.words)
    titles = [_line(text, later if number else first) for number, text in enumerate(lines)]
    name = wording.signing_name(signature, layout.words) or wording.BLANK
    return (*titles, _line(name, layout.part("signing_name"), before=_SIGNING_SPACE))


def _recipients(recipients: Recipients, layout: Layout) -> tuple[Flow, ...]:
    lines = wording.recipient_lines(recipients)
    if not lines:
        return ()
    label = Run(layout.words.recipients_label, underlined=layout.words.recipients_underlined)
    part = layout.part("recipients")
    return (
        Text("recipients_label", (label,), align="left"),
        *(Text(part.name, (Run(line),), align="left") for line in lines),
    )


def _signing(signatures: tuple[Signature, ...], recipients: Recipients, layout: Layout) -> tuple[Item, ...]:
    whole = layout.page.text_width
    if not signatures:
        return _recipients(recipients, layout)
    if len(signatures) == 1:
        row = (_recipients(recipients, layout), _signature(signatures[0], layout))
        return (Grid((whole * 0.5, whole * 0.5), (row,), before=12, together=True),)
    share = whole / len(signatures)
    side = tuple(_signature(one, layout) for one in signatures)
    signed = Grid((share,) * len(signatures), (side,), before=12, together=True)
    listed = _recipients(recipients, layout)
    return (
        signed,
        *(replace(item, before=12) if n == 0 and isinstance(item, Text) else item for n, item in enumerate(listed)),
    )


def _annex(annex: Annex, document: Document, layout: Layout) -> tuple[Item, ...]:
    title = layout.part("annex_title")
    reference = layout.part("annex_reference")
    return (
        NewPage(),
        _line(annex.label or "Phụ lục", layout.part("annex_label")),
        _line(annex.title, title),
        _line(wording.annex_reference(document, layout.words), reference),
        _rule_under(annex.title, title, layout.page.text_width, "annex", layout, after=12),
        *set_body(annex.blocks, layout),
    )


def _copy_note(copy: CopyNote, layout: Layout) -> tuple[Item, ...]:
    left, right = layout.columns
    part = layout.part("issuer")
    issuer: tuple[Flow, ...] = (_line(copy.issuer, part), _rule_under(copy.issuer, part, left, "issuer", layout))
    kind = (_line(layout.words.copies[copy.kind], layout.part("copy_title")),)
    code = _pieces(wording.code_pieces(copy.number, layout.words), layout.part("code"))
    dated = _pieces(wording.dated_pieces(copy.dated), layout.part("dated"))
    line = Rule(layout.page.text_width, before=12, after=12)
    head = Grid((left, right), ((issuer, kind), (code, dated)), row_gap=6, together=True)
    return (line, head, *_signing((copy.signature,), copy.recipients, layout))
