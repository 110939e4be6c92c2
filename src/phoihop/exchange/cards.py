"""The public card of a node: what another node must know to believe its signatures. Carried by hand and compared."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from phoihop.core.errors import Invalid
from phoihop.core.isolation import scope
from phoihop.exchange.keys import own_identity
from phoihop.offices.models import Node, NodeKey, Office

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
