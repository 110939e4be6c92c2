"""The file that carries records from node to node: a zip with a manifest, the records, and attachments by hash.

    manifest.json          what the file is, from whom and for whom, and the hash of the records
    records.jsonl          one record a line: envelope, body (base64), members of its audience
    directory.jws          the records of the region's directory, one a line; each stands on its own signature
    attachments/<sha256>   plain bytes of attachments

Whoever reads it believes nothing of it: the file is checked as a whole before its first record is looked at, sizes are
counted while reading and not taken from the zip's own headers, and each record stands on its own signature.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field, ValidationError

from phoihop.core.errors import Invalid
from phoihop.exchange.admission import MAX_MEMBERS, Incoming

FORMAT: Final = "phoihop-records"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
RECORDS: Final = "records.jsonl"
DIRECTORY: Final = "directory.jws"
ATTACHMENTS: Final = "attachments/"

MAX_MANIFEST_BYTES: Final = 1024 * 1024
MAX_LINE_BYTES: Final = 1024 * 1024
MAX_RECORDS_BYTES: Final = 8 * 1024**3
MAX_DIRECTORY_BYTES: Final = 256 * 1024**2
MAX_ATTACHMENT_BYTES: Final = 256 * 1024**2
MAX_MEMBERS_OF_ZIP: Final = 200_000
MAX_RATIO: Final = 50
"""A record has 1.5 kB that do not shrink, and repeats at most the 32 kB of an audience that deflate remembers."""
_RATIO_FROM: Final = 4 * 1024 * 1024
_CHUNK: Final = 256 * 1024
_ATTACHMENT_NAME: Final = re.compile(r"attachments/([0-9a-f]{64})")


class Manifest(BaseModel):
    """What a file says of itself. ``until`` is the log size of the sender: the next file may start from there."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: str
    version: int
    node: UUID
    node_name: str = Field(max_length=200)
    incarnation: UUID
    offices: tuple[UUID, ...] = Field(max_length=MAX_MEMBERS)
    since: int = Field(ge=0)
    until: int = Field(ge=0)
    made_at: AwareDatetime
    records: int = Field(ge=0)
    records_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    envelope: str = Field(pattern=r"^[A-Za-z0-9_.-]*$")
    body: Base64Bytes
    members: tuple[UUID, ...] = Field(max_length=MAX_MEMBERS)


@dataclass(frozen=True)
class Outgoing:
    """One record as it is written."""

    signed: bytes
    content: bytes
    members: tuple[UUID, ...]

    def line(self) -> bytes:
        """The record as a line of the file."""
        said = {
            "envelope": self.signed.decode("ascii"),
            "body": base64.b64encode(self.content).decode(),
            "members": sorted(str(member) for member in self.members),
        }
        return json.dumps(said, separators=(",", ":")).encode() + b"\n"


