"""Drop the derived tables of earlier revisions.

Those of today have other names; `ledger.storage.migrate` creates and fills them after the
migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_DERIVED = (
    *("projection", "entries", "setbacks", "aliases", "tree"),
    *("claims", "periods", "parties", "stretches", "undone", "citations"),
)


def upgrade() -> None:
    """Drop them where they are."""
    there = sa.inspect(op.get_bind()).get_table_names()
    for name in _DERIVED:
        if name in there:
            op.drop_table(name)
