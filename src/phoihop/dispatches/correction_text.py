"""How a công văn đính chính begins: mistakes of form or procedure are put right by a letter (NĐ 30/2020, Điều 18)."""

from __future__ import annotations

from phoihop.core.clock import local
from phoihop.dispatches.models import Dispatch

TYPE = "letter"
"""The type a correction has in every regime."""


def correction_text(document: Dispatch, reason: str) -> str:
    """The text to go on from: what is corrected and why; the places and words are left for the drafter."""
    day = document.dated or local(document.issued_at).date()
    named = f"{document.type_name} số {document.code} ngày {day:%d/%m/%Y}"
    return (
        f"{document.issuer_name} đính chính {named} về “{document.abstract}” như sau:\n\n"
        "1. Tại … (điều, khoản, trang), đã viết: “…”. Nay sửa là: “…”.\n\n"
        f"2. Lý do đính chính: {reason.rstrip('. ')}.\n\n"
        f"Các nội dung khác của {named} giữ nguyên."
    )
