"""The schema, brought to its newest revision by Alembic. Imported only where that is needed."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from ledger import derived
from ledger.direct import Statements, statements_of
from ledger.merkle import Tree, peaks_of


def to_newest(connection: sa.Connection, *, trust_log: bool = False) -> None:
    """Run every migration that is still to come, and rebuild what is derived, in a transaction.

    Unless `trust_log`, an older ledger's log must be that of its own tree. Raises
    DamagedLedgerError.
    """
    if not trust_log and sa.inspect(connection).has_table("tree"):
        derived.check_untouched(statements_of(connection), _older_tree)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    derived.rebuild(statements_of(connection))


def _older_tree(statements: Statements, size: int) -> Tree:
    """Return a tree that is kept by level and number, as revisions 0002 and 0003 had it."""
    query = "SELECT hash FROM tree WHERE level = ? AND number = ?"
    peaks = [statements.ask(query, node) for node in peaks_of(size)]
    return Tree(size, tuple(hash_ for rows in peaks for (hash_,) in rows))


def revisions() -> tuple[str, ...]:
    """Return every revision, the oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "ledger:migrations")
    return config
