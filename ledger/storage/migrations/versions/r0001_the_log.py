"""Create the log: its entries, the aliases of missions, and triggers that keep it append-only.

Ledgers of this revision exist in SQLite alone, so the triggers are for SQLite.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TRIGGERS = (
    """CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
       BEGIN SELECT RAISE(ABORT, 'the log is append-only: no UPDATE'); END""",
    """CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
       BEGIN SELECT RAISE(ABORT, 'the log is append-only: no DELETE'); END""",
    # INSERT OR REPLACE deletes without firing the trigger above. So each position must be new, and
    # the next one.
    """CREATE TRIGGER entries_next_position BEFORE INSERT ON entries
       WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM entries)
       BEGIN SELECT RAISE(ABORT, 'the log is append-only: not the next position'); END""",
    """CREATE TRIGGER entries_new_id BEFORE INSERT ON entries
       WHEN EXISTS (SELECT 1 FROM entries WHERE id = NEW.id OR describes = NEW.describes)
       BEGIN SELECT RAISE(ABORT, 'the log is append-only: it is there already'); END""",
)


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "entries",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.LargeBinary(32), nullable=False),
        sa.Column("announcement", sa.LargeBinary(32), nullable=False),
        sa.Column("mission", sa.Text),
        sa.Column("describes", sa.Text),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )
    op.create_index("entries_by_id", "entries", ["id"], unique=True)
    op.create_index("entries_by_mission", "entries", ["mission", "position"])
    op.create_index(
        "entries_by_source",
        "entries",
        ["describes"],
        unique=True,
        sqlite_where=sa.text("describes IS NOT NULL"),
        postgresql_where=sa.text("describes IS NOT NULL"),
    )
    op.create_index("entries_by_time", "entries", ["recorded_at", "position"])
    op.create_table(
        "aliases",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("mission", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for trigger in TRIGGERS:
            op.execute(trigger)
