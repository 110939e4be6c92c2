"""Who may sign for which office, as the directory says: the judge of every record, here and from elsewhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from phoihop.exchange import envelope
from phoihop.exchange.envelope import Envelope, Rejected
from phoihop.exchange.models import PastHosting
from phoihop.offices.models import Node, NodeKey, Office


@dataclass(frozen=True)
class DirectoryKey:
    """A public key (32 raw bytes) and the time it is good for."""

    raw: bytes
    valid_from: datetime
    valid_to: datetime | None

    @cached_property
    def public(self) -> Ed25519PublicKey:
        """The key as the signature library takes it."""
        return Ed25519PublicKey.from_public_bytes(self.raw)

    def is_valid_at(self, at: datetime) -> bool:
        """Whether a record made at ``at`` may be signed with it."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True)
class Keyring:
    """The directory's keys and hostings at one moment, read once for many records."""

    own_node: UUID | None
    keys: dict[tuple[UUID, UUID], list[DirectoryKey]] = field(repr=False)
    hosts: dict[UUID, UUID] = field(repr=False)
    past: dict[UUID, list[tuple[datetime, UUID]]] = field(repr=False)

    def authenticate(self, signed: bytes) -> Envelope:
        """The envelope, once the key that the directory gives for it is seen to have signed it. Raises Rejected."""
        claimed = envelope.read(signed)
        known = self.keys.get((claimed.node, claimed.incarnation))
        if not known:
            raise Rejected("key_unknown", f"no key of node {claimed.node}, incarnation {claimed.incarnation}")
        valid = [key for key in known if key.is_valid_at(claimed.at)]
        if not valid:
            raise Rejected("key_not_valid", f"no key of node {claimed.node} was valid at {claimed.at.isoformat()}")
        for key in valid[:-1]:
            try:
                envelope.check_signature(signed, key.public)
            except Rejected:
                continue
            return claimed
        envelope.check_signature(signed, valid[-1].public)
        return claimed

    def host_of(self, office: UUID, at: datetime) -> UUID | None:
        """The node that hosted an office at a time; None for an office the directory does not know."""
        for until, node in self.past.get(office, ()):
            if at < until:
                return node
        return self.hosts.get(office)

    @property
    def hosted_here(self) -> frozenset[UUID]:
        """The offices this node hosts now."""
        return frozenset(office for office, node in self.hosts.items() if node == self.own_node)


def load_keyring(*, using: str = "default") -> Keyring:
    """Read the directory: three small queries."""
    keys: dict[tuple[UUID, UUID], list[DirectoryKey]] = defaultdict(list)
    for key in NodeKey.objects.using(using).order_by("valid_from"):
        found = DirectoryKey(bytes(key.public_key), key.valid_from, key.valid_to)
        keys[key.node_id, key.incarnation].append(found)
    past: dict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
    for row in PastHosting.objects.using(using).order_by("until"):
        past[row.office_id].append((row.until, row.node_id))
    own = Node.objects.using(using).filter(is_self=True).values_list("id", flat=True).first()
    return Keyring(own, dict(keys), dict(Office.objects.using(using).values_list("id", "node_id")), dict(past))
