"""Reading the directory and the acting office's own people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.core.errors import Forbidden, NotFound
from phoihop.core.ids import derived_id
from phoihop.core.isolation import recall
from phoihop.offices.acting import Acting, PositionChoice, Signing
from phoihop.offices.models import (
    Account,
    Delegation,
    IssuingBody,
    Office,
    Position,
    SigningAuthority,
    TwoStepRule,
)
from phoihop.offices.permissions import ROLES, Permission, permissions_of

if TYPE_CHECKING:

    class _HeldPosition(Position):
        """A position with what it may do, as ``_with_rights`` reads it."""

        signing_rows: list[dict[str, Any]]
        borrowed_rows: list[dict[str, Any]]
        lent_rows: list[dict[str, Any]]
        two_step_roles: list[str]


def valid_on(day: date, prefix: str = "") -> Q:
    """Rows whose validity covers ``day``."""
    start, end = f"{prefix}valid_from__lte", f"{prefix}valid_to"
    return Q(**{start: day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


def directory_version() -> int:
    """The version of the directory this node holds; one transaction sees one."""
    return recall("directory version", _directory_version)


def _directory_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM offices_directory")
        row = cursor.fetchone()
    return row[0] if row else 0


def offices() -> QuerySet[Office]:
    """The offices of the directory that exist today, in Vietnamese order."""
    return Office.objects.filter(valid_on(today()))


def directory_entries() -> Sequence[Office]:
    """All offices of today with their bodies, for the directory page: two queries."""
    bodies = Prefetch("bodies", queryset=IssuingBody.objects.filter(valid_on(today())))
    return list(offices().select_related("parent").prefetch_related(bodies))


def office_by_code(code: str) -> Office:
    """One office of today by its code. Raises NotFound with the code in the sentence."""
    office = offices().filter(code=code).first()
    if office is None:
        raise NotFound(
            "office_unknown",
            _("Không có văn phòng mang mã “%(code)s”.") % {"code": code},
            remedy=_("Kiểm tra mã trong danh bạ văn phòng."),
        )
    return office


def bodies_of(by: Acting) -> Sequence[IssuingBody]:
    """The bodies the acting office issues for today."""
    return list(IssuingBody.objects.filter(valid_on(today()), office_id=by.office_id))


def colleagues(by: Acting) -> Sequence[Position]:
    """Positions of the acting office that are held today, with the persons who hold them."""
    return list(Position.objects.filter(valid_on(today()), office_id=by.office_id).select_related("person"))


def positions_with(permission: Permission, office_ids: Iterable[UUID]) -> Sequence[tuple[UUID, UUID]]:
    """(office, position) of every position held today whose roles give ``permission``. Delegations are not counted."""
    roles = [role.value for role, described in ROLES.items() if permission in described.permissions]
    rows = Position.objects.filter(valid_on(today()), office_id__in=set(office_ids), roles__overlap=roles)
    return list(rows.values_list("office_id", "id"))


@dataclass(frozen=True)
class BodySigner:
    """A position that signs for a body; ``authority`` is the form, by its own right or as it was lent."""

    position: Position
    body: IssuingBody
    authority: str
    is_lent: bool


def signers_of(by: Acting) -> Sequence[BodySigner]:
    """Who of the acting office may sign for which body today, those authority was lent to included: two queries."""
    rows = SigningAuthority.objects.filter(valid_on(today(), "position__"), office_id=by.office_id)
    own = [
        BodySigner(row.position, row.body, row.authority, False)
        for row in rows.select_related("position__person", "body")
    ]
    borrowed = lent_today().filter(valid_on(today(), "taker__"), office_id=by.office_id, body__isnull=False)
    lent = [
        BodySigner(row.taker, row.body, row.authority, True)
        for row in borrowed.select_related("taker__person", "body").order_by("valid_from", "id")
        if row.body is not None
    ]
    found = {(one.position.id, one.body.id): one for one in reversed((*own, *lent))}  # one's own right comes first
    return sorted(found.values(), key=lambda one: (one.body.order, one.position.order, one.position.title))


def acting_for(account: Account, position_id: UUID | None = None) -> Acting | None:
    """Who the account acts as: the asked-for position if it still holds it, else its first. Runs in a gate scope.

    Returns None when the account holds no position today. A position asked for and no longer held falls back too, so
    that a person whose position ended in mid-session sees another one named at the top, never the old rights.
    """
    positions = _positions_of(account.id)
    if not positions:
        return None
    chosen = next((position for position in positions if position.id == position_id), positions[0])
    return _acting(account.id, chosen, positions)


def acting_by_token(account_id: UUID, position_id: UUID) -> Acting:
    """Who a token acts as. Raises Forbidden when the position has ended: a token never falls back. Gate scope."""
    positions = _positions_of(account_id)
    chosen = next((position for position in positions if position.id == position_id), None)
    if chosen is None:
        raise Forbidden(
            "position_ended",
            _("Chức vụ gắn với mã truy cập này không còn hiệu lực."),
            remedy=_("Đề nghị quản trị văn phòng cấp mã mới cho chức vụ hiện tại."),
        )
    return _acting(account_id, chosen, [chosen])


def acting_as(position_id: UUID) -> Acting:
    """Who a command acts as, by position id alone. Gate scope. Raises Forbidden when it has ended."""
    position = _with_rights(Position.objects.filter(id=position_id)).first()
    if position is None:
        raise Forbidden("position_ended", _("Chức vụ này không còn hiệu lực."))
    return _acting(position.person.account_id, position, [position])


def acting_for_command(office: Office, *, name: str, permissions: Iterable[Permission]) -> Acting:
    """Who acts when a command of the node's operator works for an office: no person, only the rights the work needs.

    The journal shows ``name`` instead of a person.
    """
    return Acting(
        account_id=None,
        person_id=None,
        person_name=name,
        position_id=derived_id("command", office.id, name),
        position_title=_("Dòng lệnh máy chủ"),
        office_id=office.id,
        office_code=office.code,
        office_name=office.name,
        permissions=frozenset(permissions),
    )


def lent_today() -> QuerySet[Delegation]:
    """What is lent now: in its days, not taken back, by a position that is still held and may still sign for the body.

    Of its permissions those count that the giver's roles still give.
    """
    rows = Delegation.objects.filter(valid_on(today()), valid_on(today(), "giver__"), revoked_at__isnull=True)
    own = SigningAuthority.objects.filter(position=OuterRef("giver"), body=OuterRef("body"))
    return rows.filter(Q(body__isnull=True) | Exists(own))


def _positions_of(account_id: UUID) -> list[_HeldPosition]:
    return list(_with_rights(Position.objects.filter(valid_on(today(), "office__"), person__account_id=account_id)))


def _with_rights(positions: QuerySet[Position]) -> QuerySet[_HeldPosition]:
    """Positions of today with their signing authorities and what others lent them: one query.

    What was lent ends with the position, or the right, of the one who lent it.
    """
    lent = lent_today().filter(taker=OuterRef("pk"))
    own = SigningAuthority.objects.filter(position=OuterRef("pk"))
    borrowed = lent.filter(body__isnull=False)
    return cast(
        "QuerySet[_HeldPosition]",
        positions.filter(valid_on(today()))
        .select_related("person", "office")
        .annotate(
            signing_rows=ArraySubquery(own.values(row=JSONObject(body="body_id", authority="authority"))),
            borrowed_rows=ArraySubquery(borrowed.values(row=JSONObject(body="body_id", authority="authority"))),
            lent_rows=ArraySubquery(lent.values(row=JSONObject(permissions="permissions", roles="giver__roles"))),
            two_step_roles=ArraySubquery(TwoStepRule.objects.filter(office=OuterRef("office_id")).values("role")),
        ),
    )


def _acting(account_id: UUID | None, chosen: _HeldPosition, positions: Iterable[Position]) -> Acting:
    lent = {one for row in chosen.lent_rows for one in permissions_of(row["roles"]) if one in row["permissions"]}
    rows = (*chosen.signing_rows, *chosen.borrowed_rows)
    signings = [Signing(UUID(row["body"]), row["authority"]) for row in rows]
    return Acting(
        account_id=account_id,
        person_id=chosen.person.id,
        person_name=chosen.person.full_name,
        position_id=chosen.id,
        position_title=chosen.title,
        office_id=chosen.office_id,
        office_code=chosen.office.code,
        office_name=chosen.office.name,
        permissions=permissions_of(chosen.roles) | lent,
        signings=tuple(signings),
        positions=tuple(PositionChoice(item.id, item.title, item.office.short_name) for item in positions),
        demands_second_step=_demands_second_step(chosen.roles, chosen.two_step_roles),
    )


def _demands_second_step(roles: Iterable[str], by_office: Iterable[str]) -> bool:
    """By the rule of the office, or by that of whoever runs the installation."""
    everywhere: frozenset[str] = settings.TWO_STEP_ROLES
    return "all" in everywhere or not everywhere.union(by_office).isdisjoint(roles)


def two_step_roles_of(by: Acting) -> frozenset[str]:
    """The roles of the acting office that need a second step, by the office's own rule."""
    return frozenset(TwoStepRule.objects.filter(office_id=by.office_id).values_list("role", flat=True))
