"""Give the derived tables what follows from a source's date: events about sources, series, days.

Their tables are recreated and filled by `ledger.storage.migrate` after the migration.
"""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Change nothing in the log."""
