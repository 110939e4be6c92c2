"""The exchange that goes on by itself: scripts, and one run of a script with places, words and figures drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from phoihop.demo.tables import Table, build, read_table

Repeat = Literal["", "commune", "province"]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One document of a script, and how its receivers behave.

    Codes and texts hold patterns that ``drawing`` fills. ``after`` and the ranges of the reaction are seconds, least
    and most; ``share``, ``accept_share`` and ``return_share`` are probabilities; ``pick`` is how many points it makes.
    """

    key: str
    sender: str
    to: tuple[str, ...]
    type: str
    urgency: str
    drafter: str
    signer: str
    after: Range
    abstracts: tuple[str, ...]
    openings: tuple[str, ...]
    points: tuple[str, ...]
    pick: Range
    closings: tuple[str, ...]
    accept_share: float
    return_share: float
    register_after: Range
    accept_after: Range
    finish_after: Range
    instructions: tuple[str, ...]
    reasons: tuple[str, ...]
    copies: tuple[str, ...] = ()
    unit: str = ""
    reply_to: str = ""
    each: Repeat = ""
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Script:
    """A short exchange. ``terrain`` is what a commune must have one of; ``communes`` how many take part."""

    key: str
    weight: int
    terrain: tuple[str, ...]
    communes: Range
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step:
        """The step of that key.  Raises LookupError."""
        found = next((one for one in self.steps if one.key == key), None)
        if found is None:
            raise LookupError(f"script {self.key} has no step {key!r}")
        return found


@dataclass(frozen=True, slots=True)
class CommunePlace:
    """What a commune (by office code) offers to the scripts; ``places`` are its own rivers, roads and so on."""

    office: str
    terrain: tuple[str, ...]
    hamlets: tuple[str, ...]
    places: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Play:
    """All scripts, and the places and words they draw from (``places`` by province prefix)."""

    scripts: tuple[Script, ...]
    places: dict[str, dict[str, tuple[str, ...]]]
    communes: tuple[CommunePlace, ...]
    words: dict[str, tuple[str, ...]]

    def script(self, key: str) -> Script:
        """The script of that key.  Raises LookupError."""
        found = next((one for one in self.scripts if one.key == key), None)
        if found is None:
            raise LookupError(f"no script {key!r}")
        return found


def read_play() -> Play:
    """The scripts of ``play.toml``.  Raises ValueError for malformed data."""
    raw = read_table("play.toml")
    return Play(
        scripts=tuple(_script(one) for one in raw["scripts"]),
        places={prefix: _lists(one) for prefix, one in raw["places"].items()},
        communes=tuple(
            build(CommunePlace, one, office=code, places=_lists(one["places"])) for code, one in raw["communes"].items()
        ),
        words=_lists(raw["words"]),
    )


def _script(table: Table) -> Script:
    return build(Script, table, steps=tuple(build(Step, one) for one in table["steps"]))


def _lists(table: Table) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in table.items()}
