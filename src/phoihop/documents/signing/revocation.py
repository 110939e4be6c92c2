"""What the installed lists say about a signer's own chain: enough to carry along in the signature, or not."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError

from phoihop.documents.signing.trust import Kind, trust_folder


def installed(home: Path, kind: Kind) -> list[bytes]:
    """The installed files of a kind, as they are."""
    return [path.read_bytes() for path in sorted((trust_folder(home) / kind).glob("*.der"))]


def signing_context(home: Path, moment: datetime, hand: Signer) -> ValidationContext:
    """What the machine knows of chains at a moment; nothing is fetched."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in installed(home, "root")],
        other_certs=[*(x509.Certificate.load(one) for one in installed(home, "between")), *hand.cert_registry],
        crls=[crl.CertificateList.load(one) for one in installed(home, "crl")],
        ocsps=[ocsp.OCSPResponse.load(one) for one in installed(home, "ocsp")],
        moment=moment,
        allow_fetching=False,
        revocation_mode="require",
    )


def can_prove(context: ValidationContext, hand: Signer) -> bool:
    """Whether chain and revocation of the signer are known in full."""
    validator = CertificateValidator(
        hand.signing_cert, intermediate_certs=list(hand.cert_registry), validation_context=context
    )
    try:
        asyncio.run(validator.async_validate_usage(set()))
    except (PathBuildingError, ValidationError):
        return False
    return True
