"""The secret that signs sessions and forms: a file of mode 0600 under the installation's home."""

from __future__ import annotations

import os
from pathlib import Path

from phoihop.core.ids import random_token
from phoihop.core.private_files import write_private


def secret_key(home: Path) -> str:
    """Read the installation's secret, making it on first use. Two first starts at once end with one secret."""
    path = home / "keys" / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"secret_key.{os.getpid()}")
        write_private(fresh, random_token().encode())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
