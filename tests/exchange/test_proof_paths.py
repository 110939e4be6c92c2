"""Paths computed from a frontier are those computed from all leaves."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.exchange import merkle
from phoihop.exchange.merkle import Frontier
from phoihop.exchange.proofs.paths import consistency_path, inclusion_path


def leaves_of(size: int) -> list[bytes]:
    return [hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(size)]


@given(st.data())
def test_inclusion_from_any_frontier_before_the_leaf(data: st.DataObject) -> None:
    leaves = leaves_of(data.draw(st.integers(1, 130)))
    index = data.draw(st.integers(0, len(leaves) - 1))
    known = data.draw(st.integers(0, index))
    path = inclusion_path(Frontier().extend(leaves[:known]), leaves[known:], index)
    assert path == merkle.inclusion_proof(leaves, index)
    assert merkle.verify_inclusion(leaves[index], index, len(leaves), path, merkle.root(leaves))


@given(st.data())
def test_consistency_from_the_older_frontier(data: st.DataObject) -> None:
    leaves = leaves_of(data.draw(st.integers(0, 130)))
    first = data.draw(st.integers(0, len(leaves)))
    path = consistency_path(Frontier().extend(leaves[:first]), leaves[first:])
    assert path == merkle.consistency_proof(leaves, first)
    assert merkle.verify_consistency(first, len(leaves), merkle.root(leaves[:first]), merkle.root(leaves), path)


def test_a_leaf_before_the_frontier_has_no_path_from_it() -> None:
    leaves = leaves_of(5)
    with pytest.raises(IndexError):
        inclusion_path(Frontier().extend(leaves[:3]), leaves[3:], 2)
