"""What rooms ask the exchange about subjects of the acting office."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.core.isolation import scope
from phoihop.exchange import store
from phoihop.exchange.models import Disclosed, Subject
from phoihop.exchange.statements import AudienceSet
from phoihop.offices.acting import Acting


def own_audience(subject_id: UUID, *, by: Acting, withdrawn: bool = False) -> AudienceSet:
    """Who may see a subject of the acting office, and so its next record. Raises NotFound when it is not its own.

    With ``withdrawn``, also those from which it was withdrawn, who hold what went to them before.
    Members of an audience are read as the writer: to others an office shows only that it belongs to one itself.
    """
    with scope("writer", by.office_id):
        subject = Subject.objects.filter(id=subject_id, owner_id=by.office_id).first()
        if subject is None:
            raise NotFound("subject_unknown", _("Không tìm thấy việc này."))
        present = store.members_of([subject.audience_id])[subject.audience_id]
        named = Disclosed.objects.filter(subject_id=subject_id, until_id__isnull=False) if withdrawn else ()
        return AudienceSet.of(present.offices | {one.office_id for one in named})


def withdrawn_from(subject_id: UUID, *, by: Acting) -> frozenset[UUID]:
    """The offices to which nothing more on a subject of the acting office goes; empty when it is not its own."""
    with scope("writer", by.office_id):
        if not Subject.objects.filter(id=subject_id, owner_id=by.office_id).exists():
            return frozenset()
        rows = Disclosed.objects.filter(subject_id=subject_id, until_id__isnull=False)
        return frozenset(rows.values_list("office_id", flat=True))
