"""Create the schema of a ledger, or migrate that of an older one with Alembic."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from events.errors import DamagedLedgerError
from ledger.merkle.tree import Tree, grow, leaf_hash, peaks_of
from ledger.storage import inline_projection
from ledger.storage.guards import create_functions, create_triggers
from ledger.storage.inline_projection import InlineProjection
from ledger.storage.log_queries import checked_bytes, decoded_entry
from ledger.storage.migrations.older import (
    OlderTree,
    indexed_after,
    indexed_ids,
    log_rows,
    not_indexed,
)
from ledger.storage.schema import alembic_version, log, metadata
from ledger.storage.schema_revision import REVISION
from ledger.storage.transaction import Transaction

if TYPE_CHECKING:
    from alembic.config import Config


def create_schema(connection: sa.Connection, projections: Sequence[InlineProjection]) -> None:
    """Create the tables of an empty ledger, with the triggers that guard its log."""
    metadata.create_all(connection, tables=[log, alembic_version])
    create_triggers(connection)
    connection.execute(alembic_version.insert(), {"version_num": REVISION})
    inline_projection.rebuild(Transaction(connection), projections, "the ledger")


def to_newest(
    connection: sa.Connection,
    projections: Sequence[InlineProjection],
    *,
    trust_log: bool = False,
) -> None:
    """Run all pending migrations and rebuild the projections, in the connection's transaction.

    Unless `trust_log`, the log of an older ledger must match its stored tree. Raises
    DamagedLedgerError.
    """
    from alembic import command  # noqa: PLC0415 (start-up: only this needs Alembic)

    transaction = Transaction(connection)
    if not trust_log and sa.inspect(connection).has_table("tree"):
        _check_log_matches_tree(transaction)
    unread = frozenset(not_indexed(transaction))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "postgresql":
        create_functions(connection)
    inline_projection.rebuild(transaction, projections, "the ledger", unread)


def _check_log_matches_tree(transaction: Transaction) -> None:
    """Raise DamagedLedgerError unless the log matches the stored tree and ids.

    A rebuild would hide that the log was changed.
    """
    stored, so_far = OlderTree(transaction), Tree()
    for rows in log_rows(transaction):
        raws = [checked_bytes(row.bytes, row.position) for row in rows]
        numbers = [row.position - 1 for row in rows]
        leaves = stored.nodes(0, numbers)
        for number, raw in zip(numbers, raws, strict=True):
            if leaf_hash(raw) != leaves.get(number):
                raise _mismatch(number + 1)
        ids = indexed_ids(transaction, [row.position for row in rows])
        for row in rows:
            if (
                row.position in ids
                and decoded_entry(row.position, row.bytes).id != ids[row.position]
            ):
                raise _mismatch(row.position)
        so_far, _ = grow(so_far, map(leaf_hash, raws))
        if rows[-1].position != so_far.size:
            raise _mismatch(rows[0].position)
    peaks = [stored.nodes(level, [number]) for level, number in peaks_of(so_far.size)]
    hashes = tuple(hash_ for found in peaks for hash_ in found.values())
    if Tree(so_far.size, hashes) != so_far:
        raise _mismatch(None)
    if stored.nodes(0, [so_far.size]) or indexed_after(transaction, so_far.size):
        raise _mismatch(so_far.size + 1)


def _mismatch(position: int | None) -> DamagedLedgerError:
    where = "" if position is None else f" (position {position})"
    return DamagedLedgerError(
        f"the log does not match its stored Merkle tree or index{where}: one of them was changed",
        position=position,
        hint="restore a backup; use --trust-log only if you know that the log was not changed",
    )


def revisions() -> tuple[str, ...]:
    """Return every schema revision, the oldest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 (start-up)

    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 (start-up)

    config = Config()
    config.set_main_option("script_location", "ledger.storage:migrations")
    return config
