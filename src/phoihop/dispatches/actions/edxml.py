"""Taking in edXML files of other vendors' software: documents, status messages, and what could not be read."""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Invalid
from phoihop.core.ids import random_bytes
from phoihop.core.text import clean_line
from phoihop.dispatches import records
from phoihop.dispatches.actions.changing import MAX_REASON, state_foreign_change
from phoihop.dispatches.actions.entering import state_entered
from phoihop.dispatches.certificates import trust
from phoihop.dispatches.deadlines import end_of_due_day
from phoihop.dispatches.edxml import Business, Data, EdxmlDocument, EdxmlStatus, StatusCode, Unreadable, Verdict, read
from phoihop.dispatches.edxml.reasons import explain
from phoihop.dispatches.guarding import check_message, check_unread
from phoihop.dispatches.models import Dispatch, EdxmlReceived, Quarantined
from phoihop.dispatches.projections import external_id
from phoihop.dispatches.rules import DispatchState, Urgency
from phoihop.dispatches.selectors import access, outside
from phoihop.exchange.actions import publish
from phoihop.exchange.models import Subject
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.files.sniffing import media_type, safe_name
from phoihop.files.storage import CHUNK_BYTES, Stored, store_stream, stored_path
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

Outcome = Literal["imported", "known", "quarantined"]

MOST_WARNINGS = 50
"""What a record keeps of them; a file may earn thousands, and a record has a size."""
_URGENCIES = (Urgency.NORMAL, Urgency.URGENT, Urgency.VERY_URGENT, Urgency.EXPRESS, Urgency.EXPRESS)


@dataclass(frozen=True)
class ImportResult:
    """What became of one file. ``reason`` is a sentence for the clerk; ``kind`` is document, status or unknown."""

    file: str
    outcome: Outcome
    kind: str
    code: str
    reason: str
    dispatch_id: UUID | None = None
    reason_code: str = ""


def inspect_edxml(data: Data, *, file_name: str, by: Acting) -> ImportResult:
    """Say what importing would do, changing nothing."""
    check_may(by, Permission.DISPATCH_REGISTER)
    try:
        message = read(data)
        return _known(message, file_name, by) or _would_import(message, file_name, by)
    except Unreadable as error:
        reason = explain(error.code, error.params, _)
        return ImportResult(file_name, "quarantined", "unknown", "", reason, reason_code=error.code)


def import_edxml(data: Data, *, file_name: str, by: Acting) -> ImportResult:
    """Take one file in. A message that was taken in before changes nothing; what cannot be read waits, whole.

    A large file is best given as ``mapped`` from the disk.
    """
    check_may(by, Permission.DISPATCH_REGISTER)
    try:
        message = read(data, trust=trust())
    except Unreadable as error:
        check_unread(bytes(data[:1_000_000]), file_name=file_name, by=by)
        return _quarantine(data, file_name, error, kind="unknown", code="", by=by)
    check_message(message, file_name=file_name, by=by)
    _one_at_a_time(by)
    known = _known(message, file_name, by)
    if known is not None:
        return known
    if isinstance(message, EdxmlStatus):
        return _take_status(message, data, file_name, by)
    return _take_document(message, data, file_name, by)


