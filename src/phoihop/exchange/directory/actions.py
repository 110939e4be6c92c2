"""Changing the directory: preparing a change at a node, signing it where the key is, applying it at each node.

Applying runs as the owner of the database: no page may write what every office reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.exchange.directory import rows, wording
from phoihop.exchange.directory.chain import Entry, digest_of, read_entry
from phoihop.exchange.directory.changes import AnyChange, Change, DirectoryFounded
from phoihop.exchange.directory.keyfile import RegionKey, fingerprint
from phoihop.exchange.directory.ruling import Forked, advance, apply_changes
from phoihop.exchange.directory.selectors import load_state, stored_digest
from phoihop.exchange.directory.state import DirectoryState
from phoihop.exchange.envelope import Rejected
from phoihop.exchange.models import DirectoryFork, DirectoryRecord
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.actions import OWNER_ALIAS
from phoihop.offices.models import Directory
from phoihop.offices.permissions import Permission


class _Proposal(BaseModel):
    """The file that asks for a signature."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["phoihop-directory-proposal"] = "phoihop-directory-proposal"
    version: Literal[1] = 1
    record: Entry


@dataclass(frozen=True)
class ChangePreview:
    """A change that would be accepted: the record to be signed, what it does in sentences, and the state after it."""

    entry: Entry
    sentences: tuple[str, ...]
    after: DirectoryState = field(repr=False)

    @property
    def proposal(self) -> bytes:
        """The file that is carried to where the directory key is."""
        return _Proposal(record=self.entry).model_dump_json(indent=1).encode()


@dataclass(frozen=True)
class Applied:
    """What applying did: versions that are new here, how many were known, and the version the node now holds."""

    numbers: tuple[int, ...]
    known: int
    number: int


def prepare_change(changes: Sequence[Change], *, prepared_by: str = "", reason: str = "") -> ChangePreview:
    """A record of these changes on top of the directory as this node knows it. Nothing is stored.

    Raises Conflict when there is no directory yet; Invalid with a sentence when a change contradicts it.
    """
    state = load_state()
    if not state.is_founded:
        raise _not_founded()
    return preview(state, changes, prepared_by=prepared_by, reason=reason)


def preview(
    state: DirectoryState, changes: Sequence[Change], *, prepared_by: str = "", reason: str = ""
) -> ChangePreview:
    """The same, on top of a given state."""
    try:
        entry = Entry(
            directory=state.directory or new_id(),
            number=state.number + 1,
            prev=state.head,
            at=now(),
            prepared_by=prepared_by,
            reason=reason,
            changes=tuple(cast(Sequence[AnyChange], changes)),
        )
        after = apply_changes(state, entry)
    except ValidationError as error:
        raise wording.said(Rejected("directory_malformed", str(error.errors()[0]["msg"]))) from error
    except Rejected as error:
        raise wording.said(error) from error
    return ChangePreview(entry, tuple(wording.sentence(change) for change in changes), after)


def read_proposal(text: bytes) -> Entry:
    """The record that a proposal asks to be signed. Raises Invalid."""
    try:
        return _Proposal.model_validate_json(text).record
    except ValidationError as error:
        raise Invalid(
            "proposal_broken",
            _("Tệp không phải đề nghị thay đổi danh bạ, hoặc bị hỏng."),
            remedy=_("Lập lại bằng lệnh: phoihop directory propose"),
        ) from error


def found_directory(key: RegionKey, *, name: str, changes: Sequence[Change] = ()) -> Applied:
    """Begin the region's directory here: version 1 holds the key, the nodes known to this database, and ``changes``.

    Raises Conflict when there is one already.
    """
    with transaction.atomic(using=OWNER_ALIAS):
        state = _locked_state()
        if state.is_founded:
            raise Conflict(
                "directory_founded",
                _("Máy chủ này đã có danh bạ, khóa %(key)s.") % {"key": fingerprint(state.founding_key)},
            )
        first = [DirectoryFounded(name=name, key=key.public), *rows.existing(), *changes]
        return _apply([key.sign(preview(state, first).entry)], state)


def change_directory(changes: Iterable[Change], *, key: RegionKey) -> Applied:
    """Prepare, sign and apply at once, where node and key are in one hand: demonstration, tests. No change, no record.

    Raises as ``prepare_change`` does.
    """
    with transaction.atomic(using=OWNER_ALIAS):
        state, wanted = _locked_state(), list(changes)
        if not wanted:
            return Applied((), 0, state.number)
        return _apply([key.sign(preview(state, wanted).entry)], state)


