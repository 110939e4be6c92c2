"""Signing a PDF: PAdES, visible as the regulation wants it, one signature after another without touching the former.

Every signature is added behind the bytes that are there. Nothing is fetched; what a signature needs for the long term
comes from the lists that the operator installed.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext

from phoihop.core.errors import Invalid
from phoihop.documents.signing.keys import SigningKey, is_in_time
from phoihop.documents.signing.looks import stamp_style
from phoihop.documents.signing.opening import opened, private_parts
from phoihop.documents.signing.pictures import opened_picture
from phoihop.documents.signing.places import (
    SIGNATURE_WIDTH_MM,
    Place,
    seal_place,
    signature_place,
    signing_block,
)
from phoihop.documents.signing.revocation import can_prove, signing_context

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
_FIELDS: Final = {"person": "ChuKy", "office": "ConDau"}
_MOST_BYTES: Final = 100 * 1024 * 1024
_USUAL_RATIO: Final = 0.45


@dataclass(frozen=True)
class Signed:
    """A signed file, the name of the new field, and how much for the long term the signature carries (PAdES)."""

    pdf: bytes
    field: str
    level: Level


@dataclass(frozen=True)
class Timestamping:
    """The office's own timestamp service: its key and the passphrase."""

    key: SigningKey
    secret: str


def sign(
    pdf: bytes,
    *,
    key: SigningKey,
    secret: str,
    moment: datetime,
    home: Path,
    signer: str = "",
    timestamping: Timestamping | None = None,
) -> Signed:
    """Add the signature of ``key``, opened by ``secret``, after those already there.

    ``signer`` is the name printed under the signature: with it the picture of the key stands in the signing block, a
    person's between title and name, the office's seal over its left third. Without it nothing is to be seen.
    ``moment`` is the time it claims. Raises Invalid for a file, key or place that does not fit, Unavailable for a token
    that does not answer.
    """
    _check_key(key, moment)
    writer = _writer(pdf)
    field = _field_name(writer, key)
    place = _place(pdf, writer, key, signer) if signer and key.look is not None else None
    with opened(key, secret) as hand:
        context = signing_context(home, moment, hand)
        level = _level(can_prove(context, hand), timestamping)
        work = _Clocked(
            _metadata(field, level, context),
            hand,
            timestamper=_timestamper(timestamping, moment),
            stamp_style=stamp_style(key.look) if place and key.look else None,
            new_field_spec=_field(field, place),
        )
        work.moment = moment
        return Signed(_written(work, writer), field, level)


def _metadata(field: str, level: Level, context: ValidationContext) -> signers.PdfSignatureMetadata:
    lasts = level in ("B-LT", "B-LTA")
    return signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        embed_validation_info=lasts,
        use_pades_lta=level == "B-LTA",
        validation_context=context if lasts else None,
        signer_key_usage={"digital_signature", "non_repudiation"},
    )


class _Clocked(signers.PdfSigner):
    """A signer whose clock is the installation's."""

    moment: datetime

    def init_signing_session(self, *arguments: Any, **named: Any) -> Any:
        session = super().init_signing_session(*arguments, **named)
        session.system_time = self.moment
        return session


def _check_key(key: SigningKey, moment: datetime) -> None:
    if key.use == "timestamp":
        raise Invalid(
            "signing_key", _("Chứng thư này chỉ dùng để cấp dấu thời gian."), remedy=_("Chọn chứng thư khác.")
        )
    if not is_in_time(key.certificate, moment):
        raise Invalid(
            "certificate_dates",
            _("Chứng thư chưa có hiệu lực hoặc đã hết hạn."),
            remedy=_("Gia hạn chứng thư, thêm lại rồi ký; kiểm tra đồng hồ của máy chủ."),
        )


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    if len(pdf) > _MOST_BYTES:
        raise Invalid("pdf_large", _("Tệp PDF quá lớn để ký."), remedy=_("Giảm dung lượng tệp dưới 100 MB."))
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        if writer.prev.encrypted:
            raise Invalid("pdf_encrypted", _("Tệp PDF đặt mật khẩu."), remedy=_("Bỏ mật khẩu của tệp rồi ký lại."))
        _check_open(writer.prev)
    except (PdfError, ValueError, KeyError, RecursionError) as error:
        raise Invalid("pdf_damaged", _("Không đọc được tệp PDF này."), remedy=_("Xuất lại tệp PDF rồi ký.")) from error
    return writer


