"""The schema, brought to its newest revision by Alembic. Imported only where that is needed."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from events.errors import DamagedLedgerError
from ledger.merkle.tree import Tree, grown, leaf_hash, peaks_of
from ledger.storage import derived_tables
from ledger.storage.connections import PLACEHOLDER
from ledger.storage.log_queries import CHUNK, checked_bytes, decoded_entry
from ledger.storage.transaction import Transaction


def to_newest(connection: sa.Connection, *, trust_log: bool = False) -> None:
    """Run every migration that is still to come, and rebuild what is derived, in a transaction.

    Unless `trust_log`, an older ledger's log must be that of its own tree. Raises
    DamagedLedgerError.
    """
    if not trust_log and sa.inspect(connection).has_table("tree"):
        _check_untouched(transaction_of(connection))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    derived_tables.rebuild(transaction_of(connection))


def transaction_of(connection: sa.Connection) -> Transaction:
    """Return the transaction of a transaction that SQLAlchemy has begun."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else PLACEHOLDER
    return Transaction(connection.connection.cursor(), mark)


def _check_untouched(transaction: Transaction) -> None:
    """Make sure that the log is the one that the tree and the ids beside it were made of.

    Made anew, they would hide that it is not. Raises DamagedLedgerError.
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
                raise _changed(position)
            leaves.append(leaf_hash(checked_bytes(raw, position)))
            if leaf != leaves[-1]:
                raise _changed(position)
        so_far = grown(so_far, leaves)[0]
        if rows[-1][0] != so_far.size:
            raise _changed(rows[0][0])
    if _older_tree(transaction, so_far.size) != so_far:
        raise _changed(None)
    beyond = ("tree WHERE level = 0 AND number >= ?", "entries WHERE position > ?")
    if any(transaction.query(f"SELECT 1 FROM {each} LIMIT 1", [so_far.size]) for each in beyond):  # noqa: S608
        raise _changed(so_far.size + 1)


def _changed(position: int | None) -> DamagedLedgerError:
    where = "" if position is None else f" (position {position})"
    return DamagedLedgerError(
        f"the log and what is kept beside it do not belong together{where}: one of them was"
        " changed",
        position=position,
        hint="go back to a backup; whoever knows that it is not the log: --trust-log",
    )


def _older_tree(transaction: Transaction, size: int) -> Tree:
    """Return a tree that is kept by level and number, as revisions 0002 and 0003 had it."""
    query = "SELECT hash FROM tree WHERE level = ? AND number = ?"
    peaks = [transaction.query(query, node) for node in peaks_of(size)]
    return Tree(size, tuple(hash_ for rows in peaks for (hash_,) in rows))


def revisions() -> tuple[str, ...]:
    """Return every revision, the oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "ledger.storage:migrations")
    return config
