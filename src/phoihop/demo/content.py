"""The demonstration region's content, loaded once and checked: what the room's commands put into the database."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from phoihop.demo.communes import Grown, grow
from phoihop.demo.directory import Directory, read_directory
from phoihop.demo.letters import Correspondence, Letter, Treatment, read_correspondence
from phoihop.demo.moments import Moment
from phoihop.demo.play import Play, read_play

_HANDLED_AFTER: Final = (9, 25, 35, 150)
"""Minutes from one step to the next where an added commune handles a document to the end."""


@dataclass(frozen=True, slots=True)
class Content:
    """Offices and people, the written correspondence, and the scripts of what goes before it and goes on after it.

    ``folder`` is where a season's data lies below the room's data, empty for that of today.
    """

    directory: Directory
    correspondence: Correspondence
    play: Play
    folder: str = ""


ERAS: Final = ("", "2014")
"""The demonstrations there are: that of today, and the region as it was in a year."""


@cache
def load_era(era: str) -> Content:
    """The whole content of a demonstration, named as in ``ERAS``.  Raises ValueError for malformed data."""
    if not era:
        return load_whole()
    folder = f"{era}/"
    nothing = Correspondence(letters=(), papers=())
    return Content(directory=read_directory(folder), correspondence=nothing, play=read_play(folder), folder=folder)


@cache
def load() -> Content:
    """The content that the data files write out, with the communes they name.

    Raises ValueError when a file is malformed; what does not fit together ``integrity.check`` finds.
    """
    return Content(directory=read_directory(), correspondence=read_correspondence(), play=read_play())


@cache
def load_whole(most: int | None = None) -> Content:
    """The same with every commune of the region; ``most`` keeps the added ones to so many in each province."""
    written = load()
    grown = grow(written.directory, most=most)
    letters = tuple(_taken_in(one, written.directory, grown) for one in written.correspondence.letters)
    return Content(
        directory=grown.directory,
        correspondence=replace(written.correspondence, letters=letters),
        play=replace(written.play, communes=(*written.play.communes, *grown.places)),
    )


def _taken_in(letter: Letter, before: Directory, grown: Grown) -> Letter:
    """A letter to all communes of a province, with what the added communes do with it."""
    known = {one.code for one in before.offices}
    reached = [grown.directory.office_of(code).code for code in grown.directory.expand((*letter.to, *letter.copies))]
    added = [code for code in reached if code not in known]
    if letter.issued is None or not added:
        return letter
    chance = random.Random(letter.key)  # noqa: S311  # made-up habits, no secret
    return replace(letter, handling=(*letter.handling, *_habits(added, letter.issued, grown, chance)))


def _habits(offices: list[str], issued: Moment, grown: Grown, chance: random.Random) -> Iterator[Treatment]:
    habits = grown.habits
    for office in offices:
        if chance.random() >= habits["registered"]:
            continue
        registered = issued.earlier(-chance.randint(*habits["within_minutes"]))
        if chance.random() >= habits["directed"]:
            yield Treatment(office, registered=registered)
            continue
        steps = [registered]
        for minutes in _HANDLED_AFTER:
            steps.append(steps[-1].earlier(-minutes))
        hamlet = next(one.hamlets[0] for one in grown.places if one.office == office)
        words = chance.choice(habits["instructions"]).format(hamlet_word=hamlet.partition(" ")[0])
        yield Treatment(
            office, registered, steps[1], None, steps[2], words, "baotin", accepted=steps[3], finished=steps[4]
        )
