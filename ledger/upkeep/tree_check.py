"""The Merkle tree grown again from the stored bytes, and compared with the nodes kept beside them.

A node that differs is told once: over an entry whose own leaf differs, every node up to the root
differs too, and nothing is said of those.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol

from ledger.merkle.tree import EMPTY_ROOT, Tree, count_of, grown, node_at
from ledger.upkeep.findings import Found

WAITING = 4096
"""How many nodes are compared at a time."""


class NodeSource(Protocol):
    """What keeps the nodes of a tree."""

    def hashes(self, first: int, end: int) -> Sequence[tuple[int, bytes]]:
        """Return the hashes at places from `first` to `end` - 1, with their places."""
        ...


class TreeCheck:
    """The tree so far. Past a missing position only leaves can be told, and no root."""

    def __init__(self, stored: NodeSource, found: Found, *, root_at: int | None = None) -> None:
        self._stored = stored
        self._found = found
        self._tree: Tree | None = Tree()
        self._root_at = root_at
        self.root_then = None if root_at else EMPTY_ROOT
        self._leaf = 0
        self._waiting: list[tuple[int, bytes]] = []
        self._bad_leaves: list[int] = []

    @property
    def root(self) -> bytes | None:
        """The root of all leaves; None where some are missing."""
        return self._tree.root if self._tree else None

    def add(self, leaves: Sequence[bytes]) -> None:
        """Grow by leaves."""
        if self._tree is None:
            self._waiting += [(count_of(at), leaf) for at, leaf in enumerate(leaves, self._leaf)]
        else:
            until = (self._root_at or 0) - self._tree.size
            if 0 < until <= len(leaves):
                self.root_then = grown(self._tree, leaves[:until])[0].root
            first = count_of(self._leaf)
            self._tree, nodes = grown(self._tree, leaves)
            self._waiting += enumerate(nodes, first)
        self._leaf += len(leaves)
        if len(self._waiting) >= WAITING:
            self.compare()

    def skip_to(self, leaf: int) -> None:
        """Go on with the leaf of this number (0 is the first); those before it are missing."""
        try:
            self.compare()
        finally:
            self._tree = None
            self._leaf = leaf

    def compare(self) -> None:
        """Compare what is waiting with what is stored."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        stored = self._stored.hashes(waiting[0][0], waiting[-1][0] + 1)
        if stored != waiting:
            there = dict(stored)
            lacking = sum(place not in there for place, _ in waiting)
            if lacking:
                said = f"the Merkle tree beside the log lacks {lacking} of {len(waiting)} nodes"
                self._found("tree", said, None)
            self._tell([p for p, node in waiting if p in there and there[p] != node])

    def _tell(self, places: Sequence[int]) -> None:
        """Say which nodes differ: a leaf comes before all that stands over it."""
        for level, number in map(node_at, places):
            if level == 0:
                self._bad_leaves.append(number)
                self._found(
                    "changed",
                    f"the entry at position {number + 1} is not the one that was appended, or its"
                    " leaf in the Merkle tree was changed: they do not belong together",
                    number + 1,
                )
            elif not self._explained(number << level, number + 1 << level):
                covers = f"{(number << level) + 1} to {number + 1 << level}"
                self._found(
                    "tree",
                    f"the node of the Merkle tree over positions {covers} is not the hash of what"
                    " is beneath it",
                    None,
                )

    def _explained(self, first: int, end: int) -> bool:
        """Whether one of these leaves differs itself."""
        at = bisect_left(self._bad_leaves, first)
        return at < len(self._bad_leaves) and self._bad_leaves[at] < end
