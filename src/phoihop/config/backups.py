"""A backup of everything a node knows, in one file, and going back to it.

    manifest.json          what the file is, whose, and the hash of the dump
    database.dump          pg_dump's custom format
    files/<sha256>         attachments

No private key is in it: a node that goes back to a backup is a new incarnation with a key of its own. Whoever holds
the file can read everything, so it has mode 0600.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal
from uuid import UUID

from django.conf import settings
from django.db import connection
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from phoihop.config import binaries, initialise, postgres
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Invalid, NotFound, Unavailable
from phoihop.core.isolation import scope
from phoihop.core.private_files import sync_directory
from phoihop.exchange.keys import own_identity
from phoihop.exchange.models import Checkpoint
from phoihop.files.storage import has_stored, open_stored
from phoihop.offices.selectors import directory_version

MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files/"
_CHUNK = 1024 * 1024


class BackupManifest(BaseModel):
    """What a backup says of itself: whose, how far its log and directory had come, and the hash of its dump."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["phoihop-backup"] = "phoihop-backup"
    version: Literal[1] = 1
    node: UUID
    incarnation: UUID
    made_at: AwareDatetime
    log_size: int = Field(ge=0)
    directory: int = Field(ge=0)
    dump_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    files: int = Field(ge=0)


@dataclass(frozen=True)
class BackedUp:
    """What was written: the manifest, files that were not in the store, and the size in bytes."""

    manifest: BackupManifest
    missing: int
    size: int


