"""A table of offices and issuing bodies as somebody wants them to be, and what that would change. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from phoihop.core.machine import N_
from phoihop.exchange.directory.changes import Change

Table = Literal["office", "body"]

OFFICE_WORDS: Mapping[str, str] = {
    "code": N_("Mã văn phòng"),
    "name": N_("Tên văn phòng"),
    "short_name": N_("Tên ngắn"),
    "parent": N_("Văn phòng cấp trên"),
    "region_code": N_("Mã vùng"),
    "province_code": N_("Mã tỉnh"),
    "commune_code": N_("Mã xã"),
    "hotline": N_("Điện thoại trực"),
    "node": N_("Máy chủ"),
    "valid_from": N_("Từ ngày"),
    "valid_to": N_("Đến hết ngày"),
    "successor": N_("Nhập vào văn phòng"),
}
"""What the fields of an office are called, in the order of the table."""

BODY_WORDS: Mapping[str, str] = {
    "office": N_("Mã văn phòng"),
    "code": N_("Mã cơ quan"),
    "name": N_("Tên cơ quan ban hành"),
    "regime": N_("Hệ thống văn bản"),
    "notation": N_("Ký hiệu"),
    "place": N_("Địa danh"),
    "superior_name": N_("Tên cơ quan cấp trên"),
    "edxml_id": N_("Mã định danh"),
    "order": N_("Thứ tự"),
    "valid_from": N_("Từ ngày"),
    "valid_to": N_("Đến hết ngày"),
}

REGIME_WORDS: Mapping[str, str] = {
    "GOV": N_("Nhà nước"),
    "PARTY": N_("Đảng"),
    "MIL": N_("Quân đội"),
    "NA": N_("Quốc hội, HĐND"),
}
"""The bodies of rules that documents follow, as people write them into the table."""


class Effect(StrEnum):
    """What becomes of an office or a body."""

    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class OfficeLine:
    """An office as it is wanted. ``node`` is a name, empty for the node that plans; ``row`` is where it was written."""

    code: str
    name: str
    short_name: str
    valid_from: date
    parent: str = ""
    region_code: str = ""
    province_code: str = ""
    commune_code: str = ""
    hotline: str = ""
    node: str = ""
    valid_to: date | None = None
    successor: str = ""
    row: int = 0
    cells: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class BodyLine:
    """An issuing body as it is wanted, under the code of the office that issues for it now."""

    office: str
    code: str
    name: str
    regime: str
    notation: str
    place: str
    valid_from: date
    superior_name: str = ""
    edxml_id: str = ""
    order: int = 0
    valid_to: date | None = None
    row: int = 0
    cells: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Places:
    """The territory of today by code: provinces, communes with the province each lies in, and regions.

    An empty one (no territory is loaded) judges nothing.
    """

    provinces: frozenset[str] = frozenset()
    communes: Mapping[str, str] = field(default_factory=dict)
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Difference:
    """One thing that changes, in words: what, from, to."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Step:
    """What becomes of one office or body. ``row`` 0: it is not in the table, and changes with something that is."""

    table: Table
    effect: Effect
    code: str
    name: str
    office: str
    row: int
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class PlanFault:
    """Why a line cannot be, at which cell, and what to do."""

    table: Table
    address: str
    message: str
    remedy: str = ""


@dataclass(frozen=True)
class DirectoryPlan:
    """What a table would change in the directory as it stood at ``number`` (its head is ``head``).

    With faults there are no steps and no changes.
    """

    number: int
    head: str
    steps: tuple[Step, ...] = ()
    faults: tuple[PlanFault, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def digest(self) -> str:
        """Equal for two plans that change the same directory in the same way."""
        told = hashlib.sha256(f"{self.number} {self.head}".encode())
        for change in self.changes:
            told.update(change.model_dump_json().encode())
        return told.hexdigest()

    @property
    def changing(self) -> Sequence[Step]:
        """What does not stay as it is."""
        return [step for step in self.steps if step.effect is not Effect.UNCHANGED]

    def count(self, effect: Effect) -> int:
        """How many offices and bodies have this effect."""
        return sum(step.effect is effect for step in self.steps)


@dataclass
class Faults:
    """Faults as they are found."""

    found: list[PlanFault] = field(default_factory=list)

    def at(self, line: OfficeLine | BodyLine, key: str, message: str, remedy: str = "") -> None:
        """One more, at the cell of a field."""
        table: Table = "office" if isinstance(line, OfficeLine) else "body"
        self.found.append(PlanFault(table, line.cells.get(key, str(line.row or "")), message, remedy))

    def __bool__(self) -> bool:
        return bool(self.found)

    def __iter__(self) -> Iterator[PlanFault]:
        return iter(self.found)
