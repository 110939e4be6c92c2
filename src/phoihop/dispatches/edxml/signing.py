"""XML signatures over a whole message (XML-DSig, one enveloped reference with an empty address), made and checked.

The attachments stay outside the tree on both ways: the canonical form of the message is that of its skeleton with each
attachment's text put back in place, which is hashed piece by piece. A signature that covers anything but the whole
message is not believed, so that no part of a file can be shown as signed that was not.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree

from .values import local_name

DSIG = "http://www.w3.org/2000/09/xmldsig#"
_ENVELOPED = f"{DSIG}enveloped-signature"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
PLACE = re.compile(rb"(ContentTransferEncoded[^<>]*>)@([0-9]{1,6})(?=</)", re.IGNORECASE)
"""Where the text of an attachment was cut out of a skeleton; no other element is taken for one."""
_MOST_CERTIFICATES = 8
_STRONG = (hashes.SHA224, hashes.SHA256, hashes.SHA384, hashes.SHA512)

_DIGESTS: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}

Payload = Callable[[int], Iterable[bytes]]
"""The text of the attachment with that number, in pieces."""


class Verdict(StrEnum):
    """What was found of a signature.

    ``VERIFIED``: it is sound, and a trusted authority vouches for the certificate. ``WEAK``: the same, but by a method
    that can be forged today. ``UNTRUSTED``: sound, but nobody trusted vouches for who signed. ``BROKEN``: the message
    is not what was signed. ``UNVERIFIABLE``: what would be needed to tell is missing or unknown.
    """

    VERIFIED = "verified"
    WEAK = "weak"
    UNTRUSTED = "untrusted"
    BROKEN = "broken"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True, slots=True)
class Certified:
    """A private key and the certificate that names its holder."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Trust:
    """The authorities this installation believes, and at what time (aware) certificates must be good."""

    roots: tuple[x509.Certificate, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict, its ``reason`` (a key of ``reasons.SIGNATURES``), and whom the certificate names."""

    verdict: Verdict
    reason: str
    subject: str = ""


def _element(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{DSIG}}}{name}", attributes)
    child.text = text
    return child


def add_signature(root: etree._Element, header: etree._Element, certified: Certified, payload: Payload) -> None:
    """Sign the message (RSA with SHA-256) and put the signature last in its header."""
    digest = _digest(_canonical(root, exclusive=True), payload, hashes.SHA256())
    signature = etree.SubElement(header, f"{{{DSIG}}}Signature", nsmap={"ds": DSIG})
    signed = _element(signature, "SignedInfo")
    _element(signed, "CanonicalizationMethod", Algorithm=_EXCLUSIVE)
    _element(signed, "SignatureMethod", Algorithm=_RSA_SHA256)
    reference = _element(signed, "Reference", URI="")
    transforms = _element(reference, "Transforms")
    _element(transforms, "Transform", Algorithm=_ENVELOPED)
    _element(transforms, "Transform", Algorithm=_EXCLUSIVE)
    _element(reference, "DigestMethod", Algorithm=_SHA256)
    _element(reference, "DigestValue", base64.b64encode(digest).decode())
    value = certified.key.sign(_canonical(signed, exclusive=True), padding.PKCS1v15(), hashes.SHA256())
    _element(signature, "SignatureValue", base64.b64encode(value).decode())
    data = _element(_element(signature, "KeyInfo"), "X509Data")
    _element(data, "X509SubjectName", certified.certificate.subject.rfc4514_string())
    _element(data, "X509Certificate", base64.b64encode(certified.certificate.public_bytes(Encoding.DER)).decode())


def check_signature(
    root: etree._Element, payload: Payload, *, roots: Sequence[x509.Certificate], at: datetime, repaired: bool
) -> Checked | None:
    """Judge the signature of a message; None when it has none.

    ``roots`` are the authorities this installation trusts, ``at`` (aware) is when. ``repaired`` tells that the file was
    put right to be readable, after which a digest that differs proves nothing.
    """
    signature = next((item for item in root.iterdescendants() if local_name(item) == "signature"), None)
    if signature is None:
        return None
    certificates = _certificates(signature)
    subject = _subject(certificates[0]) if certificates else ""
    try:
        weak = _check_sound(root, signature, certificates, payload)
    except _Fault as fault:
        verdict, reason = fault.verdict, fault.reason
        if repaired and verdict is Verdict.BROKEN:
            verdict, reason = Verdict.UNVERIFIABLE, "repaired"
        return Checked(verdict, reason, subject)
    if not is_trusted(certificates, roots, at):
        return Checked(Verdict.UNTRUSTED, "untrusted_weak" if weak else "untrusted", subject)
    return Checked(Verdict.WEAK, "weak", subject) if weak else Checked(Verdict.VERIFIED, "verified", subject)


class _Fault(Exception):
    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict
        self.reason = reason


def _check_sound(
    root: etree._Element, signature: etree._Element, certificates: Sequence[x509.Certificate], payload: Payload
) -> bool:
    """Raise ``_Fault`` unless the signature is by the certificate's key over this message; whether it is weak."""
    signed = _child(signature, "signedinfo")
    references = [item for item in signed if local_name(item) == "reference"]
    if len(references) != 1 or references[0].get("URI") != "":
        raise _Fault(Verdict.UNVERIFIABLE, "coverage")
    reference = references[0]
    digest_name = _method(_child(reference, "digestmethod"))
    claimed = _base64(_child(reference, "digestvalue"))
    exclusive, comments = _transforms(reference)
    actual = _digest(_canonical(_without(root, signature), exclusive=exclusive), payload, _hash(digest_name))
    if comments or claimed != actual:
        raise _Fault(Verdict.UNVERIFIABLE if comments else Verdict.BROKEN, "method" if comments else "digest")
    if not certificates:
        raise _Fault(Verdict.UNVERIFIABLE, "certificate")
    method = _method(_child(signature, "signedinfo", "signaturemethod"))
    canonical = _canonical(signed, exclusive=_is_exclusive(_child(signed, "canonicalizationmethod")))
    _check_value(certificates[0], _base64(_child(signature, "signaturevalue")), canonical, method)
    return "sha1" in (digest_name, method.rpartition("-")[2])


def _check_value(certificate: x509.Certificate, value: bytes, signed: bytes, method: str) -> None:
    scheme, _dash, digest = method.rpartition("-")
    try:
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey) and scheme == "rsa":
            key.verify(value, signed, padding.PKCS1v15(), _hash(digest))
        elif isinstance(key, ec.EllipticCurvePublicKey) and scheme == "ecdsa":
            key.verify(_der(value), signed, ec.ECDSA(_hash(digest)))
        else:
            raise _Fault(Verdict.UNVERIFIABLE, "method")
    except InvalidSignature:
        raise _Fault(Verdict.BROKEN, "value") from None
    except (UnsupportedAlgorithm, ValueError):
        raise _Fault(Verdict.UNVERIFIABLE, "certificate") from None