def _check_open(reader: PdfFileReader) -> None:
    """An author may have forbidden all that comes after."""
    for one in reader.embedded_signatures:
        if one.docmdp_level is fields.MDPPerm.NO_CHANGES:
            raise Invalid(
                "pdf_locked",
                _("Người ký trước đã khóa văn bản, không cho ký thêm."),
                remedy=_("Xin lại bản không khóa từ người ký trước."),
            )


def _field_name(writer: IncrementalPdfFileWriter, key: SigningKey) -> str:
    taken = {name for name, _value, _field in fields.enumerate_sig_fields(writer.prev)}
    count = 1
    while (name := f"{_FIELDS[key.use]}{count}") in taken:
        count += 1
    return name


def _place(pdf: bytes, writer: IncrementalPdfFileWriter, key: SigningKey, signer: str) -> Place:
    assert key.look is not None
    picture = opened_picture(key.look)
    ratio = picture.height / picture.width
    block = signing_block(pdf, signer)
    if key.use == "person":
        return signature_place(block, width_mm=key.width_mm, ratio=ratio)
    if key.width_mm <= 0:
        raise Invalid(
            "seal_size", _("Chưa ghi kích thước thực của con dấu."), remedy=_("Thêm lại chứng thư với --width-mm.")
        )
    under = _last_signature(writer.prev, block.page) or signature_place(
        block, width_mm=SIGNATURE_WIDTH_MM, ratio=_USUAL_RATIO
    )
    return seal_place(under, width_mm=key.width_mm, ratio=ratio)


def _last_signature(reader: PdfFileReader, page: int) -> Place | None:
    """Where the person's signature made here stands on the page."""
    places = [
        Place(page, *(float(edge) for edge in field.get_object()["/Rect"]))
        for name, _value, field in fields.enumerate_sig_fields(reader, filled_status=True)
        if name.startswith(_FIELDS["person"])
    ]
    seen = [one for one in places if one.right > one.left]
    return seen[-1] if seen else None


def _field(name: str, place: Place | None) -> fields.SigFieldSpec:
    if place is None:
        return fields.SigFieldSpec(name)
    return fields.SigFieldSpec(name, on_page=place.page, box=place.box)


def _timestamper(service: Timestamping | None, moment: datetime) -> DummyTimeStamper | None:
    if service is None:
        return None
    if service.key.use != "timestamp" or not is_in_time(service.key.certificate, moment):
        raise Invalid(
            "timestamp_key", _("Chứng thư dấu thời gian không dùng được."), remedy=_("Chọn chứng thư còn hạn.")
        )
    certificate, private = private_parts(service.key, service.secret)
    return DummyTimeStamper(certificate, private, fixed_dt=moment)


def _level(provable: bool, timestamping: Timestamping | None) -> Level:
    if timestamping is None:
        return "B-LT" if provable else "B-B"
    return "B-LTA" if provable else "B-T"


def _written(work: signers.PdfSigner, writer: IncrementalPdfFileWriter) -> bytes:
    output = io.BytesIO()
    try:
        work.sign_pdf(writer, output=output)
    except (SigningError, PdfError) as error:
        raise Invalid(
            "signing_failed", _("Không ký được tệp PDF này."), remedy=_("Xuất lại tệp PDF rồi ký.")
        ) from error
    return output.getvalue()
