"""From bytes to a tree: encodings, junk, forbidden declarations, the commonest faults of peers.

Attachments are cut out first, so that the XML proper is small, libxml2 keeps its own limits on, and a large file is
neither copied as text nor held in a tree.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from .limits import MEGABYTE, Limits
from .reasons import Notices, Unreadable
from .sniff import sniff
from .values import local_name

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"

_SOMETHING = re.compile(rb"[^\x00 \t\r\n]")
_CHUNK = 1024 * 1024
_START = re.compile(rb"<\?xml\s|<(?:[\w.\-]+:)?edXML[\s>]", re.IGNORECASE)
_PAYLOAD = re.compile(rb"<(?:[\w.\-]+:)?ContentTransferEncoded(?:\s[^<>]*)?(?<!/)>", re.IGNORECASE)
_CDATA = re.compile(rb"\s*<!\[CDATA\[([^<>]*)\]\]>\s*(?=</)")
_DECLARATION = re.compile(r"\s*<\?xml\s[^<>]*\?>")
_DECLARED_ENCODING = re.compile(rb"<\?xml\s[^<>]*?encoding\s*=\s*[\"']([\w.\-]+)[\"']")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_END = re.compile(r"</(?:[\w.\-]+:)?edXML\s*>\s*\Z", re.IGNORECASE)
_LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,10}|#x[0-9a-fA-F]{1,8});)")
_TAG = re.compile(r"<[^<>!?][^<>]*>")
_PREFIX = re.compile(r"(?:^</?|\s)([A-Za-z_][\w.\-]*):[A-Za-z_]")
_ROOT = re.compile(r"<[^\W\d][\w.:\-]*")
_PLACEHOLDER = re.compile(r"\s*@([0-9]{1,6})\s*")
_TRUSTED_ENCODINGS = frozenset({"windows-1258", "cp1258", "windows-1252", "cp1252", "iso-8859-1", "latin1"})
_SPECIAL = re.compile(r"<!--|<!\[CDATA\[|<\?|<!")
_DECLARED_PREFIX = re.compile(r"\sxmlns:([^\s=<>]+)\s*=")
_MOST_PREFIXES = 64
_CLOSINGS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}


@dataclass(frozen=True, slots=True)
class Source:
    """The root element, and the base64 texts that were cut out of it, in order."""

    root: etree._Element
    payloads: tuple[memoryview, ...] = field(repr=False)

    def payload(self, text: str) -> memoryview:
        """The base64 text of an attachment element: what was cut out, or ``text`` itself when nothing was."""
        match = _PLACEHOLDER.fullmatch(text)
        if match and int(match[1]) < len(self.payloads):
            return self.payloads[int(match[1])]
        return memoryview(text.encode("utf-8"))

    def pieces(self, number: int) -> Iterator[bytes]:
        """A text that was cut out, as an XML parser would have read it: with line feeds alone."""
        payload = self.payloads[number] if number < len(self.payloads) else memoryview(b"@%d" % number)
        held = b""
        for start in range(0, len(payload), _CHUNK):
            piece = held + bytes(payload[start : start + _CHUNK])
            held = b"\r" if piece.endswith(b"\r") else b""
            yield piece[: len(piece) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield held.replace(b"\r", b"\n")


Data = bytes | mmap.mmap
"""A file in memory, or one that stays on the disk and is read where it is needed."""


def open_source(data: Data, notices: Notices, limits: Limits) -> Source:
    """Parse a file. Raises ``Unreadable``; repairs are told to ``notices``."""
    if not _SOMETHING.search(data):
        raise Unreadable("empty")
    if len(data) > limits.total:
        raise Unreadable("too_large", limit=str(limits.total // MEGABYTE))
    data = _narrow(data, notices)
    start = _find_start(data, notices, limits)
    pieces, payloads = _cut_payloads(data, start, limits)
    if sum(map(len, pieces)) > limits.skeleton:
        raise Unreadable("xml_too_large")
    text = _tidy(_decode(b"".join(pieces), notices), notices)
    if text.count("<") > limits.elements:
        raise Unreadable("xml_too_large")
    root = _parse(text, notices)
    if local_name(root) != "edxml":
        raise Unreadable("not_edxml", kind="xml")
    return Source(root, tuple(payloads))


_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}


def _narrow(data: Data, notices: Notices) -> Data:
    """UTF-16 as UTF-8; everything else untouched."""
    encoding = ""
    encoding = _WIDE.get(bytes(data[:2]), "")
    if not encoding:
        return data
    try:
        narrow = bytes(data).decode(encoding).encode("utf-8")
    except UnicodeError:
        raise Unreadable("encoding") from None
    notices.add("encoding_converted", encoding="UTF-16")
    return narrow


def _find_start(data: Data, notices: Notices, limits: Limits) -> int:
    found = _START.search(data, 0, limits.junk)
    if not found:
        raise Unreadable("not_edxml", kind=sniff(bytes(data[:_CHUNK])).name)
    junk = data[: found.start()].removeprefix(b"\xef\xbb\xbf").strip()
    if junk:
        notices.add("leading_junk", count=str(found.start()))
    return found.start()


def _cut_payloads(data: Data, start: int, limits: Limits) -> tuple[list[bytes], list[memoryview]]:
    view = memoryview(data)
    pieces: list[bytes] = []
    payloads: list[memoryview] = []
    kept_to = start
    openings = 0
    while opening := _PAYLOAD.search(data, start):
        openings += 1
        if openings > limits.attachments:
            raise Unreadable("too_many_attachments", limit=str(limits.attachments))
        start = opening.end()
        inner = _plain_payload(data, start)
        if inner is None:
            continue
        pieces += [data[kept_to:start], b"@%d" % len(payloads)]
        payloads.append(view[inner.begin : inner.end])
        start = kept_to = inner.closing
    pieces.append(data[kept_to:])
    return pieces, payloads


class _Inner(NamedTuple):
    begin: int
    end: int
    closing: int


def _plain_payload(data: Data, start: int) -> _Inner | None:
    """The bounds of the base64 text, or None when the element holds markup and must be left to the parser.

    Never looks beyond the next sign "<" (or the CDATA section it opens), so that many openings cost no more than one.
    """
    closing = data.find(b"<", start)
    if closing < 0:
        raise Unreadable("truncated")
    if data[closing : closing + 2] == b"</":
        # A comment or CDATA section that began before the element ends here: cutting would unbalance it.
        return None if data.find(b">", start, closing) >= 0 else _Inner(start, closing, closing)
    cdata = _CDATA.match(data, start)
    return _Inner(cdata.start(1), cdata.end(1), cdata.end()) if cdata else None


def _decode(skeleton: bytes, notices: Notices) -> str:
    """Text of the skeleton. UTF-8 is tried before the declaration is believed: many declare utf-16 and send UTF-8."""
    try:
        return skeleton.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED_ENCODING.match(skeleton)
    encoding = declared[1].decode("ascii").lower() if declared else ""
    if encoding not in _TRUSTED_ENCODINGS:
        raise Unreadable("encoding")
    try:
        text = skeleton.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None
    notices.add("encoding_converted", encoding=encoding)
    return text


def _tidy(text: str, notices: Notices) -> str:
    """Without XML declaration, characters that XML forbids, and what follows the last tag."""
    legal = _REFERENCE.sub(_legal_reference, _FORBIDDEN.sub("", text))
    if legal != text:
        notices.add("control_removed")
    if declaration := _DECLARATION.match(legal):
        legal = legal[declaration.end() :]
    end = legal.rfind(">") + 1
    if legal[end:].strip() and _END.search(legal[:end]):
        notices.add("trailing_junk")
        legal = legal[:end]
    return legal


def _legal_reference(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else int(match[2])
    legal = (
        number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    )
    return match[0] if legal else ""


def _parse(text: str, notices: Notices) -> etree._Element:
    failure = 0
    for repair in (_as_is, _escape_ampersands, _bind_prefixes):
        repaired = repair(_split(text), notices)
        if repair is not _as_is and repaired == text:
            continue
        text = repaired
        try:
            return _parse_strictly(text)
        except etree.XMLSyntaxError as error:
            failure = error.lineno or 0
    if not _END.search(text):
        raise Unreadable("truncated")
    raise Unreadable("malformed", line=str(failure))


def _parse_strictly(text: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(text.encode("utf-8"), parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("forbidden_declaration")
    return root


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of the text: markup and character data, or (``opaque``) a comment, CDATA section or instruction."""

    text: str
    opaque: bool


