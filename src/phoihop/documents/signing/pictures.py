"""Pictures of seals and signatures: PNG, transparent, of a real size."""

from __future__ import annotations

import io
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from phoihop.core.errors import Invalid

_MOST_PIXELS: Final = 16_000_000
_LEAST_CLEAR: Final = 0.02


def check_picture(content: bytes) -> None:
    """Raises Invalid unless ``content`` is a PNG through whose ground the page shows (NĐ 30/2020, Phụ lục I)."""
    opened_picture(content)


def opened_picture(content: bytes) -> Image.Image:
    """The picture with its transparency. Raises Invalid."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise Invalid("picture_large", _("Hình ảnh quá lớn."), remedy=_("Giảm kích thước hình."))
            whole = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Invalid("picture_format", _("Hình ảnh phải là tệp .png."), remedy=_("Lưu lại hình dạng PNG.")) from error
    clear = whole.getchannel("A").histogram()[0]
    if clear < _LEAST_CLEAR * whole.width * whole.height:
        raise Invalid(
            "picture_ground",
            _("Hình ảnh con dấu, chữ ký phải có nền trong suốt."),
            remedy=_("Xóa nền trắng của hình rồi lưu lại dạng PNG."),
        )
    return whole
