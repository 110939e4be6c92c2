"""The certificate this node signs edXML with, and the authorities its operator trusts: PEM files beside the keys.

``edxml/key.pem`` and ``edxml/certificate.pem`` in the directory of keys; ``edxml/trusted/`` holds the authorities, one
or several a file. Without a certificate messages are written unsigned.
"""

from __future__ import annotations

import os
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Unavailable
from phoihop.dispatches.edxml.signing import Certified, Trust

_KEY_BITS = 3072
_VALID = timedelta(days=3 * 365)


def _place() -> Path:
    return Path(settings.KEYS_ROOT) / "edxml"


def own_certificate() -> Certified | None:
    """What this node signs with, or None when nothing is configured. Raises Unavailable when it cannot be read."""
    key, certificate = _place() / "key.pem", _place() / "certificate.pem"
    if not key.exists() or not certificate.exists():
        return None
    return _certified(key, certificate, key.stat().st_mtime_ns, certificate.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _certified(key: Path, certificate: Path, _key_changed: int, _certificate_changed: int) -> Certified:
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
        public = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise _unusable() from error
    if not isinstance(private, rsa.RSAPrivateKey) or private.public_key() != public.public_key():
        raise _unusable()
    return Certified(private, public)


def _unusable() -> Unavailable:
    return Unavailable(
        "certificate_unusable",
        _("Chứng thư số để ký edXML không dùng được."),
        remedy=_("Đề nghị quản trị máy chủ kiểm tra khóa RSA và chứng thư số trong thư mục khóa."),
    )


def trust() -> Trust:
    """Whom this node believes, as of now. A file that cannot be read vouches for nobody."""
    files = sorted(path for path in (_place() / "trusted").glob("*") if path.suffix in {".pem", ".crt", ".cer"})
    return Trust(tuple(one for path in files for one in _authorities(path, path.stat().st_mtime_ns)), now())


@lru_cache(maxsize=64)
def _authorities(path: Path, _changed: int) -> tuple[x509.Certificate, ...]:
    content = path.read_bytes()
    try:
        if b"-----BEGIN" in content:
            return tuple(x509.load_pem_x509_certificates(content))
        return (x509.load_der_x509_certificate(content),)
    except ValueError:
        return ()


def make_certificate(name: str) -> Path:
    """Make an RSA key and a certificate of its own signature in this node's name, for peers to trust or have replaced.

    Returns where the certificate is. Raises Conflict when there is one.
    """
    place = _place()
    if (place / "key.pem").exists():
        raise Conflict("certificate_there", _("Đã có chứng thư số để ký edXML."), remedy=_("Chuyển tệp cũ đi trước."))
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write_secret(place / "key.pem", secret)
    certificate = place / "certificate.pem"
    certificate.write_bytes(_self_signed(name, key).public_bytes(serialization.Encoding.PEM))
    return certificate


def _self_signed(name: str, key: rsa.RSAPrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    made = now()
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(made).not_valid_after(made + _VALID)
    limits = x509.BasicConstraints(ca=False, path_length=None)
    return builder.add_extension(limits, critical=True).sign(key, hashes.SHA256())


def _write_secret(path: Path, content: bytes) -> None:
    """Readable by this account alone from the first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
