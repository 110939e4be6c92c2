"""How much of a foreign file is believed before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one file. Sizes in bytes; element depth is capped at 256 by libxml2 itself.

    ``total``: the file as received. ``unpacked``: all that is decoded or inflated, intermediate archives included.
    ``attachment``: one attachment, out of its archive. ``skeleton``: the XML without its attachments.
    ``elements``: markup signs in the skeleton. ``nesting``: archives and packages within one another.
    ``attachments``: how many come out of one file, those in archives included. ``line``, ``code`` and ``block``:
    characters in a short field, in a document code and in the content; what passes them fits the body of a record.
    ``junk``: bytes tolerated before the XML begins.
    """

    total: int = 150 * MEGABYTE
    unpacked: int = 200 * MEGABYTE
    attachment: int = 100 * MEGABYTE
    skeleton: int = 4 * MEGABYTE
    elements: int = 200_000
    nesting: int = 3
    attachments: int = 50
    line: int = 2_000
    code: int = 200
    block: int = 40_000
    junk: int = 64 * 1024


DEFAULT_LIMITS = Limits()