def _one_at_a_time(by: Acting) -> None:
    """The same file dropped twice at once: the second import waits here, and then knows what the first took in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"edxml {by.office_id}"])


def _known(message: EdxmlDocument | EdxmlStatus, file_name: str, by: Acting) -> ImportResult | None:
    seen = EdxmlReceived.objects.filter(office_id=by.office_id, identity=message.identity).first()
    if seen is None:
        return None
    reason = _("Tệp này đã được nhập trước đó; không thay đổi gì.")
    return ImportResult(file_name, "known", _kind(message), _code(message), reason, seen.dispatch_id)


def _would_import(message: EdxmlDocument | EdxmlStatus, file_name: str, by: Acting) -> ImportResult:
    if isinstance(message, EdxmlStatus) and _answered(message, by) is None:
        reason = explain("status_unmatched", {"code": _code(message)}, _)
        return ImportResult(file_name, "quarantined", "status", _code(message), reason, reason_code="status_unmatched")
    return ImportResult(file_name, "imported", _kind(message), _code(message), _("Sẽ được nhập."))


def _take_document(message: EdxmlDocument, data: Data, file_name: str, by: Acting) -> ImportResult:
    """The package itself stays with the document as its last attachment: its signature can be checked later."""
    target, replied = outside.target(message, by=by), outside.replied(message, by=by)
    package = _store(data, file_name if file_name.endswith(".edxml") else f"{file_name}.edxml")
    body = records.Entered(
        origin="edxml",
        business=_business(message.business),
        organ_id=message.sender.organ_id[:500],
        document_id=(message.document_id.raw if message.document_id else "")[:500],
        entered_by=by.person_name,
        issuer_name=message.sender.name or message.sender.organ_id,
        regime="",
        code=message.code,
        type_name=message.type.name,
        abstract=message.subject or _("(không có trích yếu)"),
        content=message.content[: records.MAX_CONTENT],
        urgency=_URGENCIES[int(message.priority)].value,
        dated=message.promulgation_date,
        place=message.promulgation_place,
        signatory_name=message.signer.full_name,
        signatory_title=message.signer.position,
        signatory_authority=message.signer.competence,
        other_recipients="; ".join(message.to_places)[:2000],
        due_at=end_of_due_day(message.due_date) if message.due_date else None,
        related_to=target.id if target else None,
        reply_to=replied.id if replied else None,
        exercise=settings.DEMO,
        attachments=(*(_store(file.data, file.name) for file in message.attachments[:49]), package),
        warnings=tuple(one.sentence(_)[:500] for one in message.warnings[:MOST_WARNINGS]),
        signature=_signature(message),
    )
    dispatch_id = state_entered(body, by=by)
    if target is not None:
        _change(target, message, dispatch_id, by)
    _remember(message, dispatch_id, by)
    return ImportResult(file_name, "imported", "document", message.code, _("Đã nhập, chờ vào sổ."), dispatch_id)


def _business(business: Business) -> Literal["new", "revoke", "update", "replace"]:
    names: dict[Business, Literal["new", "revoke", "update", "replace"]] = {
        Business.NEW: "new",
        Business.REVOKE: "revoke",
        Business.UPDATE: "update",
        Business.REPLACE: "replace",
    }
    return names[business]


def mapped(path: Path) -> Data:
    """A file as the reader takes it: left on the disk, read where it is needed. An empty one is just empty."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _store(data: Data, name: str) -> records.AttachmentRef:
    stored, shown = _store_whole(data), safe_name(name)
    return records.AttachmentRef(
        name=shown,
        media_type=media_type(stored.head, shown),
        size=stored.size,
        sha256=stored.sha256,
        salt=random_bytes(16).hex(),
    )


def _store_whole(data: Data) -> Stored:
    return store_stream(data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES))


def _signature(message: EdxmlDocument) -> records.SignatureSeen | None:
    found = message.signature
    if found is None or not found.verdict:
        return None
    values = {"verdict": found.verdict, "reason": found.reason, "subject": found.subject[:500]}
    return records.SignatureSeen.model_validate(values)


def _change(target: Dispatch, message: EdxmlDocument, dispatch_id: UUID, by: Acting) -> None:
    """What the sender wants of an earlier document of its own stands on that document, and waits for an answer there.

    A message whose signature is broken changes nothing: it is shown, and people decide.
    """
    if message.signature is not None and message.signature.verdict == Verdict.BROKEN:
        return
    actions: dict[Business, records.ChangeAction] = {
        Business.REVOKE: "recall", Business.UPDATE: "update", Business.REPLACE: "replace",
    }  # fmt: skip
    state_foreign_change(
        target, action=actions[message.business], reason=message.business_reason or _("(nơi gửi không nêu lý do)"),
        asked_by=message.sender.name or message.sender.organ_id, new_document=dispatch_id, by=by,
    )  # fmt: skip


def _take_status(message: EdxmlStatus, data: Data, file_name: str, by: Acting) -> ImportResult:
    answered = _answered(message, by)
    if answered is None:
        unmatched = Unreadable("status_unmatched", code=_code(message))
        return _quarantine(data, file_name, unmatched, kind="status", code=_code(message), by=by)
    subject = external_id(answered.id, by.office_id)
    body = records.ExternalReceipt(
        dispatch=answered.id,
        organ_id=message.sender.organ_id,
        organ_name=message.sender.name or message.sender.organ_id,
        status_code=message.status_code.value,
        description=message.description[:2000],
        reported_at=message.at,
        staff=message.staff.name,
    )
    statement = Statement(
        records.EXTERNAL, 1, body, subject, AudienceSet.of({by.office_id}),
        opens=not Subject.objects.filter(id=subject).exists(), parent=answered.id,
    )  # fmt: skip
    publish([statement], by=by)
    _ask_back(message, answered, by)
    _remember(message, answered.id, by)
    note(by=by, event="dispatches:outgoing:external_status", subject_id=answered.id, status=message.status_code.value)
    reason = _("Đã cập nhật tình trạng của văn bản %(code)s.") % {"code": answered.code}
    return ImportResult(file_name, "imported", "status", answered.code, reason, answered.id)


