"""The people of the acting office with all their positions through time, for its administrator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from phoihop.core.clock import today
from phoihop.core.errors import NotFound
from phoihop.core.isolation import scope
from phoihop.core.text import fold
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import Account, Person, Position, SigningAuthority
from phoihop.offices.permissions import ROLES, Permission, RoleKey
from phoihop.offices.selectors import valid_on
from phoihop.offices.staff import HeldPosition, StaffMember


def staff_of(by: Acting) -> Sequence[StaffMember]:
    """Everybody who has or had a position in the acting office and an account, by name: five queries."""
    check_may(by, Permission.OFFICE_ADMINISTER)
    people = list(Person.objects.filter(office_id=by.office_id, account_id__isnull=False))
    held = _positions(by.office_id)
    ids = [person.account_id for person in people]
    with scope("gate"):
        accounts = Account.objects.in_bulk(ids)
        elsewhere = Position.objects.filter(valid_on(today()), person__account_id__in=ids)
        shared = set(elsewhere.exclude(office_id=by.office_id).values_list("person__account_id", flat=True))
    return [
        StaffMember(
            id=person.id,
            account_id=account.id,
            username=account.username,
            full_name=person.full_name,
            email=account.email,
            positions=tuple(held.get(person.id, ())),
            is_shared=account.id in shared,
        )
        for person in people
        if (account := accounts.get(person.account_id)) is not None
    ]


def _positions(office_id: UUID) -> dict[UUID, list[HeldPosition]]:
    signs: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    rows = SigningAuthority.objects.filter(office_id=office_id).order_by("body__order", "body__code")
    for position, code, authority in rows.values_list("position_id", "body__code", "authority"):
        signs[position].append((code, authority))
    found: dict[UUID, list[HeldPosition]] = defaultdict(list)
    for row in Position.objects.filter(office_id=office_id).order_by("order", "valid_from", "id"):
        found[row.person_id].append(
            HeldPosition(
                row.id, row.title, tuple(row.roles), tuple(signs[row.id]), row.order, row.valid_from, row.valid_to
            )
        )
    return found


def member_of(person_id: UUID, by: Acting) -> StaffMember:
    """One of them. Raises NotFound."""
    found = next((member for member in staff_of(by) if member.id == person_id), None)
    if found is None:
        raise NotFound("person_unknown", _("Không có người này trong văn phòng."))
    return found


def suggested_username(full_name: str) -> str:
    """A free name to sign in with: the given name, a dot and the first letters of the rest, such as ``an.nv``."""
    words = ["".join(letter for letter in word if letter.isalnum()) for word in fold(full_name).split()]
    words = [word for word in words if word.isascii() and word]
    if not words:
        return ""
    base = ".".join(part for part in (words[-1], "".join(word[0] for word in words[:-1])) if part)[:50]
    base = base if len(base) > 2 else f"{base}.nv"
    names = [base, *(f"{base}{number}" for number in range(2, 200))]
    taken = usernames_taken(names)
    return next((name for name in names if name not in taken), "")


def usernames_taken(usernames: Iterable[str]) -> frozenset[str]:
    """Which of these names, in lower case, some account of the installation has."""
    with scope("gate"):
        known = Account.objects.filter(username__in=list(usernames)).values_list("username", flat=True)
        return frozenset(name.lower() for name in known)


def role_named(words: str) -> RoleKey | None:
    """The role that is called so, in either language, or by its key."""
    wanted = fold(words)
    for key, described in ROLES.items():
        with override("vi"):
            vietnamese = str(described.name)
        if wanted in {fold(vietnamese), fold(str(described.name)), key.value, key.value.replace("_", " ")}:
            return key
    return None


def role_words(roles: Iterable[str]) -> list[str]:
    """The names of roles for people; a role of a newer version stands as it is."""
    known = {key.value: described for key, described in ROLES.items()}
    return [str(known[role].name) if role in known else role for role in roles]
