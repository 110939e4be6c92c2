"""Lists made by the clerk of VP UBND Nghệ An, and a directory that changes under them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from phoihop.core.clock import today
from phoihop.distribution.actions import ListInput, save_list
from phoihop.distribution.models import DistributionList
from phoihop.exchange.directory.actions import change_directory
from phoihop.exchange.directory.changes import OfficeMerged
from phoihop.offices.actions import office_id
from phoihop.offices.directory import OfficeSpec
from tests.cast import NGHE_AN, directory_key
from tests.dispatches.papers import office_of


def token(office: OfficeSpec) -> str:
    """An office as a member of a list."""
    return f"office:{office_id(office.code)}"


def ids(*offices: OfficeSpec) -> set[UUID]:
    """The ids of offices."""
    return {office_id(office.code) for office in offices}


def listed(
    *members: str | OfficeSpec, name: str = "Các tỉnh", office: OfficeSpec = NGHE_AN, who: str = "vanthu"
) -> DistributionList:
    """A new list."""
    tokens = [one if isinstance(one, str) else token(one) for one in members]
    with office_of(who, office) as by:
        return save_list(ListInput(name, members=tokens), by=by)


def changed(row: DistributionList, *members: str | OfficeSpec, reason: str = "Đổi", who: str = "vanthu") -> None:
    """The list with other members."""
    tokens = [one if isinstance(one, str) else token(one) for one in members]
    with office_of(who, NGHE_AN) as by:
        save_list(ListInput(row.name, row.purpose, tokens, reason), by=by, list_id=row.id)


def merge(gone: OfficeSpec, into: OfficeSpec) -> None:
    """Yesterday was the last day of an office; another goes on with its work."""
    codes = tuple(body.code for body in gone.bodies)
    merged = OfficeMerged(code=gone.code, into=into.code, valid_to=today() - timedelta(days=1), bodies=codes)
    change_directory([merged], key=directory_key())
