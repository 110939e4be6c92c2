"""The node's own key over time: a new one beside the old, and the moment it takes over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Invalid
from phoihop.core.isolation import scope
from phoihop.exchange import keys
from phoihop.exchange.directory import changes as c
from phoihop.exchange.directory.state import DirectoryState
from phoihop.offices.models import NodeKey


def rotate(*, since: datetime, overlap: timedelta, state: DirectoryState) -> list[c.Change]:
    """Make the node's next key, or take the one already made, and say from when it is good and until when the old one.

    Raises Conflict when the directory does not list this node yet; Invalid for an overlap under a day.
    """
    if overlap < timedelta(days=1):
        raise Invalid("overlap_short", _("Hai khóa phải gối nhau ít nhất một ngày."))
    identity = keys.own_identity()
    old = identity.public_key.hex()
    if old not in state.keys:
        raise Conflict(
            "key_unlisted",
            _("Danh bạ chưa có khóa hiện tại của máy chủ này."),
            remedy=_("Đưa khóa vào danh bạ trước: phoihop directory propose --own-key"),
        )
    new = keys.make_next_key(settings.KEYS_ROOT).hex()
    return [
        c.KeyAdded(node=identity.node_id, incarnation=identity.incarnation_id, key=new, valid_from=since),
        c.KeyRetired(node=identity.node_id, key=old, valid_to=since + overlap),
    ]


def switch_if_due() -> bool:
    """Let the next key take over once the directory says it is good. Returns whether it did just now."""
    waiting = keys.next_key(settings.KEYS_ROOT)
    if waiting is None:
        return False
    with scope("worker", read_only=True):
        row = NodeKey.objects.filter(public_key=waiting, incarnation=keys.own_identity().incarnation_id).first()
    if row is None or row.valid_from > now():
        return False
    keys.switch_to_next_key(settings.KEYS_ROOT)
    return True


def own_key_changes(state: DirectoryState) -> list[c.Change]:
    """What the directory must learn of this node's present key, after a restore: the new one, and the end of the old.

    Raises Conflict when it knows the key already.
    """
    identity = keys.own_identity()
    key, moment = identity.public_key.hex(), now()
    if key in state.keys:
        raise Conflict("key_listed", _("Danh bạ đã có khóa hiện tại của máy chủ này."))
    found: list[c.Change] = [
        c.KeyAdded(node=identity.node_id, incarnation=identity.incarnation_id, key=key, valid_from=moment)
    ]
    for old in state.keys_of(identity.node_id):
        if old.valid_to is None or old.valid_to > moment > old.valid_from:
            found.append(c.KeyRetired(node=old.node, key=old.key, valid_to=moment))
    return found
