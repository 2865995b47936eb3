"""Grow the Merkle tree from the leaf hashes of the log, and compare it with the stored one.

Stored leaves are compared with the blocks of the log (`ledger.upkeep.block`). Only the cause of a
difference is reported: where a leaf differs, so does every tile above it.
"""

from bisect import bisect_left
from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from events.errors import DamagedLedgerError
from ledger.merkle.tree import Tree, grow
from ledger.storage.schema import tile, tree
from ledger.storage.transaction import Transaction
from ledger.storage.tree_nodes import TILE_HEIGHT, TILES, grow_tiles, stored_tree
from ledger.upkeep.findings import AddFinding

_COUNTS = select(
    select(func.count()).select_from(tile).scalar_subquery().label("tiles"),
    select(func.count()).select_from(tree).scalar_subquery().label("trees"),
)


class TreeCheck:
    """The tree so far; None after a missing position. `roots` has the roots at some sizes.

    The stored tree has the entries up to `covered`: those after it cannot be read, and were put
    into the log in another way.
    """

    def __init__(self, add: AddFinding, covered: int, sizes: Collection[int] = ()) -> None:
        self._add_finding = add
        self._covered = covered
        self.tree: Tree | None = Tree()
        self._trees = {0: Tree()}
        self._sizes = sorted({*sizes, covered})
        self._bad_leaves: list[int] = []
        self._bad_tiles = False

    def root_at(self, size: int) -> bytes | None:
        """Return the root of the first `size` leaves; None where it cannot be told."""
        found = self._trees.get(size)
        return found.root if found else None

    @property
    def root(self) -> bytes | None:
        """The root over all leaves; None if some are missing."""
        return self.tree.root if self.tree else None

    def add(self, transaction: Transaction, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes to the tree, and compare the tiles that they fill."""
        if self.tree is None:
            return
        start = self.tree.size
        for size in self._sizes:
            if start < size <= start + len(leaves):
                self._trees[size] = grow(self.tree, leaves[: size - start])[0]
        self.tree, filled = grow_tiles(self.tree, leaves)
        by_level: dict[int, dict[int, bytes]] = {}
        for level, number, hash_ in filled:
            if number + 1 << TILE_HEIGHT * level <= self._covered:
                by_level.setdefault(level, {})[number] = hash_
        for level, hashes in by_level.items():
            numbers = {"first": min(hashes), "last": max(hashes)}
            stored = {
                row.number: row.hash for row in transaction.rows(TILES, level=level, **numbers)
            }
            if stored != hashes:
                self._report(level, hashes, stored)

    def _report(self, level: int, hashes: dict[int, bytes], stored: dict[int, bytes]) -> None:
        for number, hash_ in hashes.items():
            first, end = (each << TILE_HEIGHT * level for each in (number, number + 1))
            covers = f"the tile of the Merkle tree over positions {first + 1} to {end}"
            if number not in stored:
                self._bad_tiles = True
                self._add_finding("tree", f"{covers} is missing", None)
            elif stored[number] != hash_ and not self._explained(first, end):
                self._bad_tiles = True
                message = f"{covers} does not match the entries that it covers"
                self._add_finding("tree", message, None)

    def mark(self, bad_leaves: Sequence[int]) -> None:
        """Take the positions of leaves that differ, before these leaves are added."""
        self._bad_leaves += bad_leaves

    def _explained(self, first: int, end: int) -> bool:
        """Whether a leaf after position `first`, up to `end`, differs."""
        at = bisect_left(self._bad_leaves, first + 1)
        return at < len(self._bad_leaves) and self._bad_leaves[at] <= end

    def stop(self) -> None:
        """Grow the tree no further: positions are missing."""
        self.tree = None

    def finish(self, transaction: Transaction, size: int, new: Sequence[bytes]) -> None:
        """Compare the peaks, which cover `size` entries; `new` are the leaves added meanwhile."""
        counts = transaction.rows(_COUNTS)[0]
        levels = range(1, size.bit_length() // TILE_HEIGHT + 1)
        if not self._bad_tiles and counts.tiles != (
            tiles := sum(size >> TILE_HEIGHT * level for level in levels)
        ):
            self._add_finding(
                "tree", f"the Merkle tree has {counts.tiles} tiles, not {tiles}", None
            )
        if counts.trees > 1:
            self._add_finding("tree", "the Merkle tree is stored more than once", None)
            return
        try:
            stored = stored_tree(transaction)
        except DamagedLedgerError as error:
            self._add_finding("tree", error.message, None)
            return
        wanted = self._trees.get(self._covered)
        if size > self._covered and self.tree is not None:
            wanted, _ = grow(self.tree, new)
        if stored.size != size:
            message = f"the Merkle tree is stored with {stored.size} leaves, not {size}"
            self._add_finding("tree", message, None)
        elif wanted and not self._bad_leaves and stored != wanted:
            self._add_finding("tree", "the peaks of the Merkle tree do not match the log", None)
