"""Showing again what was hidden because it seemed to bear a mark of secrecy."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.errors import NotFound
from phoihop.exchange.receiving import release_screened
from phoihop.files.guard.incidents import settle_incident
from phoihop.files.models import Incident
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission


def release_incident(incident_id: UUID, *, by: Acting) -> None:
    """Find that a record from elsewhere bears no mark; it is shown to the offices it was meant for. Raises NotFound."""
    check_may(by, Permission.FILES_PURGE)
    found = Incident.objects.filter(id=incident_id, office_id=by.office_id, settled_at=None).first()
    if found is None or found.subject_id is None:
        raise NotFound("incident_unknown", _("Không tìm thấy sự cố này, hoặc đã xử lý xong."))
    release_screened(found.subject_id)
    settle_incident(incident_id, settlement=_("Không phải bí mật nhà nước; đã cho hiển thị."), by=by)
    note(by=by, event="exchange:record:release", subject_id=found.subject_id)
