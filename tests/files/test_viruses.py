"""Uploads are shown to a real ClamAV daemon: what it finds is refused, and while it is silent nothing passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from phoihop.core.errors import Invalid, Unavailable
from phoihop.files.actions import receive_file
from phoihop.files.storage import has_stored, spool_root
from tests.cast import NGHE_AN
from tests.dispatches.browsing import client_of
from tests.files.services import EICAR, clamav_daemon, free_port


@pytest.fixture(scope="module")
def daemons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The addresses of a running daemon."""
    home = tmp_path_factory.mktemp("clamav")
    home.chmod(0o755)
    with clamav_daemon(home) as addresses:
        yield addresses


@pytest.fixture(params=[0, 1], ids=["socket", "port"])
def daemon(request: pytest.FixtureRequest, daemons: tuple[str, str], settings: Any, tmp_path: Path) -> str:
    """One way to the daemon, as the installation is set to use it."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.CLAMD = daemons[request.param]
    return str(settings.CLAMD)


def test_a_clean_file_passes(daemon: str) -> None:
    stored, _name, _kind = receive_file([b"Bao cao nhanh tinh hinh. " * 20_000], name="a.txt")
    assert has_stored(stored.sha256)


@pytest.mark.parametrize(
    "content", [EICAR, b"Kinh gui quy co quan. " * 9_000 + b"AutoOpen-DropAndRun" + b" het" * 9_000]
)
def test_what_it_finds_is_refused_by_name_and_nothing_is_kept(daemon: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        receive_file([content], name="a.txt")
    assert refused.value.code == "file_infected"
    assert "Eicar-Test" in str(refused.value) or "Own-Macro" in str(refused.value)
    assert [one for one in spool_root().rglob("*") if one.is_file()] == []


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd.sock", "tcp:127.0.0.1:{port}"])
@pytest.mark.django_db
def test_a_silent_daemon_lets_nothing_pass(address: str, settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    settings.CLAMD = address.format(port=free_port())
    with pytest.raises(Unavailable, match="quét mã độc chưa trả lời"):
        receive_file([b"sach"], name="a.txt")
    client = client_of("chuyenvien", NGHE_AN)
    begun = client.post("/files/pieces/", {"name": "a.txt", "size": 4, "fingerprint": "f"}).json()
    headers = {"Upload-Offset": "0"}
    sent = client.patch(begun["address"], b"sach", content_type="application/octet-stream", headers=headers)
    assert (sent.status_code, sent.json()["code"]) == (503, "virus_scan_unavailable")
    settings.CLAMD = ""
    headers["Upload-Offset"] = "4"
    again = client.patch(begun["address"], b"", content_type="application/octet-stream", headers=headers)
    assert again.json()["upload"], "what has come waits until it can be looked at"


def test_an_address_that_cannot_be_right_is_said(settings: Any) -> None:
    settings.CLAMD = "http://clamav"
    with pytest.raises(ImproperlyConfigured):
        receive_file([b"a"], name="a.txt")
