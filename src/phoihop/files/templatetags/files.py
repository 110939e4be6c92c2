"""Filters for pages that show files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from phoihop.files.highlights import is_hit, split_hits
from phoihop.files.previews import KINDS, PAGED, may_preview

register = template.Library()


@register.filter
def marked(text: str, terms: Sequence[str]) -> SafeString:
    """The text with what was searched for in ``<mark>``; everything in it is escaped."""
    pieces = split_hits(text, terms)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", piece) if hit else piece,) for piece, hit in pieces)
    )


@register.filter
def with_hits(words: Iterable[tuple[str, float, float, float, float]], terms: Sequence[str]) -> list[dict[str, object]]:
    """Words of a page with where they stand: base line, size of the letters, and whether they were searched for."""
    return [
        {
            "text": text,
            "left": f"{left:.1f}",
            "top": f"{top:.1f}",
            "base": f"{top + height * 0.8:.1f}",
            "width": f"{width:.1f}",
            "height": f"{height:.1f}",
            "hit": is_hit(text, terms),
        }
        for text, left, top, width, height in words
    ]


@register.filter
def can_preview(media_type: str) -> bool:
    """Whether files of this type can be shown in a page."""
    return may_preview(media_type)


@register.filter
def has_thumbnail(media_type: str) -> bool:
    """Whether files of this type have a picture of their first page."""
    return KINDS.get(media_type) in PAGED
