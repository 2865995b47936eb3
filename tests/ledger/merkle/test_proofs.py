"""Merkle proofs: every known answer comes out as stated, and nothing hostile is believed."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import ProofError
from ledger.merkle.proofs import (
    MAX_SIZE,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
    verify_subtree,
)
from ledger.merkle.tree import EMPTY_ROOT, Tree, grow, leaf_hash, node_hash, peaks_of, place_of

VECTORS_FILE = Path(__file__).parents[3].parent / "shared" / "conformance" / "merkle_vectors.json"
VECTORS: dict[str, Any] = json.loads(VECTORS_FILE.read_text()) if VECTORS_FILE.exists() else {}

SHORT_ROOTS = {
    "consistency/additional/sizes-are-equal-one-and-proof-is-empty",
    "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty",
}
"""The one case, in both its forms, that accepts a "root" of 12 bytes: a SHA-256 hash has 32."""

needs_vectors = pytest.mark.skipif(not VECTORS, reason="the Merkle vectors are not beside us")

Nodes = Callable[[int, int], bytes]


def nodes_over(leaves: Iterable[bytes]) -> Nodes:
    """Hash leaves into a tree; return how its complete nodes are read."""
    nodes = grow(Tree(), leaves)[1]
    return lambda level, number: nodes[place_of(level, number)]


def subtree_root(start: int, end: int, node: Nodes) -> bytes:
    """Return the hash of a subtree as RFC 6962 puts it: the largest full tree, and the rest."""
    size = end - start
    if size == 0:
        return EMPTY_ROOT
    if size.bit_count() == 1:
        return node(size.bit_length() - 1, start // size)
    middle = start + (1 << (size.bit_length() - 1))
    return node_hash(subtree_root(start, middle, node), subtree_root(middle, end, node))


NODES = nodes_over(leaf_hash(bytes([number])) for number in range(130))


def cases(*kinds: str) -> list[Any]:
    """Return the verification cases of these kinds."""
    return [pytest.param(case, id=case["id"]) for kind in kinds for case in VECTORS.get(kind, [])]


def hashes(case: dict[str, Any]) -> list[bytes]:
    """Return a case's proof."""
    return [bytes.fromhex(each) for each in case["proof"]]


@needs_vectors
@pytest.mark.parametrize("case", cases("inclusion", "subtreeinclusion"))
def test_an_inclusion_case_comes_out_as_stated(case: dict[str, Any]) -> None:
    """A good proof of inclusion is believed and each of the 284 bad ones is refused."""

    def verify() -> None:
        verify_inclusion(
            bytes.fromhex(case["leafHash"]),
            case["leafIdx"],
            case["end"] if "end" in case else case["treeSize"],
            hashes(case),
            bytes.fromhex(case["root"]),
            start=case.get("start", 0),
        )

    expect(verify, ok=case["ok"])


@needs_vectors
@pytest.mark.parametrize("case", cases("consistency", "subtreeconsistency"))
def test_a_consistency_case_comes_out_as_stated(case: dict[str, Any]) -> None:
    """A good proof of consistency is believed and each of the 198 bad ones is refused."""
    proof, (old, new) = hashes(case), (bytes.fromhex(case[f"root{number}"]) for number in (1, 2))

    def verify() -> None:
        if "start" in case:
            verify_subtree((case["start"], case["end"]), old, case["size"], new, proof)
        else:
            verify_consistency(case["size1"], old, case["size2"], new, proof)

    expect(verify, ok=case["ok"] and case["id"] not in SHORT_ROOTS)


def expect(verify: Callable[[], None], *, ok: bool) -> None:
    """Verify; a proof that is not ok is to be refused as one."""
    if ok:
        verify()
    else:
        with pytest.raises(ProofError):
            verify()


@needs_vectors
def test_roots_and_proofs_are_those_of_the_reference_trees() -> None:
    """Each root and each proof made from the reference leaves is the one the vectors give."""
    node = nodes_over(leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["rfc6962_leaf_inputs_hex"])
    for size, root in enumerate(VECTORS["rfc6962_roots_by_size_hex"]):
        assert subtree_root(0, size, node).hex() == root
    for level, row in enumerate(VECTORS["rfc6962_node_hashes_hex"]):
        assert [node(level, number).hex() for number in range(len(row))] == row
    for case in VECTORS["generate_inclusion"]:
        assert inclusion_proof(case["index"], case["size"], node) == hashes(case)
    for case in VECTORS["generate_consistency"]:
        assert consistency_proof(case["size1"], case["size2"], node) == hashes(case)