class Writer:
    """Writes a file: records first, then attachments, the manifest last."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._zip.close()

    def add_records(self, records: Iterable[Outgoing]) -> tuple[int, str]:
        """Write all records. Returns how many, and the hash the manifest gives."""
        count, digest = 0, hashlib.sha256()
        with self._zip.open(RECORDS, "w", force_zip64=True) as file:
            for record in records:
                line = record.line()
                digest.update(line)
                file.write(line)
                count += 1
        return count, digest.hexdigest()

    def add_directory(self, signed: Sequence[bytes]) -> None:
        """Write the records of the directory, if there is one."""
        if signed:
            self._zip.writestr(DIRECTORY, b"".join(one + b"\n" for one in signed))

    def add_attachment(self, sha256: str, source: BinaryIO) -> None:
        """Write the bytes of an attachment; they are mostly compressed already."""
        about = zipfile.ZipInfo(ATTACHMENTS + sha256)
        about.compress_type = zipfile.ZIP_STORED
        with self._zip.open(about, "w", force_zip64=True) as file:
            while chunk := source.read(_CHUNK):
                file.write(chunk)

    def add_manifest(self, manifest: Manifest) -> None:
        """Write the manifest."""
        self._zip.writestr(MANIFEST, manifest.model_dump_json(indent=1))


class Reader:
    """Reads a file that may be anything. Every method raises Invalid with a sentence for the operator."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            self._members = _checked_members(self._zip)
            self.manifest = self._read_manifest()
        except FileNotFoundError:
            raise Invalid("file_missing", _("Không có tệp %(path)s.") % {"path": path}) from None
        except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError) as error:
            raise _broken(str(error)) from error

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._zip.close()

    def check_whole(self) -> None:
        """Read everything once: form, hash and number of the records, and each attachment against its name."""
        digest, count = hashlib.sha256(), 0
        for line in self._lines():
            digest.update(line)
            count += 1
            _parse(line, count)
        if (digest.hexdigest(), count) != (self.manifest.records_sha256, self.manifest.records):
            raise _broken("records differ from the manifest")
        for sha256 in self.attachments():
            found = hashlib.sha256()
            for chunk in self.attachment(sha256):
                found.update(chunk)
            if found.hexdigest() != sha256:
                raise _broken(f"attachment {sha256} differs from its name")

    def records(self) -> Iterator[Incoming]:
        """The records in the order of the file, not judged yet."""
        for number, line in enumerate(self._lines(), start=1):
            yield _parse(line, number)

    def directory(self) -> list[bytes]:
        """The records of the sender's directory, not judged yet; none when the file has none."""
        if DIRECTORY not in self._members:
            return []
        return [line for line in b"".join(self._chunks(DIRECTORY, MAX_DIRECTORY_BYTES)).split(b"\n") if line]

    def attachments(self) -> list[str]:
        """Hashes of the attachments in the file."""
        return [match[1] for name in self._members if (match := _ATTACHMENT_NAME.fullmatch(name))]

    def attachment(self, sha256: str) -> Iterator[bytes]:
        """The bytes of an attachment in chunks; whether they have this hash is for the reader to see."""
        return self._chunks(ATTACHMENTS + sha256, MAX_ATTACHMENT_BYTES)

    def _read_manifest(self) -> Manifest:
        raw = b"".join(self._chunks(MANIFEST, MAX_MANIFEST_BYTES))
        try:
            manifest = Manifest.model_validate_json(raw)
        except ValidationError as error:
            raise _broken(f"manifest: {error.error_count()} fields are wrong") from error
        if manifest.format != FORMAT:
            raise _broken(f"format {manifest.format[:40]!r}")
        if manifest.version != VERSION:
            raise Invalid(
                "container_version",
                _("Tệp theo phiên bản %(version)d, máy chủ này chưa đọc được.") % {"version": manifest.version},
                remedy=_("Nâng cấp Phối Hợp ở máy chủ này rồi nhập lại."),
            )
        return manifest

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        for chunk in self._chunks(RECORDS, MAX_RECORDS_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > MAX_LINE_BYTES or any(len(line) > MAX_LINE_BYTES for line in lines):
                raise _broken("a line is too long")
            for line in lines:
                yield line + b"\n"
        if rest:
            raise _broken("the last line is cut off")

    def _chunks(self, name: str, limit: int) -> Iterator[bytes]:
        about = self._members.get(name)
        if about is None:
            raise _broken(f"{name} is missing")
        size = 0
        try:
            with self._zip.open(about) as file:
                while chunk := file.read(_CHUNK):
                    size += len(chunk)
                    if size > limit or (size > _RATIO_FROM and size > MAX_RATIO * about.compress_size):
                        raise _too_large(name)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise _broken(f"{name}: {error}") from error


def _checked_members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    members = archive.infolist()
    if len(members) > MAX_MEMBERS_OF_ZIP:
        raise _too_large("zip")
    for about in members:
        known = about.filename in (MANIFEST, RECORDS, DIRECTORY) or _ATTACHMENT_NAME.fullmatch(about.filename)
        if not known or about.filename in found:
            raise _broken(f"unexpected member {about.filename[:80]!r}")
        if about.flag_bits & 0x1 or about.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _broken(f"member {about.filename} is encrypted or packed in another way")
        found[about.filename] = about
    return found


def _parse(line: bytes, number: int) -> Incoming:
    try:
        said = _Line.model_validate_json(line)
    except ValidationError as error:
        raise _broken(f"line {number} is no record") from error
    return Incoming(said.envelope.encode(), said.body, said.members)


def _broken(detail: str) -> Invalid:
    return Invalid(
        "container_broken",
        _("Tệp bị hỏng, bị cắt hoặc không phải tệp bản ghi của Phối Hợp (%(detail)s).") % {"detail": detail},
        remedy=_("Không có gì được nhập. Đề nghị nơi gửi xuất lại tệp và chép lại."),
    )


def _too_large(name: str) -> Invalid:
    return Invalid(
        "container_too_large",
        _("Tệp phình ra quá lớn khi mở (%(name)s).") % {"name": name},
        remedy=_("Không có gì được nhập. Kiểm tra lại nguồn của tệp."),
    )
