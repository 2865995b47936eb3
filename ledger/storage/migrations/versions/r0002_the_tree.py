"""Move the log to a table of its own, apart from the derived tables; add the Merkle tree.

The derived tables are left empty: `ledger.storage.migrate` rebuilds them after the migration.
"""

import sqlalchemy as sa
from alembic import op

from ledger.storage.guards import create_triggers

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Copy the stored bytes into the new log; create the derived tables, empty."""
    op.create_table(
        "log",
        sa.Column("position", whole(), primary_key=True, autoincrement=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )
    op.execute("INSERT INTO log (position, bytes) SELECT position, bytes FROM entries")
    op.drop_table("entries")
    op.execute("DELETE FROM aliases")
    op.create_table(
        "entries",
        sa.Column("position", whole(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.LargeBinary(32), nullable=False),
        sa.Column("mission", sa.Text),
        sa.Column("describes", sa.Text),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
    )
    index_entries()
    op.create_index("entries_by_mission", "entries", ["mission", "position"])
    op.create_index("entries_by_time", "entries", ["recorded_at", "position"])
    op.create_table(
        "tree",
        sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sqlite_with_rowid=False,
    )
    create_triggers(op.get_bind())


def index_entries() -> None:
    """Create the indexes of entries by id, and by the source that an entry describes."""
    op.create_index("entries_by_id", "entries", ["id"], unique=True)
    there = sa.text("describes IS NOT NULL")
    op.create_index(
        "entries_by_source",
        "entries",
        ["describes"],
        unique=True,
        sqlite_where=there,
        postgresql_where=there,
    )


def whole() -> sa.types.TypeEngine[int]:
    """Return the type of a position; a rowid of SQLite must be INTEGER, not BIGINT."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
