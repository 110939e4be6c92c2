"""Which of our documents a message from outside the directory speaks of: by issuer, code and date.

Where more than one bears what the message names, none is taken: a wrong one would be recalled or called done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from phoihop.dispatches.edxml import Business, DocumentId, EdxmlDocument, EdxmlStatus, ResponseFor
from phoihop.dispatches.models import ChangeAnswer, Dispatch, EdxmlReceived, Handling
from phoihop.offices.acting import Acting
from phoihop.offices.models import IssuingBody


def answered(said: ResponseFor, *, by: Acting) -> Dispatch | None:
    """The document of the acting office that a reply or status message names, issued or entered; None when unsure."""
    named = said.document_id
    if named is not None and named.is_guid:
        own = Dispatch.objects.filter(owner_id=by.office_id, id=named.raw).first()
        if own is not None:
            return own
    organ = said.organ_id or (named.organ_id if named else "")
    code = said.code or (named.code if named else "")
    issued = said.issued or (named.issued if named else None)
    found = _issued(code, organ, issued, by)
    return found or _entered(named, code, organ, issued, by)


def _issued(code: str, organ: str, issued: date | None, by: Acting) -> Dispatch | None:
    rows = list(_of_code(code, issued, by).filter(origin="issued")[:50]) if code else []
    bodies = set(_bodies(organ, by)) if organ else set()
    ours = [one for one in rows if one.body_id in bodies] if bodies else rows
    return _only(ours)


def _bodies(organ: str, by: Acting) -> Sequence[UUID]:
    named = IssuingBody.objects.filter(office_id=by.office_id).filter(Q(edxml_id=organ) | Q(edxml_id="", code=organ))
    return list(named.values_list("id", flat=True))


def _of_code(code: str, issued: date | None, by: Acting) -> QuerySet[Dispatch]:
    rows = Dispatch.objects.filter(owner_id=by.office_id, code__iexact=code)
    return rows.filter(dated=issued) if issued is not None else rows


def _only(rows: Sequence[Dispatch]) -> Dispatch | None:
    """The one document meant; with two of the same issuer, code and date nobody can say which."""
    return rows[0] if len(rows) == 1 else None


def _entered(named: DocumentId | None, code: str, organ: str, issued: date | None, by: Acting) -> Dispatch | None:
    """A document that came from outside, as its issuer names it."""
    received = EdxmlReceived.objects.filter(office_id=by.office_id, kind="document", dispatch_id__isnull=False)
    if organ:
        received = received.filter(organ_id__in=[organ, ""])
    if named is not None:
        exact = received.filter(document_id=named.raw).values_list("dispatch_id", flat=True)
        found = list(Dispatch.objects.filter(id__in=list(exact[:50]), business__in=_WHOLE))
        if found:
            return _only(found)
    if not code:
        return None
    rows = _of_code(code, issued, by).filter(origin="edxml", business__in=_WHOLE)
    return _only(list(rows.filter(id__in=received.values("dispatch_id"))[:50]))


_WHOLE = ("new", "replace")
"""Messages that are a document themselves; the others only speak of one."""


def target(message: EdxmlDocument, *, by: Acting) -> Dispatch | None:
    """The earlier document that a revocation, update or replacement is about, when its sender had sent it to us."""
    if message.business is Business.NEW:
        return None
    organ = message.sender.organ_id
    for named in message.targets:
        if named.organ_id and organ and named.organ_id != organ:
            continue
        found = _entered(named, named.code, organ, named.issued, by)
        if found is not None:
            return found
    if message.targets and message.business is Business.REPLACE:
        return None
    return _entered(None, message.code, organ, message.promulgation_date, by)


def replied(message: EdxmlDocument, *, by: Acting) -> Dispatch | None:
    """The document of ours that a message answers."""
    found = (_reply(one, by) for one in message.response_for)
    return next((one for one in found if one is not None), None)


def _reply(said: ResponseFor, by: Acting) -> Dispatch | None:
    found = answered(said, by=by)
    return found if found is not None and found.origin == "issued" else None


def from_its_sender(message: EdxmlStatus, document: Dispatch, *, by: Acting) -> bool:
    """Whether a document that came from outside was sent by the organisation that now speaks of it."""
    organs = EdxmlReceived.objects.filter(office_id=by.office_id, dispatch_id=document.id).values_list(
        "organ_id", flat=True
    )
    return bool(message.sender.organ_id) and message.sender.organ_id in set(organs)


def states_to_tell(*, by: Acting, most: int = 500) -> Sequence[tuple[UUID, str]]:
    """How far the newest documents from outside got at the acting office, for those whose issuer has an identifier."""
    received = EdxmlReceived.objects.filter(office_id=by.office_id, kind="document", dispatch_id__isnull=False)
    newest = received.exclude(organ_id="").order_by("-received_at").values_list("dispatch_id", flat=True)[:most]
    ids = [one for one in newest if one is not None]
    handlings = Handling.objects.filter(office_id=by.office_id, dispatch_id__in=ids)
    states = dict(handlings.values_list("dispatch_id", "state"))
    answers = ChangeAnswer.objects.filter(office_id=by.office_id, dispatch_id__in=ids, asked=True)
    given = answers.exclude(state="requested").order_by("answered_at").values_list("dispatch_id", "state")
    told: dict[UUID, str] = dict.fromkeys(ids, "arrived")
    return list((told | states | dict(given)).items())
