"""Signatures of PDF files: made with the office's and the signer's keys, and judged wherever they were made."""

from phoihop.documents.signing.judgements import SignatureJudgement
from phoihop.documents.signing.judging import judge
from phoihop.documents.signing.writing import Signed, Timestamping, sign

__all__ = ["SignatureJudgement", "Signed", "Timestamping", "judge", "sign"]