def _split(text: str) -> list[_Stretch]:
    """Cut into stretches in one pass. A declaration (DOCTYPE, ENTITY) is refused wherever the parser would see it."""
    found: list[_Stretch] = []
    position = 0
    while opening := _SPECIAL.search(text, position):
        found.append(_Stretch(text[position : opening.start()], opaque=False))
        closing = _CLOSINGS.get(opening[0])
        if closing is None:
            raise Unreadable("forbidden_declaration")
        end = text.find(closing, opening.end())
        position = end + len(closing) if end >= 0 else len(text)
        found.append(_Stretch(text[opening.start() : position], opaque=True))
    found.append(_Stretch(text[position:], opaque=False))
    return found


def _as_is(stretches: list[_Stretch], _notices: Notices) -> str:
    return "".join(stretch.text for stretch in stretches)


def _escape_ampersands(stretches: list[_Stretch], notices: Notices) -> str:
    before = _as_is(stretches, notices)
    after = "".join(item.text if item.opaque else _LOOSE_AMPERSAND.sub("&amp;", item.text) for item in stretches)
    if after != before:
        notices.add("ampersand_repaired")
    return after


def _bind_prefixes(stretches: list[_Stretch], notices: Notices) -> str:
    """Declare on the root every prefix that it does not declare: a branch may declare one that is used beside it."""
    text = _as_is(stretches, notices)
    markup = "".join(item.text for item in stretches if not item.opaque)
    root = _ROOT.search(markup)
    if not root:
        return text
    used = {prefix for tag in _TAG.finditer(markup) for prefix in _PREFIX.findall(tag[0])} - {"xml", "xmlns"}
    declared = set(_DECLARED_PREFIX.findall(markup[root.start() : markup.find(">", root.start()) + 1]))
    missing = sorted(used - declared)
    if not missing or len(missing) > _MOST_PREFIXES:
        return text
    notices.add("prefix_bound", prefixes=", ".join(missing))
    declarations = "".join(f' xmlns:{prefix}="{_namespace(prefix)}"' for prefix in missing)
    return text.replace(root[0], root[0] + declarations, 1)


def _namespace(prefix: str) -> str:
    return NAMESPACE if prefix.lower() == "edxml" else f"urn:unbound:{prefix}"
