"""The process that reads the fields of one paper: it binds itself, reads, and answers in JSON.

python -m phoihop.documents.reading.reading_process FILE MEDIA_TYPE
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from phoihop.files.extraction.limits import bind
from phoihop.files.extraction.passages import CannotRead


def main(arguments: list[str]) -> int:
    """Read the file named on the command line. Exit 0 whenever there is an answer."""
    bind(seconds=90)
    from phoihop.documents.reading.proposing import propose
    from phoihop.documents.reading.sources import lines_of

    path, media_type = arguments
    try:
        source = lines_of(Path(path), media_type)
        said: dict[str, object] = asdict(propose(source.lines, pages=source.pages, scanned=source.scanned))
    except CannotRead as error:
        said = {"error": error.code}
    except (MemoryError, RecursionError):
        said = {"error": "too_large"}
    except Exception as error:  # noqa: BLE001  # the edge of a process that reads strangers' files
        said = {"error": "damaged", "detail": type(error).__name__}
    sys.stdout.write(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
