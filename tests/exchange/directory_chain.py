"""Directories in memory for tests of the chain: keys, entries, and well-formed changes without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from phoihop.core.ids import derived_id
from phoihop.exchange.directory import changes as c
from phoihop.exchange.directory.chain import Entry, sign_entry
from phoihop.exchange.directory.keyfile import RegionKey
from phoihop.exchange.directory.ruling import advance
from phoihop.exchange.directory.state import DirectoryState

MOMENT = datetime(2026, 7, 1, 8, tzinfo=UTC)
FIRST_DAY = date(2025, 7, 1)
NODE, OTHER = derived_id("node", "a"), derived_id("node", "b")


def region_key(number: int = 1) -> RegionKey:
    """The same key for the same number."""
    return RegionKey(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


def node(name: str = "a", number: int = 1, **said: Any) -> c.NodeAdded:
    """A node with a key good from the beginning."""
    terms: dict[str, Any] = {
        "node": derived_id("node", name),
        "name": name,
        "incarnation": derived_id("incarnation", name),
        "key": bytes([100 + number]).hex() * 32,
        "valid_from": MOMENT - timedelta(days=400),
    }
    return c.NodeAdded(**(terms | said))


def office(code: str, *, parent: str = "", at: UUID = NODE, **said: Any) -> c.OfficeOpened:
    """A new office."""
    terms: dict[str, Any] = {"name": f"Văn phòng {code}", "short_name": code, "valid_from": FIRST_DAY}
    return c.OfficeOpened(code=code, parent=parent, node=at, **(terms | said))


def body(of: str, code: str, **said: Any) -> c.BodyOpened:
    """A new body of an office."""
    terms: dict[str, Any] = {
        "name": f"Ủy ban {code}",
        "regime": "GOV",
        "notation": "UBND",
        "place": "Vinh",
        "valid_from": FIRST_DAY,
    }
    return c.BodyOpened(office=of, code=code, **(terms | said))


@dataclass
class Chain:
    """A directory as it grows; ``signed`` are its records."""

    key: RegionKey = field(default_factory=region_key)
    state: DirectoryState = field(default_factory=DirectoryState)
    signed: list[bytes] = field(default_factory=list)

    def make(self, *changes: c.Change, key: RegionKey | None = None, **said: Any) -> bytes:
        """The next record, signed and not applied; ``said`` overrides what it says."""
        terms: dict[str, Any] = {
            "directory": self.state.directory or derived_id("directory"),
            "number": self.state.number + 1,
            "prev": self.state.head,
            "at": MOMENT + timedelta(minutes=self.state.number),
            "changes": changes,
        }
        return sign_entry(Entry(**(terms | said)), (key or self.key).private)

    def add(self, *changes: c.Change, key: RegionKey | None = None) -> bytes:
        """The next record, signed and applied."""
        signed = self.make(*changes, key=key)
        self.state = advance(self.state, signed)
        self.signed.append(signed)
        return signed


def founded(*changes: c.Change) -> Chain:
    """A directory with one node, and whatever else is said at its founding."""
    chain = Chain()
    chain.add(c.DirectoryFounded(name="Quân khu 4", key=chain.key.public), node(), *changes)
    return chain


def replayed(signed: list[bytes]) -> DirectoryState:
    """What records add up to from nothing."""
    state = DirectoryState()
    for one in signed:
        state = advance(state, one)
    return state
