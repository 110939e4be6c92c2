"""What pyHanko finds out about the signatures of a PDF. Plain Python, no Django; runs in a confined process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from phoihop.documents.signing.additions import additions_after, changed_pages
from phoihop.documents.signing.chains import Evidence, Status, gathered_evidence, status_of, timestamp_of

_MOST_SIGNATURES: Final = 50
_STRANGE: Final = (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError)
"""What a malformed signature makes the parsers raise."""


class CannotExamine(Exception):
    """The file cannot be examined. ``code``: encrypted, damaged, too_many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class _Opened:
    reader: PdfFileReader
    lenient: bool


def examine(path: Path, trust: Path, moment: datetime) -> list[dict[str, Any]]:
    """Facts of every signature, as ``judgements.SignatureJudgement`` has them. Raises CannotExamine."""
    with path.open("rb") as file:
        opened = _opened(file)
        found = list(_signatures(opened.reader))
        evidence = gathered_evidence(trust, opened.reader)
        readable = [one for one in found if isinstance(one, EmbeddedPdfSignature)]
        stamps = _document_stamps(readable, evidence, moment)
        return [
            _facts(one, readable, stamps, evidence, opened.lenient, moment)
            if isinstance(one, EmbeddedPdfSignature)
            else _unreadable(one, opened.lenient, moment)
            for one in found
        ]


def _opened(file: BinaryIO) -> _Opened:
    """Strictly when the file allows it: what only a lenient reader accepts is never called valid."""
    for lenient in (False, True):
        file.seek(0)
        try:
            reader = PdfFileReader(file, strict=not lenient)
            encrypted = reader.encrypted
            len(list(enumerate_sig_fields(reader)))
        except _STRANGE:
            continue
        if encrypted:
            raise CannotExamine("encrypted")
        return _Opened(reader, lenient)
    raise CannotExamine("damaged")


def _signatures(reader: PdfFileReader) -> Iterator[EmbeddedPdfSignature | str]:
    """Signatures in the order of their making; those that cannot be read by the name of their field, first."""
    readable: list[EmbeddedPdfSignature] = []
    for count, (name, _value, field) in enumerate(enumerate_sig_fields(reader, filled_status=True)):
        if count >= _MOST_SIGNATURES:
            raise CannotExamine("too_many")
        try:
            one = EmbeddedPdfSignature(reader, field, name)
            if one.sig_object_type not in ("/Sig", "/DocTimeStamp"):
                raise ValueError(name)
            one.signer_cert.subject  # noqa: B018  # parsed now, so that a malformed one is met here
            readable.append(one)
        except _STRANGE:
            yield name
    yield from sorted(readable, key=lambda one: one.signed_revision)


def _document_stamps(
    found: list[EmbeddedPdfSignature], evidence: Evidence, moment: datetime
) -> list[tuple[int, datetime]]:
    """Trusted timestamps over the whole document: the revision each covers, and its time."""
    stamps: list[tuple[int, datetime]] = []
    for one in found:
        if one.sig_object_type == "/DocTimeStamp":
            status = _status(one, evidence, moment)
            if status is not None and status.intact and status.is_known and status.stamped_at:
                stamps.append((one.signed_revision, status.stamped_at))
    return stamps


def _status(one: EmbeddedPdfSignature, evidence: Evidence, moment: datetime) -> Status | None:
    try:
        return asyncio.run(status_of(one, evidence, moment))
    except _STRANGE:
        return None


def _facts(
    one: EmbeddedPdfSignature,
    found: list[EmbeddedPdfSignature],
    stamps: list[tuple[int, datetime]],
    evidence: Evidence,
    lenient: bool,
    moment: datetime,
) -> dict[str, Any]:
    stamped_at = _stamped_at(one, stamps, evidence, moment)
    status = _status(one, evidence, stamped_at or moment)
    if status is None:
        return _unreadable(one.fq_name, lenient, moment)
    additions = additions_after(one)
    later = [other for other in found if other.signed_revision > one.signed_revision]
    return {
        "field": one.fq_name,
        "kind": "timestamp" if one.sig_object_type == "/DocTimeStamp" else "signature",
        **_about(one.signer_cert),
        "claimed_at": _written(_claimed(one)),
        "stamped_at": _written(stamped_at or status.stamped_at),
        "judged_at": moment.isoformat(),
        "integrity": "intact" if status.intact else "altered",
        "coverage": _coverage(one),
        "additions": additions,
        "changed_pages": changed_pages(one) if additions == "content" else [],
        "later_signers": [
            _about(other.signer_cert)["signer"] for other in later if other.sig_object_type != "/DocTimeStamp"
        ],
        "chain": status.chain,
        "revocation": status.revocation,
        "revoked_at": _written(status.revoked_at),
        "weak": status.weak,
        "lenient": lenient,
    }


def _stamped_at(
    one: EmbeddedPdfSignature, stamps: list[tuple[int, datetime]], evidence: Evidence, moment: datetime
) -> datetime | None:
    """The earliest time that a trusted timestamp vouches for: its own, or of the document afterwards."""
    if one.sig_object_type == "/DocTimeStamp":
        return None
    times = [time for revision, time in stamps if revision > one.signed_revision]
    try:
        own = asyncio.run(timestamp_of(one, evidence, moment))
    except _STRANGE:
        own = None
    return min([*times, *([own] if own else [])], default=None)


def _claimed(one: EmbeddedPdfSignature) -> datetime | None:
    if one.sig_object_type == "/DocTimeStamp":
        return None
    try:
        claimed = one.self_reported_timestamp
    except _STRANGE:
        return None
    return claimed if claimed is not None and claimed.tzinfo is not None else None


def _coverage(one: EmbeddedPdfSignature) -> str:
    covered: SignatureCoverageLevel = one.evaluate_signature_coverage()
    names = {SignatureCoverageLevel.ENTIRE_FILE: "whole", SignatureCoverageLevel.ENTIRE_REVISION: "earlier"}
    return names.get(covered, "part")


def _about(certificate: x509.Certificate) -> dict[str, Any]:
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return {
        "signer": _first(subject, "common_name", "organization_name"),
        "organisation": _first(subject, "organization_name"),
        "issuer": _first(issuer, "common_name", "organization_name"),
        "serial": f"{certificate.serial_number:x}",
        "fingerprint": certificate.sha256.hex(),
        "valid_from": _written(certificate.not_valid_before),
        "valid_until": _written(certificate.not_valid_after),
    }


def _first(name: dict[str, Any], *keys: str) -> str:
    for key in keys:
        value = name.get(key)
        if value:
            return str(value[0] if isinstance(value, list) else value)[:200]
    return ""


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _unreadable(name: str, lenient: bool, moment: datetime) -> dict[str, Any]:
    nothing = dict.fromkeys(("claimed_at", "stamped_at", "revoked_at", "valid_from", "valid_until"))
    texts = dict.fromkeys(("signer", "organisation", "issuer", "serial", "fingerprint"), "")
    return {
        "field": name,
        "kind": "signature",
        **nothing,
        **texts,
        "judged_at": moment.isoformat(),
        "integrity": "unreadable",
        "coverage": "part",
        "additions": "none",
        "changed_pages": [],
        "later_signers": [],
        "chain": "unknown",
        "revocation": "unknown",
        "weak": [],
        "lenient": lenient,
    }
