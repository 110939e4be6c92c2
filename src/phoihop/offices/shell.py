"""What the shell of the pages shows of the acting position."""

from __future__ import annotations

from collections.abc import Sequence

from phoihop.offices.acting import Acting
from phoihop.ui import registry


def position_choices(acting: registry.Acting) -> Sequence[registry.PositionChoice]:
    """The positions the signed-in person may act in."""
    if not isinstance(acting, Acting):
        return ()
    return [
        registry.PositionChoice(str(choice.id), choice.title, choice.office_name, choice.id == acting.position_id)
        for choice in acting.positions
    ]
