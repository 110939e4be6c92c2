"""Checking a proof: every part against the next, from the record to the directory key. Pure, and on any machine.

The first part that does not fit is named; nothing after it is believed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from phoihop.exchange import checkpoint, merkle
from phoihop.exchange.checkpoint import Checkpoint, CheckpointError
from phoihop.exchange.directory.keyfile import fingerprint
from phoihop.exchange.directory.state import DirectoryState
from phoihop.exchange.envelope import (
    SALT_BYTES,
    Envelope,
    Rejected,
    attachment_commitment,
    commitment,
    read,
    stamp,
)
from phoihop.exchange.proofs import form
from phoihop.exchange.proofs.authority import (
    Signatures,
    authenticate,
    follow_directory,
    host_of,
    is_trusted,
    log_signer,
    office_named,
    verify_note,
)
from phoihop.exchange.proofs.form import AboutConsistency, AboutRecord, ConsistencyProof, ProvedRecord, RecordsProof

Part = Literal["form", "directory", "trust", "checkpoint", "record", "host", "path", "body", "file", "about", "kept"]


class Refused(Exception):
    """A part that does not fit. ``place`` counts records (or checkpoints) of the file from 1; 0 is the whole file."""

    def __init__(self, part: Part, code: str, detail: str = "", *, place: int = 0) -> None:
        super().__init__(f"{part}: {code} {detail}".strip())
        self.part, self.code, self.detail, self.place = part, code, detail, place


@dataclass(frozen=True)
class CheckedRecord:
    """A record that is proved: what is said of it, the checkpoint that covers it, who countersigned that.

    ``body`` is its content as JSON where the file carries it; ``files`` are openings that fit.
    """

    about: AboutRecord
    envelope: Envelope
    checkpoint: Checkpoint
    witnesses: tuple[str, ...]
    body: Any = None
    files: tuple[form.OpenedFile, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What a file proves. ``is_trusted`` is None when nobody said which directory key to trust."""

    region: str
    key_fingerprint: str
    directory_number: int
    is_trusted: bool | None
    records: tuple[CheckedRecord, ...] = ()
    consistency: AboutConsistency | None = None
    checkpoints: tuple[Checkpoint, ...] = field(default=(), repr=False)


def check(data: bytes, *, trusted: Sequence[str] = (), kept: Sequence[str] = ()) -> Checked:
    """Check the bytes of a proof file.

    ``trusted`` are directory keys or their fingerprints, one of which must have founded the directory. ``kept`` are
    checkpoints the checker holds, each of which the file must be about. Raises Refused.
    """
    try:
        proof = form.read(data)
    except form.Unreadable as error:
        raise Refused("form", "unreadable", str(error)) from error
    state = _directory(proof.directory)
    if trusted and not is_trusted(state, trusted):
        raise Refused("trust", "key_untrusted", fingerprint(state.founding_key))
    if isinstance(proof, RecordsProof):
        notes = [_note(note, state, place) for place, note in enumerate(proof.checkpoints, start=1)]
        _check_all_used(proof)
        records = tuple(_record(one, notes, state, place) for place, one in enumerate(proof.records, start=1))
        found = Checked(*_whose(state, trusted), records, None, tuple(one.checkpoint for one in notes))
    else:
        found = _consistency(proof, state, trusted)
    for note in kept:
        _check_kept(note, found.checkpoints)
    return found


def _directory(signed: Sequence[str]) -> DirectoryState:
    try:
        return follow_directory(signed)
    except Rejected as error:
        raise Refused("directory", error.code, error.detail) from error


def _whose(state: DirectoryState, trusted: Sequence[str]) -> tuple[str, str, int, bool | None]:
    return state.name, fingerprint(state.founding_key), state.number, True if trusted else None


def _note(note: str, state: DirectoryState, place: int) -> Signatures:
    with _refusing("checkpoint", place):
        return verify_note(note, state)


@contextmanager
def _refusing(part: Part, place: int) -> Iterator[None]:
    try:
        yield
    except (CheckpointError, Rejected) as error:
        raise Refused(part, error.code, getattr(error, "detail", str(error)), place=place) from error


def _check_all_used(proof: RecordsProof) -> None:
    """A checkpoint that no record leads to would say something nobody asked."""
    used = {one.checkpoint for one in proof.records}
    if used != set(range(len(proof.checkpoints))):
        raise Refused("form", "checkpoints_differ", "")


