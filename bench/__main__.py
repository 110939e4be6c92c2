"""``make bench``: the numbers of this machine, as a table here and as JSON in bench/results.

python -m bench [PART…]   all unless some are named: issue, receipts, attachments, apply, volume, files, territory,
administration, journal, documents
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
OVER_HTTP = ("issue", "receipts", "attachments")
PARTS = (*OVER_HTTP, "apply", "volume", "files", "territory", "administration", "journal", "documents")


def main(wanted: list[str]) -> int:
    """Run the named parts, each kind in a process of its own: an installation's settings are read once."""
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.stderr.write(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}\n")
        return 2
    parts = [part for part in PARTS if part in wanted] or list(PARTS)
    sys.stdout.write(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start\n")
    over_http = [part for part in OVER_HTTP if part in parts]
    if over_http:
        _over_http(over_http)
    sys.stdout.flush()
    own = {
        "apply": "bench.exchange_apply",
        "volume": "bench.volume",
        "files": "bench.files",
        "territory": "bench.territory",
        "administration": "bench.administration",
        "journal": "bench.journal",
        "documents": "bench.documents",
    }
    ended = [subprocess.run([sys.executable, "-m", own[part]], check=False).returncode for part in parts if part in own]
    if any(ended):
        sys.stderr.write(f"a part ended with {ended}\n")
    return int(any(ended))


def _over_http(parts: list[str]) -> None:
    from bench import attachments, issue, receipts
    from bench.installation import running

    with running() as installation:
        found: dict[str, Any] = {}
        if {"issue", "receipts"} & set(parts):  # receipts need something that was issued
            found["issue"] = issue.measure(installation)
            _tell_issue(found["issue"])
        if "receipts" in parts:
            found["receipts"] = receipts.measure(installation)
            told = found["receipts"]
            _line("receipts in batches of 500", f"{told['receipts_per_second']:.0f}/s", "aim 2,000/s")
        if "attachments" in parts:
            found["attachments"] = attachments.measure(installation)
            told = found["attachments"]
            _line("web process at rest", f"{max(told['web_mb'])} MB", "at most 250 MB")
            _line("growth, 100 MB in", f"{told['in_growth_mb']:.0f} MB in {told['in_seconds']:.1f} s", "at most 30 MB")
            _line(
                "growth, 100 MB out", f"{told['out_growth_mb']:.0f} MB in {told['out_seconds']:.1f} s", "at most 30 MB"
            )
    _keep("http", found)


def _tell_issue(told: dict[str, Any]) -> None:
    for name in ("raw_before", "spread", "one_office", "raw_after"):
        run = told[name]
        times = (
            f"{run['per_second']:.0f}/s, p50 {run['p50']:.0f} ms, p95 {run['p95']:.0f} ms, CPU {run['cpu_ms']:.1f} ms"
        )
        _line(f"issue to 18 offices: {name}", times, "")
        _line("", "CPU ms: " + ", ".join(f"{part} {ms:.2f}" for part, ms in run["parts"].items()), "")
    _line("  of raw, spread over all offices", f"{told['ratio']:.2f}", "at least 0.15")
    _line("  of raw, one office", f"{told['ratio_one_office']:.2f}", "")
    _line("  of raw, by processor time", f"{told['ratio_cpu']:.2f}", "")


def _line(name: str, figure: str, limit: str) -> None:
    sys.stdout.write(f"{name:<38}{figure:<58}{limit}\n")


def _keep(name: str, found: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    machine = {"machine": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()[0], "at": stamp}
    (RESULTS / f"{name}-{stamp}.json").write_text(json.dumps({**machine, **found}, indent=1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
