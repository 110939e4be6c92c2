"""The highest state of its log that this node has let leave it, kept outside the database.

A database that was put back to an earlier day does not know what it said afterwards; these files do. They lie in the
installation's home and, when PHOIHOP_HIGH_WATER names a second place, on another disk too. A mark is on the disk
before what it speaks of can be taken away.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from phoihop.core.clock import now
from phoihop.core.errors import Unavailable
from phoihop.core.private_files import sync_directory

FILE_NAME = "high-water.json"
SECOND_PLACE = "PHOIHOP_HIGH_WATER"
"""Environment variable: a file on another disk."""


class Mark(BaseModel):
    """A log that left: its size, and the root of its tree in hex."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    size: int = Field(ge=0)
    root: str = Field(pattern=r"^[0-9a-f]{64}$")
    at: AwareDatetime


class Marks(BaseModel):
    """The file: one mark for each incarnation of the node."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["phoihop-high-water"] = "phoihop-high-water"
    version: Literal[1] = 1
    marks: dict[UUID, Mark] = Field(default_factory=dict)


def places() -> list[Path]:
    """The files, the one in the home first."""
    second = os.environ.get(SECOND_PLACE, "")
    return [settings.KEYS_ROOT.parent / FILE_NAME, *([Path(second)] if second else [])]


def highest(incarnation: UUID) -> Mark | None:
    """The highest mark of an incarnation in any place. Raises Unavailable when a file cannot be read."""
    found = [mark for path in places() if (mark := _read(path).marks.get(incarnation)) is not None]
    return max(found, key=lambda mark: mark.size, default=None)


def raise_to(incarnation: UUID, *, size: int, root: bytes, at: datetime | None = None) -> None:
    """Note that a log of this size is about to leave. On disk in every place when it returns; never lowered.

    Raises Unavailable when a place cannot be written: then nothing may leave.
    """
    mark = Mark(size=size, root=root.hex(), at=at or now())
    for path in places():
        try:
            with _held(path):
                known = _read(path)
                before = known.marks.get(incarnation)
                if before is None or before.size < size:
                    _write(path, Marks(marks={**known.marks, incarnation: mark}))
        except OSError as error:
            raise Unavailable(
                "high_water_unwritable",
                _("Không ghi được mốc đã gửi vào %(path)s: %(error)s.") % {"path": path, "error": error.strerror},
                remedy=_("Chưa có gì rời máy chủ. Kiểm tra đĩa và quyền ghi rồi thử lại."),
            ) from error


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Two exports at once raise one after the other."""
    with path.with_name(path.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> Marks:
    try:
        return Marks.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Marks()
    except (OSError, ValidationError) as error:
        raise Unavailable(
            "high_water_broken",
            _("Không đọc được tệp mốc đã gửi %(path)s.") % {"path": path},
            remedy=_("Khôi phục tệp từ nơi lưu thứ hai, hoặc khôi phục máy chủ bằng: phoihop restore"),
        ) from error


def _write(path: Path, marks: Marks) -> None:
    fresh = path.with_name(path.name + ".fresh")
    with fresh.open("wb") as file:
        file.write(marks.model_dump_json(indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_directory(path.parent)
