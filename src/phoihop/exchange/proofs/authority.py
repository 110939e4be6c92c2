"""Whose key signed what, by the directory a proof carries and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from phoihop.core.ids import derived_id
from phoihop.exchange import checkpoint, envelope
from phoihop.exchange.checkpoint import Checkpoint, CheckpointError, SignedCheckpoint
from phoihop.exchange.directory.keyfile import fingerprint
from phoihop.exchange.directory.ruling import advance
from phoihop.exchange.directory.state import DirectoryState, KeyState, OfficeState
from phoihop.exchange.envelope import Envelope, Rejected


@dataclass(frozen=True)
class Signatures:
    """A checkpoint, signed by its own log, and the names of the logs that countersigned it."""

    checkpoint: Checkpoint
    witnesses: tuple[str, ...]


def follow_directory(signed: Sequence[str]) -> DirectoryState:
    """What a chain of directory records adds up to, from its founding. Raises Rejected where it does not hold."""
    state = DirectoryState()
    for one in signed:
        state = advance(state, one.encode())
    if not state.is_founded:
        raise Rejected("directory_missing", "no record")
    return state


def authenticate(signed: bytes, state: DirectoryState) -> Envelope:
    """The envelope, once a key of its node, good at its time, is seen to have signed it. Raises Rejected."""
    claimed = envelope.read(signed)
    keys = [key for key in state.keys_of(claimed.node) if key.incarnation == claimed.incarnation]
    if not keys:
        raise Rejected("key_unknown", f"node {claimed.node}")
    valid = [key for key in keys if key.is_valid_at(claimed.at)]
    if not valid:
        raise Rejected("key_not_valid", claimed.at.isoformat())
    refusal: Rejected | None = None
    for key in valid:
        try:
            envelope.check_signature(signed, public(key.key))
        except (Rejected, ValueError) as error:
            refusal = error if isinstance(error, Rejected) else Rejected("signature_wrong", str(error))
        else:
            return claimed
    raise refusal or Rejected("signature_wrong", "")


def office_named(office: UUID, state: DirectoryState) -> OfficeState | None:
    """The office of an id, which derives from its code."""
    return next((one for one in state.offices.values() if derived_id("office", one.code) == office), None)


def host_of(office: OfficeState, at: datetime) -> UUID:
    """The node that hosted an office at a moment."""
    return next((node for until, node in sorted(office.past) if at < until), office.node)


def log_signer(origin: str, state: DirectoryState) -> tuple[UUID, list[KeyState]]:
    """The node of a log or witness and the keys it may sign with. Raises Rejected when the directory knows none."""
    for key in state.keys.values():
        if checkpoint.origin_of(key.node, key.incarnation) == origin:
            mine = [one for one in state.keys_of(key.node) if one.incarnation == key.incarnation]
            return key.node, mine
    raise Rejected("key_unknown", origin)


def verify_note(note: str, state: DirectoryState) -> Signatures:
    """A checkpoint of which every signature holds, the log's own among them. Raises CheckpointError or Rejected."""
    parsed = checkpoint.parse(note)
    names = list(dict.fromkeys(one.name for one in parsed.signatures))
    for signature in parsed.signatures:
        _verify_line(parsed, signature.name, signature.key_id, state)
    if parsed.checkpoint.origin not in names:
        raise CheckpointError("unsigned", f"the checkpoint is not signed by {parsed.checkpoint.origin}")
    return Signatures(parsed.checkpoint, tuple(name for name in names if name != parsed.checkpoint.origin))


def known_signatures(note: str, state: DirectoryState) -> str:
    """The note with only those signature lines that this directory can tell the key of."""
    text, _gap, lines = note.rpartition("\n\n")
    parsed = checkpoint.parse(note)
    pairs = zip(lines.splitlines(), parsed.signatures, strict=True)
    kept = [line for line, signature in pairs if _is_known(signature.name, signature.key_id, state)]
    return f"{text}\n\n" + "".join(f"{line}\n" for line in kept) if kept else note


def _is_known(name: str, key_id: bytes, state: DirectoryState) -> bool:
    try:
        _node, keys = log_signer(name, state)
    except Rejected:
        return False
    return any(checkpoint.key_id(name, public(key.key)) == key_id for key in keys)


def _verify_line(parsed: SignedCheckpoint, name: str, key_id: bytes, state: DirectoryState) -> None:
    _node, keys = log_signer(name, state)
    known = [key for key in keys if checkpoint.key_id(name, public(key.key)) == key_id]
    if not known:
        raise CheckpointError("unsigned", f"{name} has no key {key_id.hex()}")
    if not any(key.is_valid_at(parsed.checkpoint.time) for key in known):
        raise Rejected("key_not_valid", parsed.checkpoint.time.isoformat())
    parsed.verify(public(known[0].key), name=name)


def is_trusted(state: DirectoryState, trusted: Sequence[str]) -> bool:
    """Whether one of the given keys vouches for the directory: its founding key, or the fingerprint of that key.

    Successors need no mention: the chain itself leads from the founding key to them.
    """
    mine = {state.founding_key, fingerprint(state.founding_key).replace(" ", "")}
    return any("".join(one.split()).lower() in mine for one in trusted)


def grouped(hexadecimal: str) -> str:
    """Hex in groups of four, to be read aloud and compared."""
    return " ".join(hexadecimal[start : start + 4] for start in range(0, len(hexadecimal), 4))


def public(key: str) -> Ed25519PublicKey:
    """A public key given in hex."""
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
