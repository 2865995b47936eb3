"""The schema, brought to its newest revision by Alembic. Imported only where that is needed."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from ledger import derived
from ledger.direct import statements_of


def to_newest(connection: sa.Connection, *, trust_log: bool = False) -> None:
    """Run every migration that is still to come, and rebuild what is derived, in a transaction.

    Unless `trust_log`, an older ledger's log must be that of its own tree. Raises
    DamagedLedgerError.
    """
    if not trust_log and sa.inspect(connection).has_table("tree"):
        derived.check_untouched(statements_of(connection))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    derived.rebuild(statements_of(connection))


def revisions() -> tuple[str, ...]:
    """Return every revision, the oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "ledger:migrations")
    return config
