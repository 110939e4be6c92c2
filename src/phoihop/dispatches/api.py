"""The part of the public API about documents. The API room mounts ``router``; every operation runs in its scope."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from phoihop.core.errors import Invalid
from phoihop.core.ids import new_id
from phoihop.dispatches import api_shapes as shapes
from phoihop.dispatches.actions.drafting import issue_signed, save_draft
from phoihop.dispatches.actions.edxml import import_edxml, mapped
from phoihop.dispatches.actions.exporting import export_dispatch, export_receivers, export_status
from phoihop.dispatches.actions.listing import ListAsked, expand_lists, keep_lists, note_kept_lists
from phoihop.dispatches.actions.reporting import Report, report_states
from phoihop.dispatches.documents import DraftInput
from phoihop.dispatches.rules import Urgency
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.lists import INCOMING_STATES, IncomingRow, ListFilter, OutgoingRow, incoming, outgoing
from phoihop.dispatches.selectors.search import search_ids
from phoihop.exchange.models import Delivery
from phoihop.files.actions import hold_uploads, remove_upload
from phoihop.files.selectors import attachment, attachments_of, upload
from phoihop.files.storage import CHUNK_BYTES, open_stored, stored_path
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.api import acting_of
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission
from phoihop.offices.reading import mark_reading
from phoihop.offices.snapshot import Snapshot, directory

router = Router(tags=["dispatches"])
OUTGOING_STATES = ("", "waiting", "returned")
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_FILE = {"application/octet-stream": _BYTES}
_XML = {"application/xml": _BYTES}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@router.post("/dispatches", response={201: shapes.IssuedOut}, operation_id="issue_dispatch")
def issue_dispatch(request: HttpRequest, document: shapes.IssueIn) -> shapes.IssuedOut:
    """Number and issue a document that was signed on paper or in the existing system, naming who signed it."""
    by, dispatch_id = acting_of(request), new_id()
    if document.attachments:
        hold_uploads(document.attachments, holder_id=dispatch_id, by=by)
    stated, kept = _stated(document, by)
    code = issue_signed(
        stated,
        by=by,
        dispatch_id=dispatch_id,
        signer_position_id=document.signer,
        signed_at=document.signed_at,
        typed=document.number,
        dated=document.dated,
    )
    note_kept_lists(dispatch_id, kept, by=by)
    return shapes.IssuedOut(id=dispatch_id, code=code)


@router.post("/drafts", response={201: shapes.DraftOut}, operation_id="start_draft")
def start_draft(request: HttpRequest, document: shapes.DraftIn) -> shapes.DraftOut:
    """Start a draft, which people then complete, sign, number and issue on the pages."""
    by = acting_of(request)
    stated, kept = _stated(document, by)
    draft = save_draft(stated, by=by)
    if kept:
        keep_lists(draft, kept, by=by)
    if document.attachments:
        hold_uploads(document.attachments, holder_id=draft.id, by=by)
    return shapes.DraftOut(id=draft.id, revision=draft.revision, state=draft.state)


def _stated(document: shapes.DraftIn, by: Acting) -> tuple[DraftInput, Sequence[dict[str, Any]]]:
    """What the request says, and by which lists it is addressed."""
    known = directory()
    recipients, kept = expand_lists([_asked(one, known) for one in document.lists], by=by)
    stated = DraftInput(
        body_id=_body_id(document.body, known, by) if document.body else None,
        type_code=document.type_code,
        abstract=document.abstract,
        content=document.content,
        urgency=document.urgency,
        circulation=document.circulation,
        recipients=[*_recipients(document.recipients, known), *recipients],
        other_recipients=document.other_recipients,
        due_at=document.due_at,
        reply_to=document.reply_to,
        related_to=document.related_to,
        personal_data=document.personal_data,
        keep_until=document.keep_until,
    )
    return stated, kept


def _asked(one: shapes.ListIn, known: Snapshot) -> ListAsked:
    rows = [shapes.RecipientIn(office=code) for code in one.without]
    without = frozenset(UUID(row["office"]) for row in _recipients(rows, known))
    return ListAsked(one.id, one.seen, one.role, without)


def _body_id(code: str, known: Snapshot, by: Acting) -> UUID:
    found = known.body_by_code.get((by.office_id, code))
    if found is None:
        message = _("Văn phòng không có cơ quan ban hành mang mã “%(code)s”.") % {"code": code}
        raise Invalid("body_unknown", message, fields={"body": [message]})
    return found.id


def _recipients(rows: Sequence[shapes.RecipientIn], directory: Snapshot) -> Sequence[dict[str, str]]:
    known = directory.by_code
    unknown = [(index, row.office) for index, row in enumerate(rows) if row.office not in known]
    if unknown:
        fields = {
            f"recipients.{index}.office": [_("Không có văn phòng mang mã “%(code)s”.") % {"code": code}]
            for index, code in unknown
        }
        raise Invalid("recipient_unknown", _("Có nơi nhận không có trong danh bạ."), fields=fields)
    return [{"office": str(known[row.office].id), "role": row.role} for row in rows]


@router.get("/dispatches", response=shapes.PageOut, operation_id="list_dispatches")
def list_dispatches(
    request: HttpRequest,
    direction: Literal["in", "out"] = "in",
    state: Annotated[str, Query(max_length=20, description="As the tabs of the lists; see the guide.")] = "",
    urgency: Urgency | None = None,
    q: Annotated[str, Query(max_length=200, description="Words, diacritics or not, or a code.")] = "",
    cursor: Annotated[str, Query(max_length=200, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> shapes.PageOut:
    """Documents that came in, by arrival, or that this office issued, by issue; newest first."""
    by = acting_of(request)
    allowed = INCOMING_STATES if direction == "in" else OUTGOING_STATES
    if state not in allowed:
        message = _("Chỉ nhận: %(expected)s.") % {"expected": ", ".join(one for one in allowed if one)}
        raise Invalid("state_unknown", message, fields={"state": [message]})
    ids = search_ids(q, by=by) if q else None
    wanted = ListFilter(state=state, urgency=urgency.value if urgency else "", ids=ids)
    listing = incoming if direction == "in" else outgoing
    page = listing(wanted, by=by, after=shapes.read_cursor(cursor), size=limit)
    return shapes.PageOut(items=_items(page.rows), next=shapes.write_cursor(page.following))


def _items(rows: Sequence[object]) -> list[shapes.ItemOut]:
    found = [row for row in rows if isinstance(row, IncomingRow | OutgoingRow)]
    codes = _codes({row.dispatch.owner_id for row in found})
    items = []
    for row in found:
        more: dict[str, Any] = {"owner": codes.get(row.dispatch.owner_id, "")}
        if isinstance(row, IncomingRow):
            more |= {"state": row.state.value, "late": row.is_late, "due_at": row.due_at}
            more |= {"arrival_number": row.handling.arrival_number if row.handling else None}
        else:
            more |= {"reached": dict(row.tally)}
        items.append(shapes.ItemOut.model_validate(shapes.plain(row.dispatch, shapes.ItemOut) | more))
    return items


def _codes(ids: set[UUID]) -> dict[UUID, str]:
    return dict(Office.objects.filter(id__in=ids).values_list("id", "code"))


@router.get("/dispatches/{uuid:dispatch_id}", response=shapes.DispatchOut, operation_id="get_dispatch")
def get_dispatch(request: HttpRequest, dispatch_id: UUID) -> shapes.DispatchOut:
    """One document; how far it got with each recipient when this office issued it, else how far it got here."""
    by = acting_of(request)
    found = access.dispatch(dispatch_id, by=by)
    mark_reading(request, "dispatches:document:see", found.id)
    deliveries = list(Delivery.objects.filter(subject_id=found.id, expected=True))
    addressed = {UUID(row["office"]): row["role"] for row in found.recipients}
    codes = _codes({found.owner_id, *addressed, *(one.recipient_id for one in deliveries)})
    return shapes.DispatchOut.model_validate(
        shapes.plain(found, shapes.DispatchOut)
        | {
            "owner": codes.get(found.owner_id, ""),
            "recipients": [{"office": codes.get(one, ""), "role": role} for one, role in addressed.items()],
            "attachments": [shapes.plain(one, shapes.AttachmentOut) for one in attachments_of(found.id, by=by)],
            "deliveries": [
                shapes.plain(one, shapes.DeliveryOut) | {"office": codes.get(one.recipient_id, "")}
                for one in deliveries
            ],
        }
    )


@router.get(
    "/dispatches/{uuid:dispatch_id}/attachments/{number}",
    operation_id="get_attachment",
    openapi_extra={"responses": {"200": {"description": "The file", "content": _FILE}}},
)
def get_attachment(
    request: HttpRequest, dispatch_id: UUID, number: Annotated[int, Path(ge=1, le=1000)]
) -> FileResponse:
    """The bytes of one attachment."""
    by = acting_of(request)
    found = attachment(access.dispatch(dispatch_id, by=by).record_id, number, by=by)
    mark_reading(request, "files:attachment:open", dispatch_id)
    response = FileResponse(
        open_stored(found.sha256), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response.block_size = CHUNK_BYTES
    response.headers["Cache-Control"] = "private, no-store"
    return response


@router.get(
    "/dispatches/{uuid:dispatch_id}/edxml",
    operation_id="get_edxml",
    openapi_extra={
        "responses": {
            "200": {"description": "The message", "content": _XML},
            "409": {"description": "There is nothing of the kind to tell of this document", "content": _PROBLEM},
        }
    },
)
def get_edxml(
    request: HttpRequest,
    dispatch_id: UUID,
    what: Annotated[
        Literal["document", "status", "receivers"],
        Query(description="The document, how far it got here, or to whom it was opened later."),
    ] = "document",
) -> HttpResponse | FileResponse:
    """A document, or what is to be told of it, as edXML (QCVN 102:2016/BTTTT)."""
    made = _EDXML[what](dispatch_id, by=acting_of(request))
    mark_reading(request, "dispatches:document:export_edxml", dispatch_id)
    with ExitStack() as on_failure:
        spool = on_failure.enter_context(tempfile.SpooledTemporaryFile(max_size=CHUNK_BYTES))
        made.write_to(spool)
        is_small = spool.tell() <= CHUNK_BYTES
        spool.seek(0)
        if is_small:
            return _as_file(HttpResponse(spool.read(), content_type="application/xml"), made.file_name)
        on_failure.pop_all()  # the response closes it
    return _as_file(FileResponse(spool, content_type="application/xml"), made.file_name)


def _as_file(response: HttpResponse | FileResponse, name: str) -> HttpResponse | FileResponse:
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


_EDXML = {"document": export_dispatch, "status": export_status, "receivers": export_receivers}


@router.post("/edxml", response=shapes.EdxmlOut, operation_id="import_edxml")
def post_edxml(request: HttpRequest, message: shapes.EdxmlIn) -> shapes.EdxmlOut:
    """Take in an edXML message that was sent to /uploads: a document, a revocation, or a status message."""
    by = acting_of(request)
    check_may(by, Permission.DISPATCH_REGISTER)
    found = upload(message.upload_id, by=by)
    with stored_path(found.sha256) as path:
        result = import_edxml(mapped(path), file_name=found.name, by=by)
    remove_upload(found.id, by=by)
    return shapes.EdxmlOut(
        outcome=result.outcome, kind=result.kind, code=result.code, reason=result.reason, dispatch=result.dispatch_id
    )


@router.post("/receipts", response=shapes.StatedOut, operation_id="report_states")
def post_receipts(request: HttpRequest, batch: shapes.ReceiptsIn) -> shapes.StatedOut:
    """Say of documents that came in how far they got here: all of the batch, or none of it."""
    reports = [Report(one.dispatch, one.state, one.reason) for one in batch.items]
    stated = report_states(reports, by=acting_of(request))
    known = set(stated)
    return shapes.StatedOut(
        stated=list(stated), unchanged=[one.dispatch for one in batch.items if one.dispatch not in known]
    )
