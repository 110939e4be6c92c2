"""Casefiles of the demonstration, filled with documents that are there."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Final

from phoihop.casefiles.actions import CasefileInput, move, put_in, set_up
from phoihop.core.isolation import scope
from phoihop.core.text import fold
from phoihop.demo.staff import Staff
from phoihop.dispatches.in_casefiles import KIND
from phoihop.dispatches.models import Dispatch

_MOST: Final = 12
"""Documents in one casefile."""


@dataclass(frozen=True, slots=True)
class CasefileEntry:
    """One casefile of the data file."""

    office: str
    code: str
    title: str
    retention: int
    keeper: str
    words: str
    years: int = 0
    closed: bool = False


def read_casefiles(folder: str = "") -> Sequence[CasefileEntry]:
    """The casefiles of a demonstration; none where it has no file of them."""
    path = files("phoihop.demo") / "data" / f"{folder}casefiles.toml"
    if not path.is_file():
        return ()
    return [CasefileEntry(**entry) for entry in tomllib.loads(path.read_text("utf-8"))["casefiles"]]


def keep_casefiles(entries: Sequence[CasefileEntry], staff: Staff, *, anchor: date) -> int:
    """Set the casefiles up and put in what their words name, the latest first. Returns how many things were put in."""
    count = 0
    for entry in entries:
        by = staff.named(entry.keeper, entry.office)
        stated = CasefileInput(anchor.year - entry.years, entry.code, entry.title, entry.retention, by.position_id)
        with scope("web", by.office_id):
            made = set_up(stated, by=by).id
            words = fold(entry.words).split()
            rows = Dispatch.objects.order_by("-issued_at").values_list("id", "abstract")
            fitting = [one for one, abstract in rows if all(word in fold(abstract) for word in words)][:_MOST]
            for one in reversed(fitting):
                count += put_in(made, KIND, one, by=by)
            if entry.closed and fitting:
                move(made, "close", by=by)
    return count
