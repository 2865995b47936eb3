"""The log's Merkle tree: RFC 6962 hashing over the stored bytes, grown a leaf at a time.

    leaf  SHA-256(0x00 ‖ entry)          node  SHA-256(0x01 ‖ left ‖ right)

A tree of n leaves is a row of complete subtrees, its peaks: one for each bit of n, the widest
first. Six leaves are a subtree of four and one of two. The peaks are all that growing the tree
and telling its root take, so that both cost O(log n).

A node is named by its level (0 are the leaves) and its number along that level: node (2, 1)
stands over leaves 4 to 7. A complete node never changes once it is there.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

Node = tuple[int, int, bytes]
"""A complete node: its level, its number along that level, its hash."""

EMPTY_ROOT = hashlib.sha256().digest()
"""The root of a tree without leaves (RFC 6962, section 2.1)."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry's stored bytes."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two others."""
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree, as its size in leaves and its peaks, the widest first."""

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


def grown(tree: Tree, leaves: Iterable[bytes]) -> tuple[Tree, list[Node]]:
    """Add leaf hashes; return the larger tree and the nodes that became complete, leaves too."""
    size, peaks = tree.size, list(tree.peaks)
    complete: list[Node] = []
    for leaf in leaves:
        level, number, node = 0, size, leaf
        complete.append((level, number, node))
        while number & 1:
            node = node_hash(peaks.pop(), node)
            level, number = level + 1, number >> 1
            complete.append((level, number, node))
        peaks.append(node)
        size += 1
    return Tree(size, tuple(peaks)), complete


def peaks_of(size: int) -> list[tuple[int, int]]:
    """Return the level and number of each peak of a tree, the widest first."""
    return [
        (level, (size >> level) - 1)
        for level in reversed(range(size.bit_length()))
        if size >> level & 1
    ]
