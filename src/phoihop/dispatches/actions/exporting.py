"""Giving documents, recalls and states out as edXML, for offices that have other software."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from typing import IO
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Conflict
from phoihop.dispatches import outgoing_messages as messages
from phoihop.dispatches.certificates import own_certificate
from phoihop.dispatches.edxml import (
    DEFAULT_LIMITS,
    EdxmlDocument,
    EdxmlStatus,
    OutFile,
    Staff,
    StatusCode,
    Unwritable,
    write,
)
from phoihop.dispatches.edxml.values import VIETNAM
from phoihop.dispatches.models import ChangeAnswer, Dispatch
from phoihop.dispatches.rules import STATUS_CODES, AnswerState, HandlingState
from phoihop.dispatches.selectors import access, changes
from phoihop.dispatches.selectors.disclosed import disclosed_offices
from phoihop.files.models import Attachment
from phoihop.files.selectors import attachments_of, check_here
from phoihop.files.storage import open_stored
from phoihop.offices.acting import Acting

_UNSAFE = re.compile(r"[^\w.-]+")
_STATES = {
    HandlingState.ARRIVED: StatusCode.ARRIVED,
    HandlingState.REGISTERED: StatusCode.ACCEPTED,
    HandlingState.DISTRIBUTED: StatusCode.ASSIGNED,
    HandlingState.DIRECTED: StatusCode.ASSIGNED,
    HandlingState.ACCEPTED: StatusCode.PROCESSING,
    HandlingState.FINISHED: StatusCode.FINISHED,
    HandlingState.RETURNED: StatusCode.REFUSED,
}


@dataclass(frozen=True)
class Export:
    """A message ready to be written: its file name, and ``write_to``, which fills a binary file."""

    file_name: str
    write_to: Callable[[IO[bytes]], None]


def export_dispatch(dispatch_id: UUID, *, by: Acting) -> Export:
    """A document with its files. Raises NotFound, or Conflict when its text was given up or its issuer has no name."""
    document = access.dispatch(dispatch_id, by=by)
    if changes.withheld([document.id], by=by):
        raise Conflict("text_gone", _("Văn bản đã thu hồi, toàn văn không còn tại văn phòng."))
    message = messages.document_message(document, by=by)
    files = [_file(one) for one in attachments_of(document.id, by=by) if not _is_package(document, one)]
    if len(message.content) > DEFAULT_LIMITS.block:  # peers refuse a field of that length; a file they take
        files = [_text_file(message.content), *files]
        message = replace(message, content="")
    return _export(message, files, document, "", by=by)


def _is_package(document: Dispatch, file: Attachment) -> bool:
    """A document that came as edXML keeps the message it came in as its last file; that is not part of the document."""
    return document.origin == "edxml" and file.number == document.attachment_count and file.name.endswith(".edxml")


def export_change(change_id: UUID, *, by: Acting) -> Export:
    """A recall as a revocation; an update or replacement as the document that makes it. For the issuer."""
    change = changes.change(change_id, by=by)
    document = access.dispatch(change.dispatch_id, by=by)
    if document.owner_id != by.office_id or document.origin != "issued":
        raise Conflict("not_owner", _("Chỉ cơ quan ban hành được gửi đề nghị này ra ngoài hệ thống."))
    if change.new_document_id is not None:
        return export_dispatch(change.new_document_id, by=by)
    return _export(messages.recall_message(change, document, by=by), (), document, "thu-hoi", by=by)


def export_receivers(dispatch_id: UUID, *, by: Acting) -> Export:
    """The update that names the offices a document was opened to later. Raises Conflict when there are none."""
    document = access.dispatch(dispatch_id, by=by)
    added = disclosed_offices(document.id, by=by)
    if document.owner_id != by.office_id or not added:
        raise Conflict("nothing_added", _("Văn bản này chưa gửi thêm nơi nhận nào."))
    return _export(messages.receivers_message(document, added, by=by), (), document, "noi-nhan", by=by)


def export_status(dispatch_id: UUID, *, by: Acting) -> Export:
    """How far a document got at the acting office, or its answer to a recall, as a status message to the issuer."""
    document = access.dispatch(dispatch_id, by=by)
    delivery = access.own_delivery(document.id, by=by)
    handling = access.own_handling(document.id, by=by)
    code, words = _answer(document, by)
    if code is None:
        state = HandlingState(handling.state) if handling else HandlingState.ARRIVED
        state = HandlingState.RETURNED if delivery.returned_at else state
        code = _STATES[state]
        words = delivery.returned_reason or (handling.result if handling else "")
    message = EdxmlStatus(
        digest="", sender=messages.own_organ(by), response_for=messages.answered(document, by=by), status_code=code,
        description=words, at=now().astimezone(VIETNAM).replace(microsecond=0),
        staff=Staff(department=by.office_name, name=by.person_name), warnings=(),
    )  # fmt: skip
    return _export(message, (), document, f"trang-thai-{code.value}", by=by)


def _answer(document: Dispatch, by: Acting) -> tuple[StatusCode | None, str]:
    """The office's answer to the latest change, when it has given one."""
    answers = ChangeAnswer.objects.filter(dispatch_id=document.id, office_id=by.office_id, asked=True)
    given = answers.exclude(state=AnswerState.REQUESTED).order_by("answered_at").last()
    return (StatusCode(STATUS_CODES[AnswerState(given.state)]), given.reason) if given else (None, "")


def _text_file(content: str) -> OutFile:
    return OutFile("toan-van.txt", "text/plain", lambda: BytesIO(content.encode()))


def _file(attachment: Attachment) -> OutFile:
    check_here(attachment)
    return OutFile(attachment.name, attachment.media_type, partial(open_stored, attachment.sha256))


def _export(
    message: EdxmlDocument | EdxmlStatus, files: Sequence[OutFile], document: Dispatch, what: str, *, by: Acting
) -> Export:
    name = _UNSAFE.sub("-", "_".join(part for part in (document.code or str(document.id), what) if part)).strip("-_")
    return Export(f"{name}.edxml", partial(_write, message, files))


def note_export(export: Export, *, subject_id: UUID, by: Acting) -> None:
    """Enter in the journal that somebody took a message out."""
    note(by=by, event="dispatches:document:export_edxml", subject_id=subject_id, file=export.file_name)


def _write(message: EdxmlDocument | EdxmlStatus, files: Sequence[OutFile], to: IO[bytes]) -> None:
    try:
        write(message, files, to=to, certified=own_certificate())
    except Unwritable as error:
        raise Conflict(
            "unwritable",
            _("Văn bản có nội dung không ghi được theo quy chuẩn edXML."),
            remedy=_("Kiểm tra trích yếu, số, ký hiệu và ngày: %(detail)s") % {"detail": error.detail[:200]},
        ) from error
