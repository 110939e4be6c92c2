"""Audit paths from a tree's frontier and the leaves after it, so that proving need not read a log from its beginning.

The results are those of RFC 9162 §2.1.3.1 and §2.1.4.1: what lies whole before the frontier is one of its peaks.
"""

from __future__ import annotations

from collections.abc import Sequence

from phoihop.exchange.merkle import Frontier, root


def inclusion_path(before: Frontier, leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The path of leaf ``index`` in the tree of ``before`` and then ``leaves`` (hashes), nearest node first.

    Raises IndexError when the leaf is not among ``leaves``.
    """
    first, size = before.size, before.size + len(leaves)
    if not first <= index < size:
        raise IndexError(f"leaf {index} is not among {first} to {size - 1}")
    # The whole subtrees left of a leaf are, from the root down, the peaks of the tree that ends just before it.
    left = iter(before.extend(leaves[: index - first]).peaks)
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(root(leaves[middle - first : end - first]))
            end = middle
        else:
            path.append(next(left))
            start = middle
    return tuple(reversed(path))


def consistency_path(before: Frontier, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """The nodes that show the tree of ``before`` to be the beginning of the one with ``leaves`` added."""
    first, size = before.size, before.size + len(leaves)
    peaks = iter(before.peaks)
    path: list[bytes] = []
    start, end = 0, size
    while start < first < end:
        middle = start + split(end - start)
        if first <= middle:
            path.append(root(leaves[middle - first : end - first]))
            end = middle
        else:
            path.append(next(peaks))
            start = middle
    # The older tree's last subtree is left out where it is the whole of that tree: who checks knows its root.
    return tuple(reversed(path if start == 0 else [*path, next(peaks)]))


def split(size: int) -> int:
    """The largest power of two smaller than ``size``, for sizes above 1."""
    return 1 << ((size - 1).bit_length() - 1)
