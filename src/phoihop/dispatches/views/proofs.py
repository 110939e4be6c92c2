"""The page Chứng thực: what the log proves of a document, in words for an auditor, and the files to take along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from phoihop.core.errors import Unavailable
from phoihop.core.text import fold
from phoihop.dispatches import records
from phoihop.dispatches.models import Dispatch
from phoihop.dispatches.presentation import RECEIPT_STATES
from phoihop.dispatches.selectors.proofs import ProvedReceipt, dispatch_file, dispatch_files, dispatch_proof
from phoihop.exchange.proofs.authority import grouped
from phoihop.exchange.proofs.checking import CheckedRecord
from phoihop.exchange.records import DISCLOSURE
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.reading import noted_reading
from phoihop.offices.web import for_office

_KINDS = {
    records.ISSUED: gettext_lazy("Phát hành văn bản"),
    records.ENTERED: gettext_lazy("Nhập văn bản từ bên ngoài"),
    records.CHANGE_REQUESTED: gettext_lazy("Thu hồi, cập nhật hoặc thay thế"),
    records.REMINDED: gettext_lazy("Nhắc xác nhận đã nhận"),
    DISCLOSURE: gettext_lazy("Gửi thêm nơi nhận"),
}


@dataclass(frozen=True)
class _Line:
    """One record as the page shows it."""

    words: str
    office: str
    stated_at: datetime
    logged_by: datetime
    number: int
    size: int
    log: str
    leaf: str
    content: str
    witnesses: int
    record_id: str


@noted_reading("dispatches:document:proof", lambda _by, given: given["dispatch_id"])
@require_safe
@for_office(Permission.DISPATCH_VIEW)
def show(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """The page."""
    return _page(request, by, dispatch_id)


def _page(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    proof = dispatch_proof(dispatch_id, by=by)
    context: dict[str, Any] = {
        "dispatch": proof.dispatch,
        "proof": proof,
        "lines": [_line(one, _KINDS.get(one.envelope.kind, _("Điều được ghi về văn bản"))) for one in proof.records],
        "receipts": _receipt_lines(proof.receipts),
        "directory": proof.proved.checked if proof.proved else None,
        "is_witnessed": any(one.witnesses for one in proof.records),
    }
    return render(request, "dispatches/proof.html", context)


@noted_reading("dispatches:document:proof", lambda _by, given: given["dispatch_id"])
@require_safe
@for_office(Permission.DISPATCH_VIEW)
def download(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """The proof file of the document; its text goes along when asked for with ``text=1``."""
    try:
        document, data = dispatch_file(dispatch_id, with_text=request.GET.get("text") == "1", by=by)
    except Unavailable:  # the page says that the log is still being written
        return _page(request, by, dispatch_id)
    return _file(data, _name(document, "json"), "application/json")


@noted_reading("dispatches:document:proof", lambda _by, given: given["dispatch_id"])
@require_safe
@for_office(Permission.DISPATCH_VIEW)
def download_all(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """One zip with the proofs of the document and of all receipts."""
    try:
        document, data = dispatch_files(dispatch_id, with_text=request.GET.get("text") == "1", by=by)
    except Unavailable:
        return _page(request, by, dispatch_id)
    return _file(data, _name(document, "zip"), "application/zip")


def _line(one: CheckedRecord, words: Any) -> _Line:
    about = one.about
    return _Line(
        words=str(words),
        office=about.office_name,
        stated_at=one.envelope.at,
        logged_by=one.checkpoint.time,
        number=about.index + 1,
        size=about.size,
        log=about.log_node_name,
        leaf=grouped(about.leaf),
        content=grouped(about.content),
        witnesses=len(one.witnesses),
        record_id=about.record,
    )


def _receipt_lines(receipts: Sequence[ProvedReceipt]) -> list[dict[str, Any]]:
    words = {state: str(label) for state, label in RECEIPT_STATES} | {"returned": _("Trả lại")}
    return [{"said_at": one.said_at, "line": _line(one.proved, words.get(one.state, one.state))} for one in receipts]


def _name(document: Dispatch, ending: str) -> str:
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in fold(document.code))
    return f"chung-thuc-{plain.strip('-') or document.id}.{ending}"


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
