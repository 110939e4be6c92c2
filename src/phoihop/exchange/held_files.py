"""Files that records set aside may name: they are shown when the record can be applied, and must be there then."""

from __future__ import annotations

import re
from collections.abc import Sequence

from phoihop.exchange.envelope import SALT_BYTES
from phoihop.exchange.models import SetAside

_HASH = re.compile(rb"[0-9a-f]{64}")


def needed_by_set_aside(hashes: Sequence[str]) -> set[str]:
    """Those of the hashes that stand anywhere in a body that waits, whatever its kind. As the worker."""
    wanted, found = set(hashes), set[str]()
    for content in SetAside.objects.values_list("content", flat=True).iterator():
        found |= wanted & {said.decode() for said in _HASH.findall(bytes(content)[SALT_BYTES:])}
    return found
