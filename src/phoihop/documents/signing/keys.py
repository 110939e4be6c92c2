"""Keys that sign PDF files, as the operator installed them: one folder each under ``keys/signing`` of the installation.

A key stays encrypted as it came, or inside its token; its passphrase or PIN is asked for at each signing
and never kept.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.utils.translation import gettext as _

from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.private_files import sync_directory, write_private

Use = Literal["person", "office", "timestamp"]
USES: Final[tuple[Use, ...]] = ("person", "office", "timestamp")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_ABOUT, _CERTIFICATE, _PACKED, _LOOK = "about.json", "certificate.pem", "key.p12", "look.png"
_MOST_BYTES: Final = 5 * 1024 * 1024


@dataclass(frozen=True)
class Token:
    """Where a key rests in a device: the PKCS#11 module, the label of the token, the label of key and certificate."""

    module: str
    token: str
    label: str


@dataclass(frozen=True)
class SigningKey:
    """An installed key. ``office`` is the code of the office it acts for; ``person`` the account of a person's key.

    ``width_mm`` is the real width of the picture of seal or signature.
    """

    name: str
    use: Use
    office: str
    folder: Path
    person: str = ""
    width_mm: float = 0.0
    token: Token | None = None

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that speaks for the key."""
        return x509.load_pem_x509_certificate((self.folder / _CERTIFICATE).read_bytes())

    @property
    def packed(self) -> bytes:
        """The PKCS#12 file, encrypted."""
        return (self.folder / _PACKED).read_bytes()

    @property
    def look(self) -> bytes | None:
        """The picture of seal or signature: a transparent PNG, or None when the key signs invisibly."""
        path = self.folder / _LOOK
        return path.read_bytes() if path.exists() else None


def keys_folder(home: Path) -> Path:
    """Where an installation keeps what signs."""
    return home / "keys" / "signing"


def list_keys(home: Path) -> tuple[SigningKey, ...]:
    """All installed keys by name."""
    folder = keys_folder(home) / "own"
    if not folder.is_dir():
        return ()
    return tuple(_read(one) for one in sorted(folder.iterdir()) if (one / _ABOUT).exists())


def key_named(home: Path, name: str) -> SigningKey:
    """An installed key. Raises NotFound."""
    for key in list_keys(home):
        if key.name == name:
            return key
    raise NotFound(
        "signing_key",
        _("Không có chứng thư tên “{name}”.").format(name=name),
        remedy=_("Xem: phoihop documents certificate list"),
    )


def add_packed_key(home: Path, key: SigningKey, *, packed: bytes, passphrase: str, look: bytes | None) -> SigningKey:
    """Install a PKCS#12 file that ``passphrase`` opens. Raises Invalid, or Conflict for a name in use."""
    certificate = opened_packed(packed, passphrase)[1]
    return _install(home, key, certificate, packed=packed, look=look)


def add_token_key(home: Path, key: SigningKey, *, certificate: x509.Certificate, look: bytes | None) -> SigningKey:
    """Install a key that rests in a token, with the certificate read from it."""
    return _install(home, key, certificate, packed=None, look=look)


def remove_key(home: Path, name: str) -> None:
    """Remove a key's folder from this machine. Raises NotFound."""
    shutil.rmtree(key_named(home, name).folder)
    sync_directory(keys_folder(home) / "own")


def opened_packed(
    packed: bytes, passphrase: str
) -> tuple[PrivateKeyTypes, x509.Certificate, tuple[x509.Certificate, ...]]:
    """Private key, certificate and further certificates of a PKCS#12 file. Raises Invalid."""
    if len(packed) > _MOST_BYTES:
        raise Invalid("signing_key", _("Tệp chứng thư lớn bất thường."), remedy=_("Chọn tệp .p12 hoặc .pfx."))
    if not passphrase:
        raise Invalid(
            "passphrase_missing",
            _("Tệp chứng thư phải có mật khẩu."),
            remedy=_("Xuất lại tệp .p12 có mật khẩu rồi thêm lại."),
        )
    try:
        key, certificate, further = pkcs12.load_key_and_certificates(packed, passphrase.encode())
    except ValueError as error:
        raise Invalid(
            "passphrase_wrong",
            _("Không mở được tệp chứng thư: sai mật khẩu hoặc tệp hỏng."),
            remedy=_("Nhập lại mật khẩu của tệp .p12."),
        ) from error
    if key is None or certificate is None:
        raise Invalid("signing_key", _("Tệp không có đủ khóa và chứng thư."), remedy=_("Xuất lại tệp kèm khóa riêng."))
    return key, certificate, tuple(further)


def _install(
    home: Path, key: SigningKey, certificate: x509.Certificate, *, packed: bytes | None, look: bytes | None
) -> SigningKey:
    if not _NAME.fullmatch(key.name):
        raise Invalid("signing_key", _("Tên chứng thư chỉ gồm chữ thường không dấu, số và dấu gạch nối."))
    if look is not None:
        from phoihop.documents.signing.pictures import check_picture

        check_picture(look)
    folder = keys_folder(home) / "own" / key.name
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError as error:
        raise Conflict(
            "signing_key", _("Đã có chứng thư tên “{name}”.").format(name=key.name), remedy=_("Chọn tên khác.")
        ) from error
    placed = replace(key, folder=folder)
    if packed is not None:
        write_private(folder / _PACKED, packed)
    if look is not None:
        write_private(folder / _LOOK, look)
    write_private(folder / _CERTIFICATE, certificate.public_bytes(Encoding.PEM))
    about = {name: value for name, value in asdict(placed).items() if name not in ("folder", "name")}
    write_private(folder / _ABOUT, json.dumps(about, ensure_ascii=False).encode())
    sync_directory(folder.parent)
    return placed


def _read(folder: Path) -> SigningKey:
    about = json.loads((folder / _ABOUT).read_text())
    token = about.pop("token")
    return SigningKey(name=folder.name, folder=folder, token=Token(**token) if token else None, **about)


def is_in_time(certificate: x509.Certificate, moment: datetime) -> bool:
    """Whether a certificate may be used at a moment by its own dates."""
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def common_name(certificate: x509.Certificate) -> str:
    """Whom a certificate names, as people say it."""
    for oid in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        found = certificate.subject.get_attributes_for_oid(oid)
        if found:
            return str(found[0].value)
    return certificate.subject.rfc4514_string()
