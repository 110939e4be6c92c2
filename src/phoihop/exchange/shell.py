"""What the shell of the pages shows of this room."""

from __future__ import annotations

from phoihop.files.guard.incidents import open_incidents
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.ui import registry


def open_incidents_of(acting: registry.Acting) -> int:
    """Incidents nobody has settled yet, for administrators; others see them on the page, without a figure to it."""
    if not isinstance(acting, Acting) or not acting.may(Permission.OFFICE_ADMINISTER):
        return 0
    return open_incidents(acting)
