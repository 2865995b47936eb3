"""Write less with each entry: store the tree by place, and drop two indexes of the entries.

The tables are left empty: `ledger.storage.migrate` rebuilds them after the migration.
"""

import sqlalchemy as sa
from alembic import op

from ledger.storage.migrations.versions.r0002_the_tree import index_entries, whole

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the changed tables again, empty."""
    for name in ("entries", "tree"):
        op.drop_table(name)
    op.create_table(
        "entries",
        sa.Column("position", whole(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.LargeBinary(32), nullable=False),
        sa.Column("describes", sa.Text),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
    )
    index_entries()
    op.create_table(
        "tree",
        sa.Column("place", whole(), primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
