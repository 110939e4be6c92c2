"""A short run of the fuzz target, guided by coverage; ``scripts/fuzz.sh edxml 900`` runs a quarter of an hour."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.seeds import edxml_seeds

pytest.importorskip("atheris", reason="atheris has wheels for Linux alone")
TARGET = Path(__file__).with_name("fuzz_edxml.py")


def test_nothing_but_a_refusal_escapes_the_reader(tmp_path: Path) -> None:
    for name, data in edxml_seeds().items():
        (tmp_path / name).write_bytes(data)
    run = subprocess.run(
        [sys.executable, str(TARGET), "-max_total_time=12", "-timeout=10", "-rss_limit_mb=1500", "-max_len=20000",
         f"-artifact_prefix={tmp_path}/crash-", str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-4000:]
