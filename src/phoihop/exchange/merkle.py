"""The Merkle tree of RFC 9162 §2.1 over SHA-256: roots, growing without re-reading, and proofs.

Leaves and nodes are 32-byte hashes.  A tree over n leaves is split at the largest power of two below n, so the complete
subtrees never change as it grows; a ``Frontier`` holds just their roots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
_SIZE_BYTES: Final = 8


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a log entry; its prefix keeps a leaf from ever passing for a node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree as the roots of its complete subtrees, from the largest (leftmost) to the smallest.

    ``peaks`` has one hash for each bit set in ``size``.  Raises ValueError when it has not.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a frontier of size {self.size} cannot have {len(self.peaks)} peaks")
        if any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise ValueError(f"every peak is {HASH_BYTES} bytes")

    def append(self, *leaves: bytes) -> Frontier:
        """The tree with these leaf hashes added at its end; this one stays as it is."""
        return self.extend(leaves)

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """The tree with these leaf hashes added at its end, in O(number of leaves)."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            peak, height = leaf, size
            while height & 1:
                peak = node_hash(peaks.pop(), peak)
                height >>= 1
            peaks.append(peak)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The root hash of the whole tree; that of no leaves is the hash of the empty string."""
        if not self.peaks:
            return EMPTY_ROOT
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found

    def to_bytes(self) -> bytes:
        """The size as 8 bytes, big-endian, then the peaks."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Frontier:
        """What ``to_bytes`` wrote.  Raises ValueError for anything else."""
        rest = stored[_SIZE_BYTES:]
        if len(stored) < _SIZE_BYTES or len(rest) % HASH_BYTES:
            raise ValueError(f"{len(stored)} bytes are no frontier")
        peaks = tuple(rest[start : start + HASH_BYTES] for start in range(0, len(rest), HASH_BYTES))
        return cls(int.from_bytes(stored[:_SIZE_BYTES], "big"), peaks)


def root(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over these leaf hashes."""
    return Frontier().extend(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The audit path of leaf ``index`` (from 0), nearest node first (RFC 9162 §2.1.3.1).

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of a tree of {len(leaves)}")
    path: list[bytes] = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root(leaves[middle:end]))
            end = middle
        else:
            path.append(root(leaves[start:middle]))
            start = middle
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether the proof shows ``leaf`` at ``index`` in the tree of ``size`` leaves with that root (§2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, expected_root, *proof):
        return False
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            node, last = _climb_to_right_child(node, last)
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == expected_root


def consistency_proof(leaves: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """The nodes that show the tree over the first ``first`` leaves to be a beginning of the tree over all (§2.1.4.1).

    Empty when ``first`` is 0 or all.  Raises IndexError when there are fewer leaves.
    """
    if not 0 <= first <= len(leaves):
        raise IndexError(f"first {first} leaves of a tree of {len(leaves)}")
    proof: list[bytes] = []
    start, end, kept = 0, len(leaves), first
    is_old_root = True
    while 0 < kept < end - start:
        middle = start + _split(end - start)
        if kept <= middle - start:
            proof.append(root(leaves[middle:end]))
            end = middle
        else:
            proof.append(root(leaves[start:middle]))
            start, kept, is_old_root = middle, kept - (middle - start), False
    if not is_old_root:
        proof.append(root(leaves[start:end]))
    return tuple(reversed(proof))


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the tree of ``second`` leaves to extend the tree of ``first`` (§2.1.4.2).

    Every tree extends the empty one; a tree extends itself, and only itself, without a proof.
    """
    if not 0 <= first <= second or not _are_hashes(first_root, second_root, *proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    # A tree that is one complete subtree is its own first node, which is why it is left out of the proof.
    nodes = [first_root, *proof] if first.bit_count() == 1 else list(proof)
    return bool(nodes) and _roots_match(first - 1, second - 1, nodes, (first_root, second_root))


def _roots_match(node: int, last: int, nodes: list[bytes], expected: tuple[bytes, bytes]) -> bool:
    while node & 1:
        node, last = node >> 1, last >> 1
    older = newer = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            node, last = _climb_to_right_child(node, last)
        else:
            newer = node_hash(newer, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and (older, newer) == expected


def _climb_to_right_child(node: int, last: int) -> tuple[int, int]:
    """Past the levels on which a rightmost node has no sibling and is carried up unchanged."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``, for sizes above 1."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
