"""Less to write with each entry: the tree in one sequence, two indexes of the entries fewer.

A mission's entries are found by its claims, a moment by going to and fro in the entries. The
tables are left empty: who migrates a ledger rebuilds them (`ledger.migrating`).
"""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.versions.r0002_the_tree import whole
from ledger.migrations.versions.r0003_the_claims import key, number, place, text, without_rowid

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
    op.create_table("setbacks", key("position", whole()))
    op.create_table(
        "tree", key("place", whole()), sa.Column("hash", sa.LargeBinary(32), nullable=False)
    )
    without_rowid(
        "claims",
        *place(),
        key("width", sa.SmallInteger()),
        key("last", sa.Integer()),
        key("position", whole()),
        number("first", sa.Integer()),
        number("known"),
        number("says", sa.SmallInteger()),
        number("since", sa.Integer()),
        sa.Column("party", text()),
        number("more", sa.SmallInteger()),
    )
