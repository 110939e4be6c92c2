"""The correspondence of two weeks: documents the offices issue, paper from outside, and what receivers do with both."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal

from phoihop.demo.moments import Moment
from phoihop.demo.tables import Table, build, read_table

LetterState = Literal["drafting", "submitted", "signed", "issued"]  # values of dispatches.rules.DraftState

# Minutes before issue at which a document was drafted, submitted, signed and numbered.
_PREPARATION: Final = {"normal": (60, 30, 10, 4), "urgent": (60, 30, 10, 4), "very_urgent": (30, 15, 6, 2)}
_EXPRESS_PREPARATION: Final = (20, 10, 4, 1)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What one office does with a document that came in; a step that is None has not happened.

    The clerk registers and returns (the duty officer at night), the chief of office distributes, the leader views and
    directs, ``lead`` accepts and finishes. ``lead``, ``coordinating`` and ``informed`` are handles of people of that
    office; ``due`` is the leader's date.
    """

    office: str
    registered: Moment | None = None
    distributed: Moment | None = None
    viewed: Moment | None = None
    directed: Moment | None = None
    instruction: str = ""
    lead: str = ""
    coordinating: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    due: Moment | None = None
    accepted: Moment | None = None
    finished: Moment | None = None
    returned: Moment | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Preparation:
    """When a document was drafted and, as far as it came, submitted, signed, numbered."""

    drafted: Moment
    submitted: Moment | None = None
    signed: Moment | None = None
    numbered: Moment | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A document of a body of the region, issued or still on its way out.

    ``to`` and ``copies`` name bodies or groups; ``also`` are recipients outside the directory, for the nơi nhận only.
    ``number`` is what the clerk types where the register belongs to another system, else None. ``delegated`` says the
    signer used lent authority. ``duty`` documents also move at night and on weekends. ``abstract`` and ``text`` hold
    placeholders that ``wording`` fills.
    """

    key: str
    body: str
    type: str
    abstract: str
    urgency: str
    drafter: str
    signer: str
    to: tuple[str, ...]
    text: str
    state: LetterState = "issued"
    issued: Moment | None = None
    drafted: Moment | None = None
    returned_at: Moment | None = None
    returned_reason: str = ""
    unit: str = ""
    number: int | None = None
    circulation: str = "NORMAL"
    duty: bool = False
    delegated: bool = False
    copies: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    archive: str = ""
    due: Moment | None = None
    reply_to: str = ""
    handling: tuple[Treatment, ...] = ()

    @property
    def preparation(self) -> Preparation:
        """The steps before issue.  Raises ValueError when a document is neither issued nor dated as a draft."""
        if self.issued is not None:
            minutes = _PREPARATION.get(self.urgency, _EXPRESS_PREPARATION)
            return Preparation(*(self.issued.earlier(before) for before in minutes))
        if self.drafted is None:
            raise ValueError(f"{self.key}: neither issued nor drafted")
        reached = {"drafting": 0, "submitted": 1, "signed": 2}.get(self.state, 0)
        if self.returned_at is not None:
            reached = 1
        steps = [self.drafted.earlier(-minutes) for minutes in (30, 60)]
        return Preparation(self.drafted, *steps[:reached])


@dataclass(frozen=True, slots=True)
class PaperLetter:
    """A paper from outside, entered by hand in the book of ``body``. ``dated`` is a relative day."""

    key: str
    sender: str
    type_name: str
    code: str
    dated: int
    received: Moment
    body: str
    abstract: str
    urgency: str
    text: str
    pages: int
    handling: tuple[Treatment, ...]
    duty: bool = False


@dataclass(frozen=True, slots=True)
class Correspondence:
    """All documents of the two weeks."""

    letters: tuple[Letter, ...]
    papers: tuple[PaperLetter, ...]

    def letter(self, key: str) -> Letter:
        """The document of that key.  Raises LookupError."""
        found = next((one for one in self.letters if one.key == key), None)
        if found is None:
            raise LookupError(f"no document {key!r}")
        return found


def read_correspondence() -> Correspondence:
    """The documents of every ``correspondence_*.toml`` and of ``paper.toml``.  Raises ValueError for malformed data."""
    names = sorted(one.name for one in files("phoihop.demo").joinpath("data").iterdir())
    tables = [read_table(name) for name in names if name.startswith("correspondence_")]
    return Correspondence(
        letters=tuple(_letter(one) for table in tables for one in table["documents"]),
        papers=tuple(_paper(one) for one in read_table("paper.toml")["paper"]),
    )


def _letter(table: Table) -> Letter:
    moments = _moments(table, "issued", "drafted", "returned_at", "due")
    return build(Letter, table, text=table["text"].strip(), handling=_handling(table), **moments)


def _paper(table: Table) -> PaperLetter:
    received = Moment.parse(table["received"])
    return build(PaperLetter, table, text=table["text"].strip(), received=received, handling=_handling(table))


def _handling(table: Table) -> tuple[Treatment, ...]:
    return tuple(
        _treatment(one, office) for one in table.get("handling", ()) for office in one.get("offices") or [one["office"]]
    )


def _treatment(table: Table, office: str) -> Treatment:
    plain = {key: value for key, value in table.items() if key not in {"office", "offices", "with", "inform"}}
    return build(
        Treatment,
        plain,
        office=office,
        coordinating=tuple(table.get("with", ())),
        informed=tuple(table.get("inform", ())),
        **_moments(table, "registered", "distributed", "viewed", "directed", "due", "accepted", "finished", "returned"),
    )


def _moments(table: Table, *names: str) -> dict[str, Moment]:
    return {name: Moment.parse(table[name]) for name in names if name in table}
