"""What rooms ask the exchange about subjects of the acting office."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.core.isolation import scope
from phoihop.exchange import store
from phoihop.exchange.models import Subject
from phoihop.exchange.statements import AudienceSet
from phoihop.offices.acting import Acting


def own_audience(subject_id: UUID, *, by: Acting) -> AudienceSet:
    """Who may see a subject of the acting office, and so its next record. Raises NotFound when it is not its own.

    Members of an audience are read as the writer: to others an office shows only that it belongs to one itself.
    """
    with scope("writer", by.office_id):
        subject = Subject.objects.filter(id=subject_id, owner_id=by.office_id).first()
        if subject is None:
            raise NotFound("subject_unknown", _("Không tìm thấy việc này."))
        return store.members_of([subject.audience_id])[subject.audience_id]