def _record(one: ProvedRecord, notes: Sequence[Signatures], state: DirectoryState, place: int) -> CheckedRecord:
    signed = one.envelope.encode()
    with _refusing("record", place):
        envelope = authenticate(signed, state)
    _check_host(envelope, state, place)
    note = notes[one.checkpoint]
    root, size = note.checkpoint.root, note.checkpoint.size
    path = tuple(form.decode(node) for node in one.path)
    if not merkle.verify_inclusion(merkle.leaf_hash(signed), one.index, size, path, root):
        raise Refused("path", "path_differs", str(one.index), place=place)
    body = _body(one, envelope, place)
    _check_files(one, envelope, place)
    about = about_record(signed, one.index, note.checkpoint, state)
    if about != one.about:
        raise Refused("about", "about_differs", _first_difference(about, one.about), place=place)
    return CheckedRecord(about, envelope, note.checkpoint, note.witnesses, body, one.files)


def _check_host(envelope: Envelope, state: DirectoryState, place: int) -> None:
    office = office_named(envelope.office, state)
    if office is None:
        raise Refused("host", "office_unknown", str(envelope.office), place=place)
    if host_of(office, envelope.at) != envelope.node:
        raise Refused("host", "office_foreign", office.code, place=place)
    if envelope.directory > state.number:
        raise Refused("directory", "directory_too_old", str(envelope.directory), place=place)


def _body(one: ProvedRecord, envelope: Envelope, place: int) -> Any:
    if one.body is None:
        return None
    content = form.decode(one.body)
    if commitment(content) != envelope.body:
        raise Refused("body", "body_differs", "", place=place)
    try:
        return json.loads(content[SALT_BYTES:])
    except (ValueError, RecursionError) as error:
        raise Refused("body", "body_malformed", str(error)[:200], place=place) from error


def _check_files(one: ProvedRecord, envelope: Envelope, place: int) -> None:
    for opened in one.files:
        committed = envelope.attachments[opened.number - 1 : opened.number]
        if committed != (attachment_commitment(bytes.fromhex(opened.salt), opened.sha256),):
            raise Refused("file", "file_differs", str(opened.number), place=place)


def about_record(signed: bytes, index: int, note: Checkpoint, state: DirectoryState) -> AboutRecord:
    """The plain values that follow from a record, its place in the log, and the directory."""
    envelope = read(signed)
    office = office_named(envelope.office, state)
    return AboutRecord(
        record=str(envelope.id),
        subject=str(envelope.subject),
        kind=f"{envelope.kind} {envelope.version}",
        office=str(envelope.office),
        office_code=office.code if office else "",
        office_name=office.name if office else "",
        node_name=state.nodes.get(envelope.node, ""),
        stated_at=stamp(envelope.at),
        logged_by=stamp(note.time),
        log=note.origin,
        log_node_name=state.nodes.get(log_signer(note.origin, state)[0], ""),
        index=index,
        size=note.size,
        leaf=merkle.leaf_hash(signed).hex(),
        content=envelope.body,
        audience=envelope.audience,
    )


def _first_difference(derived: AboutRecord, said: AboutRecord) -> str:
    return next((name for name in type(derived).model_fields if getattr(derived, name) != getattr(said, name)), "")


def _consistency(proof: ConsistencyProof, state: DirectoryState, trusted: Sequence[str]) -> Checked:
    old, new = (_note(note, state, place).checkpoint for place, note in enumerate((proof.old, proof.new), start=1))
    if old.origin != new.origin:
        raise Refused("checkpoint", "other_log", "")
    path = tuple(form.decode(node) for node in proof.path)
    if not merkle.verify_consistency(old.size, new.size, old.root, new.root, path):
        raise Refused("path", "not_continued", f"{old.size} {new.size}")
    about = about_consistency(old, new, state)
    if about != proof.about:
        raise Refused("about", "about_differs", "")
    return Checked(*_whose(state, trusted), (), about, (old, new))


def about_consistency(old: Checkpoint, new: Checkpoint, state: DirectoryState) -> AboutConsistency:
    """The plain values that follow from two checkpoints."""
    node, _keys = log_signer(new.origin, state)
    return AboutConsistency(
        log=new.origin,
        node_name=state.nodes.get(node, ""),
        old_size=old.size,
        old_at=stamp(old.time),
        new_size=new.size,
        new_at=stamp(new.time),
    )


def _check_kept(note: str, shown: Sequence[Checkpoint]) -> None:
    """The checkpoint in the checker's own hand must be one that the file speaks of, to the last bit."""
    try:
        mine = checkpoint.parse(note).checkpoint
    except CheckpointError as error:
        raise Refused("kept", "kept_malformed", str(error)) from error
    if mine in shown:
        return
    if any((one.origin, one.size) == (mine.origin, mine.size) and one.root != mine.root for one in shown):
        raise Refused("kept", "two_histories", f"{mine.size}")
    raise Refused("kept", "kept_elsewhere", f"{mine.size}")
