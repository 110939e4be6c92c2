"""The process that examines the signatures of one PDF: it binds itself, reads, and answers in JSON.

    python -m phoihop.documents.signing.examining_process FILE TRUST_FOLDER MOMENT

Whatever a file does to it ends with this process.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime
from pathlib import Path

from phoihop.files.extraction.limits import bind


def main(arguments: list[str]) -> int:
    """Examine the file named on the command line. Exit 0 whenever there is an answer."""
    bind(memory=1024 * 1024 * 1024, seconds=25)
    logging.disable(logging.CRITICAL)
    from phoihop.documents.signing.examining import CannotExamine, examine

    path, trust, moment = arguments
    try:
        said: dict[str, object] = {
            "signatures": examine(Path(path), Path(trust), datetime.fromisoformat(moment)),
        }
    except CannotExamine as error:
        said = {"error": error.code}
    except (MemoryError, RecursionError):
        said = {"error": "too_large"}
    except Exception as error:  # noqa: BLE001  # the edge of a process that reads strangers' files
        said = {"error": "damaged", "detail": type(error).__name__}
    sys.stdout.write(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