def subtrees(upto: int) -> Iterator[tuple[int, int]]:
    """Yield every subtree, empty ones too, by its end and then its start."""
    for end in range(upto + 1):
        for start in range(end + 1):
            if start % (1 << max(end - start - 1, 0).bit_length()) == 0:
                yield start, end


ACCUMULATED = (
    "TestSubtreeHashVectors",
    "TestSubtreeInclusionProofVectors",
    "TestSubtreeConsistencyProofVectors",
)
"""The accumulated vectors of what is used; the others are of coverings, and none is made."""


def line(head: str, proof: list[bytes]) -> str:
    """Write a proof as the accumulated vectors do."""
    return " ".join([head, *(each.hex() for each in proof)])


def accumulated(name: str) -> Iterator[str]:
    """Yield the lines of one of the accumulated vectors over a tree of 130 leaves."""
    if name == "TestSubtreeHashVectors":
        for start, end in subtrees(130):
            yield line(f"[{start}, {end})", [subtree_root(start, end, NODES)])
    elif name == "TestSubtreeInclusionProofVectors":
        for start, end in subtrees(130):
            for index in range(start, end):
                proof = inclusion_proof(index, end, NODES, start=start)
                yield line(f"{index} [{start}, {end})", proof)
    else:
        for size in range(131):
            for start, end in subtrees(size):
                proof = consistency_proof(end, size, NODES, start=start)
                yield line(f"[{start}, {end}) {size}", proof)


@needs_vectors
@pytest.mark.parametrize("name", ACCUMULATED)
def test_every_subtree_of_130_leaves_is_as_the_draft_has_it(name: str) -> None:
    """Hashes and proofs of every subtree fold into the digest the draft publishes."""
    digest = hashlib.sha256()
    for each in accumulated(name):
        digest.update(f"{each}\n".encode())
    assert digest.hexdigest() == VECTORS["accumulated_subtree_vectors_n130"][name]


def test_every_proof_of_a_small_log_is_believed() -> None:
    """What is proved is believed, of every entry and every old size of every log up to 40."""
    for size in range(1, 41):
        root = subtree_root(0, size, NODES)
        for index in range(size):
            proof = inclusion_proof(index, size, NODES)
            verify_inclusion(NODES(0, index), index, size, proof, root)
        for old in range(1, size + 1):
            proof = consistency_proof(old, size, NODES)
            verify_consistency(old, subtree_root(0, old, NODES), size, root, proof)


@given(st.data())
def test_a_changed_proof_is_refused(data: st.DataObject) -> None:
    """Another leaf, index, size, root, hash or number of hashes than was proved is refused."""
    size = data.draw(st.integers(1, 130))
    index = data.draw(st.integers(0, size - 1))
    given_: list[Any] = [NODES(0, index), index, size, inclusion_proof(index, size, NODES)]
    given_.append(subtree_root(0, size, NODES))
    verify_inclusion(*given_)
    which = data.draw(st.integers(0, 4))
    if which in (1, 2):
        # Another size can only be told where it puts the leaf elsewhere in the tree's shape.
        given_[which] += data.draw(st.integers(-index if which == 1 else 0, 200).filter(bool))
        if which == 2 and shape(index, given_[2]) == shape(index, size):
            return
    elif which == 3:
        given_[3] = data.draw(changed_proofs(given_[3]))
    else:
        given_[which] = flipped(given_[which], data.draw(st.integers(0, 255)))
    with pytest.raises(ProofError):
        verify_inclusion(*given_)


def shape(index: int, size: int) -> list[bool]:
    """Return on which side of the path each hash of a proof lies, from the leaf up."""
    sides = []
    last = size - 1
    while last:
        if index & 1 or index < last:
            sides.append(bool(index & 1))
        index, last = index >> 1, last >> 1
    return sides


def flipped(value: bytes, bit: int) -> bytes:
    """Return a hash with one bit turned over."""
    return (int.from_bytes(value) ^ (1 << bit)).to_bytes(len(value))


