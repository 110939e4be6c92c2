"""What the log proves of a document: its own records, and the receipts of those who have it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.core.errors import Unavailable
from phoihop.dispatches.models import Dispatch
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.changes import withheld
from phoihop.exchange.arrivals import logged_times
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.models import Delivery, Record
from phoihop.exchange.projections import receipts_subject
from phoihop.exchange.proofs.checking import CheckedRecord
from phoihop.exchange.proofs.proving import Proved, Wanted, prove_seen
from phoihop.exchange.records import RECEIPTS, Receipts
from phoihop.offices.acting import Acting

MOST_SHOWN = 300
"""Receipts listed on the page; the file for all of them has more."""
_MOST_PROVED = 10_000
_LATE = timedelta(days=31)
"""How long after a state its receipt may still be stated; a receipt later than that is not looked for."""


@dataclass(frozen=True)
class ProvedReceipt:
    """One receipt: which state an office says it reached when, and the record that says so."""

    state: ReceiptState
    said_at: datetime
    proved: CheckedRecord


@dataclass(frozen=True)
class DispatchProof:
    """What can be proved of a document to somebody who trusts nobody.

    ``records`` are those on the document itself, in the order of the log; ``waiting`` counts records that are not in
    the log yet. ``more`` counts receipts that are not listed.
    """

    dispatch: Dispatch
    proved: Proved | None
    records: Sequence[CheckedRecord]
    receipts: Sequence[ProvedReceipt]
    waiting: int
    more: int
    may_hold_text: bool


def dispatch_proof(dispatch_id: UUID, *, by: Acting) -> DispatchProof:
    """The proof of a document. Raises NotFound when the office may not see it."""
    document = access.dispatch(dispatch_id, by=by)
    own, receipts = _own_records(document), receipt_records(document, _deliveries(document))
    logged = logged_times([*own, *receipts])
    ready = [one for one in own if one in logged]
    shown = [one for one in receipts if one in logged]
    waiting = len(own) + len(receipts) - len(ready) - len(shown)
    if not ready:
        return DispatchProof(document, None, (), (), waiting, 0, _holds_text(document, by))
    listed = shown[:MOST_SHOWN]
    proved = prove_seen([*map(Wanted, ready), *(Wanted(one, with_body=True) for one in listed)], by=by)
    return DispatchProof(
        document,
        proved,
        proved.checked.records[: len(ready)],
        _receipts(proved.checked.records[len(ready) :], document.id),
        waiting,
        len(shown) - len(listed),
        _holds_text(document, by),
    )


def dispatch_file(dispatch_id: UUID, *, with_text: bool, by: Acting) -> tuple[Dispatch, bytes]:
    """The proof file of a document's own records. Raises NotFound; Unavailable while nothing is in the log."""
    document = access.dispatch(dispatch_id, by=by)
    return document, _own_file(document, with_text=with_text, by=by)


def dispatch_files(dispatch_id: UUID, *, with_text: bool, by: Acting) -> tuple[Dispatch, bytes]:
    """A zip of all proofs: ``van-ban.json``, ``bien-nhan.json`` when there are receipts, and how to check them."""
    document = access.dispatch(dispatch_id, by=by)
    files = {"van-ban.json": _own_file(document, with_text=with_text, by=by)}
    receipts = receipt_records(document, _deliveries(document))
    logged = logged_times(receipts)
    wanted = [Wanted(one, with_body=True) for one in receipts if one in logged]
    if wanted:
        files["bien-nhan.json"] = prove_seen(wanted, by=by).data
    files["huong-dan.txt"] = _guide(document).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return document, packed.getvalue()


def _own_file(document: Dispatch, *, with_text: bool, by: Acting) -> bytes:
    records = _own_records(document)
    logged = logged_times(records)
    holds = with_text and _holds_text(document, by)
    wanted = [Wanted(one, with_body=holds) for one in records if one in logged]
    if not wanted:
        raise Unavailable("not_logged", _("Văn bản đang được ghi vào nhật ký."), remedy=_("Thử lại sau ít phút."))
    return prove_seen(wanted, by=by).data


def _guide(document: Dispatch) -> str:
    lines = [
        _("Chứng thực văn bản %(code)s") % {"code": document.code},
        "",
        _("Trên một máy bất kỳ đã cài phần mềm, không cần cơ sở dữ liệu, chạy:"),
        "    phoihop log check van-ban.json bien-nhan.json",
        _("Thêm dấu khóa danh bạ nghe từ cơ quan giữ danh bạ để chắc danh bạ trong tệp là thật:"),
        '    phoihop log check van-ban.json --trusted-key "…"',
    ]
    return "\n".join(lines) + "\n"


def _holds_text(document: Dispatch, by: Acting) -> bool:
    """Whether the office still has the text: who agreed to a recall gave it up, in proofs too."""
    return not withheld([document.id], by=by)


def _own_records(document: Dispatch) -> list[UUID]:
    found = Record.objects.filter(subject_id=document.id).order_by("position")
    return list(found.values_list("id", flat=True))


_RECEIPTS = """
SELECT r.id FROM exchange_record r JOIN exchange_recordbody b ON b.record_id = r.id
WHERE r.subject_id = ANY(%(subjects)s) AND r.kind = %(kind)s AND r."at" BETWEEN %(since)s AND %(until)s
  AND position(%(named)s::bytea IN b.content) > 0
ORDER BY r.position LIMIT %(most)s
"""


def _deliveries(document: Dispatch) -> list[Delivery]:
    return list(Delivery.objects.filter(subject_id=document.id, expected=True))


def receipt_records(document: Dispatch, deliveries: Sequence[Delivery]) -> list[UUID]:
    """The receipts the office sees that name the document: its own, and as the owner everybody's."""
    times = [at for one in deliveries for state in ReceiptState if (at := getattr(one, f"{state}_at"))]
    if not times:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _RECEIPTS,
            {
                "subjects": [receipts_subject(one.recipient_id, one.owner_id) for one in deliveries],
                "kind": RECEIPTS,
                "since": min(times),
                "until": max(times) + _LATE,
                "named": str(document.id).encode(),
                "most": _MOST_PROVED,
            },
        )
        return [record for (record,) in cursor.fetchall()]


def _receipts(records: Sequence[CheckedRecord], dispatch_id: UUID) -> list[ProvedReceipt]:
    found = []
    for one in records:
        said = _said(one.body)
        found += [ProvedReceipt(item.state, item.at, one) for item in said.items if item.subject == dispatch_id]
    return found


def _said(body: Any) -> Receipts:
    """The content of a receipt that was just checked against its commitment."""
    return Receipts.model_validate(body, strict=False)