def back_up(path: Path) -> BackedUp:
    """Write everything into a new file; it has its name when it is on the disk whole. The node may be running.

    Raises Conflict when the file exists, NotFound when it cannot be written, Unavailable when the dump fails.
    """
    if path.exists():
        raise Conflict("file_exists", f"Tệp {path} đã có.", remedy="Chọn tên khác.")
    partial, dump = path.with_name(path.name + ".part"), path.with_name(path.name + ".dump")
    try:
        for leftover in (partial, dump):
            leftover.unlink(missing_ok=True)
            os.close(os.open(leftover, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        before = _state()  # what the dump holds is at least this
        _dump_database(dump)
        manifest, missing = _write(partial, dump, before)
        partial.replace(path)
        sync_directory(path.resolve().parent)
    except OSError as error:
        raise NotFound("backup_unwritable", f"Không ghi được {path}: {error.strerror}.") from error
    finally:
        for leftover in (partial, dump):
            leftover.unlink(missing_ok=True)
    return BackedUp(manifest, missing, path.stat().st_size)


def _state() -> tuple[int, int]:
    """How far log and directory have come."""
    with scope("worker", read_only=True):
        known = Checkpoint.objects.filter(incarnation_id=own_identity().incarnation_id)
        size = known.order_by("-size").values_list("size", flat=True).first()
        return size or 0, directory_version()


def administrator(database: str) -> str:
    """How to reach a database with all rights: the embedded cluster's own account, or the owner's address."""
    outer = initialise.outside()
    if outer is not None:
        return outer.owner
    return postgres.place(settings.HOME).dsn(postgres.ADMIN, database)


def run_program(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs. Raises Unavailable with what it said."""
    program = binaries.find().program(name)
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603  # no shell
    if done.returncode != 0:
        raise Unavailable(name, f"{name} không chạy được: {done.stderr.strip()[-500:]}")


def _dump_database(target: Path) -> None:
    source = administrator(postgres.DATABASE)
    run_program("pg_dump", "--format=custom", "--no-password", f"--file={target}", f"--dbname={source}")


def _write(partial: Path, dump: Path, before: tuple[int, int]) -> tuple[BackupManifest, int]:
    identity, hashes = own_identity(), _stored_hashes()
    present = [sha256 for sha256 in hashes if has_stored(sha256)]
    manifest = BackupManifest(
        node=identity.node_id,
        incarnation=identity.incarnation_id,
        made_at=now(),
        log_size=before[0],
        directory=before[1],
        dump_sha256=_digest(dump),
        files=len(present),
    )
    with partial.open("wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            _add_bytes(archive, MANIFEST, manifest.model_dump_json(indent=1).encode())
            archive.add(dump, DUMP, filter=_plain)
            for sha256 in present:
                with open_stored(sha256) as source:
                    _add_stream(archive, FILES + sha256, source)
        file.flush()
        os.fsync(file.fileno())
    return manifest, len(hashes) - len(present)


def _stored_hashes() -> list[str]:
    """Everything the database names in the store, read after the dump: a file is stored before its row."""
    with scope("worker", read_only=True), connection.cursor() as cursor:
        cursor.execute("SELECT sha256 FROM files_attachment UNION SELECT sha256 FROM files_upload ORDER BY 1")
        return [sha256 for (sha256,) in cursor.fetchall()]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(about: tarfile.TarInfo) -> tarfile.TarInfo:
    about.uid = about.gid = 0
    about.uname = about.gname = ""
    about.mode = 0o600
    return about


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    about = _plain(tarfile.TarInfo(name))
    about.size = len(content)
    archive.addfile(about, BytesIO(content))


def _add_stream(archive: tarfile.TarFile, name: str, source: BinaryIO) -> None:
    about = _plain(tarfile.TarInfo(name))
    about.size = source.seek(0, os.SEEK_END)
    source.seek(0)
    archive.addfile(about, source)


class Backup:
    """A backup file as it is read. Nothing of it is believed before ``check_whole``; all methods raise Invalid."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self.manifest = self._read_manifest()

    def check_whole(self) -> None:
        """Read everything once: the dump and each file against its hash."""
        files = 0
        for about in self._archive:
            if about.name == DUMP and about.isfile():
                self._check(about, self.manifest.dump_sha256)
            elif about.name.startswith(FILES) and about.isfile():
                self._check(about, about.name.removeprefix(FILES))
                files += 1
            elif about.name != MANIFEST:
                raise broken(f"unexpected member {about.name[:80]}")
        if files != self.manifest.files:
            raise broken(f"{files} files, not {self.manifest.files}")

    def write_dump(self, target: Path) -> None:
        """Put the dump into a file."""
        with target.open("wb") as file:
            for chunk in self._chunks(self._member(DUMP)):
                file.write(chunk)

    def files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Hash and content of each attachment."""
        for about in self._archive.getmembers():
            if about.name.startswith(FILES):
                yield about.name.removeprefix(FILES), self._chunks(about)

    def _read_manifest(self) -> BackupManifest:
        about = self._archive.next()
        if about is None or about.name != MANIFEST or about.size > _CHUNK:
            raise broken("no manifest")
        try:
            return BackupManifest.model_validate_json(b"".join(self._chunks(about)))
        except ValidationError as error:
            raise broken(f"manifest: {error.error_count()} fields are wrong") from error

    def _check(self, about: tarfile.TarInfo, wanted: str) -> None:
        digest = hashlib.sha256()
        for chunk in self._chunks(about):
            digest.update(chunk)
        if digest.hexdigest() != wanted:
            raise broken(f"{about.name} differs from its hash")

    def _member(self, name: str) -> tarfile.TarInfo:
        try:
            return self._archive.getmember(name)
        except KeyError as error:
            raise broken(f"{name} is missing") from error

    def _chunks(self, about: tarfile.TarInfo) -> Iterator[bytes]:
        source = self._archive.extractfile(about)
        if source is None:
            raise broken(f"{about.name} is no file")
        with source:
            while chunk := source.read(_CHUNK):
                yield chunk


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """A backup to be read. Raises NotFound, or Invalid when it is damaged or none of ours."""
    try:
        with tarfile.open(path, "r:") as archive:
            yield Backup(archive)
    except (tarfile.TarError, EOFError) as error:
        raise broken(str(error)) from error
    except FileNotFoundError as error:
        raise NotFound("file_missing", f"Không có tệp {error.filename}.") from error


def broken(detail: str) -> Invalid:
    """The error for a file that is no sound backup."""
    return Invalid(
        "backup_broken",
        f"Tệp không phải bản sao lưu của Phối Hợp, hoặc bị hỏng ({detail}).",
        remedy="Chưa có gì thay đổi. Dùng bản sao lưu khác.",
    )
