"""Authorities, certificates, revocation lists and PKCS#12 files made for the tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime(2026, 10, 3, 7, 5, tzinfo=UTC)
PASSPHRASE = "khóa thử 1"
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Identity:
    """A certificate with its private key."""

    certificate: x509.Certificate
    private: rsa.RSAPrivateKey

    def packed(self, *chain: x509.Certificate, passphrase: str = PASSPHRASE) -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"khoa", self.private, self.certificate, chain, BestAvailableEncryption(passphrase.encode())
        )

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


@cache
def _key(name: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cơ quan thử nghiệm"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def authority(name: str = "Gốc thử nghiệm", under: Identity | None = None) -> Identity:
    """A root, or an authority between."""
    private = _key(name, 2048)
    builder = _dated(_builder(name, private, under), NOW - 5 * _YEAR, NOW + 5 * _YEAR)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_usage(issues=True), critical=True)
    return Identity(builder.sign((under.private if under else private), hashes.SHA256()), private)


def issued(
    name: str,
    under: Identity,
    *,
    since: datetime = NOW - _YEAR,
    until: datetime = NOW + _YEAR,
    bits: int = 2048,
    stamps: bool = False,
) -> Identity:
    """A certificate of a person or an office, or of a timestamp service."""
    private = _key(name, bits)
    builder = _dated(_builder(name, private, under), since, until)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(issues=False), critical=True)
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Identity(builder.sign(under.private, hashes.SHA256()), private)


def revocations(by: Identity, *revoked: Identity, at: datetime = NOW, since: datetime = NOW - _YEAR / 12) -> bytes:
    """A revocation list that is good for a month from ``since``; what it revokes was revoked at ``at``."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(since)
        .next_update(since + timedelta(days=45))
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.private.public_key()), critical=False)
    )
    for one in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(one.certificate.serial_number)
            .revocation_date(at)
            .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
        )
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(by.private, hashes.SHA256()).public_bytes(Encoding.DER)


def _builder(name: str, private: rsa.RSAPrivateKey, under: Identity | None) -> x509.CertificateBuilder:
    issuer = under.certificate.subject if under else _name(name)
    signer = under.private if under else private
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )


def _dated(builder: x509.CertificateBuilder, since: datetime, until: datetime) -> x509.CertificateBuilder:
    return builder.not_valid_before(since).not_valid_after(until)


def _usage(*, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues,
        content_commitment=not issues,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )
