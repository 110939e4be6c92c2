"""The directory key in a file, and what it has signed. The file is made once and kept off every node.

Beside the key lies a list of what it signed, ``<file>.signed``: the key never signs two records for one version, for
two different ones would be two directories.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext as _

from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from phoihop.core.private_files import write_private
from phoihop.exchange.directory.chain import Entry, digest_of, sign_entry


@dataclass(frozen=True)
class RegionKey:
    """A private directory key, and the file it was read from (None: it lives in memory alone, and keeps no list)."""

    private: Ed25519PrivateKey
    path: Path | None = None

    @property
    def public(self) -> str:
        """The public key in hex, as records name it."""
        raw = self.private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return raw.hex()

    def sign(self, entry: Entry) -> bytes:
        """Sign a record. Raises Conflict when this key has signed another one for the same version."""
        signed = sign_entry(entry, self.private)
        if self.path is not None:
            _remember(self.path.with_name(self.path.name + ".signed"), entry, digest_of(signed))
        return signed


def make_key(path: Path | None = None, *, passphrase: bytes = b"") -> RegionKey:
    """Make a key, into a new file of mode 0600 when ``path`` is given. Raises Conflict when the file exists."""
    key = RegionKey(Ed25519PrivateKey.generate(), path)
    if path is not None:
        how = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        pem = key.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
        try:
            write_private(path, pem)
        except FileExistsError:
            raise Conflict(
                "file_exists", _("Tệp %(path)s đã có.") % {"path": path}, remedy=_("Chọn tên khác.")
            ) from None
        except OSError as error:
            raise _unreadable(path, error) from error
    return key


def read_key(path: Path, *, passphrase: bytes = b"") -> RegionKey:
    """Read a key file. Raises NotFound, Unavailable (open to others), Forbidden (passphrase) or Invalid."""
    try:
        mode, pem = stat.S_IMODE(path.stat().st_mode), path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    if mode & 0o077:
        raise Unavailable(
            "key_exposed",
            _("Tệp khóa danh bạ %(path)s mở cho người khác đọc.") % {"path": path},
            remedy=_("Chạy: chmod 600 %(path)s") % {"path": path},
        )
    try:
        key = serialization.load_pem_private_key(pem, password=passphrase or None)
    except TypeError as error:
        raise Forbidden(
            "passphrase",
            _("Tệp khóa danh bạ có mật khẩu bảo vệ, hoặc không cần mật khẩu đã cho."),
            remedy=_("Cho mật khẩu bằng --passphrase-file, hoặc bỏ tùy chọn này."),
        ) from error
    except ValueError as error:
        raise Forbidden(
            "passphrase", _("Mật khẩu không đúng, hoặc tệp %(path)s không phải tệp khóa.") % {"path": path}
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Invalid("key_foreign", _("Tệp %(path)s không phải khóa Ed25519.") % {"path": path})
    return RegionKey(key, path)


def _unreadable(path: Path, error: OSError) -> NotFound:
    return NotFound(
        "file_missing",
        _("Không dùng được tệp %(path)s: %(error)s.") % {"path": path, "error": error.strerror},
        remedy=_("Kiểm tra đường dẫn và thiết bị chứa tệp."),
    )


def _remember(path: Path, entry: Entry, digest: str) -> None:
    line = {"directory": str(entry.directory), "number": entry.number, "digest": digest}
    for known in _lines(path):
        if (known["directory"], known["number"]) == (line["directory"], entry.number):
            if known["digest"] != digest:
                raise Conflict(
                    "already_signed",
                    _("Khóa này đã ký một bản khác mang số %(number)d của danh bạ.") % {"number": entry.number},
                    remedy=_("Áp dụng bản đã ký ở máy chủ, rồi soạn lại thay đổi trên bản mới nhất."),
                )
            return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"\n" + json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _lines(path: Path) -> list[dict[str, object]]:
    """What was signed; a last line that a power cut left unfinished was never handed out."""
    if not path.exists():
        return []
    found: list[dict[str, object]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def fingerprint(key: str) -> str:
    """What people read to each other: groups of four letters of the public key's hash."""
    digest = hashlib.sha256(b"phoihop directory key\0" + bytes.fromhex(key)).hexdigest()[:32]
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))
