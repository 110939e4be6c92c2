"""What a form may send: capped before it is written, less for strangers; and who on the machine may read it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from phoihop.core.errors import Invalid
from phoihop.files.actions import receive_file
from phoihop.files.storage import store_stream
from tests.cast import NGHE_AN
from tests.dispatches.browsing import client_of, text_of

MEGABYTE = 1024 * 1024
EDXML = "/dispatches/incoming/edxml/"


def _sent(client: Client, size: int) -> Any:
    return client.post(EDXML, {"files": SimpleUploadedFile("a.edxml", b"x" * size)})


@pytest.mark.django_db
def test_a_stranger_cannot_fill_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The form is read for its CSRF token before any view can turn the stranger away."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))  # writing a temporary file would fail
    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies["phoihop_csrf"] = "c" * 32
    assert _sent(stranger, 3 * MEGABYTE).status_code == 413
    monkeypatch.setattr("tempfile.tempdir", None)
    assert _sent(stranger, 1000).status_code == 403


@pytest.mark.django_db
def test_a_form_over_the_cap_is_refused_in_words(settings: Any) -> None:
    settings.REQUEST_MAX_BYTES = MEGABYTE
    clerk = client_of("vanthu", NGHE_AN)
    refused = _sent(clerk, 2 * MEGABYTE)
    assert refused.status_code == 413
    assert "Gửi từng tệp một" in text_of(refused)
    assert _sent(clerk, MEGABYTE // 2).status_code == 200


def test_a_program_is_known_however_small_its_first_piece() -> None:
    with pytest.raises(Invalid) as refused:
        receive_file(iter([b"M", b"Z\x90\x00" + bytes(100)]), name="bao-cao.pdf")
    assert refused.value.code == "file_program"


def test_other_accounts_of_the_machine_read_no_files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    store_stream([b"noi dung"])
    assert stat.S_IMODE(settings.FILES_ROOT.stat().st_mode) == 0o700
