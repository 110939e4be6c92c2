"""The ``phoihop`` command: Django's commands and ours, on the installation that the environment names.

A command that needs the embedded database finds it running or starts it for its own duration, so that no command
depends on ``phoihop run`` being up.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from io import TextIOWrapper
from pathlib import Path

from django.db import OperationalError

from phoihop.core.errors import PhoiHopError

WITHOUT_DATABASE = frozenset(
    {
        "run",
        "doctor",
        "help",
        "version",
        "check",
        "makemessages",
        "compilemessages",
        "startapp",
        "diffsettings",
        "documents",
    }
)
WITHOUT_NODE = frozenset({("directory", "sign"), ("directory", "successor")})
"""What is done where the directory key is, which is no node."""
EXIT_REFUSED = 2
EXIT_INTERRUPTED = 130


def home_directory() -> Path:
    """The data directory of this installation: PHOIHOP_HOME, or ``var`` in the working directory."""
    return Path(os.environ.get("PHOIHOP_HOME", "var")).resolve()


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that cannot show Vietnamese must not end a command
            stream.reconfigure(errors="replace", line_buffering=True)
    if sys.argv[1:3] == ["log", "check"]:  # an auditor's machine has no installation, and none is to be made there
        from phoihop.exchange.proofs import checker

        sys.exit(checker.main(sys.argv[3:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
    os.environ["PHOIHOP_HOME"] = str(home_directory())
    if sys.argv[1:2] == ["run"] and "--demo" in sys.argv:
        os.environ["PHOIHOP_DEMO"] = "1"  # settings are read before the command reads its own options
    try:
        _execute(sys.argv)
    except PhoiHopError as error:
        sys.stderr.write(f"{error.message}\n{error.remedy}\n" if error.remedy else f"{error.message}\n")
        sys.exit(EXIT_REFUSED)
    except OperationalError as error:
        sys.stderr.write(f"Cơ sở dữ liệu không trả lời: {str(error).strip()}\nXem cần làm gì: phoihop doctor\n")
        sys.exit(EXIT_REFUSED)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


def _execute(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line

    from phoihop.config import postgres

    with postgres.available(home_directory()) if _needs_database(arguments) else nullcontext():
        execute_from_command_line(arguments)


def _needs_database(arguments: list[str]) -> bool:
    asks_for_help = {"--help", "-h", "--version"} & set(arguments)
    if asks_for_help or os.environ.get("DATABASE_URL") or tuple(arguments[1:3]) in WITHOUT_NODE:
        return False
    return len(arguments) > 1 and arguments[1] not in WITHOUT_DATABASE


if __name__ == "__main__":
    main()
