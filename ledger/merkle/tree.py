"""The log's Merkle tree: RFC 6962 hashing over the stored bytes, grown leaf by leaf.

    leaf  SHA-256(0x00 ‖ entry)          node  SHA-256(0x01 ‖ left ‖ right)

A tree of n leaves is a row of complete subtrees, its peaks: one for each set bit of n, the widest
first. Six leaves are a subtree of four and one of two. The peaks are enough to grow the tree and
to compute its root, so both cost O(log n).

A node is addressed by its level (leaves are level 0) and its number on that level: node (2, 1)
covers leaves 4 to 7. A complete node never changes.

Complete nodes also have a place in one sequence, the order in which they become complete: a leaf,
then the nodes it completes, from the lowest up. A tree that is stored by place therefore grows
only at its end (as with StoredHashIndex in Go's sumdb/tlog).

    place   0       1       2       3       4       5       6
    node  (0, 0)  (0, 1)  (1, 0)  (0, 2)  (0, 3)  (1, 1)  (2, 0)
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

EMPTY_ROOT = hashlib.sha256().digest()
"""The root of a tree without leaves (RFC 6962, section 2.1)."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry's stored bytes."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node with these two children."""
    return hashlib.sha256(b"\1" + left + right).digest()


class TreeHead(Protocol):
    """The size of a tree in leaves and its root (32 bytes)."""

    @property
    def size(self) -> int:
        """The number of leaves."""
        ...

    @property
    def root(self) -> bytes:
        """The Merkle tree hash."""
        ...


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree: its size in leaves and its peaks, the widest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The Merkle tree hash (32 bytes): the peaks folded from the narrowest up."""
        if not self.peaks:
            return EMPTY_ROOT
        *wider, root = self.peaks
        for peak in reversed(wider):
            root = node_hash(peak, root)
        return root


def grow(tree: Tree, leaves: Iterable[bytes]) -> tuple[Tree, list[bytes]]:
    """Add leaf hashes; return the larger tree and the nodes that became complete, leaves included.

    The nodes are in order of place, the first at `count_of(tree.size)`.
    """
    size, peaks = tree.size, list(tree.peaks)
    complete: list[bytes] = []
    for leaf in leaves:
        number, node = size, leaf
        complete.append(node)
        while number & 1:
            node = node_hash(peaks.pop(), node)
            number >>= 1
            complete.append(node)
        peaks.append(node)
        size += 1
    return Tree(size, tuple(peaks)), complete


def count_of(size: int) -> int:
    """Return the number of complete nodes of a tree, which is the place of the next one."""
    return 2 * size - size.bit_count()


def place_of(level: int, number: int) -> int:
    """Return the place of a node: that of its last leaf plus the node's level."""
    return count_of(((number + 1) << level) - 1) + level


def peaks_of(size: int) -> list[tuple[int, int]]:
    """Return the level and number of each peak of a tree, the widest first."""
    return [
        (level, (size >> level) - 1)
        for level in reversed(range(size.bit_length()))
        if size >> level & 1
    ]
