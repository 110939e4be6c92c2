"""The directory key where node and key are in one hand: the demonstration, and nowhere else.

No command makes this file at a node of a real region, and there the pages only write what is carried to the key.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from phoihop.exchange.directory.keyfile import RegionKey, read_key


def key_path() -> Path:
    """Where the demonstration keeps its directory key."""
    return Path(settings.KEYS_ROOT) / "demo-directory.key"


def has_key() -> bool:
    """Whether changes can be signed here."""
    return key_path().exists()


def key_at_hand() -> RegionKey | None:
    """The directory key of this node, or None. Raises as ``read_key`` does."""
    return read_key(key_path()) if has_key() else None
