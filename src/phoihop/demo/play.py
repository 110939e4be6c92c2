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
class ChangeHabit:
    """How often an issued document is recalled, corrected or replaced, after how many seconds, and in which words.

    ``text`` is the body of the correcting document, or stands before that of the replacing one; {code} is the old code.
    """

    action: Literal["recall", "update", "replace"]
    share: float
    after: Range
    reasons: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """All scripts, and the places and words they draw from (``places`` by province prefix).

    ``refusals`` are reasons of an office that does not agree to a recall; ``refuse_share`` is how many do not.
    """

    scripts: tuple[Script, ...]
    changes: tuple[ChangeHabit, ...]
    refusals: tuple[str, ...]
    refuse_share: float
    places: dict[str, dict[str, tuple[str, ...]]]
    communes: tuple[CommunePlace, ...]
    words: dict[str, tuple[str, ...]]

    def script(self, key: str) -> Script:
        """The script of that key.  Raises LookupError."""
        found = next((one for one in self.scripts if one.key == key), None)
        if found is None:
            raise LookupError(f"no script {key!r}")
        return found


def read_play(folder: str = "") -> Play:
    """The scripts of a folder's ``play.toml``.  Raises ValueError for malformed data."""
    raw, changes = read_table(f"{folder}play.toml"), read_table("changes.toml")
    return Play(
        scripts=tuple(script_of(one) for one in raw["scripts"]),
        changes=tuple(build(ChangeHabit, one) for one in changes["changes"]),
        refusals=tuple(changes["refusals"]),
        refuse_share=changes["refuse_share"],
        places={prefix: _lists(one) for prefix, one in raw["places"].items()},
        communes=tuple(
            build(CommunePlace, one, office=code, places=_lists(one["places"])) for code, one in raw["communes"].items()
        ),
        words=_lists(raw["words"]),
    )


def script_of(table: Table) -> Script:
    """A script from its table.  Raises ValueError for a malformed one."""
    return build(Script, table, steps=tuple(build(Step, one) for one in table["steps"]))


def _lists(table: Table) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in table.items()}
