"""Where signature and seal stand on a page: found from the signing block, after NĐ 30/2020, Phụ lục I.

The signature stands centred between the signer's title and name; the seal, in its real size, covers about a third of it
from the left.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid
from phoihop.core.text import fold
from phoihop.documents.reading.lines import Line
from phoihop.documents.reading.pages import page_lines

POINTS_PER_MM: Final = 72 / 25.4
SIGNATURE_WIDTH_MM: Final = 45.0
_LEAST_GAP_MM: Final = 8.0
_MOST_GAP_MM: Final = 60.0
_COVERED: Final = 1 / 3
_PAGES_FROM_END: Final = 30


@dataclass(frozen=True)
class Place:
    """A rectangle on a page, in points from the lower left corner. ``page`` counts from 0."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def box(self) -> tuple[int, int, int, int]:
        """As a signature field wants it."""
        return round(self.left), round(self.bottom), round(self.right), round(self.top)


@dataclass(frozen=True)
class Block:
    """The free space between a signer's title and name: page (from 0), middle, upper and lower edge in points."""

    page: int
    middle: float
    upper: float
    lower: float
    width: float


def signing_block(pdf: bytes, signer: str) -> Block:
    """Where ``signer`` signs: above the last place that the name stands, in the right half. Raises Invalid."""
    document = pdfium.PdfDocument(io.BytesIO(pdf))
    try:
        last = len(document) - 1
        for index in range(last, max(-1, last - _PAGES_FROM_END), -1):
            page = document[index]
            width, height = page.get_size()
            block = _block_of(page_lines(page, index + 1), signer, width, height)
            if block is not None:
                return block
    finally:
        document.close()
    raise Invalid(
        "signing_block",
        _("Không tìm thấy chỗ ký của “{name}” trong văn bản.").format(name=signer),
        remedy=_("Kiểm tra họ tên người ký ở cuối văn bản, hoặc ký không hiện hình."),
    )


def signature_place(block: Block, *, width_mm: float, ratio: float) -> Place:
    """Centred in the block, in its real width unless the gap is too low. ``ratio`` is height over width."""
    room = block.upper - block.lower
    width = min((width_mm or SIGNATURE_WIDTH_MM) * POINTS_PER_MM, room / ratio)
    height = width * ratio
    middle = (block.upper + block.lower) / 2
    left = min(block.middle - width / 2, block.width - width)
    return Place(block.page, left, middle - height / 2, left + width, middle + height / 2)


def seal_place(signature: Place, *, width_mm: float, ratio: float) -> Place:
    """The seal in its real size over the left third of a signature."""
    width = width_mm * POINTS_PER_MM
    height = width * ratio
    right = signature.left + (signature.right - signature.left) * _COVERED
    middle = (signature.top + signature.bottom) / 2
    return Place(signature.page, right - width, middle - height / 2, right, middle + height / 2)


def _block_of(lines: list[Line], signer: str, width: float, height: float) -> Block | None:
    wanted = fold(signer)
    for index in range(len(lines) - 1, -1, -1):
        name = lines[index]
        if name.middle < 0.5 or not fold(name.text).endswith(wanted):
            continue
        title = _above(lines[:index], name)
        if title is None:
            continue
        upper, lower = (1 - title.bottom) * height, (1 - name.top) * height
        if _LEAST_GAP_MM <= (upper - lower) / POINTS_PER_MM <= _MOST_GAP_MM:
            return Block(name.page - 1, name.middle * width, upper, lower, width)
    return None


def _above(lines: list[Line], name: Line) -> Line | None:
    """The nearest line over the name in its column."""
    over = [one for one in lines if one.bottom <= name.top and one.left < name.middle < one.right]
    return max(over, key=lambda one: one.bottom, default=None)
