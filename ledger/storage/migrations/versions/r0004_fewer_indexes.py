"""Write less with each entry: store the tree by place, and drop two indexes of the entries.

The entries of a mission are found by its claims, those of a time by bisection of the entries. The
tables are left empty: `ledger.storage.migrate` rebuilds them after the migration.
"""

import sqlalchemy as sa
from alembic import op

from ledger.storage.migrations.versions.r0002_the_tree import index_entries, whole
from ledger.storage.migrations.versions.r0003_the_claims import claim, key, number, without_rowid

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the changed tables again, empty."""
    for name in ("entries", "tree", "claims"):
        op.drop_table(name)
    op.create_table(
        "entries",
        key("position", whole()),
        sa.Column("id", sa.LargeBinary(32), nullable=False),
        sa.Column("describes", sa.Text),
        number("recorded_at"),
    )
    index_entries()
    op.create_table("setbacks", key("position", whole()))
    op.create_table(
        "tree", key("place", whole()), sa.Column("hash", sa.LargeBinary(32), nullable=False)
    )
    without_rowid("claims", *claim(), number("more", sa.SmallInteger()))
