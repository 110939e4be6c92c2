"""Files in an S3-compatible store. Nothing of its protocol leaves this module."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

import urllib3
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from minio import Minio
from minio.error import MinioException, S3Error

from phoihop.core.errors import Unavailable
from phoihop.files.stores import Resting, check_hash

_ABSENT = frozenset({"NoSuchKey", "NoSuchObject", "NoSuchVersion", "404"})
_PART_BYTES = 16 * 1024 * 1024
_PREFIX = "files/"


class S3Store:
    """Objects ``files/ab/cdef…`` in one bucket. An object is there when the store has acknowledged all of it."""

    def __init__(self, client: Minio, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    @classmethod
    def at(cls, address: str) -> S3Store:
        """The store at ``https://KEY:SECRET@host:port/bucket?region=…``. Raises ImproperlyConfigured."""
        parts = urlsplit(address)
        bucket = parts.path.strip("/")
        if parts.scheme not in {"http", "https"} or not (parts.hostname and parts.username and parts.password):
            raise ImproperlyConfigured("PHOIHOP_S3 must read https://KEY:SECRET@host:port/bucket?region=…")
        if not bucket or "/" in bucket:
            raise ImproperlyConfigured("PHOIHOP_S3 must name one bucket")
        region = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair).get("region", "us-east-1")
        client = Minio(
            parts.netloc.rsplit("@", 1)[1],
            access_key=unquote(parts.username),
            secret_key=unquote(parts.password),
            secure=parts.scheme == "https",
            region=unquote(region),
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=5, read=60),
                maxsize=10,
                retries=urllib3.Retry(total=2, backoff_factor=0.2),
            ),
        )
        return cls(client, bucket)

    def settle(self, path: Path, sha256: str) -> None:
        """Send the file. It is sent even when it is there, so that the store counts it as new and keeps it."""
        with _speaking():
            self._client.fput_object(self._bucket, _name(sha256), str(path), part_size=_PART_BYTES)
            there = self._client.stat_object(self._bucket, _name(sha256))
        if there.size != path.stat().st_size:
            raise _unavailable()
        path.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        with _speaking():
            try:
                return cast("BinaryIO", _Stream(self._client.get_object(self._bucket, _name(sha256))))
            except S3Error as error:
                raise _absent_or(error, sha256) from error

    def has(self, sha256: str) -> bool:
        with _speaking():
            try:
                self._client.stat_object(self._bucket, _name(sha256))
            except S3Error as error:
                if error.code in _ABSENT:
                    return False
                raise
        return True

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        spool = settings.FILES_ROOT / "spool"
        spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=spool, prefix="local-") as file:
            with self.open(sha256) as source:
                while chunk := source.read(_PART_BYTES // 16):
                    file.write(chunk)
            file.flush()
            yield Path(file.name)

    def resting(self) -> Iterator[Resting]:
        with _speaking():
            for item in self._client.list_objects(self._bucket, prefix=_PREFIX, recursive=True):
                try:
                    sha256 = check_hash(str(item.object_name).removeprefix(_PREFIX).replace("/", ""))
                except ValueError:
                    continue
                if item.last_modified is not None:
                    yield Resting(sha256, item.size or 0, item.last_modified)

    def remove(self, sha256: str, *, unless_since: datetime | None = None) -> bool:
        with _speaking():
            try:
                there = self._client.stat_object(self._bucket, _name(sha256))
            except S3Error as error:
                if error.code in _ABSENT:
                    return False
                raise
            if unless_since is not None and (there.last_modified is None or there.last_modified > unless_since):
                return False
            self._client.remove_object(self._bucket, _name(sha256))
        return True


class _Stream:
    """The body of an answer as a readable file; closing it gives the connection back."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def read(self, size: int = -1) -> bytes:
        with _speaking():
            return bytes(self._answer.read(None if size < 0 else size))

    def close(self) -> None:
        self._answer.close()
        self._answer.release_conn()

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *_exit: object) -> None:
        self.close()


def _name(sha256: str) -> str:
    check_hash(sha256)
    return f"{_PREFIX}{sha256[:2]}/{sha256[2:]}"


@contextmanager
def _speaking() -> Iterator[None]:
    try:
        yield
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise _unavailable() from error


def _absent_or(error: S3Error, sha256: str) -> Exception:
    return FileNotFoundError(sha256) if error.code in _ABSENT else error


def _unavailable() -> Unavailable:
    return Unavailable(
        "file_store_unavailable",
        _("Kho tệp chưa trả lời nên chưa làm được việc này."),
        remedy=_("Thử lại sau ít phút; nếu vẫn vậy, báo người vận hành."),
    )
