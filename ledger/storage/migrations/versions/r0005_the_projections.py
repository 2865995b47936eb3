"""Leave the derived tables to their inline projections, each with a version of its own.

Their tables are recreated and filled by `ledger.storage.migrate` after the migration.
"""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Change nothing in the log."""
