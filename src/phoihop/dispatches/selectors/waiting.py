"""Files that wait for the records clerk, as the cleaning of stored bytes asks for them."""

from __future__ import annotations

from collections.abc import Sequence

from phoihop.dispatches.models import Quarantined


def needed_by_waiting(hashes: Sequence[str]) -> list[str]:
    """Those of the hashes whose original bytes are kept for a clerk, resolved or not. As the worker."""
    return list(Quarantined.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
