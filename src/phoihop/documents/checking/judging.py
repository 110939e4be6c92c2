"""What is recognised against what the rules of a regime ask: letters, words, sheet, lines, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from phoihop.documents.checking.findings import Finding, Severity, number_text, range_text
from phoihop.documents.checking.recognising import Parts
from phoihop.documents.checking.seen import Line, Seen
from phoihop.documents.layouts import Layout, Part
from phoihop.documents.measuring import text_width

_SIZE_ERROR: Final = 0.26  # Word counts half points; a PDF's scale may round
_MARGIN_ERROR: Final = 0.6  # 2 cm is written as 1134 twips, or 0.79"
_ALIGN_NAMES: Final = ("left", "center", "right", "justify")
_MANDATORY: Final = {
    "state": ("national_title", "motto", "issuer", "code", "dated", "recipients_label", "signing_title"),
    "party": ("national_title", "issuer", "code", "dated", "recipients_label", "signing_title"),
}


def judge(seen: Seen, parts: Parts, layout: Layout) -> Iterator[Finding]:
    """Every finding, in the order of the components on the sheet."""
    yield from _pages(seen, layout)
    yield from _fonts(seen, layout)
    yield from _missing(parts, layout)
    for name, lines in parts.lines.items():
        part = layout.parts.get(name)
        if part is None:
            continue
        post = layout.parts.get("signing_post") if name == "signing_title" else None
        yield from _letters(name, lines[:1] if post else lines, part)
        if post:
            yield from _letters(name, lines[1:], post)
    yield from _paragraphs(parts, layout)
    yield from _words(parts, layout)
    yield from _header_rule(seen, parts, layout)
    yield from _short_rules(seen, parts, layout)
    yield from _page_numbers(seen, layout)


def _pages(seen: Seen, layout: Layout) -> Iterator[Finding]:
    page = layout.page
    for sheet in dict.fromkeys(seen.pages):
        sizes = sorted((sheet.width, sheet.height))
        if abs(sizes[0] - page.width) > 1 or abs(sizes[1] - page.height) > 1:
            found = f"{number_text(sheet.width)} × {number_text(sheet.height)} mm"
            yield Finding("page", _("khổ giấy"), found, "A4 (210 × 297 mm)", page.clause)
        if sheet.width > sheet.height:
            continue  # a landscape sheet of tables has its margins turned with it
        for side, name in (
            ("top", _("lề trên")),
            ("bottom", _("lề dưới")),
            ("left", _("lề trái")),
            ("right", _("lề phải")),
        ):
            measure, found_mm = getattr(page, side), getattr(sheet, side)
            if found_mm is not None and not measure.allows(found_mm, _MARGIN_ERROR):
                wanted = range_text(measure.low, measure.high, "mm")
                yield Finding("page", name, f"{number_text(found_mm)} mm", wanted, page.clause)


def _fonts(seen: Seen, layout: Layout) -> Iterator[Finding]:
    clause = layout.part("font").clause
    used: Counter[str] = Counter()
    colours: Counter[str] = Counter()
    for line in seen.lines:
        for one in line.letters:
            weight = len(one.text.strip())
            used[one.font or ""] += weight
            colours[one.colour or ""] += weight
    allowed = {*layout.fonts, *layout.same_widths}
    for font, weight in used.most_common():
        if font and weight and font not in allowed:
            quote = next(line.text for line in seen.lines if any(one.font == font for one in line.letters))
            yield Finding("font", _("phông"), font, layout.fonts[0], clause, quote[:80])
    if used[""]:
        yield Finding("font", _("phông của một phần chữ"), "", layout.fonts[0], clause, severity=Severity.UNKNOWN)
    for colour, weight in colours.most_common():
        if colour and weight:
            yield Finding("font", _("màu chữ"), f"#{colour}", _("màu đen"), clause)


def _missing(parts: Parts, layout: Layout) -> Iterator[Finding]:
    for name in _MANDATORY[layout.header]:
        if parts.first(name) is None:
            clause = layout.parts[name].clause if name in layout.parts else ""
            yield Finding(name, _("không nhận ra trong tệp"), "", _("có"), clause, severity=Severity.UNKNOWN)
    if all(parts.first(name) is None for name in ("type_name", "letter_abstract")):
        clause = layout.part("type_name").clause
        yield Finding("type_name", _("không nhận ra trong tệp"), "", _("có"), clause, severity=Severity.UNKNOWN)


def _letters(name: str, lines: list[Line], part: Part) -> Iterator[Finding]:
    """At most one finding of each sort for a component: the first line that differs speaks for the others."""
    said: set[str] = set()
    for line in lines:
        for sort, found, wanted in _differences(line, part):
            if sort not in said:
                said.add(sort)
                yield Finding(name, sort, found, wanted, part.clause, line.text[:80], confirmed=part.confirmed)


def _differences(line: Line, part: Part) -> Iterator[tuple[str, str, str]]:
    size = line.main("size")
    if part.size and isinstance(size, float) and not part.size.allows(size, _SIZE_ERROR):
        yield _("cỡ chữ"), number_text(size), range_text(part.size.low, part.size.high, "pt")
    bold, italic = line.main("bold"), line.main("italic")
    if part.name not in {"article", "body"} and part.bold is not None and bold is not None and bold != part.bold:
        yield _("độ đậm"), _("đậm") if bold else _("không đậm"), _("đậm") if part.bold else _("không đậm")
    if part.italic is not None and italic is not None and italic != part.italic:
        yield _("kiểu chữ"), _("nghiêng") if italic else _("đứng"), _("nghiêng") if part.italic else _("đứng")
    if part.caps and line.text != line.text.upper():
        yield _("chữ hoa"), _("chữ thường"), _("chữ in hoa")
    if part.align and line.align in _ALIGN_NAMES and line.align != part.align and not line.shared:
        names = {"left": _("canh trái"), "center": _("canh giữa"), "right": _("canh phải"), "justify": _("canh đều")}
        yield _("canh lề"), names[str(line.align)], names[part.align]


def _paragraphs(parts: Parts, layout: Layout) -> Iterator[Finding]:
    """Indent, space and pitch of the body, as most of its paragraphs have them."""
    body = [*parts.lines.get("body", ()), *parts.lines.get("article", ())]
    indents = Counter(round(line.first, 1) for line in body if line.first is not None)
    measure = layout.indent
    if indents:
        usual = indents.most_common(1)[0][0]
        if not measure.allows(usual, _MARGIN_ERROR):
            wanted = range_text(measure.low, measure.high, "mm")
            found = f"{number_text(usual)} mm"
            yield Finding("body", _("lùi đầu dòng"), found, wanted, measure.clause, confirmed=measure.confirmed)
    pitches = Counter(round(line.pitch, 2) for line in body if line.pitch is not None)
    if pitches and not layout.line.allows(pitches.most_common(1)[0][0], 0.01):
        found = number_text(pitches.most_common(1)[0][0])
        wanted = range_text(layout.line.low, layout.line.high, _("dòng"))
        yield Finding("body", _("giãn dòng"), found, wanted, layout.line.clause, confirmed=layout.line.confirmed)


def _words(parts: Parts, layout: Layout) -> Iterator[Finding]:
    code = parts.first("code")
    if code is not None:
        yield from _code_words(code, layout)
    dated = parts.first("dated")
    if dated is not None:
        for found in re.finditer(r"\b(ngày|tháng)\s+(\d)\b(?!\d)", dated.text, re.IGNORECASE):
            if found[1].lower() == "ngày" or found[2] in "12":
                clause = layout.part("dated").clause
                yield Finding("dated", found[1].lower(), found[2], f"0{found[2]}", clause, dated.text)
    for line in parts.lines.get("signing_title", ()):
        yield from _authority_words(line, layout)


def _code_words(code: Line, layout: Layout) -> Iterator[Finding]:
    words, clause = layout.words, layout.part("code").clause
    has_colon = bool(re.match(r"số\s*:", code.text, re.IGNORECASE))
    if has_colon != words.number_label.endswith(":"):
        found = _("có dấu hai chấm") if has_colon else _("không có dấu hai chấm")
        yield Finding("code", _("sau chữ “Số”"), found, f"“{words.number_label}”", clause, code.text)
    number = re.match(r"số\s*:?\s*(\d*)\s*([/-])", code.text, re.IGNORECASE)
    if number and number[2] != words.separator:
        said = _("dấu giữa số và ký hiệu")
        yield Finding("code", said, f"“{number[2]}”", f"“{words.separator}”", clause, code.text)
    if number and len(number[1]) == 1:
        yield Finding("code", _("số nhỏ hơn 10"), number[1], f"0{number[1]}", clause, code.text)


def _authority_words(line: Line, layout: Layout) -> Iterator[Finding]:
    found = re.match(r"(TM|KT|TL|TUQ|T/M|K/T|T/L)\b\.?", line.text)
    if found is None:
        return
    key = found[1].replace("/", "")
    wanted = next((text for form, text in layout.words.authorities.items() if form.value == key), "")
    if wanted and found[0] != wanted:
        part = layout.part("signing_title")
        yield Finding("signing_title", _("chữ viết tắt quyền hạn"), found[0], wanted, part.clause, line.text)


def _header_rule(seen: Seen, parts: Parts, layout: Layout) -> Iterator[Finding]:
    """The line under motto or title: its length where it can be told."""
    name = "motto" if layout.header == "state" else "national_title"
    line = parts.first(name)
    if line is None or seen.source != "docx":
        return
    rule, part = layout.rules["header"], layout.part(name)
    place = parts.places[name][0]
    near = [length for other in seen.lines[place : place + 2] for length in other.rules]
    size = line.main("size")
    if not near:
        if not line.main("underlined"):
            severity = Severity.UNKNOWN if seen.drawn else Severity.BREACH
            yield Finding(name, _("đường kẻ ở dưới"), _("không thấy"), _("có"), rule.clause, severity=severity)
        return
    wide = text_width(line.text, size if isinstance(size, float) else 13, bold=bool(part.bold))
    share = min(near, key=lambda length: abs(length - wide)) / wide
    if not rule.allows(share, 0.05):
        found = _("{percent} % độ dài dòng chữ").format(percent=round(share * 100))
        yield Finding(name, _("đường kẻ ở dưới"), found, _("bằng độ dài dòng chữ"), rule.clause)


def _short_rules(seen: Seen, parts: Parts, layout: Layout) -> Iterator[Finding]:
    """The rules under issuer and abstract: a third to a half of the longest line, where the file tells their length."""
    marks = {"issuer": layout.issuer_mark, "abstract": layout.abstract_mark}
    for name in (one for one, mark in marks.items() if mark == "rule"):
        lines, rule = parts.lines.get(name, []), layout.rules[name]
        if not lines or seen.source != "docx":
            continue
        place = parts.places[name][-1]
        near = [length for other in seen.lines[place : place + 2] for length in other.rules]
        wide = max(_width(line) for line in lines)
        if near and not any(rule.allows(length / wide, 0.04) for length in near):
            found = _("{percent} % độ dài dòng chữ").format(percent=round(near[0] / wide * 100))
            wanted = range_text(round(rule.low * 100), rule.high * 100, "%")
            yield Finding(name, _("đường kẻ ở dưới"), found, wanted, rule.clause)


def _width(line: Line) -> float:
    size = line.main("size")
    return text_width(line.text, size if isinstance(size, float) else 13, bold=line.main("bold") is not False)


def _page_numbers(seen: Seen, layout: Layout) -> Iterator[Finding]:
    part = layout.part("page_number")
    if seen.numbers is None:
        return
    if not seen.numbers:
        yield Finding("page_number", _("đánh số trang"), _("không thấy"), _("có, từ trang thứ hai"), part.clause)
        return
    number = seen.numbers[0]
    if number.cell is not None:
        yield Finding("page_number", _("vị trí"), _("lề dưới"), _("lề trên"), part.clause)
    yield from _letters("page_number", [number], part)
    if seen.hides_first is False:
        yield Finding("page_number", _("trang thứ nhất"), _("hiển thị số"), _("không hiển thị số"), part.clause)
