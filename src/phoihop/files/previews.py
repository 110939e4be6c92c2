"""What of a file can be shown in a page: made by a confined process when first asked for, kept by hash."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal

from django.conf import settings
from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid, Unavailable
from phoihop.core.machine import N_
from phoihop.files.previewing.confined import read_confined
from phoihop.files.previewing.limits import Refused
from phoihop.files.sniffing import OFFICE_TYPES, TEXT
from phoihop.files.storage import stored_path
from phoihop.files.stores import check_hash

VERSION = "1"
"""Part of the name of the cache: what an older version made is not taken for ours."""
AT_ONCE = 4
"""Pages drawn together: whoever reads one page is likely to want the next."""
_PLACES = 2
_WAIT_SECONDS = 30.0
_PASSING = frozenset({"too_slow"})
"""Reasons that another try may not meet again, since the machine may only have been busy."""

Kind = Literal["pdf", "picture", "words", "sheets", "plain"]
KINDS: dict[str, Kind] = {
    "application/pdf": "pdf",
    OFFICE_TYPES[".docx"]: "words",
    OFFICE_TYPES[".xlsx"]: "sheets",
    TEXT: "plain",
    **dict.fromkeys(
        ("image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/bmp", "image/x-ms-bmp"), "picture"
    ),
}
PAGED: frozenset[Kind] = frozenset({"pdf", "picture"})

REASONS: dict[str, str] = {
    "encrypted": N_("Không xem trước được: tệp đặt mật khẩu."),
    "damaged": N_("Không xem trước được: tệp hỏng hoặc không đúng định dạng."),
    "too_large": N_("Không xem trước được: nội dung tệp quá lớn."),
    "too_many_pages": N_("Không xem trước được: tệp có quá nhiều trang."),
    "too_slow": N_("Không xem trước được: tệp quá phức tạp nên mất nhiều thời gian."),
    "unsupported": N_("Không xem trước được loại tệp này."),
}


@dataclass(frozen=True)
class Preview:
    """A file as a page can show it. ``content`` is what the reader found, for kinds that have no pages."""

    kind: Kind
    pages: int
    content: dict[str, Any]


@dataclass(frozen=True)
class PageLook:
    """One page: its size in points (pixels for pictures), and its words with left, top, width, height."""

    number: int
    width: float
    height: float
    words: tuple[tuple[str, float, float, float, float], ...]


def may_preview(media_type: str) -> bool:
    """Whether files of this type are shown at all."""
    return media_type in KINDS


def preview_of(sha256: str, media_type: str) -> Preview:
    """The file as pages can show it. Raises Invalid, in words for the reader, when it is not shown."""
    kind = _kind(media_type)
    if kind in PAGED:
        return Preview(kind, int(_known(sha256, kind, 1)["pages"]), {})
    return Preview(kind, 1, _known(sha256, kind, 1))


def page_of(sha256: str, media_type: str, number: int) -> PageLook:
    """One page of a file that has pages. Raises Invalid."""
    found = _known(sha256, _paged(media_type), number)["page"][str(number)]
    return PageLook(number, found["width"], found["height"], tuple(tuple(word) for word in found["words"]))


def page_picture(sha256: str, media_type: str, number: int) -> Path:
    """The picture of one page, as WebP. Raises Invalid."""
    _known(sha256, _paged(media_type), number)
    return _folder(sha256) / f"page-{number}.webp"


def thumbnail(sha256: str, media_type: str) -> Path:
    """A small picture of the first page, for files that have pages. Raises Invalid for all others."""
    _known(sha256, _paged(media_type), 1)
    return _folder(sha256) / "thumbnail.webp"


def forget_previews(sha256: str) -> None:
    """Remove whatever was drawn of a file: for the purge."""
    shutil.rmtree(_folder(sha256), ignore_errors=True)


def remove_old_previews(before: datetime) -> int:
    """Remove what was drawn of files that nobody looked at since then. Returns of how many files."""
    removed = 0
    for folder in settings.PREVIEWS_ROOT.glob(f"{VERSION}/[0-9a-f][0-9a-f]/*"):
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < before.timestamp():
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
    return removed


def _kind(media_type: str) -> Kind:
    if media_type not in KINDS:
        raise _not_shown("unsupported")
    return KINDS[media_type]


def _paged(media_type: str) -> Kind:
    kind = _kind(media_type)
    if kind not in PAGED:
        raise _not_shown("unsupported")
    return kind


def _known(sha256: str, kind: Kind, number: int) -> dict[str, Any]:
    """What is known about the file with page ``number``, from the cache or read now."""
    folder = _folder(sha256)
    group = (number - 1) // AT_ONCE if kind in PAGED else 0
    path = folder / f"{kind}-{group}.json"
    if not path.exists():
        _make(sha256, kind, folder, group)
    found: dict[str, Any] = json.loads(path.read_text())
    with suppress(OSError):
        os.utime(folder)
    if reason := found.get("refused"):
        raise _not_shown(reason)
    if kind in PAGED and str(number) not in found["page"]:
        raise Invalid("page_unknown", _("Tệp không có trang này."), remedy=_("Chọn trang khác."))
    return found


def _make(sha256: str, kind: Kind, folder: Path, group: int) -> None:
    """Read the file and put what came out in place, the description last."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix="making-") as scratch, _place(), stored_path(sha256) as source:
        try:
            found = read_confined(kind, source, Path(scratch), first=group * AT_ONCE + 1, count=AT_ONCE)
        except Refused as refused:
            if refused.reason in _PASSING:
                raise _not_shown(refused.reason) from refused
            found = {"refused": refused.reason}
        described = Path(scratch) / "described"
        described.write_text(json.dumps(found))
        for picture in Path(scratch).glob("*.webp"):
            picture.replace(folder / picture.name)
        described.replace(folder / f"{kind}-{group}.json")


@contextmanager
def _place() -> Iterator[None]:
    """One of few places for readers: many previews at once must not starve the pages. Raises Unavailable."""
    settings.PREVIEWS_ROOT.mkdir(parents=True, exist_ok=True, mode=0o700)
    until = time.monotonic() + _WAIT_SECONDS
    while (taken := _free_place()) is None:
        if time.monotonic() > until:
            message = _("Máy chủ đang bận xem trước tệp khác.")
            raise Unavailable("previews_busy", message, remedy=_("Thử lại sau ít phút."))
        time.sleep(0.05)
    with taken:
        yield


def _free_place() -> IO[bytes] | None:
    """A lock that ends with the file, however this process ends."""
    for number in range(_PLACES):
        file = (settings.PREVIEWS_ROOT / f"place-{number}.lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
        else:
            return file
    return None


def _folder(sha256: str) -> Path:
    check_hash(sha256)
    root: Path = settings.PREVIEWS_ROOT
    return root / VERSION / sha256[:2] / sha256[2:]


def _not_shown(reason: str) -> Invalid:
    message = _(REASONS.get(reason, REASONS["damaged"]))
    return Invalid(f"preview_{reason}", message, remedy=_("Hãy tải tệp về để mở."))
