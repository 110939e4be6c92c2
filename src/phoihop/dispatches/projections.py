"""Deriving documents, their search text and each office's handling from records. Pure, set-based, repeatable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from phoihop.core.ids import derived_id
from phoihop.core.rows import array_cursor, as_rows, insert_rows, insertion
from phoihop.core.text import fold, normalise_code
from phoihop.dispatches import models, records
from phoihop.dispatches.change_projections import mark_standing
from phoihop.exchange.deliveries import mark_answered
from phoihop.exchange.envelope import Envelope
from phoihop.exchange.registry import Stated
from phoihop.files.actions import attach


def handling_id(dispatch_id: UUID, office_id: UUID) -> UUID:
    """The subject of one office's own matter about a document."""
    return derived_id("handling", dispatch_id, office_id)


def external_id(dispatch_id: UUID, office_id: UUID) -> UUID:
    """The subject of what organisations outside the directory report of an office's document."""
    return derived_id("external", dispatch_id, office_id)


def place_of(sort: str) -> Callable[[Envelope, frozenset[UUID]], UUID]:
    """How records of a child subject are placed: by the document they name as parent, and their author."""

    def place(envelope: Envelope, _offices: frozenset[UUID]) -> UUID:
        return derived_id(sort, envelope.parent or envelope.subject, envelope.office)

    return place


def project_issued(stated: Sequence[Stated[records.Issued]]) -> None:
    """Documents issued to other offices; a reply also marks the delivery it answers."""
    _project_issued(stated, [_issued_row(item) for item in stated])


def project_marked(stated: Sequence[Stated[records.IssuedMarked]]) -> None:
    """The same of documents that bear personal data."""
    rows = [
        _issued_row(item) | {"personal_data": item.body.personal_data, "keep_until": item.body.keep_until}
        for item in stated
    ]
    _project_issued(stated, rows)


def _issued_row(item: Stated[Any]) -> dict[str, Any]:
    return _document_row(item, origin="issued", business="new") | {
        "body_id": item.body.body_id,
        "recipients": item.body.model_dump(mode="json", include={"recipients"})["recipients"],
    }


def _project_issued(stated: Sequence[Stated[Any]], rows: Sequence[dict[str, Any]]) -> None:
    came_first = _insert_documents(stated, rows)
    _mark_answers(stated, came_first)


def project_entered(stated: Sequence[Stated[records.Entered]]) -> None:
    """Documents from outside the directory, seen by the office that entered them."""
    rows = [
        _document_row(item, origin=item.body.origin, business=item.body.business)
        | {"body_id": None, "recipients": [{"office": str(item.envelope.office), "role": "main"}]}
        for item in stated
    ]
    _insert_documents(stated, rows)


def _document_row(item: Stated[Any], *, origin: str, business: str) -> dict[str, Any]:
    body: records.DocumentBody = item.body
    envelope = item.envelope
    return {name: getattr(body, name) for name in _SAID} | {
        "id": envelope.subject,
        "record_id": envelope.id,
        "audience_id": item.audience_id,
        "owner_id": envelope.office,
        "origin": origin,
        "business": business,
        "issued_at": envelope.at,
        "attachment_count": len(body.attachments),
    }


_SAID = tuple(name for name in records.DocumentBody.model_fields if name != "attachments")
"""What a body says in plain values, taken as they are."""


Reply = tuple[UUID, UUID, UUID, datetime]
"""A document answered, who answered it, to whom and when."""


def _insert_documents(stated: Sequence[Stated[Any]], rows: Sequence[dict[str, Any]]) -> list[Reply]:
    """Documents with their texts. Returns the replies to them that came before they did."""
    changed, replies = _insert_with_texts(rows)
    if changed:
        mark_standing(changed)
    attach(
        [
            {
                "record_id": item.envelope.id,
                "number": number,
                "subject_id": item.envelope.subject,
                "audience_id": item.audience_id,
                "node_id": item.envelope.node,
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
            }
            for item in stated
            for number, file in enumerate(item.body.attachments, start=1)
        ]
    )
    return replies


_INSERT_WITH_TEXTS = """
WITH documents AS ({documents}), texts AS (
    INSERT INTO dispatches_dispatchtext (dispatch_id, audience_id, issued_at, code, words)
    SELECT r.id, r.audience, r.at, r.code, to_tsvector('simple', r.words)
    FROM ({texts}) AS r(id, audience, at, code, words) ON CONFLICT DO NOTHING
)
SELECT dispatch_id, NULL::uuid, NULL::uuid, NULL::timestamptz FROM dispatches_change WHERE dispatch_id = ANY(%b::uuid[])
UNION ALL
SELECT reply_to, owner_id, (r.one ->> 'office')::uuid, issued_at
FROM dispatches_dispatch, jsonb_array_elements(recipients) AS r(one)
WHERE reply_to = ANY(%b::uuid[]) AND origin = 'issued'
"""
"""One journey to the database for what nearly every document needs: asking what came first nearly never finds any."""


