"""Both places where files rest keep one promise: durable before named, by hash, streamed, removed only when old."""

from __future__ import annotations

import hashlib
import io
import resource
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from minio import Minio
from minio.error import S3Error

from phoihop.core.clock import now
from phoihop.core.errors import NotFound, Unavailable
from phoihop.files.storage import (
    has_stored,
    open_stored,
    read_chunks,
    remove_stored,
    spool_root,
    store_bytes,
    store_stream,
    stored_path,
)
from phoihop.files.stores import store
from phoihop.files.stores.s3 import S3Store
from tests.files.services import BUCKET, S3_KEY, free_port, s3_server

MEGABYTE = 1024 * 1024
ABSENT = hashlib.sha256(b"khong co").hexdigest()


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running S3 server."""
    with s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture(params=["disk", "s3"])
def place(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> str:
    """Each place in turn, empty of other tests' spool files."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.FILES_S3 = request.getfixturevalue("s3") if request.param == "s3" else None
    return str(request.param)


def test_what_is_stored_comes_back(place: str) -> None:
    stored = store_stream([b"Noi dung ", place.encode()])
    with open_stored(stored.sha256) as file:
        assert file.read() == b"Noi dung " + place.encode()
    with stored_path(stored.sha256) as path:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == stored.sha256
    assert has_stored(stored.sha256)
    assert [one for one in spool_root().iterdir() if one.is_file()] == []


def test_the_same_bytes_are_one_file(place: str) -> None:
    first, second = store_bytes(b"mot tep"), store_bytes(b"mot tep")
    assert first.sha256 == second.sha256
    assert [one.sha256 for one in store().resting()].count(first.sha256) == 1


def test_what_is_not_there_is_said(place: str) -> None:
    assert not has_stored(ABSENT)
    with pytest.raises(NotFound):
        open_stored(ABSENT)
    with pytest.raises(NotFound), stored_path(ABSENT):
        pass
    assert remove_stored(ABSENT) is False
    with pytest.raises(ValueError, match="SHA-256"):
        has_stored("../../etc/passwd")


def test_only_what_is_old_is_cleaned_away(place: str) -> None:
    sha256 = store_bytes(b"con moi " + place.encode()).sha256
    assert store().remove(sha256, unless_since=now() - timedelta(hours=1)) is False
    assert has_stored(sha256)
    assert store().remove(sha256, unless_since=now() + timedelta(hours=1)) is True
    assert not has_stored(sha256)


def test_a_large_file_passes_through_little_memory(place: str) -> None:
    """60 MB in and out; the process may grow by a part of S3's sending, never by the file."""
    piece = bytes(range(256)) * 4096
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stored = store_stream(piece for _number in range(60))
    digest = hashlib.sha256()
    for chunk in read_chunks(open_stored(stored.sha256)):
        digest.update(chunk)
    assert (stored.size, digest.hexdigest()) == (60 * MEGABYTE, stored.sha256)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 45 * MEGABYTE


def test_a_store_that_does_not_answer_is_unavailable(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    settings.FILES_S3 = f"http://a:b@127.0.0.1:{free_port()}/tep"
    for act in (lambda: store_bytes(b"x"), lambda: has_stored(ABSENT), lambda: open_stored(ABSENT)):
        with pytest.raises(Unavailable, match="Kho tệp chưa trả lời"):
            act()
    assert [one for one in spool_root().iterdir() if one.is_file()] == []


def test_the_server_of_these_tests_checks_signatures(s3: str) -> None:
    wrong = Minio(s3.rsplit("@", 1)[1].split("/")[0], S3_KEY, "sai-khoa", secure=False, region="us-east-1")
    with pytest.raises(S3Error) as refused:
        wrong.put_object(BUCKET, "files/x", io.BytesIO(b"x"), 1)
    assert refused.value.code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    "address", ["s3://a:b@host/tep", "https://host/tep", "https://a:b@host/", "https://a:b@host/tep/thu-muc"]
)
def test_an_address_that_cannot_be_right_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        S3Store.at(address)
