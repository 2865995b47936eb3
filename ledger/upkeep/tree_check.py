"""Rebuild the Merkle tree from the stored bytes, and compare it with the stored nodes.

Only the cause of a difference is reported: where a leaf differs, so does every node above it, and
those are not reported.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol

from ledger.merkle.tree import EMPTY_ROOT, Tree, count_of, grow, node_at
from ledger.upkeep.findings import AddFinding

WAITING = 4096
"""How many nodes are compared at a time."""


class NodeSource(Protocol):
    """A store of tree nodes."""

    def tree_rows(self, first: int, end: int) -> Sequence[tuple[int, bytes]]:
        """Return place and hash of the nodes at places `first` to `end` - 1."""
        ...


class TreeCheck:
    """The tree so far. After a missing position only leaves are checked, and there is no root.

    `root_then` is the root of the first `root_at` leaves, None until it is known.
    """

    def __init__(self, stored: NodeSource, add: AddFinding, *, root_at: int | None = None) -> None:
        self._stored = stored
        self._add_finding = add
        self._tree: Tree | None = Tree()
        self._root_at = root_at
        self.root_then = None if root_at else EMPTY_ROOT
        self._leaf = 0
        self._waiting: list[tuple[int, bytes]] = []
        self._bad_leaves: list[int] = []

    @property
    def root(self) -> bytes | None:
        """The root over all leaves; None if some are missing."""
        return self._tree.root if self._tree else None

    def add(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes to the tree."""
        if self._tree is None:
            self._waiting += [(count_of(at), leaf) for at, leaf in enumerate(leaves, self._leaf)]
        else:
            until = (self._root_at or 0) - self._tree.size
            if 0 < until <= len(leaves):
                self.root_then = grow(self._tree, leaves[:until])[0].root
            first = count_of(self._leaf)
            self._tree, nodes = grow(self._tree, leaves)
            self._waiting += enumerate(nodes, first)
        self._leaf += len(leaves)
        if len(self._waiting) >= WAITING:
            self.compare()

    def skip_to(self, leaf: int) -> None:
        """Continue with the leaf of this number (from 0); those before it are missing."""
        try:
            self.compare()
        finally:
            self._tree = None
            self._leaf = leaf

    def compare(self) -> None:
        """Compare the waiting nodes with the stored ones."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        stored = self._stored.tree_rows(waiting[0][0], waiting[-1][0] + 1)
        if stored != waiting:
            hashes = dict(stored)
            lacking = sum(place not in hashes for place, _ in waiting)
            if lacking:
                message = f"the Merkle tree lacks {lacking} of {len(waiting)} nodes"
                self._add_finding("tree", message, None)
            self._report([p for p, node in waiting if p in hashes and hashes[p] != node])

    def _report(self, places: Sequence[int]) -> None:
        """Report nodes that differ; leaves come before the nodes above them."""
        for level, number in map(node_at, places):
            if level == 0:
                self._bad_leaves.append(number)
                self._add_finding(
                    "changed",
                    f"the entry at position {number + 1} does not match its leaf in the Merkle"
                    " tree: one of them was changed",
                    number + 1,
                )
            elif not self._explained(number << level, number + 1 << level):
                covers = f"{(number << level) + 1} to {number + 1 << level}"
                self._add_finding(
                    "tree",
                    f"the node of the Merkle tree over positions {covers} does not match the"
                    " entries that it covers",
                    None,
                )

    def _explained(self, first: int, end: int) -> bool:
        """Whether one of the leaves from `first` to `end` - 1 differs."""
        at = bisect_left(self._bad_leaves, first)
        return at < len(self._bad_leaves) and self._bad_leaves[at] < end
