"""Reading the directory's records. They are the same for every office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from phoihop.exchange.directory import wording
from phoihop.exchange.directory.chain import NOTHING_BEFORE, Entry, is_signed_by, read_entry
from phoihop.exchange.directory.changes import DirectoryFounded, SuccessorActivated, SuccessorAnnounced
from phoihop.exchange.directory.keyfile import fingerprint
from phoihop.exchange.directory.ruling import advance
from phoihop.exchange.directory.state import DirectoryState
from phoihop.exchange.envelope import Rejected
from phoihop.exchange.models import DirectoryRecord
from phoihop.offices.actions import OWNER_ALIAS


@dataclass(frozen=True)
class HistoryItem:
    """One version of the directory: when it was prepared and applied here, by whom and why, and what it changed.

    ``signed_by`` is the public key (hex) that signed it, ``is_takeover`` that this was the successor's own.
    """

    number: int
    digest: str
    at: datetime
    applied_at: datetime
    entry: Entry
    signed_by: str = ""
    is_takeover: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it changed, in words."""
        return tuple(wording.sentence(change) for change in self.entry.changes)

    @property
    def key_mark(self) -> str:
        """The fingerprint of the key that signed it, as people read it to each other."""
        return fingerprint(self.signed_by) if self.signed_by else ""


def load_state(*, using: str = OWNER_ALIAS) -> DirectoryState:
    """The directory as the stored records add up to, each verified again. Raises Invalid when one was tampered with."""
    state = DirectoryState()
    for signed in signed_records(using=using):
        try:
            state = advance(state, signed)
        except Rejected as error:
            raise wording.said(error) from error
    return state


_last: DirectoryState | None = None


def present_state(*, using: str = "default") -> DirectoryState:
    """The same, verified once in this process for each head: for what is asked again and again."""
    global _last
    head = DirectoryRecord.objects.using(using).order_by("-number").values_list("digest", flat=True).first()
    kept = _last
    if kept is None or kept.head != (head or NOTHING_BEFORE):
        kept = _last = load_state(using=using)
    return kept


def signed_records(*, since: int = 0, using: str = OWNER_ALIAS) -> list[bytes]:
    """The records after version ``since``, in order, as signed."""
    rows = DirectoryRecord.objects.using(using).filter(number__gt=since).order_by("number")
    return [bytes(signed) for signed in rows.values_list("signed", flat=True)]


def stored_digest(number: int) -> str | None:
    """The digest of the record known here under a version."""
    found = DirectoryRecord.objects.using(OWNER_ALIAS).filter(number=number).values_list("digest", flat=True)
    return found.first()


def history(*, using: str = OWNER_ALIAS) -> Sequence[HistoryItem]:
    """All versions, the newest first."""
    found: list[HistoryItem] = []
    key, announced = "", ""
    for row in DirectoryRecord.objects.using(using).order_by("number"):
        signed = bytes(row.signed)
        entry = read_entry(signed)
        first = entry.changes[0]
        if isinstance(first, DirectoryFounded):
            key = first.key
        signer = next((one for one in (key, announced) if one and is_signed_by(signed, [one])), "")
        takeover = signer != "" and signer != key
        found.append(HistoryItem(row.number, row.digest, row.at, row.applied_at, entry, signer, takeover))
        for change in entry.changes:
            if isinstance(change, SuccessorAnnounced):
                announced = change.key
            elif isinstance(change, SuccessorActivated):
                key, announced = change.key, ""
    return found[::-1]


def applied_entry(number: int, *, using: str = "default") -> tuple[Entry, datetime] | None:
    """The record known here under a version, and when it was applied; None while there is none."""
    row = DirectoryRecord.objects.using(using).filter(number=number).first()
    return None if row is None else (read_entry(bytes(row.signed)), row.applied_at)
