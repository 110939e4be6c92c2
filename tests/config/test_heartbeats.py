"""A heartbeat is believed only while it is fresh and its process lives."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from phoihop.config import heartbeats
from phoihop.config.heartbeats import STALE_SECONDS


def test_a_fresh_beat_of_a_living_process_counts(tmp_path: Path) -> None:
    heartbeats.beat(tmp_path, "worker")
    sign = heartbeats.last(tmp_path, "worker")
    assert sign is not None
    assert sign.pid == os.getpid()
    assert sign.is_beating


def test_a_process_that_hangs_stops_counting_until_it_beats_again(tmp_path: Path) -> None:
    heartbeats.beat(tmp_path, "worker")
    long_ago = time.time() - STALE_SECONDS - 1
    os.utime(tmp_path / "worker.beat", (long_ago, long_ago))
    sign = heartbeats.last(tmp_path, "worker")
    assert sign is not None
    assert not sign.is_beating
    heartbeats.beat(tmp_path, "worker")
    sign = heartbeats.last(tmp_path, "worker")
    assert sign is not None
    assert sign.is_beating


def test_a_dead_process_does_not_count_however_fresh_its_beat(tmp_path: Path) -> None:
    child = subprocess.Popen(["/bin/true"])
    child.wait()
    (tmp_path / "worker.beat").write_text(str(child.pid))
    sign = heartbeats.last(tmp_path, "worker")
    assert sign is not None
    assert not sign.is_beating


def test_who_never_beat_has_no_sign(tmp_path: Path) -> None:
    assert heartbeats.last(tmp_path, "worker") is None
    (tmp_path / "worker.beat").write_text("")
    assert heartbeats.last(tmp_path, "worker") is None
