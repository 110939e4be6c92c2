"""The short form of the script: each part is killed once under load. The script itself does it twenty times."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.config.homes import forget
from tests.exchange.kill9 import VICTIMS, endure


def test_nothing_acknowledged_is_lost_or_doubled() -> None:
    home = Path(tempfile.mkdtemp(prefix="phoihop-kill9-"))
    home.chmod(0o755)
    try:
        outcome = endure(home, rounds=len(VICTIMS))
    finally:
        forget(home)
    assert outcome.faults == []
    assert set(outcome.kills.values()) == {1}
    assert outcome.acknowledged > 0
    assert outcome.retries > 0, "no kill met a request on its way: the test has proved nothing"
