"""The public card of a node: what another node must know to believe its signatures. Carried by hand and compared."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Invalid
from phoihop.core.isolation import scope
from phoihop.exchange.keys import own_identity
from phoihop.exchange.models import PastHosting
from phoihop.offices.actions import add_node
from phoihop.offices.models import Node, NodeKey, Office

OWNER_ALIAS = "owner"
_KEY_BYTES = 32


class Card(BaseModel):
    """A node, its present key (base64 of 32 bytes), since when that is good, and the codes of the offices it hosts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    node: UUID
    name: str = Field(min_length=1, max_length=100)
    incarnation: UUID
    key: str = Field(max_length=60)
    valid_from: AwareDatetime
    offices: tuple[str, ...] = Field(max_length=10_000)

    @property
    def raw_key(self) -> bytes:
        """The 32 bytes of the public key. Raises Invalid when they are not."""
        try:
            raw = b64decode(self.key, validate=True)
        except Base64Error:
            raw = b""
        if len(raw) != _KEY_BYTES:
            raise Invalid("card_broken", _("Khóa trong thẻ không phải khóa Ed25519."))
        return raw

    @property
    def fingerprint(self) -> str:
        """What two operators read to each other: the beginning of a hash over node, incarnation and key."""
        digest = hashlib.sha256(self.node.bytes + self.incarnation.bytes + self.raw_key).hexdigest()[:32]
        return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


@dataclass(frozen=True)
class Trusted:
    """What trusting a card changed: offices moved to that node, codes unknown here, and offices that stay here."""

    moved: tuple[str, ...]
    unknown: tuple[str, ...]
    kept: tuple[str, ...]


def own_card() -> Card:
    """The card of this node."""
    identity = own_identity()
    with scope("worker", read_only=True):
        node = Node.objects.get(id=identity.node_id)
        key = NodeKey.objects.get(incarnation=identity.incarnation_id, public_key=identity.public_key)
        codes = tuple(Office.objects.filter(node=node).order_by("code").values_list("code", flat=True))
    return Card(
        node=node.id,
        name=node.name,
        incarnation=identity.incarnation_id,
        key=b64encode(identity.public_key).decode(),
        valid_from=key.valid_from,
        offices=codes,
    )


def read_card(text: str) -> Card:
    """A card as ``phoihop node card`` printed it. Raises Invalid."""
    try:
        card = Card.model_validate_json(text)
    except ValidationError as error:
        raise Invalid(
            "card_broken",
            _("Tệp không phải thẻ máy chủ (%(count)d chỗ sai).") % {"count": error.error_count()},
            remedy=_("Lấy lại thẻ bằng lệnh: phoihop node card"),
        ) from error
    _raw = card.raw_key
    return card


def trust(card: Card) -> Trusted:
    """Believe this node's signatures from now on, and let it speak for the offices it lists.

    Offices hosted here stay here. Repeating it changes nothing. Raises Conflict for a card of this very node, or one
    that uses the name of another.
    """
    with transaction.atomic(using=OWNER_ALIAS):
        _refuse_foreign_names(card)
        add_node(
            node_id=card.node,
            name=card.name,
            incarnation_id=card.incarnation,
            public_key=card.raw_key,
            is_self=False,
        )
        keys = NodeKey.objects.using(OWNER_ALIAS).filter(incarnation=card.incarnation, public_key=card.raw_key)
        keys.update(valid_from=card.valid_from)
        return _move_offices(card)


def _refuse_foreign_names(card: Card) -> None:
    for node in Node.objects.using(OWNER_ALIAS).filter(name=card.name).exclude(id=card.node):
        raise Conflict("node_name_taken", _("Danh bạ đã có máy chủ khác tên “%(name)s”.") % {"name": node.name})
    if Node.objects.using(OWNER_ALIAS).filter(id=card.node, is_self=True).exists():
        raise Conflict("own_card", _("Đây là thẻ của chính máy chủ này."))
    taken = NodeKey.objects.using(OWNER_ALIAS).filter(incarnation=card.incarnation).exclude(node_id=card.node)
    if taken.exists():
        raise Conflict("incarnation_taken", _("Thẻ dùng mã lần khởi tạo của một máy chủ khác."))


def _move_offices(card: Card) -> Trusted:
    offices = {office.code: office for office in Office.objects.using(OWNER_ALIAS).select_related("node")}
    listed = [offices[code] for code in card.offices if code in offices]
    kept = [office for office in listed if office.node.is_self]
    moved = [office for office in listed if not office.node.is_self and office.node_id != card.node]
    moment = now()
    PastHosting.objects.using(OWNER_ALIAS).bulk_create(
        PastHosting(office_id=office.id, node_id=office.node_id, until=moment) for office in moved
    )
    Office.objects.using(OWNER_ALIAS).filter(id__in=[office.id for office in moved]).update(node_id=card.node)
    return Trusted(
        moved=tuple(sorted(office.code for office in moved)),
        unknown=tuple(sorted(set(card.offices) - set(offices))),
        kept=tuple(sorted(office.code for office in kept)),
    )