def _insert_with_texts(rows: Sequence[dict[str, Any]]) -> tuple[list[UUID], list[Reply]]:
    """Returns which of the documents are changed by what came before them, and the replies that did."""
    listed, values = as_rows(
        ("uuid", "uuid", "timestamptz", "text", "text"),
        [
            [row["id"] for row in rows],
            [row["audience_id"] for row in rows],
            [row["issued_at"] for row in rows],
            [normalise_code(row["code"]) for row in rows],
            [search_words(row) for row in rows],
        ],
    )
    documents, document_values = insertion(models.Dispatch, rows)
    ids = [row["id"] for row in rows]
    with array_cursor() as cursor:
        cursor.execute(
            _INSERT_WITH_TEXTS.format(documents=documents, texts=listed), [*document_values, *values, ids, ids]
        )
        found = cursor.fetchall()
    return [row[0] for row in found if row[1] is None], [row for row in found if row[1] is not None]


def search_words(row: dict[str, Any]) -> str:
    """What search finds a document by, folded: abstract, issuer, type, signatory, text."""
    parts = (row["abstract"], row["issuer_name"], row["type_name"], row["signatory_name"], row["content"])
    return fold(" \n ".join(part for part in parts if part))


def _mark_answers(stated: Sequence[Stated[records.Issued]], came_first: Sequence[Reply]) -> None:
    """A reply that goes to the owner of what it answers marks that delivery, whichever of the two came first."""
    replies = [
        (item.body.reply_to, item.envelope.office, recipient.office, item.envelope.at)
        for item in stated
        if item.body.reply_to is not None
        for recipient in item.body.recipients
    ]
    mark_answered([*replies, *came_first])


def issued_recipients(stated: Stated[records.Issued]) -> Sequence[UUID]:
    """The offices for which an issued document opens a delivery."""
    return [recipient.office for recipient in stated.body.recipients]


def entered_recipients(stated: Stated[records.Entered]) -> Sequence[UUID]:
    """A document entered from outside is delivered to the office that entered it."""
    return [stated.envelope.office]


def project_registered(stated: Sequence[Stated[records.Registered]]) -> None:
    """Open the handling of documents entered in the incoming book."""
    insert_rows(
        models.Handling,
        [
            {
                "id": item.envelope.subject,
                "dispatch_id": item.body.dispatch,
                "office_id": item.envelope.office,
                "state": "registered",
                "book": item.body.book,
                "arrival_number": item.body.number,
                "arrival_year": item.body.year,
                "registered_at": item.envelope.at,
                "registered_by": item.body.by.name,
                "due_at": item.body.due_at,
                "direction": "",
                "directed_by": "",
                "lead_name": "",
                "lead_title": "",
                "coordinators": [],
                "informed": [],
                "returned_reason": "",
                "result": "",
            }
            for item in stated
        ],
    )


def project_distributed(stated: Sequence[Stated[records.Distributed]]) -> None:
    """Who was asked for directions, or to handle it straight away."""
    for item in stated:
        to = item.body.to
        models.Handling.objects.filter(id=item.envelope.subject).update(
            state="distributed",
            forwarded_to={
                **_person(to),
                "remark": item.body.remark,
                "by": item.body.by.name,
                "at": item.envelope.at.isoformat(),
            },
            lead_position_id=to.position,
            lead_name=to.name,
            lead_title=to.title,
        )


def project_directed(stated: Sequence[Stated[records.Directed]]) -> None:
    """The latest directions stand; earlier ones stay in the timeline."""
    for item in stated:
        body = item.body
        handling = models.Handling.objects.filter(id=item.envelope.subject)
        handling.update(
            direction=body.direction,
            directed_by=f"{body.by.name}, {body.by.title}",
            directed_at=item.envelope.at,
            lead_position_id=body.lead.position,
            lead_name=body.lead.name,
            lead_title=body.lead.title,
            coordinators=[_person(person) for person in body.coordinators],
            informed=[_person(person) for person in body.informed],
            **({"due_at": body.due_at} if body.due_at else {}),
        )
        handling.exclude(state__in=["accepted", "finished", "returned"]).update(state="directed")


def project_moved(stated: Sequence[Stated[records.Moved]]) -> None:
    """Accepted, returned or finished."""
    for item in stated:
        changes: dict[str, Any] = {"state": item.body.state, f"{item.body.state}_at": item.envelope.at}
        if item.body.state == "returned":
            changes["returned_reason"] = item.body.remark
        if item.body.state == "finished":
            changes["result"] = item.body.remark
        updated = models.Handling.objects.filter(id=item.envelope.subject).update(**changes)
        if not updated:  # returned before it was ever entered in the book
            _insert_unregistered(item, changes)


def _insert_unregistered(item: Stated[records.Moved], changes: dict[str, Any]) -> None:
    models.Handling.objects.create(
        id=item.envelope.subject, dispatch_id=item.body.dispatch, office_id=item.envelope.office, **changes
    )


def project_external(stated: Sequence[Stated[records.ExternalReceipt]]) -> None:
    """States reported by organisations outside the directory."""
    insert_rows(
        models.ExternalReceipt,
        [
            {
                "id": item.envelope.id,
                "dispatch_id": item.body.dispatch,
                "office_id": item.envelope.office,
                "organ_id": item.body.organ_id,
                "organ_name": item.body.organ_name,
                "status_code": item.body.status_code,
                "description": item.body.description,
                "reported_at": item.body.reported_at,
                "received_at": item.envelope.at,
            }
            for item in stated
        ],
    )


def _person(person: records.PersonRef) -> dict[str, str]:
    return {"position": str(person.position), "name": person.name, "title": person.title}
