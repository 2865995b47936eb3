"""Merkle proofs: an entry is in the log, or an older log is a prefix of a newer one.

RFC 6962 (and 9162), section 2.1, in the general form of draft-ietf-plants-merkle-tree-certs: a
subtree [start, end) is a range of leaves that every larger tree contains as a unit, which holds
where `start` is a multiple of the smallest power of two not below end - start. A proof shows that
a subtree is part of a tree:

    inclusion of leaf i in a tree of n           the subtree [i, i + 1) in [0, n)
    consistency of a tree of m with one of n     the subtree [0, m) in [0, n)

A proof is a list of hashes (32 bytes), from the leaf's sibling up to the root's child. Leaves
are numbered from 0: the entry at position p of the log is leaf p - 1.

The prover has a ledger, and reads complete nodes from it through `node(level, number)`. The
verifier has only the proof, and trusts nothing in it: no size, no length, no type. Verifying takes
at most one step for each bit of the size.
"""

from collections.abc import Callable, Sequence

from events.errors import ProofError
from ledger.merkle.tree import EMPTY_ROOT, Tree, node_hash, peaks_of

NodeReader = Callable[[int, int], bytes]
"""Returns the hash of a complete node, given its level and its number on that level."""

MAX_SIZE = 2**63 - 1
"""The most leaves a tree may have: the largest signed 64-bit integer."""

HASH_SIZE = 32


def inclusion_proof(index: int, size: int, node: NodeReader, *, start: int = 0) -> list[bytes]:
    """Prove that leaf `index` is in the tree of `size` leaves, or in the subtree [start, size).

    Raises ProofError where that range has no such leaf.
    """
    _check_leaf(index, start, size)
    return _proof(index, index + 1, start, size, node)


def consistency_proof(old: int, new: int, node: NodeReader, *, start: int = 0) -> list[bytes]:
    """Prove that the tree of `old` leaves, or the subtree [start, old), is part of that of `new`.

    Raises ProofError where [start, old) is not a subtree of a tree of `new` leaves.
    """
    _check_subtree(start, old, new)
    return _proof(start, old, 0, new, node) if start < old else []


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes, *, start: int = 0
) -> None:
    """Check that a leaf hash is at `index` in the tree, or subtree [start, size), with this root.

    Raises ProofError where the proof does not show it.
    """
    _check_leaf(index, start, size)
    _check_hashes(leaf, root, *_checked_proof(proof))
    _check((index - start, index - start, size - start - 1), leaf, root, proof)


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of `old_size` leaves is a prefix of that of `size`.

    An empty old tree is accepted only against an empty new one: it is a prefix of every log, so
    that a proof would say nothing. Raises ProofError where the proof does not show it.
    """
    _check_subtree(0, old_size, size)
    if old_size == 0 and (size > 0 or root != EMPTY_ROOT):
        raise ProofError(
            "an empty log is a prefix of every log, so a consistency proof from it shows nothing",
            hint="start from a checkpoint of at least one entry",
        )
    verify_subtree((0, old_size), old_root, size, root, proof)


def verify_subtree(
    leaves: tuple[int, int], subtree: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the subtree [start, end) with this hash is part of the tree with this root.

    An empty subtree is part of any tree. Raises ProofError where the proof does not show it.
    """
    start, end = leaves
    _check_subtree(start, end, size)
    if start == end:
        if _checked_proof(proof) or subtree != EMPTY_ROOT:
            raise _wrong()
        return
    _check_hashes(subtree, root, *_checked_proof(proof))
    _check((start, end - 1, size - 1), subtree, root, proof)


def _proof(start: int, end: int, low: int, high: int, node: NodeReader) -> list[bytes]:
    """Descend from [low, high) to [start, end), collecting the hashes of the other branches."""
    passed: list[bytes] = []
    known = True  # whether the verifier has the hash of the rest of [start, end)
    while (start, end) != (low, high):
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        if end <= middle:
            passed.append(_root(middle, high, node))
            high = middle
        else:
            passed.append(_root(low, middle, node))
            if start < middle:
                start, known = middle, False
            low = middle
    if not known:
        passed.append(_root(low, high, node))
    return passed[::-1]


def _root(start: int, end: int, node: NodeReader) -> bytes:
    """Return the root over [start, end), folded from the complete nodes it consists of."""
    size = end - start
    if size.bit_count() == 1:
        return node(size.bit_length() - 1, start // size)
    return Tree(
        size, tuple(node(level, (start >> level) + number) for level, number in peaks_of(size))
    ).root


def _check(path: tuple[int, int, int], subtree: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Compute the subtree's hash and the root from a proof in one pass, and compare both.

    The path starts at the subtree's first leaf, its last, and the tree's last; each step up
    halves all three. The climb ends where the path meets the tree's right edge or turns right.
    """
    first, last, edge = path
    hashes = list(proof)
    while first != last and (last & 1 or last == edge):
        first, last, edge = first >> 1, last >> 1, edge >> 1
    if first != last and not hashes:
        raise _wrong()
    below = whole = subtree if first == last else hashes.pop(0)
    for sibling in hashes:
        if edge == 0:
            raise _wrong()
        if last & 1 or last == edge:
            if first < last:
                below = node_hash(sibling, below)
            whole = node_hash(sibling, whole)
            while not last & 1:
                first, last, edge = first >> 1, last >> 1, edge >> 1
        else:
            whole = node_hash(whole, sibling)
        first, last, edge = first >> 1, last >> 1, edge >> 1
    if edge or below != subtree or whole != root:
        raise _wrong()


def _wrong() -> ProofError:
    return ProofError(
        "the proof does not lead to the expected root",
        hint="the entry, the proof or the log it came from was changed; get a new proof",
    )


def _is_size(number: object) -> bool:
    return type(number) is int and 0 <= number <= MAX_SIZE


def _check_leaf(index: int, start: int, end: int) -> None:
    _check_subtree(start, end, MAX_SIZE)
    if not (_is_size(index) and start <= index < end):
        raise ProofError(f"leaf {index} is not in the range {start} to {end}")


def _check_subtree(start: int, end: int, size: int) -> None:
    if not (_is_size(start) and _is_size(end) and _is_size(size) and start <= end <= size):
        raise ProofError(f"a log of {size} entries has no leaves {start} to {end}")
    if start & ((1 << max(end - start - 1, 0).bit_length()) - 1):
        raise ProofError(f"the leaves {start} to {end} are not a subtree")


def _checked_proof(proof: Sequence[bytes]) -> Sequence[bytes]:
    if not isinstance(proof, list | tuple) or len(proof) > MAX_SIZE.bit_length():
        raise ProofError(f"a proof is a list of at most {MAX_SIZE.bit_length()} hashes")
    return proof


def _check_hashes(*hashes: bytes) -> None:
    if any(type(each) is not bytes or len(each) != HASH_SIZE for each in hashes):
        raise ProofError(f"a hash in a proof is {HASH_SIZE} bytes")
