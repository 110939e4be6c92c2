"""Directory records in files: one signed record a line, in the order of their versions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.exchange.directory.selectors import signed_records

MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_SMALL_BYTES = 32 * 1024 * 1024


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must be new; it has its name when the bytes are on the disk. Raises Conflict, NotFound."""
    if path.exists():
        raise Conflict("file_exists", _("Tệp %(path)s đã có.") % {"path": path}, remedy=_("Chọn tên khác."))
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise _unusable(path, error) from error


def write_records(path: Path, signed: Sequence[bytes]) -> None:
    """Write signed records into a new file."""
    write_new(path, b"".join(one + b"\n" for one in signed))


def write_history(path: Path) -> int:
    """Write all records this node holds into a new file, for a node that is to join. Returns how many."""
    signed = signed_records()
    write_records(path, signed)
    return len(signed)


def read_records(path: Path) -> list[bytes]:
    """The records of a file, not judged yet. Raises NotFound, or Invalid when the file cannot be one of ours."""
    return split_records(_read(path, MAX_FILE_BYTES))


def split_records(content: bytes) -> list[bytes]:
    """Lines of signed records. Raises Invalid when there is none."""
    lines = [line.strip() for line in content.split(b"\n") if line.strip()]
    if not lines:
        raise Invalid("directory_malformed", _("Tệp không có bản ghi danh bạ nào."))
    return lines


def read_small(path: Path) -> bytes:
    """A file a person made or carried. Raises NotFound, or Invalid over 32 MB."""
    return _read(path, MAX_SMALL_BYTES)


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise _unusable(path, error) from error
    if len(content) > limit:
        raise Invalid("file_too_large", _("Tệp %(path)s quá lớn.") % {"path": path})
    return content


def _unusable(path: Path, error: OSError) -> NotFound:
    return NotFound(
        "file_missing",
        _("Không dùng được tệp %(path)s: %(error)s.") % {"path": path, "error": error.strerror},
        remedy=_("Kiểm tra đường dẫn và thiết bị chứa tệp."),
    )
