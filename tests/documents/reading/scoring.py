"""How many fields of a set of papers are read right: ``python -m tests.documents.reading.scoring SEED [COUNT]``."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from phoihop.documents.reading import FIELDS, Field, read
from phoihop.documents.reading.lexicon import letters, likeness
from tests.documents.reading.making import MEDIA, paper_set, write

_EXACT: tuple[Field, ...] = ("code", "dated", "type_name", "urgency")
_ALIKE = 0.93


@dataclass(frozen=True)
class Score:
    """One field of one paper."""

    form: str
    field: Field
    expected: str
    found: str

    @property
    def is_right(self) -> bool:
        if self.field in _EXACT:
            return self.found == self.expected
        one, other = letters(self.expected), letters(self.found)
        return one == other or (bool(one) and likeness(one, other) >= _ALIKE)


def scores(seed: int, count: int) -> Iterator[Score]:
    """Every field of every paper of a set."""
    with tempfile.TemporaryDirectory() as folder:
        for index, (made, content) in enumerate(paper_set(seed, count=count)):
            paper = read(write(Path(folder), index, made, content), MEDIA[made.form])
            for field in FIELDS:
                yield Score(made.form, field, made.expected[field], paper.value(field))


def main() -> None:
    seed, count = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60
    found = list(scores(seed, count))
    for one in found:
        if not one.is_right:
            sys.stdout.write(f"{one.form:5}{one.field:11}{one.expected!r:60} {one.found!r}\n")
    for by in ("field", "form"):
        total = Counter(getattr(one, by) for one in found)
        right = Counter(getattr(one, by) for one in found if one.is_right)
        sys.stdout.write(" ".join(f"{name}={right[name] / count_:.2f}" for name, count_ in total.items()) + "\n")
    sys.stdout.write(f"{sum(one.is_right for one in found) / len(found):.3f}\n")


if __name__ == "__main__":
    main()
