"""The derived tables: updated with each append, and rebuilt from the log.

`ledger.storage.schema` lists them. They hold nothing that the log does not hold.
"""

from collections.abc import Sequence

from events.encoding.codec import Entry, decode
from events.errors import DamagedLedgerError
from ledger.merkle.tree import Tree, count_of, grow, leaf_hash, peaks_of, place_of
from ledger.storage import log_queries
from ledger.storage.claims_index.index import index
from ledger.storage.entry_rows import alias_rows, entry_row, setback_rows
from ledger.storage.log_queries import CHUNK, decoded_entry
from ledger.storage.schema import DERIVED, aliases, entries, setbacks, tree
from ledger.storage.transaction import Transaction


def add(transaction: Transaction, new_entries: Sequence[Entry], before: Tree) -> Tree:
    """Add new entries to the derived tables; return the Merkle tree that includes them."""
    after, nodes = grow(before, [leaf_hash(entry.raw) for entry in new_entries])
    rows = [entry_row(entry) for entry in new_entries]
    last = log_queries.recorded_at(transaction, before.size) if before.size else None
    transaction.insert(entries, rows)
    transaction.insert(setbacks, list(setback_rows(rows, last)))
    transaction.insert(tree, list(enumerate(nodes, count_of(before.size))))
    for (name, mission), position in alias_rows(new_entries).items():
        query = "SELECT 1 FROM aliases WHERE name = ? AND mission = ?"
        if not transaction.query(query, [name, mission]):
            transaction.insert(aliases, [(name, mission, position)])
    index(transaction, new_entries)
    return after


def rebuild(transaction: Transaction) -> None:
    """Rebuild every derived table from the log. Raises DamagedLedgerError."""
    for table in reversed(DERIVED):
        transaction.execute(f"DELETE FROM {table.name}")  # noqa: S608 (a fixed table name)
    so_far = Tree()
    while rows := transaction.query(
        f"SELECT position, bytes FROM log WHERE position > ? ORDER BY position LIMIT {CHUNK}",  # noqa: S608
        [so_far.size],
    ):
        for expected, (position, _) in enumerate(rows, so_far.size + 1):
            if position != expected:
                raise DamagedLedgerError(
                    f"position {expected} is missing from the log",
                    position=expected,
                    hint="leave the ledger unchanged and restore a backup",
                )
        so_far = add(transaction, [decoded_entry(at, raw, decode) for at, raw in rows], so_far)


def tree_of(transaction: Transaction, size: int) -> Tree:
    """Return the tree over the first `size` entries. Raises DamagedLedgerError."""
    places = [place_of(*node) for node in peaks_of(size)]
    found = log_queries.hashes_at(transaction, places)
    if len(found) != len(places):
        raise DamagedLedgerError(
            "nodes are missing from the stored Merkle tree",
            hint="rebuild the derived tables with `mission rebuild`",
        )
    return Tree(size, tuple(found[place] for place in places))
