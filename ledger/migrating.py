"""The schema, brought to its newest revision by Alembic. Imported only where that is needed."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from ledger import derived
from ledger.direct import statements_of


def to_newest(connection: sa.Connection) -> None:
    """Run every migration that is still to come, and rebuild what is derived, in a transaction."""
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
