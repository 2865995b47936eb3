"""The Merkle tree as an inline projection: every complete node, by its place."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, select

from events.errors import DamagedLedgerError
from ledger.merkle.tree import Tree, count_of, grow, leaf_hash, peaks_of, place_of
from ledger.storage.given_rows import as_given
from ledger.storage.inline_projection import StoredEntry
from ledger.storage.log_queries import checked_bytes
from ledger.storage.schema import log, projection, tree
from ledger.storage.transaction import Transaction

_HASHES = select(tree).select_from(as_given(tree, ["place"]))
_SIZE = select(projection.c.position).where(projection.c.name == bindparam("name"))
_LEAVES = (
    select(log.c.position, log.c.bytes)
    .where(log.c.position > bindparam("after"), log.c.position <= bindparam("upto"))
    .order_by(log.c.position)
)


class MerkleTree:
    """The inline projection of the tree."""

    name = "Merkle tree"
    version = 1
    tables = (tree,)

    def apply(self, transaction: Transaction, new_entries: Sequence[StoredEntry]) -> None:
        """Add the nodes that new entries complete."""
        before = stored_tree(transaction, new_entries[0].position - 1)
        _, nodes = grow(before, [leaf_hash(each.raw) for each in new_entries])
        transaction.insert(tree, list(enumerate(nodes, count_of(before.size))))


def tree_of(transaction: Transaction, size: int) -> Tree:
    """Return the tree over the first `size` entries. Raises DamagedLedgerError.

    It includes entries that were put into the log in another way, and are in no projection yet.
    """
    stored = min(transaction.scalar(_SIZE, name=MerkleTree.name) or 0, size)
    found = stored_tree(transaction, stored)
    if stored < size:
        rows = transaction.rows(_LEAVES, after=stored, upto=size)
        found, _ = grow(found, [leaf_hash(checked_bytes(row.bytes, row.position)) for row in rows])
    return found


def stored_tree(transaction: Transaction, size: int) -> Tree:
    """Return the tree over the first `size` entries from its stored peaks.

    Raises DamagedLedgerError.
    """
    places = [place_of(*node) for node in peaks_of(size)]
    found = hashes_at(transaction, places)
    if len(found) != len(places):
        raise DamagedLedgerError(
            "nodes are missing from the stored Merkle tree",
            hint="rebuild the derived tables with `mission rebuild`",
        )
    return Tree(size, tuple(found[place] for place in places))


def hashes_at(transaction: Transaction, places: Iterable[int]) -> dict[int, bytes]:
    """Return the stored hashes of nodes of the Merkle tree, by place."""
    rows = transaction.rows_for(_HASHES, ((place,) for place in places))
    return {row.place: checked_bytes(row.hash) for row in rows}
