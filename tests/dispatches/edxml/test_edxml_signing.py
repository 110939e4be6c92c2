"""Signatures: ours hold for another implementation too, and of others' it is said what they are worth."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.verifier import SignatureConfiguration, XMLVerifier

from phoihop.dispatches.edxml import EdxmlDocument, Signature, read
from phoihop.dispatches.edxml.reasons import SIGNATURES
from phoihop.dispatches.edxml.signing import Certified, Trust
from tests.dispatches.edxml.messages import NAMESPACE, Message
from tests.dispatches.edxml.test_edxml_writer import MESSAGE, written

NOW = datetime(2026, 10, 3, tzinfo=UTC)
FILES = [("cong-van.pdf", b"%PDF-1.4 " + b"x" * 300_000), ("so-lieu.txt", b"1;2;3")]


@dataclass(frozen=True)
class Authority:
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


@cache
def key(number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(
    name: str, own: rsa.RSAPrivateKey, issuer: Authority | None = None, *, authority: bool = False
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=10))
        .not_valid_after(NOW + timedelta(days=300))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        email = x509.SubjectAlternativeName([x509.DNSName("dien-tap.example")])
        builder = builder.add_extension(email, critical=False)
    return builder.sign(issuer.key if issuer else own, hashes.SHA256())


@cache
def authority() -> Authority:
    return Authority(key(0), _certificate("Cơ quan chứng thực DIỄN TẬP", key(0), authority=True))


@cache
def office() -> Certified:
    return Certified(key(1), _certificate("UBND tỉnh Diễn Tập", key(1), authority()))


def judged(data: bytes, *roots: x509.Certificate, at: datetime = NOW) -> Signature:
    found = read(data, trust=Trust(tuple(roots), at))
    assert isinstance(found, EdxmlDocument)
    assert found.signature is not None
    assert found.signature.reason in SIGNATURES
    return found.signature


def signed() -> bytes:
    return written(MESSAGE, FILES, certified=office())


def test_what_we_sign_we_verify() -> None:
    found = judged(signed(), authority().certificate)
    assert (found.verdict, found.subject) == ("verified", "UBND tỉnh Diễn Tập")
    assert (found.algorithm, found.digest_algorithm) == ("rsa-sha256", "sha256")


def test_another_implementation_verifies_what_we_sign() -> None:
    config = SignatureConfiguration(require_x509=True, location=".//", expect_references=1)
    pem = office().certificate.public_bytes(Encoding.PEM).decode()
    root = etree.fromstring(signed(), etree.XMLParser(huge_tree=True))
    result = XMLVerifier().verify(root, x509_cert=pem, expect_config=config)
    assert not isinstance(result, list)
    assert result.signed_xml is not None
    assert result.signed_xml.tag == f"{{{NAMESPACE}}}edXML"


def test_the_certificate_itself_may_be_trusted() -> None:
    assert judged(signed(), office().certificate).verdict == "verified"


@pytest.mark.parametrize("at", [NOW - timedelta(days=60), NOW + timedelta(days=600)])
def test_a_certificate_out_of_its_time_is_not_trusted(at: datetime) -> None:
    assert judged(signed(), authority().certificate, at=at).verdict == "untrusted"


def test_nobody_vouches_without_roots_or_under_another() -> None:
    other = _certificate("Cơ quan khác", key(2), authority=True)
    assert judged(signed()).reason == "untrusted"
    assert judged(signed(), other).verdict == "untrusted"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(b"phong", b"phonq"), ("chống".encode(), b"chung"), (b"12</", b"13</"), (b"AAAA", b"AAAB")],
)
def test_whatever_is_changed_the_signature_is_broken(was: bytes, becomes: bytes) -> None:
    data = signed()
    changed = data.replace(was, becomes, 1)
    if changed == data:
        changed = data.replace(b"UBND-VP", b"UBND-VX", 1)
    assert judged(changed, authority().certificate).verdict == "broken"


def test_a_changed_attachment_is_noticed() -> None:
    """An attachment of the same size that is whole in itself: only the signature tells."""
    other = written(MESSAGE, [(FILES[0][0], FILES[0][1]), (FILES[1][0], b"9;9;9")], certified=office())
    mine, theirs = (data.rpartition(b'">UEs')[2] for data in (signed(), other))
    swapped = signed().replace(mine, theirs)
    assert swapped != signed()
    assert judged(swapped, authority().certificate).reason == "digest"


def test_another_certificate_beside_the_signature_is_noticed() -> None:
    other = _certificate("Kẻ khác", key(3), authority())
    ours = base64.b64encode(office().certificate.public_bytes(Encoding.DER))
    theirs = base64.b64encode(other.public_bytes(Encoding.DER))
    assert judged(signed().replace(ours, theirs), authority().certificate).reason == "value"


def test_without_a_readable_certificate_nothing_can_be_said() -> None:
    ours = base64.b64encode(office().certificate.public_bytes(Encoding.DER))
    cut = signed().replace(ours, b"MIIFqTCCBJG")
    found = judged(cut, authority().certificate)
    assert (found.verdict, found.reason) == ("unverifiable", "certificate")
    assert found.subject == "CN=UBND tỉnh Diễn Tập"


def test_a_part_of_the_message_is_not_taken_for_all_of_it() -> None:
    partial = signed().replace(b'<ds:Reference URI="">', b'<ds:Reference URI="#x">')
    assert judged(partial, authority().certificate).reason == "coverage"


def by_the_standard_of_2016(message: Message) -> bytes:
    """As vendors sign: RSA with SHA-1, all elements in the namespace of the standard."""
    text = message.but(after_header="").text()
    root = etree.fromstring(text.encode())
    digest = hashes.Hash(hashes.SHA1())
    digest.update(etree.tostring(root, method="c14n", exclusive=True))
    said = (
        f'<Signature xmlns="{NAMESPACE}"><SignedInfo>'
        '<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315" />'
        '<SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1" /><Reference URI=""><Transforms>'
        '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature" />'
        '<Transform Algorithm="http://www.w3.org/TR/xml-exc-c14n#" /></Transforms>'
        '<DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1" />'
        f"<DigestValue>{base64.b64encode(digest.finalize()).decode()}</DigestValue></Reference></SignedInfo>"
        "<SignatureValue>VALUE</SignatureValue><KeyInfo><X509Data><X509SubjectName>CN=x</X509SubjectName>"
        f"<X509Certificate>{base64.b64encode(office().certificate.public_bytes(Encoding.DER)).decode()}"
        "</X509Certificate></X509Data></KeyInfo></Signature>"
    )
    whole = message.but(after_header=said).text()
    tree = etree.fromstring(whole.encode())
    info = tree.find(f".//{{{NAMESPACE}}}SignedInfo")
    assert info is not None
    in_scope = etree.fromstring(etree.tostring(info, with_tail=False))
    value = office().key.sign(etree.tostring(in_scope, method="c14n"), padding.PKCS1v15(), hashes.SHA1())
    return whole.replace("VALUE", base64.b64encode(value).decode()).encode()


def test_the_old_way_of_the_standard_is_checked_and_told_to_be_weak() -> None:
    data = by_the_standard_of_2016(Message())
    assert judged(data, authority().certificate).verdict == "weak"
    assert judged(data).reason == "untrusted_weak"
    assert judged(data.replace(b"T02", b"T03", 1), authority().certificate).verdict == "broken"


def test_line_ends_of_another_system_change_nothing() -> None:
    data = by_the_standard_of_2016(Message())
    assert judged(data.replace(b"\n", b"\r\n"), authority().certificate).verdict == "weak"


def test_a_file_that_had_to_be_put_right_is_not_called_broken() -> None:
    unbound = signed().replace(b' xmlns:edXML="' + NAMESPACE.encode() + b'"', b"", 1)
    loose = signed().replace("chống bão".encode(), b"chong & bao", 1)
    assert signed() not in (unbound, loose)
    assert judged(loose, authority().certificate).reason == "repaired"
    assert judged(unbound, authority().certificate).reason == "verified"  # the prefix means what it was bound to