def _der(value: bytes) -> bytes:
    """XML signatures hold the two numbers of ECDSA side by side."""
    half = len(value) // 2
    return encode_dss_signature(int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))


def _child(parent: etree._Element, *names: str) -> etree._Element:
    for name in names:
        found = next((item for item in parent if local_name(item) == name), None)
        if found is None:
            raise _Fault(Verdict.UNVERIFIABLE, "incomplete")
        parent = found
    return parent


def _method(item: etree._Element) -> str:
    return str(item.get("Algorithm", "")).rpartition("#")[2].lower()


def _hash(name: str) -> hashes.HashAlgorithm:
    if name not in _DIGESTS:
        raise _Fault(Verdict.UNVERIFIABLE, "method")
    return _DIGESTS[name]()


def _is_exclusive(item: etree._Element) -> bool:
    """Which canonical form is meant; a vendor writes the address of the exclusive one wrongly."""
    said = str(item.get("Algorithm", ""))
    if "xml-exc-c14n" in said and len(item) == 0 and not said.endswith("WithComments"):
        return True
    if said == _INCLUSIVE:
        return False
    raise _Fault(Verdict.UNVERIFIABLE, "method")


def _transforms(reference: etree._Element) -> tuple[bool, bool]:
    """Whether the exclusive form is meant, and whether something is asked for that is not known here."""
    listed = next((item for item in reference if local_name(item) == "transforms"), None)
    wanted = [item for item in listed if local_name(item) == "transform"] if listed is not None else []
    forms = [item for item in wanted if item.get("Algorithm") != _ENVELOPED]
    if len(forms) > 1 or len(wanted) - len(forms) != 1:
        return False, True
    return (_is_exclusive(forms[0]) if forms else False), False


