"""A real installation is backed up, goes on, sends, goes back: as another incarnation, with its registers shut."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.config.homes import forget

WORK = """
import json, sys
import django
django.setup()
from django.conf import settings
from phoihop.core.isolation import scope
from phoihop.exchange.keys import own_identity
from phoihop.exchange.carrying import export
from phoihop.exchange.standing import why_read_only
from phoihop.config import postgres
from tests.cast import HERE, NGHE_AN, load_cast
from tests.dispatches.papers import open_books
from tests.exchange.nodes import HUE_ID, clerk, issue, log_everything, owner_rows
from pathlib import Path

verb, *said = sys.argv[1:]
with postgres.available(settings.HOME):
    if verb == "found":
        load_cast()
        open_books()
    elif verb == "issue":
        issue(clerk(NGHE_AN), [HUE_ID])
        log_everything()
    elif verb == "send":
        export(Path(said[0]), offices=[HUE_ID])
    reason = why_read_only()
    print(json.dumps({
        "reason": reason.code if reason else "",
        "incarnation": str(own_identity().incarnation_id),
        "records": owner_rows("SELECT count(*) FROM exchange_record")[0][0],
        "shut": owner_rows("SELECT count(*) FROM dispatches_register WHERE shut")[0][0],
        "databases": [name for (name,) in owner_rows("SELECT datname FROM pg_database")],
    }))
"""


class Home:
    """One installation of its own, driven by its own commands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environment = {
            **os.environ,
            "PHOIHOP_HOME": str(path),
            "DJANGO_SETTINGS_MODULE": "phoihop.config.settings",
        }

    def run(self, *said: object) -> subprocess.CompletedProcess[str]:
        """A command of the installation, whatever becomes of it."""
        command = [sys.executable, "-m", "phoihop.config.command", *map(str, said)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=300)

    def told(self, *said: object) -> Any:
        """What a command that must succeed says as JSON."""
        done = self.run(*said, "--json")
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def kill_once(self, sign: Path, *said: object) -> None:
        """Start a command and kill it with -9 as soon as a file is there."""
        command = [sys.executable, "-m", "phoihop.config.command", *map(str, said)]
        with subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as running:
            while not sign.exists() and running.poll() is None:
                time.sleep(0.005)
            running.kill()
        assert running.returncode == -signal.SIGKILL

    def work(self, *said: object) -> dict[str, Any]:
        """Do something as the installation's own code, and see how it stands."""
        done = subprocess.run(
            [sys.executable, "-c", WORK, *map(str, said)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    path = Path(tempfile.mkdtemp(prefix="phoihop-backup-"))
    path.chmod(0o755)
    yield Home(path)
    forget(path)


def test_there_and_back(home: Home, tmp_path: Path) -> None:
    assert home.run("init").returncode == 0
    home.work("found")
    before = home.work("issue")
    backup = tmp_path / "node.backup"
    assert home.told("backup", backup)["log_size"] == 1
    assert backup.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE KEY" not in backup.read_bytes()
    assert home.run("backup", backup).returncode == 2
    home.work("issue")
    assert home.work("send", tmp_path / "sent.zip")["reason"] == ""
    refused = home.run("restore", backup)
    assert (refused.returncode, "--replace" in refused.stderr) == (2, True)
    damaged = tmp_path / "damaged.backup"
    raw = bytearray(backup.read_bytes())
    raw[len(raw) // 2] ^= 1
    damaged.write_bytes(bytes(raw))
    refused = home.run("restore", damaged, "--replace")
    assert (refused.returncode, "bị hỏng" in refused.stderr) == (2, True)
    assert home.work("look")["reason"] == ""
    _goes_back(home, backup, before)


def _goes_back(home: Home, backup: Path, before: dict[str, Any]) -> None:
    restored = home.told("restore", backup, "--replace")
    assert restored["needs_directory"] is True
    after = home.work("look")
    assert (after["records"], after["reason"]) == (1, "key_unlisted")
    assert after["incarnation"] == restored["incarnation"] != before["incarnation"]
    assert after["shut"] == restored["registers_shut"] > 0
    assert restored["set_aside"] in after["databases"]
    _is_listed_again(home, backup.parent)
    assert home.work("issue")["records"] == 2
    assert home.told("log", "verify")["problems"] == []


def _is_listed_again(home: Home, place: Path) -> None:
    """The new key is proposed, signed where the key is, applied; then the node may write."""
    key = home.path / "keys" / "directory.key"
    assert home.run("directory", "propose", "--own-key", "--to-file", place / "p.json").returncode == 0
    signing = home.run("directory", "sign", place / "p.json", "--key-file", key, "--to-file", place / "p.signed")
    assert signing.returncode == 0, signing.stderr
    assert home.told("directory", "apply", place / "p.signed")["applied"] == [2]
    assert home.work("look")["reason"] == ""


def test_killed_before_it_is_complete_it_may_be_read_and_run_again(home: Home, tmp_path: Path) -> None:
    backup = tmp_path / "again.backup"
    home.told("backup", backup)
    mark = home.path / "restoring.json"
    home.kill_once(mark, "restore", backup, "--replace")
    assert mark.exists()
    assert home.work("look")["reason"] == "restore_unfinished"
    home.told("restore", backup)  # nobody has to say again that it may replace what stands there
    assert not mark.exists()
    assert home.work("look")["reason"] == "key_unlisted"
