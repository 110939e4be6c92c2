"""Opening an installed key for signing: from its encrypted file, or inside its token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils.translation import gettext as _
from pkcs11 import PKCS11Error, Session
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from phoihop.core.errors import Invalid, Unavailable
from phoihop.documents.signing.keys import SigningKey, Token, opened_packed


@contextmanager
def opened(key: SigningKey, secret: str) -> Iterator[Signer]:
    """The key, ready to sign inside the block. ``secret``: its passphrase or PIN. Raises Invalid or Unavailable."""
    if key.token is None:
        yield _from_file(key, secret)
        return
    with _session(key.token, secret) as session:
        signer = PKCS11Signer(
            session,
            cert_label=key.token.label,
            signing_cert=as_asn1(key.certificate),
            other_certs_to_pull=(),
        )
        yield signer


def read_token_certificate(token: Token, pin: str) -> x509.Certificate:
    """The certificate that stands beside the key in a token. Raises Invalid or Unavailable."""
    with _session(token, pin) as session:
        found = PKCS11Signer(session, cert_label=token.label).signing_cert
        if found is None:
            raise Invalid("token_label", _("Thiết bị không có chứng thư nhãn “{name}”.").format(name=token.label))
        return x509.load_der_x509_certificate(found.dump())


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The certificate in the form that pyHanko speaks."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def private_parts(key: SigningKey, secret: str) -> tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]:
    """Certificate and private key of a file, for the office's own timestamps."""
    private, certificate, _further = opened_packed(key.packed, secret)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return as_asn1(certificate), asn1_keys.PrivateKeyInfo.load(der)


def _from_file(key: SigningKey, secret: str) -> SimpleSigner:
    _private, _certificate, further = opened_packed(key.packed, secret)
    certificate, private = private_parts(key, secret)
    store = SimpleCertificateStore()
    store.register_multiple([certificate, *(as_asn1(one) for one in further)])
    return SimpleSigner(signing_cert=certificate, signing_key=private, cert_registry=store)


@contextmanager
def _session(token: Token, pin: str) -> Iterator[Session]:
    try:
        session = open_pkcs11_session(token.module, token_criteria=TokenCriteria(label=token.token), user_pin=pin)
    except (PKCS11Error, RuntimeError, OSError) as error:
        raise Unavailable(
            "token",
            _("Không mở được thiết bị ký số."),
            remedy=_("Cắm thiết bị, kiểm tra mã PIN và trình điều khiển PKCS#11, rồi ký lại."),
        ) from error
    try:
        yield session
    except PKCS11Error as error:
        raise Unavailable(
            "token", _("Thiết bị ký số không ký được."), remedy=_("Cắm lại thiết bị rồi ký lại.")
        ) from error
    finally:
        session.close()
