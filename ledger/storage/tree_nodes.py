"""The Merkle tree as an inline projection: its leaves, the roots of its full tiles, its peaks.

    leaf   1 … n              the hash of each entry
    tile   (1, 0) (1, 1) …    the root of each 256 leaves, then of each 256 of these, and so on
    tree   n, peaks           enough to grow the tree, and for its root

Every other node is computed from at most 256 hashes of one tile (C2SP tlog-tiles).
"""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam, select

from events.errors import DamagedLedgerError
from ledger.merkle.tree import Tree, grow, leaf_hash, node_hash, peaks_of
from ledger.storage.inline_projection import StoredEntry
from ledger.storage.log_queries import checked_bytes
from ledger.storage.schema import entry, leaf, log, tile, tree
from ledger.storage.transaction import Transaction

TILE_HEIGHT = 8
"""A tile has 2**8 hashes."""

_HASH_BYTES = 32

_TREE = select(tree)
_GROW = tree.update().values(size=bindparam("leaves"), peaks=bindparam("grown"))
_LEAVES = (
    select(leaf.c.position.label("number"), leaf.c.hash)
    .where(leaf.c.position.between(bindparam("first"), bindparam("last")))
    .order_by(leaf.c.position)
)
TILES = (
    select(tile.c.number, tile.c.hash)
    .where(tile.c.level == bindparam("level"))
    .where(tile.c.number.between(bindparam("first"), bindparam("last")))
    .order_by(tile.c.number)
)
LOGGED = (
    select(log.c.position, log.c.bytes)
    .where(log.c.position > bindparam("after"), log.c.position <= bindparam("upto"))
    .order_by(log.c.position)
)
_PAST = sa.union_all(
    *(
        select(sa.literal(column.table.name)).where(sa.exists().where(column > bindparam("end")))
        for column in (leaf.c.position, tree.c.size, entry.c.position)
    )
).limit(1)


class Leaf(NamedTuple):
    """A leaf: the position of its entry, and its hash."""

    position: int
    hash: bytes


class MerkleTree:
    """The inline projection of the tree."""

    name = "Merkle tree"
    version = 2
    tables = (leaf, tile, tree)

    def prepare(self, stored: StoredEntry) -> Leaf:
        """Return the leaf of an entry."""
        return Leaf(stored.position, leaf_hash(stored.raw))

    def apply(self, transaction: Transaction, prepared: Sequence[Leaf]) -> None:
        """Add new leaves, the roots of the tiles that they fill, and the new peaks."""
        before = stored_tree(transaction)
        grown, filled = grow_tiles(before, [each.hash for each in prepared])
        transaction.insert(leaf, prepared)
        transaction.insert(tile, filled)
        peaks = b"".join(grown.peaks)
        if before.size:
            transaction.execute(_GROW, [{"leaves": grown.size, "grown": peaks}])
        else:
            transaction.insert(tree, [(grown.size, peaks)])


def grow_tiles(before: Tree, leaves: Sequence[bytes]) -> tuple[Tree, list[tuple[int, int, bytes]]]:
    """Add leaves; return the larger tree, and level, number and root of each tile they fill."""
    grown, nodes = grow(before, leaves)
    filled, at = [], 0
    for size in range(before.size + 1, grown.size + 1):
        completed = (size & -size).bit_length()  # a leaf completes so many nodes, itself included
        for level in range(TILE_HEIGHT, completed, TILE_HEIGHT):
            filled.append((level // TILE_HEIGHT, (size >> level) - 1, nodes[at + level]))
        at += completed
    return grown, filled


def stored_tree(transaction: Transaction) -> Tree:
    """Return the tree that was grown with the last append. Raises DamagedLedgerError."""
    for row in transaction.rows(_TREE):
        raw = checked_bytes(row.peaks)
        parts = range(0, len(raw), _HASH_BYTES)
        found = Tree(row.size, tuple(raw[each : each + _HASH_BYTES] for each in parts))
        if len(raw) != _HASH_BYTES * row.size.bit_count():
            raise _incomplete()
        return found
    return Tree()


def tree_of(transaction: Transaction, size: int) -> Tree:
    """Return the tree over the first `size` entries. Raises DamagedLedgerError.

    It includes entries that were put into the log in another way, and are in no projection yet.
    """
    found = stored_tree(transaction)
    if found.size > size:
        return Tree(size, tuple(nodes_of(transaction, *each)[0] for each in _peak_ranges(size)))
    if found.size < size:
        rows = transaction.rows(LOGGED, after=found.size, upto=size)
        found, _ = grow(found, [leaf_hash(checked_bytes(row.bytes, row.position)) for row in rows])
    return found


def _peak_ranges(size: int) -> list[tuple[int, int, int]]:
    return [(level, number, number + 1) for level, number in peaks_of(size)]


def nodes_of(transaction: Transaction, level: int, first: int, end: int) -> list[bytes]:
    """Return the hashes of the complete nodes of one level, numbers `first` to `end` - 1.

    Raises DamagedLedgerError where any is missing.
    """
    tiles, above = divmod(level, TILE_HEIGHT)
    wanted = {"first": first << above, "last": (end << above) - 1}
    if tiles:
        rows = transaction.rows(TILES, level=tiles, **wanted)
    else:
        rows = transaction.rows(_LEAVES, first=wanted["first"] + 1, last=wanted["last"] + 1)
    if len(rows) != (end - first) << above:
        raise _incomplete()
    hashes = [checked_bytes(row.hash) for row in rows]
    for _ in range(above):
        hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes


def past_end(transaction: Transaction, end: int) -> str:
    """Return the name of a table with rows past position `end`; "" if none has."""
    found: str | None = transaction.scalar(_PAST, end=end)
    return found or ""


def _incomplete() -> DamagedLedgerError:
    return DamagedLedgerError(
        "hashes are missing from the stored Merkle tree",
        hint="rebuild the derived tables with `mission rebuild`",
    )
