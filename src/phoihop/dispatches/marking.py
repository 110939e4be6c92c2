"""The mark "có dữ liệu cá nhân": what it narrows, and until when the document is kept. Pure but for its data file."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from phoihop.core.machine import N_


class PersonalData(StrEnum):
    """Which personal data a document bears (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15)."""

    BASIC = "basic"
    SENSITIVE = "sensitive"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS: Final = {
    PersonalData.BASIC: N_("Cơ bản: họ tên, địa chỉ, số điện thoại, ảnh"),
    PersonalData.SENSITIVE: N_("Nhạy cảm: sức khỏe, đời tư, trẻ em, vị trí"),
}
MAX_YEARS: Final = 10
"""The longest an author may keep such a document; what must stay longer belongs in the archive."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Months to keep each kind of personal data, and how many offices one document may name."""

    months: Mapping[PersonalData, int]
    most_offices: int

    def last_day(self, kind: PersonalData, since: date) -> date:
        """The last day a document of this kind is kept when its author states none, counted from ``since``."""
        return add_months(since, self.months[kind])


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@cache
def retention() -> Retention:
    """The rules of ``data/retention.toml``. Raises KeyError or ValueError when the file is incomplete."""
    raw = tomllib.loads(files("phoihop.dispatches").joinpath("data/retention.toml").read_text("utf-8"))
    months = {PersonalData(one["key"]): int(one["months"]) for one in raw["kinds"]}
    if set(months) != set(PersonalData):
        raise ValueError("retention: a kind of personal data has no term")
    return Retention(months, int(raw["audience"]["most"]))


def is_plausible_term(day: date, today: date) -> bool:
    """Whether a stated last day lies ahead and not further than such data may be kept."""
    return today < day <= add_months(today, 12 * MAX_YEARS)


def is_too_wide(communes: Mapping[str, Collection[object]], named: Collection[object], most: int) -> bool:
    """Whether an audience is a circular: more offices than ``most``, or every commune of a province.

    ``communes`` holds the commune offices of today by province.
    """
    whole = any(len(group) > 1 and set(group) <= set(named) for group in communes.values())
    return whole or len(set(named)) > most
