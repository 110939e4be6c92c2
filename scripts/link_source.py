"""Let this environment import the source tree and run ``phoihop``, without building a package."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

COMMAND = """#!/bin/sh
exec "{python}" -m phoihop.config.command "$@"
"""


def link() -> None:
    """Write the path file and the command into the environment that runs this script."""
    Path(sysconfig.get_path("purelib"), "phoihop.pth").write_text(f"{ROOT / 'src'}\n")
    command = Path(sys.prefix, "bin", "phoihop")
    command.write_text(COMMAND.format(python=Path(sys.prefix, "bin", "python")))
    command.chmod(0o755)


if __name__ == "__main__":
    link()
