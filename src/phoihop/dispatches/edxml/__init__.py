"""edXML (QCVN 102:2016/BTTTT): official documents and status messages from other vendors' software, read tolerantly.

Pure Python: no Django, no network, no files. ``read`` is the only way in, ``write`` the only way out.
"""

from .limits import DEFAULT_LIMITS, Limits
from .model import (
    Attachment,
    Business,
    DocumentId,
    DocumentType,
    EdxmlDocument,
    EdxmlStatus,
    OrganRef,
    Priority,
    ReceiverChange,
    Replacement,
    ResponseFor,
    Signature,
    Signer,
    Staff,
    StatusCode,
    Steering,
    Trace,
)
from .reader import read
from .reasons import FIELDS, REASONS, WARNINGS, Notice, Unreadable
from .signing import Certified, Trust, Verdict
from .sniff import Kind, sniff
from .source import Data
from .values import normalise_code
from .writer import OutFile, Unwritable, write

__all__ = [
    "DEFAULT_LIMITS",
    "FIELDS",
    "REASONS",
    "WARNINGS",
    "Attachment",
    "Business",
    "Certified",
    "Data",
    "DocumentId",
    "DocumentType",
    "EdxmlDocument",
    "EdxmlStatus",
    "Kind",
    "Limits",
    "Notice",
    "OrganRef",
    "OutFile",
    "Priority",
    "ReceiverChange",
    "Replacement",
    "ResponseFor",
    "Signature",
    "Signer",
    "Staff",
    "StatusCode",
    "Steering",
    "Trace",
    "Trust",
    "Unreadable",
    "Unwritable",
    "Verdict",
    "normalise_code",
    "read",
    "sniff",
    "write",
]
