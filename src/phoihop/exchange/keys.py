"""The node's own signing key and identity, in files of mode 0600."""

from __future__ import annotations

import json
import stat
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from joserfc.jwk import OKPKey

from phoihop.core.errors import Unavailable
from phoihop.core.ids import new_id
from phoihop.core.private_files import sync_directory, write_private

IDENTITY_FILE = "node.json"
KEY_FILE = "node.key"
NEXT_KEY_FILE = "node.next.key"


@dataclass(frozen=True)
class NodeIdentity:
    """Which node and incarnation this installation is, with its private key."""

    node_id: UUID
    incarnation_id: UUID
    key: Ed25519PrivateKey

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes of the public key."""
        return _public(self.key)

    @property
    def jwk(self) -> OKPKey:
        """The private key as the JWS library takes it."""
        return _private_jwk(self.key)


def make_identity(root: Path) -> NodeIdentity:
    """Make this installation's identity and key files, or read those that exist."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (root / IDENTITY_FILE).exists():
        if not (root / KEY_FILE).exists():
            write_private(root / KEY_FILE, _fresh_pem())
        names = {"node": str(new_id()), "incarnation": str(new_id())}
        write_private(root / IDENTITY_FILE, json.dumps(names).encode())
    return read_identity(root)


def read_identity(root: Path) -> NodeIdentity:
    """Read the identity. Raises Unavailable when there is none, or when others may read the key."""
    try:
        names = json.loads((root / IDENTITY_FILE).read_text())
        mode = stat.S_IMODE((root / KEY_FILE).stat().st_mode)
        pem = (root / KEY_FILE).read_bytes()
    except FileNotFoundError as error:
        raise Unavailable("node_uninitialised", "Máy chủ chưa có khóa.", remedy="Chạy: phoihop init") from error
    if mode != 0o600:
        raise Unavailable(
            "key_exposed", f"Tệp khóa {KEY_FILE} mở cho người khác đọc.", remedy=f"Chạy: chmod 600 {root / KEY_FILE}"
        )
    return NodeIdentity(UUID(names["node"]), UUID(names["incarnation"]), _key_of(pem))


def _fresh_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _key_of(pem: bytes) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Unavailable("key_foreign", f"Tệp {KEY_FILE} không phải khóa Ed25519.")
    return key


@lru_cache(maxsize=4)
def _identity_at(root: Path, changed: int) -> NodeIdentity:
    return read_identity(root)


def own_identity() -> NodeIdentity:
    """The identity of this installation, read again when its key file was replaced."""
    root: Path = settings.KEYS_ROOT
    try:
        changed = (root / KEY_FILE).stat().st_mtime_ns
    except FileNotFoundError:
        changed = 0
    return _identity_at(root, changed)


def make_next_key(root: Path) -> bytes:
    """Make the key that will follow the present one, unless it waits already. Returns its 32 public bytes."""
    path = root / NEXT_KEY_FILE
    if not path.exists():
        write_private(path, _fresh_pem())
    return _public(_key_of(path.read_bytes()))


def next_key(root: Path) -> bytes | None:
    """The public bytes of the key that waits to follow the present one."""
    try:
        return _public(_key_of((root / NEXT_KEY_FILE).read_bytes()))
    except FileNotFoundError:
        return None


def switch_to_next_key(root: Path) -> None:
    """Let the waiting key be the present one, in one step; the old one is gone, and what it signed stays good.

    Another process may have done it this very moment.
    """
    with suppress(FileNotFoundError):
        (root / NEXT_KEY_FILE).replace(root / KEY_FILE)
        sync_directory(root)


def renew_identity(root: Path, node: UUID) -> NodeIdentity:
    """A new incarnation of ``node`` with a key of its own: after a restore, nothing said before may be said again.

    Killed half-way it leaves a key and an incarnation that do not fit, with which nothing can be signed.
    """
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in (
        (KEY_FILE, _fresh_pem()),
        (IDENTITY_FILE, json.dumps({"node": str(node), "incarnation": str(new_id())}).encode()),
    ):
        fresh = root / f"{name}.fresh"
        fresh.unlink(missing_ok=True)
        write_private(fresh, content)
        fresh.replace(root / name)
    (root / NEXT_KEY_FILE).unlink(missing_ok=True)
    sync_directory(root)
    return read_identity(root)


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


@lru_cache(maxsize=4)
def _private_jwk(key: Ed25519PrivateKey) -> OKPKey:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return OKPKey.import_key(pem)
