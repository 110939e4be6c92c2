"""The Merkle tree against RFC 9162's own definition and the vectors of the Certificate Transparency project."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.exchange.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

CT_ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = range(1, 34)


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]


def defined_root(leaves: list[bytes]) -> bytes:
    """§2.1.1 word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(defined_root(leaves[:split]), defined_root(leaves[split:]))


def test_hashes_are_those_of_the_standard() -> None:
    assert leaf_hash(b"ab") == hashlib.sha256(b"\x00ab").digest()
    assert node_hash(b"a" * 32, b"b" * 32) == hashlib.sha256(b"\x01" + b"a" * 32 + b"b" * 32).digest()
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_published_tree(size: int) -> None:
    assert root([leaf_hash(entry) for entry in CT_ENTRIES[:size]]).hex() == CT_ROOTS[size]


def test_proofs_of_the_published_tree() -> None:
    leaves = [leaf_hash(entry) for entry in CT_ENTRIES]
    assert [node.hex() for node in inclusion_proof(leaves, 5)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [node.hex() for node in consistency_proof(leaves[:5], 2)] == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]


def test_proofs_of_seven_leaves_as_drawn_in_the_standard() -> None:
    """§2.1.5: the letters are those of its figures."""
    d = leaves_of(7)
    g, h, i = node_hash(d[0], d[1]), node_hash(d[2], d[3]), node_hash(d[4], d[5])
    k, m = node_hash(g, h), node_hash(i, d[6])
    assert inclusion_proof(d, 0) == (d[1], h, m)
    assert inclusion_proof(d, 3) == (d[2], g, m)
    assert inclusion_proof(d, 4) == (d[5], d[6], k)
    assert inclusion_proof(d, 6) == (i, k)
    assert consistency_proof(d, 3) == (d[2], d[3], g, m)
    assert consistency_proof(d, 4) == (m,)
    assert consistency_proof(d, 6) == (i, d[6], k)


@given(st.lists(st.binary(max_size=4), max_size=70), st.integers(0, 70))
def test_a_frontier_grown_in_parts_has_the_root_of_the_definition(entries: list[bytes], cut: int) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    before = Frontier().extend(leaves[:cut])
    after = before.append(*leaves[cut:])
    assert before.root() == defined_root(leaves[:cut])
    assert (after.size, after.root()) == (len(leaves), defined_root(leaves))
    assert Frontier.from_bytes(after.to_bytes()) == after


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proved_and_no_other(size: int) -> None:
    leaves = leaves_of(size)
    top = root(leaves)
    for index, leaf in enumerate(leaves):
        proof = inclusion_proof(leaves, index)
        assert verify_inclusion(leaf, index, size, proof, top)
        other = (index + 1) % size
        assert size == 1 or not verify_inclusion(leaf, other, size, proof, top)
        assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, top)
        assert not verify_inclusion(leaf, index, size, (*proof, top), top)
        assert not verify_inclusion(leaf, index, size, proof, EMPTY_ROOT)
        assert not verify_inclusion(leaf, size, size, proof, top)
        assert not verify_inclusion(leaf, -1, size, proof, top)
        assert not proof or not verify_inclusion(leaf, index, size, proof[:-1], top)


@pytest.mark.parametrize("size", SIZES)
def test_every_earlier_tree_is_proved_to_be_a_beginning(size: int) -> None:
    leaves = leaves_of(size)
    top = root(leaves)
    for first in range(size + 1):
        proof, old = consistency_proof(leaves, first), root(leaves[:first])
        assert verify_consistency(first, size, old, top, proof)
        assert not verify_consistency(first, size, leaf_hash(b"x"), top, proof)
        assert not verify_consistency(first, size, old, leaf_hash(b"x"), proof) or first == 0
        assert not verify_consistency(first, size, old, top, (*proof, top))
        assert not verify_consistency(size + 1, size, old, top, proof)
        assert not proof or not verify_consistency(first, size, old, top, proof[:-1])


@given(st.integers(2, 60), st.data())
def test_a_rewritten_past_has_no_proof(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, first - 1))
    leaves = leaves_of(size)
    forged = [*leaves[:changed], leaf_hash(b"forged"), *leaves[changed + 1 :]]
    for proof in (consistency_proof(leaves, first), consistency_proof(forged, first)):
        assert not verify_consistency(first, size, root(leaves[:first]), root(forged), proof)


@given(st.integers(1, 40), st.data())
def test_a_proof_with_one_changed_bit_fails(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_proof(leaves, index))
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        proof[place] = (int.from_bytes(proof[place], "big") ^ (1 << bit)).to_bytes(32, "big")
        assert not verify_inclusion(leaves[index], index, size, proof, root(leaves))


def test_hashes_of_the_wronglength_prove_nothing() -> None:
    leaves = leaves_of(2)
    assert not verify_inclusion(leaves[0], 0, 2, (leaves[1] + b"\x00",), root(leaves))
    assert not verify_inclusion(b"", 0, 1, (), b"")
    assert not verify_consistency(1, 1, b"", b"", ())


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_a_proof_of_a_leaf_that_is_not_there_is_refused(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(leaves_of(3), index)


@pytest.mark.parametrize("first", [-1, 4])
def test_a_proof_from_a_longer_tree_is_refused(first: int) -> None:
    with pytest.raises(IndexError):
        consistency_proof(leaves_of(3), first)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\x00" * 7,
        b"\x00" * 8 + b"x" * 32,
        (3).to_bytes(8, "big") + b"x" * 32,
        (1).to_bytes(8, "big") + b"x" * 31,
    ],
)
def test_bytes_that_are_no_frontier_are_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier.from_bytes(stored)


def test_a_peak_of_the_wronglength_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier(1, (b"short",))