def _answered(message: EdxmlStatus, by: Acting) -> Dispatch | None:
    """Our document that a status message speaks of. Only its sender can want a document back that came from outside."""
    found = outside.answered(message.response_for, by=by)
    if found is None or found.origin == "issued":
        return found
    return found if outside.from_its_sender(message, found, by=by) else None


def _ask_back(message: EdxmlStatus, document: Dispatch, by: Acting) -> None:
    """Yêu cầu lấy lại (13): the sender recalls what it sent us; once."""
    if message.status_code is StatusCode.RECALL_REQUESTED and document.origin != "issued":
        if document.standing == DispatchState.RECALLED:
            return
        said = " ".join(message.description[:MAX_REASON].split())
        state_foreign_change(
            document, action="recall", reason=said or _("(nơi gửi không nêu lý do)"),
            asked_by=message.sender.name or message.sender.organ_id, new_document=None, by=by,
        )  # fmt: skip


def _remember(message: EdxmlDocument | EdxmlStatus, dispatch_id: UUID, by: Acting) -> None:
    document_id = message.document_id if isinstance(message, EdxmlDocument) else None
    EdxmlReceived.objects.create(
        office_id=by.office_id,
        identity=message.identity,
        kind=_kind(message),
        organ_id=message.sender.organ_id[:500],
        document_id=document_id.raw[:500] if document_id else "",
        dispatch_id=dispatch_id,
    )


def _kind(message: EdxmlDocument | EdxmlStatus) -> str:
    return "status" if isinstance(message, EdxmlStatus) else "document"


def _code(message: EdxmlDocument | EdxmlStatus) -> str:
    return message.response_for.code if isinstance(message, EdxmlStatus) else message.code


def _quarantine(data: Data, file_name: str, error: Unreadable, *, kind: str, code: str, by: Acting) -> ImportResult:
    reason = explain(error.code, error.params, _)
    if len(data):
        stored = _store_whole(data)
        _item, made = Quarantined.objects.get_or_create(
            office_id=by.office_id,
            sha256=stored.sha256,
            defaults={
                "file_name": file_name[:300],
                "size": stored.size,
                "reason_code": error.code,
                "reason_values": dict(error.params),
            },
        )
        if made:
            note(by=by, event="dispatches:quarantine:keep", reason=error.code)
    return ImportResult(file_name, "quarantined", kind, code, reason, reason_code=error.code)


def retry_quarantined(item_id: UUID, *, by: Acting) -> ImportResult:
    """Read a waiting file once more, for instance after the document it answers was issued."""
    item = access.quarantined(item_id, by=by)
    with stored_path(item.sha256) as path:
        result = import_edxml(mapped(path), file_name=item.file_name, by=by)
    if result.outcome != "quarantined":
        _resolve(item, result.reason, by)
    return result


def dismiss_quarantined(item_id: UUID, *, reason: str, by: Acting) -> None:
    """Set a waiting file aside for good, with the reason; its bytes are kept."""
    check_may(by, Permission.DISPATCH_REGISTER)
    words = clean_line(reason)
    if not words:
        message = _("Ghi rõ lý do.")
        raise Invalid("reason_required", message, fields={"reason": [message]})
    _resolve(access.quarantined(item_id, by=by), words, by)


def _resolve(item: Quarantined, resolution: str, by: Acting) -> None:
    item.resolved_at, item.resolved_by, item.resolution = now(), by.person_name, resolution
    item.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    note(by=by, event="dispatches:quarantine:resolve", subject_id=item.id)


def waiting_reasons(items: Sequence[Quarantined]) -> list[tuple[Quarantined, str]]:
    """Waiting files with the sentence that says why."""
    return [(item, explain(item.reason_code, item.reason_values, _)) for item in items]
