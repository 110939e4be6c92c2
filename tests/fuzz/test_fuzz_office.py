"""Short runs of the fuzz target of office files; ``scripts/fuzz.sh office-word 900`` runs a quarter of an hour."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.seeds import office_seeds

pytest.importorskip("atheris", reason="atheris has wheels for Linux alone")
TARGET = Path(__file__).with_name("fuzz_office.py")


@pytest.mark.parametrize("kind", ["word", "sheets", "slides", "names", "pdf"])
def test_nothing_but_a_refusal_escapes_the_readers(kind: str, tmp_path: Path) -> None:
    for name, data in office_seeds(kind).items():
        (tmp_path / name).write_bytes(data)
    run = subprocess.run(
        [sys.executable, "-W", "ignore", str(TARGET), kind, "-max_total_time=6", "-timeout=10", "-rss_limit_mb=1500",
         "-max_len=30000", f"-artifact_prefix={tmp_path}/crash-", str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-4000:]
