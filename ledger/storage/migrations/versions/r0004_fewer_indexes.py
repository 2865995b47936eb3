"""Less to write with each entry: the tree in one sequence, two indexes of the entries fewer.

A mission's entries are found by its claims, a moment by going to and fro in the entries. The
tables are left empty: who migrates a ledger rebuilds them (`ledger.storage.migrate`).
"""

import sqlalchemy as sa
from alembic import op

from ledger.storage.migrations.versions.r0002_the_tree import index_entries, whole
from ledger.storage.migrations.versions.r0003_the_claims import claim, key, number, without_rowid

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables that change anew."""
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
