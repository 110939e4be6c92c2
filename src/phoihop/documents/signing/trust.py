"""What the operator trusts: certificates at the root of signatures, those between, and revocation lists, as files.

Nothing here is fetched. Each file is kept under ``keys/signing/trust`` by the hash of what it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from phoihop.core.errors import Invalid, NotFound
from phoihop.core.private_files import write_private
from phoihop.documents.signing.keys import common_name, keys_folder

Kind = Literal["root", "between", "crl", "ocsp"]
KINDS: Final[tuple[Kind, ...]] = ("root", "between", "crl", "ocsp")
_MOST_BYTES: Final = 50 * 1024 * 1024


@dataclass(frozen=True)
class Trusted:
    """One installed file. ``until`` is the end of a certificate, or when the next list is due."""

    kind: Kind
    fingerprint: str
    about: str
    until: datetime | None
    path: Path


def trust_folder(home: Path) -> Path:
    """Where an installation keeps what it trusts."""
    return keys_folder(home) / "trust"


def add_trust(home: Path, kind: Kind, content: bytes) -> Trusted:
    """Install a certificate, a revocation list or an OCSP answer, PEM or DER. Again is no error. Raises Invalid."""
    if len(content) > _MOST_BYTES:
        raise Invalid("trust_file", "Tệp lớn bất thường.")
    der = _der(kind, content)
    folder = trust_folder(home) / kind
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{_fingerprint(der)}.der"
    if not path.exists():
        write_private(path, der)
    return _described(kind, path)


def list_trust(home: Path) -> tuple[Trusted, ...]:
    """Everything installed, by kind."""
    folder = trust_folder(home)
    return tuple(_described(kind, path) for kind in KINDS for path in sorted((folder / kind).glob("*.der")))


def remove_trust(home: Path, fingerprint: str) -> Trusted:
    """Remove what begins with ``fingerprint`` (at least eight signs). Raises NotFound unless exactly one does."""
    found = [one for one in list_trust(home) if one.fingerprint.startswith(fingerprint.lower())]
    if len(fingerprint) < 8 or len(found) != 1:
        raise NotFound("trust", "Không có đúng một mục như vậy.", remedy="Xem: phoihop documents trust list")
    found[0].path.unlink()
    return found[0]


def _fingerprint(der: bytes) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return digest.finalize().hex()


def _der(kind: Kind, content: bytes) -> bytes:
    readers: dict[Kind, Callable[[bytes], bytes]] = {
        "root": _certificate,
        "between": _certificate,
        "crl": _revocation_list,
        "ocsp": lambda given: ocsp.load_der_ocsp_response(given).public_bytes(Encoding.DER),
    }
    try:
        return readers[kind](content)
    except ValueError as error:
        raise Invalid("trust_file", "Không đọc được tệp này.", remedy="Dùng tệp dạng PEM hoặc DER.") from error


def _certificate(content: bytes) -> bytes:
    pem = content.lstrip().startswith(b"-----BEGIN")
    read = x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate
    certificate = read(content)
    try:
        issues = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        issues = False
    if not issues:
        raise Invalid(
            "trust_not_authority",
            "Chứng thư này không phải của cơ quan cấp chứng thư.",
            remedy="Lấy chứng thư gốc hoặc trung gian từ nơi cấp.",
        )
    return certificate.public_bytes(Encoding.DER)


def _revocation_list(content: bytes) -> bytes:
    pem = content.lstrip().startswith(b"-----BEGIN")
    read = x509.load_pem_x509_crl if pem else x509.load_der_x509_crl
    return read(content).public_bytes(Encoding.DER)


def _described(kind: Kind, path: Path) -> Trusted:
    content = path.read_bytes()
    about, until = "", None
    if kind in ("root", "between"):
        certificate = x509.load_der_x509_certificate(content)
        about, until = common_name(certificate), certificate.not_valid_after_utc
    elif kind == "crl":
        listed = x509.load_der_x509_crl(content)
        about, until = listed.issuer.rfc4514_string(), listed.next_update_utc
    else:
        answer = ocsp.load_der_ocsp_response(content)
        if answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL:
            about, until = f"{answer.serial_number:x}", answer.next_update_utc
    return Trusted(kind, path.stem, about, until, path)
