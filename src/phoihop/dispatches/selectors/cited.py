"""Documents that a paper or draft cites and that were recalled, replaced or updated."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from phoihop.dispatches.citations import Citation, citations
from phoihop.dispatches.models import Change, Dispatch, Draft
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission


@dataclass(frozen=True)
class ChangedCitation:
    """A cited document, and what last became of it."""

    document: Dispatch
    change: Change


def changed_citations_of(document: Dispatch, *, by: Acting) -> Sequence[ChangedCitation]:
    """What the text of a document cites or answers, or it passes on, that has changed as far as the office knows."""
    linked = {one for one in (document.reply_to, document.related_to) if one}
    return _changed(document.content, linked, document.id, document.owner_id, by)


def changed_citations_of_draft(draft: Draft, *, by: Acting) -> Sequence[ChangedCitation]:
    """The same for a draft; the document it is to replace or update itself is passed over."""
    linked = {one for one in (draft.reply_to, None if draft.changes else draft.related_to) if one}
    return _changed(draft.content, linked, draft.id, draft.office_id, by)


def _changed(text: str, linked: Collection[UUID], own: UUID, office: UUID, by: Acting) -> Sequence[ChangedCitation]:
    check_may(by, Permission.DISPATCH_VIEW)
    cited = citations(text)
    if not cited and not linked:
        return ()
    named = Dispatch.objects.filter(Q(id__in=linked) | Q(code__in={one.code for one in cited})).exclude(id=own)
    changes = (
        Change.objects.filter(dispatch_id__in=named.values("id"))
        .exclude(new_document_id=own)
        .order_by("dispatch_id", "-requested_at")
        .distinct("dispatch_id")
    )
    latest = {one.dispatch_id: one for one in changes}
    if not latest:
        return ()
    return [
        ChangedCitation(one, latest[one.id])
        for one in Dispatch.objects.filter(id__in=latest).order_by("issued_at", "id")
        if one.id in linked or any(_means(each, one, text, office) for each in cited)
    ]


def _means(cited: Citation, document: Dispatch, text: str, office: UUID) -> bool:
    """Numbers repeat from office to office: the day decides; without one, whose it is or whose name the text bears."""
    if cited.code != document.code:
        return False
    if cited.dated is not None:
        return cited.dated == document.dated
    return document.owner_id == office or document.issuer_name.casefold() in text.casefold()
