"""Migrate a ledger to the newest schema revision with Alembic. Imported only when needed."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from events.errors import DamagedLedgerError
from ledger.merkle.tree import Tree, grow, leaf_hash, peaks_of
from ledger.storage import derived_tables
from ledger.storage.log_queries import CHUNK, checked_bytes, decoded_entry
from ledger.storage.transaction import Transaction


def to_newest(connection: sa.Connection, *, trust_log: bool = False) -> None:
    """Run all pending migrations and rebuild the derived tables, in the connection's transaction.

    Unless `trust_log`, the log of an older ledger must match its stored tree. Raises
    DamagedLedgerError.
    """
    if not trust_log and sa.inspect(connection).has_table("tree"):
        _check_log_matches_tree(transaction_of(connection))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    derived_tables.rebuild(transaction_of(connection))


def transaction_of(connection: sa.Connection) -> Transaction:
    """Return the transaction that SQLAlchemy has begun on a connection."""
    placeholder = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    return Transaction(connection.connection.cursor(), placeholder)


def _check_log_matches_tree(transaction: Transaction) -> None:
    """Raise DamagedLedgerError unless the log matches the stored tree and ids.

    A rebuild would hide that the log was changed.
    """
    so_far = Tree()
    while rows := transaction.query(
        "SELECT l.position, l.bytes, e.id, t.hash FROM log l"  # noqa: S608
        " LEFT JOIN entries e ON e.position = l.position"
        " LEFT JOIN tree t ON t.level = 0 AND t.number = l.position - 1"
        f" WHERE l.position > ? ORDER BY l.position LIMIT {CHUNK}",
        [so_far.size],
    ):
        leaves = []
        for position, raw, id_, leaf in rows:
            if id_ is not None and decoded_entry(position, raw).id != checked_bytes(id_).hex():
                raise _mismatch(position)
            leaves.append(leaf_hash(checked_bytes(raw, position)))
            if leaf != leaves[-1]:
                raise _mismatch(position)
        so_far, _ = grow(so_far, leaves)
        if position != so_far.size:
            (first, *_), *_ = rows
            raise _mismatch(first)
    if _older_tree(transaction, so_far.size) != so_far:
        raise _mismatch(None)
    beyond = ("tree WHERE level = 0 AND number >= ?", "entries WHERE position > ?")
    if any(transaction.query(f"SELECT 1 FROM {each} LIMIT 1", [so_far.size]) for each in beyond):  # noqa: S608
        raise _mismatch(so_far.size + 1)


def _mismatch(position: int | None) -> DamagedLedgerError:
    where = "" if position is None else f" (position {position})"
    return DamagedLedgerError(
        f"the log does not match its stored Merkle tree or index{where}: one of them was changed",
        position=position,
        hint="restore a backup; use --trust-log only if you know that the log was not changed",
    )


def _older_tree(transaction: Transaction, size: int) -> Tree:
    """Return the stored tree of revisions 0002 and 0003, with nodes by level and number."""
    query = "SELECT hash FROM tree WHERE level = ? AND number = ?"
    peaks = [transaction.query(query, node) for node in peaks_of(size)]
    return Tree(size, tuple(hash_ for rows in peaks for (hash_,) in rows))


def revisions() -> tuple[str, ...]:
    """Return every schema revision, the oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "ledger.storage:migrations")
    return config
