"""What two people removed does not come back with a backup from before: the commands of a real installation."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.config.homes import forget
from tests.config.test_backups import Home

WORK = """
import json, sys
import django
django.setup()
from django.conf import settings
from phoihop.config import postgres
from phoihop.exchange.erasing import listed_purges
from phoihop.exchange.verification import verify_log
from phoihop.files.storage import has_stored
from tests.cast import load_cast
from tests.dispatches.papers import open_books
from tests.exchange.nodes import log_everything
from tests.exchange.test_purging import issue_with_file, purge, traces
from uuid import UUID

verb, *said = sys.argv[1:]
told = {}
with postgres.available(settings.HOME):
    if verb == "issue":
        load_cast()
        open_books()
        subject, sha256 = issue_with_file()
        log_everything()
        told = {"subject": str(subject), "sha256": sha256}
    elif verb == "purge":
        purge(UUID(said[0]))
        log_everything()
    elif verb == "look":
        told = {
            "traces": traces(),
            "stored": has_stored(said[0]),
            "purges": len(list(listed_purges())),
            "sound": verify_log().is_sound,
        }
    print(json.dumps(told))
"""


@pytest.fixture
def home() -> Iterator[Home]:
    path = Path(tempfile.mkdtemp(prefix="phoihop-purged-"))
    path.chmod(0o755)
    yield Home(path)
    forget(path)


def _work(home: Home, *said: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", WORK, *said],
        env=home.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_backup_from_before_the_purge_brings_nothing_back(home: Home, tmp_path: Path) -> None:
    assert home.run("init").returncode == 0
    made = _work(home, "issue")
    assert _work(home, "look", made["sha256"])["traces"]
    home.told("backup", tmp_path / "before.backup")
    _work(home, "purge", made["subject"])
    removed = {"traces": [], "stored": False, "purges": 1, "sound": True}
    assert _work(home, "look", made["sha256"]) == removed
    home.told("restore", tmp_path / "before.backup", "--replace")
    assert _work(home, "look", made["sha256"]) == removed