def _base64(item: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join((item.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise _Fault(Verdict.UNVERIFIABLE, "incomplete") from None


def _without(root: etree._Element, signature: etree._Element) -> etree._Element:
    """A copy of the message without the signature; what follows it stays."""
    path = []
    item: etree._Element | None = signature
    while item is not None and item is not root:
        parent = item.getparent()
        assert parent is not None
        path.append(parent.index(item))
        item = parent
    copy = deepcopy(root)
    parent = copy
    for index in reversed(path[1:]):
        parent = parent[index]
    gone = parent[path[0]]
    before = gone.getprevious()
    if gone.tail and before is not None:
        before.tail = (before.tail or "") + gone.tail
    elif gone.tail:
        parent.text = (parent.text or "") + gone.tail
    gone.tail = None
    parent.remove(gone)
    return copy


def _canonical(item: etree._Element, *, exclusive: bool) -> bytes:
    if not exclusive:  # the inclusive form names every prefix in scope, which a part written by itself declares
        item = etree.fromstring(etree.tostring(item, with_tail=False))
    return etree.tostring(item, method="c14n", exclusive=exclusive, with_comments=False, with_tail=False)


def _digest(skeleton: bytes, payload: Payload, algorithm: hashes.HashAlgorithm) -> bytes:
    digest = hashes.Hash(algorithm)
    for piece in restored(skeleton, payload):
        digest.update(piece)
    return digest.finalize()


def restored(skeleton: bytes, payload: Payload) -> Iterator[bytes]:
    """A serialised skeleton with the text of its attachments back in place."""
    position = 0
    for place in PLACE.finditer(skeleton):
        yield skeleton[position : place.end(1)]
        yield from payload(int(place[2]))
        position = place.end()
    yield skeleton[position:]


# --- Certificates -----------------------------------------------------------------------------------------------------
def _certificates(signature: etree._Element) -> list[x509.Certificate]:
    """Those the signature carries, the signer's first; what cannot be read is left out."""
    found = []
    items = (item for item in signature.iterdescendants() if local_name(item) == "x509certificate")
    for item, _number in zip(items, range(_MOST_CERTIFICATES), strict=False):
        try:
            found.append(x509.load_der_x509_certificate(_base64(item)))
        except (_Fault, ValueError):
            continue
    return found


def _subject(certificate: x509.Certificate) -> str:
    try:
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else certificate.subject.rfc4514_string()
    except ValueError:
        return ""


def is_trusted(chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime) -> bool:
    """Whether the first certificate is one the operator trusts, or is vouched for by one, at that time.

    What the message carries besides may stand between the two. Certificates signed with SHA-1 or MD5 vouch for nobody.
    """
    if not chain or not roots:
        return False
    current, below = chain[0], 0
    while below < _MOST_CERTIFICATES and _is_current(current, at):
        if current in roots:
            return True
        vouchers = (one for one in (*roots, *chain[1:]) if one != current and _vouches(one, current, below))
        following = next(vouchers, None)
        if following is None:
            return False
        current, below = following, below + 1
    return False


def _is_current(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _vouches(issuer: x509.Certificate, certificate: x509.Certificate, below: int) -> bool:
    """Whether one certificate, allowed to issue others with ``below`` authorities under it, issued the other."""
    try:
        limits = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not limits.ca or (limits.path_length is not None and limits.path_length < below):
            return False
        if not _may_sign_certificates(issuer) or not isinstance(certificate.signature_hash_algorithm, _STRONG):
            return False
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _may_sign_certificates(issuer: x509.Certificate) -> bool:
    try:
        return bool(issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign)
    except x509.ExtensionNotFound:
        return True
