"""The process that reads one file: a request as JSON on standard input, an answer as JSON on standard output.

Started by ``previewing.confined``; whatever goes wrong ends it, and only it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from phoihop.files.previewing.limits import Limits, Refused


def main() -> int:
    request = json.load(sys.stdin)
    Limits(**request.pop("limits")).enter()
    try:
        answer = _read(**request)
    except Refused as refused:
        answer = {"refused": refused.reason}
    except MemoryError:
        answer = {"refused": "too_large"}
    json.dump(answer, sys.stdout)
    return 0


def _read(kind: str, source: str, target: str, first: int, count: int) -> dict[str, Any]:
    """Readers are imported one at a time: starting up is half the cost of a preview."""
    path, into = Path(source), Path(target)
    if kind == "pdf":
        from phoihop.files.previewing.pdf import read_pdf

        return read_pdf(path, into, first=first, count=count)
    if kind == "picture":
        from phoihop.files.previewing.pictures import read_picture

        return read_picture(path, into, first=first, count=count)
    if kind == "words":
        from phoihop.files.previewing.words import read_words

        return read_words(path)
    if kind == "sheets":
        from phoihop.files.previewing.sheets import read_sheets

        return read_sheets(path)
    from phoihop.files.previewing.plain import read_plain

    return read_plain(path)


if __name__ == "__main__":
    sys.exit(main())