def apply_signed(signed: Sequence[bytes], *, trusted: str = "", by: Acting | None = None) -> Applied:
    """Apply signed records in the order of their versions; those known already are passed over.

    ``trusted`` is the fingerprint of the founding key, needed once, at a node that has no directory yet. ``by`` is who
    does it on a page; the operator's commands leave it out. All are applied or none. Raises Invalid, or Conflict: a
    gap, a fork (which is kept as evidence), an older installation.
    """
    if by is not None:
        check_may(by, Permission.NODE_OPERATE)
    try:
        with transaction.atomic(using=OWNER_ALIAS):
            state = _locked_state()
            if not state.is_founded:
                _check_founding(signed, trusted)
            applied = _apply(signed, state)
    except _ForkSeen as seen:
        _keep_fork(seen)
        raise wording.said(seen.fork) from seen
    if by is not None and applied.numbers:
        with scope("web", by.office_id):
            note(by=by, event="exchange:directory:apply", versions=list(applied.numbers))
    return applied


class _ForkSeen(Exception):
    def __init__(self, signed: bytes, fork: Forked) -> None:
        super().__init__(str(fork))
        self.signed, self.fork = signed, fork


def _keep_fork(seen: _ForkSeen) -> None:
    DirectoryFork.objects.using(OWNER_ALIAS).get_or_create(
        digest=digest_of(seen.signed), defaults={"number": seen.fork.number, "signed": seen.signed}
    )


def _locked_state() -> DirectoryState:
    """The state, with other changes waiting until this transaction ends."""
    Directory.objects.using(OWNER_ALIAS).get_or_create(id=1)
    Directory.objects.using(OWNER_ALIAS).select_for_update().get(id=1)
    return load_state(using=OWNER_ALIAS)


def _check_founding(signed: Sequence[bytes], trusted: str) -> None:
    if not trusted:
        raise Forbidden(
            "directory_untrusted",
            _("Máy chủ này chưa tin danh bạ nào."),
            remedy=_('Nghe dấu khóa danh bạ qua điện thoại rồi thêm: --fingerprint "…"'),
        )
    try:
        first = read_entry(signed[0]).changes[0] if signed else None
    except Rejected as error:
        raise wording.said(error) from error
    wanted = "".join(trusted.split()).lower()
    if not isinstance(first, DirectoryFounded) or fingerprint(first.key).replace(" ", "") != wanted:
        raise Forbidden(
            "directory_foreign",
            _("Dấu khóa danh bạ trong tệp không phải dấu đã cho."),
            remedy=_("Không có gì thay đổi. Đối chiếu lại qua điện thoại; tệp phải bắt đầu từ bản số 1."),
        )


def _apply(signed: Sequence[bytes], state: DirectoryState) -> Applied:
    before, numbers, known = state, [], 0
    for one in signed:
        try:
            if stored_digest(_number(one)) == digest_of(one):
                known += 1
                continue
            state = advance(state, one)
        except Forked as fork:
            raise _ForkSeen(one, fork) from fork
        except Rejected as error:
            raise wording.said(error) from error
        at = read_entry(one).at
        DirectoryRecord.objects.using(OWNER_ALIAS).create(number=state.number, digest=state.head, signed=one, at=at)
        numbers.append(state.number)
    if numbers:
        rows.write(before, state)
    return Applied(tuple(numbers), known, state.number)


def _number(signed: bytes) -> int:
    """The version a record claims; ``advance`` judges it. Raises Rejected."""
    return read_entry(signed).number


def rewrite_rows() -> int:
    """Write all rows again from the records, after rows were damaged. Returns the version."""
    with transaction.atomic(using=OWNER_ALIAS):
        state = _locked_state()
        if not state.is_founded:
            raise _not_founded()
        rows.write(DirectoryState(), state)
        return state.number


def _not_founded() -> Conflict:
    return Conflict(
        "directory_missing",
        _("Máy chủ này chưa có danh bạ của vùng."),
        remedy=_("Lập danh bạ mới: phoihop directory init; hoặc tham gia: phoihop directory apply TỆP --fingerprint …"),
    )
