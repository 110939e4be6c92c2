"""The people of the demonstration as those who act: by handle, or by what the deed needs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from phoihop.core.clock import today
from phoihop.core.errors import NotFound
from phoihop.core.isolation import scope
from phoihop.demo.directory import Directory, PersonEntry
from phoihop.offices.acting import Acting
from phoihop.offices.actions import position_id
from phoihop.offices.permissions import Permission, permissions_of
from phoihop.offices.selectors import acting_as


class Staff:
    """Looks people up once each; an acting position is read from the database as a sign-in would read it."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._known: dict[tuple[UUID, date | None], Acting] = {}
        self._lent = {one for lent in directory.delegations for one in (lent.giver, lent.taker)}

    def named(self, handle: str, office: str) -> Acting:
        """The person an office's data calls ``handle``, in a position held today."""
        return self._acting(self._directory.person(handle, office))

    def position(self, handle: str, office: str) -> UUID:
        """The id of that person's position."""
        return self.named(handle, office).position_id

    def able(self, permission: Permission, office: str, *, prefer: str = "") -> Acting:
        """Someone of the office who holds ``permission``; ``prefer`` when it does. Raises NotFound."""
        staff = sorted(self._directory.staff_of(office), key=lambda person: person.handle != prefer)
        for person in staff:
            if permission in permissions_of(list(_first_held(person))):
                return self._acting(person)
        raise NotFound("nobody_able", f"{office}: nobody holds {permission}")

    def _acting(self, person: PersonEntry) -> Acting:
        held = next(position for position in person.positions if position.is_held())
        position = position_id(person.username, person.office, held.title)
        key = (position, today() if person.username in self._lent else None)  # authority is lent by the day
        if key not in self._known:
            with scope("gate"):
                self._known[key] = acting_as(position)
        return self._known[key]


def _first_held(person: PersonEntry) -> tuple[str, ...]:
    return next((position.roles for position in person.positions if position.is_held()), ())