@st.composite
def changed_proofs(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """Draw a proof with a hash too many, or one missing or turned over."""
    at = draw(st.integers(0, len(proof)))
    if at == len(proof):
        return [*proof, draw(st.binary(min_size=32, max_size=32))]
    if draw(st.booleans()):
        return proof[:at] + proof[at + 1 :]
    return [*proof[:at], flipped(proof[at], draw(st.integers(0, 255))), *proof[at + 1 :]]


@pytest.mark.parametrize(
    ("index", "size"),
    [(-1, 1), (1, 1), (0, 0), (0, -1), (0, MAX_SIZE + 1), (True, 2), (0, True), (0.0, 1), ("0", 1)],
)
def test_a_number_that_is_no_number_of_leaves_is_refused(index: int, size: int) -> None:
    """Neither a checker nor a maker of proofs takes a negative, a bool, a float or too much."""
    leaf = leaf_hash(b"")
    with pytest.raises(ProofError):
        verify_inclusion(leaf, index, size, [], leaf)
    with pytest.raises(ProofError):
        inclusion_proof(index, size, NODES)


@pytest.mark.parametrize(
    ("old", "size"), [(-1, 1), (2, 1), (True, 1), (1, True), (1.0, 1), (1, MAX_SIZE + 1)]
)
def test_an_old_size_that_cannot_be_is_refused(old: int, size: int) -> None:
    """Neither a checker nor a maker takes an old log that is longer, or no size at all."""
    leaf = leaf_hash(b"")
    with pytest.raises(ProofError):
        verify_consistency(old, leaf, size, leaf, [])
    with pytest.raises(ProofError):
        consistency_proof(old, size, NODES)


@pytest.mark.parametrize(("start", "end"), [(1, 3), (2, 7), (3, 2), (-4, 0)])
def test_leaves_that_are_not_one_piece_of_the_tree_are_no_subtree(start: int, end: int) -> None:
    """A proof is neither made nor believed of leaves that no one node could stand over."""
    leaf = leaf_hash(b"")
    for refused in (
        lambda: consistency_proof(end, 8, NODES, start=start),
        lambda: verify_subtree((start, end), leaf, 8, leaf, []),
        lambda: inclusion_proof(start, end, NODES, start=start),
    ):
        with pytest.raises(ProofError):
            refused()


@pytest.mark.parametrize(
    "proof",
    [None, b"", "", iter(()), {}, [None], ["00"], [b"short"], [bytearray(32)], [bytes(32)] * 64],
    ids=lambda proof: str(type(proof).__name__),
)
def test_what_is_no_list_of_hashes_is_refused(proof: list[bytes]) -> None:
    """A proof that is not a short list of 32-byte hashes is an error, never a crash."""
    with pytest.raises(ProofError):
        verify_inclusion(leaf_hash(b""), 0, 2, proof, leaf_hash(b""))
    with pytest.raises(ProofError):
        verify_consistency(1, leaf_hash(b""), 2, leaf_hash(b""), proof)


def test_the_root_of_nothing_is_the_root_of_no_entry() -> None:
    """An empty log's root is refused as the root of a log of one."""
    with pytest.raises(ProofError):
        verify_inclusion(leaf_hash(b""), 0, 1, [], EMPTY_ROOT)
    with pytest.raises(ProofError):
        verify_consistency(1, leaf_hash(b""), 1, EMPTY_ROOT, [])


def test_an_empty_log_proves_nothing() -> None:
    """Only an empty log is shown to begin with an empty one, and only by its own root."""
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    for root, size in ((leaf_hash(b""), 0), (EMPTY_ROOT, 1)):
        with pytest.raises(ProofError):
            verify_consistency(0, root, size, root, [])


def test_the_largest_log_is_proved_and_checked() -> None:
    """Entries of a log of 2^63 - 1 are proved and checked in as many steps as it has bits."""
    levels = [leaf_hash(b"the same entry")]
    for _ in range(63):
        levels.append(node_hash(levels[-1], levels[-1]))
    root = Tree(MAX_SIZE, tuple(levels[level] for level, _ in peaks_of(MAX_SIZE))).root
    for index in (0, 1, MAX_SIZE // 2, MAX_SIZE - 1):
        proof = inclusion_proof(index, MAX_SIZE, lambda level, _: levels[level])
        assert len(proof) <= 63
        verify_inclusion(levels[0], index, MAX_SIZE, proof, root)
    proof = consistency_proof(2**62, MAX_SIZE, lambda level, _: levels[level])
    verify_consistency(2**62, levels[62], MAX_SIZE, root, proof)
