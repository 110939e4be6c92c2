"""What was added to a PDF behind a signature, and which pages no longer read as they were signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

_MOST_PAGES: Final = 300
_MOST_DEPTH: Final = 40
_ODD: Final = (PdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def additions_after(one: EmbeddedPdfSignature) -> str:
    """``none``, ``harmless``, ``signatures`` or ``content``; anything not known to be harmless is content."""
    if one.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE:
        return "none"
    result: object = one.diff_result
    if not isinstance(result, DiffResult) or result.modification_level > ModificationLevel.FORM_FILLING:
        return "content"
    if not _is_allowed(one, result.modification_level):
        return "content"
    return "signatures" if result.modification_level is ModificationLevel.FORM_FILLING else "harmless"


def _is_allowed(one: EmbeddedPdfSignature, level: ModificationLevel) -> bool:
    """The signer may have forbidden even further signatures."""
    return bool(one.summarise_integrity_info().get("docmdp_ok", True)) or level <= ModificationLevel.LTA_UPDATES


def changed_pages(one: EmbeddedPdfSignature) -> list[int]:
    """Pages, from 1, that are new or whose content or annotations are other than when this signature was made."""
    try:
        signed = list(_page_marks(one.reader.get_historical_root(one.signed_revision)))
        present = list(_page_marks(one.reader.root))
    except _ODD:
        return []
    same = min(len(signed), len(present))
    changed = [index + 1 for index in range(same) if signed[index] != present[index]]
    return [*changed, *range(same + 1, len(present) + 1)]


def _page_marks(root: generic.DictionaryObject) -> Iterator[bytes]:
    for count, page in enumerate(_pages(root["/Pages"], 0)):
        if count >= _MOST_PAGES:
            return
        digest = hashlib.sha256()
        for key in ("/Contents", "/Resources", "/MediaBox"):
            digest.update(key.encode())
            digest.update(_mark(page.get(key), 0))
        for note in page.get("/Annots", ()):
            kind = note.get_object()
            if kind.get("/FT") != "/Sig" and kind.get("/Subtype") != "/Widget":
                digest.update(_mark(kind.get("/AP"), 0) + _mark(kind.get("/Contents"), 0))
        yield digest.digest()


def _pages(node: Any, depth: int) -> Iterator[generic.DictionaryObject]:
    if depth > _MOST_DEPTH:
        raise ValueError(depth)
    for kid in node.get("/Kids", ()):
        kid = kid.get_object()
        if "/Kids" in kid:
            yield from _pages(kid, depth + 1)
        else:
            yield kid


def _mark(thing: Any, depth: int) -> bytes:
    """A digest of a value and of what it refers to."""
    if depth > 8:
        return b""
    if isinstance(thing, generic.IndirectObject):
        thing = thing.get_object()
    digest = hashlib.sha256(type(thing).__name__.encode())
    if isinstance(thing, generic.StreamObject):
        digest.update(thing.encoded_data or b"")
    if isinstance(thing, generic.DictionaryObject):
        for key in sorted(thing):
            if key not in ("/Parent", "/P", "/StructParent"):
                digest.update(str(key).encode() + _mark(thing.raw_get(key), depth + 1))
    elif isinstance(thing, list):
        for one in thing:
            digest.update(_mark(one, depth + 1))
    else:
        digest.update(repr(thing).encode())
    return digest.digest()
