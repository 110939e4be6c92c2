"""Documents as things that lie in casefiles: how they read there, and which files they bring to the archive."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from phoihop.casefiles.registry import Described, PackedFile, Source, register_source
from phoihop.dispatches.models import Dispatch
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.changes import withheld
from phoihop.files.selectors import attachments_of
from phoihop.offices.acting import Acting

KIND = "dispatch"


def register() -> None:
    """Let documents be put into casefiles."""
    register_source(Source(KIND, describe, files))


def describe(dispatch_ids: Collection[UUID], by: Acting) -> Mapping[UUID, Described]:
    """Number, day, issuer, type and abstract of the documents the office sees. One query."""
    return {
        one.id: Described(
            one.code,
            one.dated,
            one.issuer_name,
            f"{_(one.type_name)}: {one.abstract}" if one.type_name else one.abstract,
            reverse("dispatches:document", args=[one.id]),
        )
        for one in Dispatch.objects.filter(id__in=list(dispatch_ids))
    }


def files(dispatch_id: UUID, by: Acting) -> Sequence[PackedFile]:
    """The attachments, and the text typed into the page when there is one; nothing of what was given up."""
    if withheld([dispatch_id], by=by):
        return ()
    document = access.dispatch(dispatch_id, by=by)
    found = [PackedFile(one.name, one.media_type, one.sha256) for one in attachments_of(dispatch_id, by=by)]
    if document.content:
        found.append(PackedFile("noi-dung.txt", "text/plain", text=document.content))
    return found
