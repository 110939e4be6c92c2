"""Whether a signature holds, and what the installed trust says of its certificates at a moment. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import DocumentTimestampStatus, PdfSignatureStatus
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError
from pyhanko_certvalidator.policy_decl import AcceptAllAlgorithms

_ANY_ALGORITHM: Final = AcceptAllAlgorithms()
"""Weak algorithms are told apart from broken signatures, so they are asked about here and not refused there."""
_WEAK_HASHES: Final = frozenset({"md2", "md5", "sha1"})
_LEAST_RSA_BITS: Final = 2048
_LEAST_CURVE_BITS: Final = 224
_USAGE: Final = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
_MOST_FROM_FILE: Final = 200


@dataclass(frozen=True)
class Evidence:
    """Roots come from the operator alone; certificates between and revocation lists may come with the file too."""

    roots: tuple[x509.Certificate, ...]
    between: tuple[x509.Certificate, ...]
    crls: tuple[crl.CertificateList, ...]
    ocsps: tuple[ocsp.OCSPResponse, ...]

    def context(self, moment: datetime, mode: str) -> ValidationContext:
        """What is known of certificates at a moment; lists made later count for an earlier moment too."""
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=list(self.between),
            crls=list(self.crls),
            ocsps=list(self.ocsps),
            moment=moment,
            allow_fetching=False,
            revocation_mode=mode,
            retroactive_revinfo=True,
            algorithm_usage_policy=_ANY_ALGORITHM,
        )


@dataclass(frozen=True)
class Status:
    """What was found out, as ``judgements`` names it."""

    intact: bool
    chain: str
    revocation: str
    revoked_at: datetime | None
    stamped_at: datetime | None
    weak: list[str]

    @property
    def is_known(self) -> bool:
        return self.chain == "trusted" and self.revocation == "good" and not self.weak


def gathered_evidence(trust: Path, reader: PdfFileReader) -> Evidence:
    """The operator's files, and what the document brings for its own long-term validation."""
    certificates, lists, answers = _of_document(reader)

    def files(kind: str) -> Iterator[bytes]:
        return (path.read_bytes() for path in sorted((trust / kind).glob("*.der")))

    return Evidence(
        roots=tuple(x509.Certificate.load(one) for one in files("root")),
        between=(*(x509.Certificate.load(one) for one in files("between")), *certificates),
        crls=(*(crl.CertificateList.load(one) for one in files("crl")), *lists),
        ocsps=(*(ocsp.OCSPResponse.load(one) for one in files("ocsp")), *answers),
    )


def _of_document(
    reader: PdfFileReader,
) -> tuple[list[x509.Certificate], list[crl.CertificateList], list[ocsp.OCSPResponse]]:
    try:
        store = DocumentSecurityStore.read_dss(reader)
        certificates = list(store.load_certs())[:_MOST_FROM_FILE]
        lists = [crl.CertificateList.load(one.get_object().data) for one in store.crls[:_MOST_FROM_FILE]]
        answers = [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps[:_MOST_FROM_FILE]]
    except (NoDSSFoundError, PdfError, ValueError, TypeError, KeyError, AttributeError):
        return [], [], []
    return certificates, lists, answers


async def status_of(one: EmbeddedPdfSignature, evidence: Evidence, moment: datetime) -> Status:
    """Ask twice: what is known against the certificates, and whether their revocation is known at all."""
    lenient = await _validated(one, evidence.context(moment, "soft-fail"))
    strict = await _validated(one, evidence.context(moment, "require"))
    chain = await _chain(one, lenient, evidence, moment)
    revoked = lenient.revocation_details or strict.revocation_details
    revocation = "revoked" if revoked else "good" if strict.trusted else "unknown"
    stamp = lenient.timestamp if isinstance(lenient, DocumentTimestampStatus) else None
    return Status(
        intact=lenient.intact and lenient.valid,
        chain="revoked" if revoked else chain,
        revocation=revocation,
        revoked_at=revoked.revocation_date if revoked else None,
        stamped_at=stamp,
        weak=sorted(set(_weak(one, lenient))),
    )


async def timestamp_of(one: EmbeddedPdfSignature, evidence: Evidence, moment: datetime) -> datetime | None:
    """The time of the signature's own timestamp, when that is trusted and its revocation known."""
    status = await _validated(one, evidence.context(moment, "require"))
    stamp = status.timestamp_validity if isinstance(status, PdfSignatureStatus) else None
    if stamp is None or not (stamp.intact and stamp.valid and stamp.trusted) or stamp.md_algorithm in _WEAK_HASHES:
        return None
    return stamp.timestamp


async def _validated(
    one: EmbeddedPdfSignature, context: ValidationContext
) -> PdfSignatureStatus | DocumentTimestampStatus:
    if one.sig_object_type == "/DocTimeStamp":
        return await async_validate_pdf_timestamp(one, context)
    return await async_validate_pdf_signature(
        one,
        signer_validation_context=context,
        key_usage_settings=_USAGE,
        algorithm_policy=CMSAlgorithmUsagePolicy.lift_policy(_ANY_ALGORITHM),
    )


async def _chain(
    one: EmbeddedPdfSignature,
    status: PdfSignatureStatus | DocumentTimestampStatus,
    evidence: Evidence,
    moment: datetime,
) -> str:
    if status.validation_path is not None and status.trust_problem_indic is None:
        return "trusted"
    context = evidence.context(moment, "soft-fail")
    context.certificate_registry.register_multiple(one.other_embedded_certs)
    try:
        paths = await context.path_builder.async_build_paths(one.signer_cert)
    except PathBuildingError:
        return "unknown"
    certificates = [one.signer_cert, *(each for path in paths for each in path.iter_certs(include_root=True))]
    if any(moment < each.not_valid_before for each in certificates):
        return "not_yet_valid"
    if any(moment > each.not_valid_after for each in certificates):
        return "expired"
    return "unfit"


def _weak(one: EmbeddedPdfSignature, status: PdfSignatureStatus | DocumentTimestampStatus) -> Iterator[str]:
    if status.md_algorithm in _WEAK_HASHES or one.external_md_algorithm in _WEAK_HASHES:
        yield "SHA-1" if "sha1" in (status.md_algorithm, one.external_md_algorithm) else status.md_algorithm.upper()
    path = status.validation_path
    issued = list(path.iter_certs(include_root=False)) if path is not None else [one.signer_cert]
    for certificate in issued:
        if certificate.hash_algo in _WEAK_HASHES:
            yield "SHA-1" if certificate.hash_algo == "sha1" else str(certificate.hash_algo).upper()
        key = certificate.public_key
        least = {"rsa": _LEAST_RSA_BITS, "ec": _LEAST_CURVE_BITS}.get(key.algorithm, 0)
        if key.bit_size < least:
            yield f"{key.algorithm.upper()} {key.bit_size} bit"
