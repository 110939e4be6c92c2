"""How a signature is seen: its picture and nothing else."""

from __future__ import annotations

from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.stamp import StaticStampStyle

from phoihop.documents.signing.pictures import opened_picture


def stamp_style(picture: bytes) -> StaticStampStyle:
    """A transparent picture that fills its field, without frame or text (NĐ 30/2020, Phụ lục I)."""
    return StaticStampStyle(
        border_width=0,
        background=PdfImage(opened_picture(picture), writer=None),
        background_opacity=1.0,
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID,
            y_align=layout.AxisAlignment.ALIGN_MID,
            margins=layout.Margins.uniform(0),
            inner_content_scaling=layout.InnerScaling.STRETCH_TO_FIT,
        ),
    )
