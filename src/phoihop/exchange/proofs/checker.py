"""``phoihop log check``: checks proof files with nothing but these files. No database, no installation, no settings."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid, NotFound, PhoiHopError
from phoihop.exchange.proofs import form, wording
from phoihop.exchange.proofs.checking import Checked, Refused, check

SOUND, REFUSED, UNUSABLE = 0, 1, 2
"""Exit codes: everything fits; a part does not fit; the command could not be carried out."""
_MAX_MEMBERS = 50
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Finding:
    """What became of one proof: checked, or refused, with the sentences for the person."""

    name: str
    checked: Checked | None
    refused: Refused | None
    lines: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "files", nargs="+", metavar="TỆP", help="tệp chứng thực (.json), hoặc tệp nén chứa chúng (.zip)"
    )
    parser.add_argument(
        "--trusted-key",
        action="append",
        default=[],
        metavar="DẤU",
        help="dấu khóa danh bạ nghe từ cơ quan giữ danh bạ; tệp của danh bạ khác bị từ chối",
    )
    parser.add_argument(
        "--checkpoint", action="append", default=[], metavar="TỆP", help="điểm ký xác nhận đang giữ, phải khớp với tệp"
    )
    parser.add_argument(
        "--document", action="append", default=[], metavar="TỆP", help="tệp văn bản đang có, phải là tệp đã phát hành"
    )
    parser.add_argument("--json", action="store_true", help="in một đối tượng JSON")


def main(arguments: Sequence[str]) -> int:
    """Carry out the command. Returns the exit code."""
    from django.conf import settings

    if not settings.configured:  # sentences are Vietnamese; nothing else of a configuration is needed
        settings.configure(USE_I18N=False)
    parser = argparse.ArgumentParser(prog="phoihop log check", description=_("Kiểm tra tệp chứng thực."))
    add_arguments(parser)
    return run(vars(parser.parse_args(list(arguments))))


def run(options: dict[str, Any]) -> int:
    """The same, from options already taken apart."""
    try:
        kept = [_text(Path(name)) for name in options["checkpoint"]]
        digests = {name: _sha256(Path(name)) for name in options["document"]}
        proofs = [pair for name in options["files"] for pair in _proofs(Path(name))]
    except PhoiHopError as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
    findings = [_examine(name, data, options["trusted_key"], kept) for name, data in proofs]
    missing = [name for name, digest in digests.items() if digest not in _opened(findings)]
    is_sound = not missing and all(one.refused is None for one in findings)
    say = _as_json if options["json"] else _as_text
    sys.stdout.write(say(findings, missing, is_sound) + "\n")
    return SOUND if is_sound else REFUSED


def _proofs(path: Path) -> Iterator[tuple[str, bytes]]:
    """The proofs in a file; a zip gives each JSON file in it. Raises NotFound or Invalid."""
    try:
        if not zipfile.is_zipfile(path):
            yield path.name, _read(path)
            return
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if one.filename.endswith(".json")][: _MAX_MEMBERS + 1]
            if not members or len(members) > _MAX_MEMBERS:
                raise Invalid("zip_unusable", _("Tệp nén %(path)s không chứa tệp chứng thực.") % {"path": path})
            for member in members:
                with archive.open(member) as file:
                    yield f"{path.name}/{member.filename}", file.read(form.MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _missing(path, error) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error) as error:
        raise Invalid("zip_broken", _("Tệp nén %(path)s bị hỏng.") % {"path": path}) from error


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(form.MAX_FILE_BYTES + 1)


def _text(path: Path) -> str:
    try:
        return _read(path).decode()
    except OSError as error:
        raise _missing(path, error) from error
    except UnicodeDecodeError as error:
        raise Invalid("note_broken", _("Tệp %(path)s không phải điểm ký xác nhận.") % {"path": path}) from error


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise _missing(path, error) from error
    return digest.hexdigest()


def _missing(path: Path, error: OSError) -> NotFound:
    message = _("Không đọc được tệp %(path)s: %(error)s.") % {"path": path, "error": error.strerror}
    return NotFound("file_missing", message)


def _examine(name: str, data: bytes, trusted: Sequence[str], kept: Sequence[str]) -> Finding:
    try:
        checked = check(data, trusted=trusted, kept=kept)
    except Refused as refused:
        return Finding(name, None, refused, (wording.refusal(refused),))
    return Finding(name, checked, None, tuple(wording.lines(checked)))


def _opened(findings: Sequence[Finding]) -> set[str]:
    """The hashes of files that the proofs show to be part of a record, by opening or by the whole body."""
    found: set[str] = set()
    for one in (record for finding in findings if finding.checked for record in finding.checked.records):
        found |= {opened.sha256 for opened in one.files}
        listed = one.body.get("attachments") if isinstance(one.body, dict) else None
        found |= {str(file.get("sha256")) for file in listed or () if isinstance(file, dict)}
    return found


def _as_text(findings: Sequence[Finding], missing: Sequence[str], is_sound: bool) -> str:
    lines = []
    for one in findings:
        lines.append(f"{'✓' if one.refused is None else '✗'} {one.name}")
        lines += [f"    {line}" for line in one.lines]
    lines += [
        "✗ "
        + _("Tệp %(name)s không phải tệp mà các bản ghi này đã cam kết, hoặc tệp chứng thực không mở phần đó.")
        % {"name": name}
        for name in missing
    ]
    lines.append("✓ " + _("Mọi phần đều khớp.") if is_sound else "✗ " + _("Không chứng thực được."))
    return "\n".join(lines)


def _as_json(findings: Sequence[Finding], missing: Sequence[str], is_sound: bool) -> str:
    said = {"sound": is_sound, "files": [_finding(one) for one in findings], "documents_missing": list(missing)}
    return json.dumps(said, ensure_ascii=False, indent=1)


def _finding(one: Finding) -> dict[str, Any]:
    if one.refused is not None:
        problem = {"part": one.refused.part, "code": one.refused.code, "detail": one.refused.detail}
        problem |= {"place": str(one.refused.place), "sentence": one.lines[0]}
        return {"file": one.name, "sound": False, "problem": problem}
    assert one.checked is not None
    return {
        "file": one.name,
        "sound": True,
        "key_trusted": one.checked.is_trusted,
        "directory": {
            "name": one.checked.region,
            "number": one.checked.directory_number,
            "fingerprint": one.checked.key_fingerprint,
        },
        "records": [
            record.about.model_dump() | {"witnesses": list(record.witnesses), "has_body": record.body is not None}
            for record in one.checked.records
        ],
        "consistency": one.checked.consistency.model_dump() if one.checked.consistency else None,
    }
