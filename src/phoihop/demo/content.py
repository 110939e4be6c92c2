"""The demonstration region's content, loaded once and checked: what the room's commands put into the database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from phoihop.demo.directory import Directory, read_directory
from phoihop.demo.letters import Correspondence, read_correspondence
from phoihop.demo.play import Play, read_play


@dataclass(frozen=True, slots=True)
class Content:
    """Offices and people, two weeks of correspondence, and the scripts of the exchange that goes on by itself."""

    directory: Directory
    correspondence: Correspondence
    play: Play


@cache
def load() -> Content:
    """The content from the data files.

    Raises ValueError when a file is malformed; what does not fit together ``integrity.check`` finds.
    """
    return Content(directory=read_directory(), correspondence=read_correspondence(), play=read_play())
