"""Move the log to a table of its own, apart from the derived tables; add the Merkle tree.

The derived tables are left empty: `ledger.storage.migrate` rebuilds them after the migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SQLITE_TRIGGERS = (
    """CREATE TRIGGER log_no_update BEFORE UPDATE ON log
       BEGIN SELECT RAISE(ABORT, 'the log is append-only: no UPDATE'); END""",
    """CREATE TRIGGER log_no_delete BEFORE DELETE ON log
       BEGIN SELECT RAISE(ABORT, 'the log is append-only: no DELETE'); END""",
    # INSERT OR REPLACE deletes without firing the trigger above. So each position must be new, and
    # the next one.
    """CREATE TRIGGER log_next_position BEFORE INSERT ON log
       WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM log)
       BEGIN SELECT RAISE(ABORT, 'the log is append-only: not the next position'); END""",
)

POSTGRESQL_FUNCTIONS = {
    "log_is_append_only": "BEGIN RAISE EXCEPTION 'the log is append-only: no %', TG_OP; END",
    # VOLATILE, so that it sees the rows that the same INSERT has inserted before.
    "log_next_position": """BEGIN
         IF NEW.position IS DISTINCT FROM (SELECT coalesce(max(position), 0) + 1 FROM log) THEN
           RAISE EXCEPTION 'the log is append-only: not the next position';
         END IF;
         RETURN NEW;
       END""",
}

POSTGRESQL_TRIGGERS = (
    *(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $${body}$$"
        for name, body in POSTGRESQL_FUNCTIONS.items()
    ),
    """CREATE TRIGGER log_no_change BEFORE UPDATE OR DELETE ON log
       FOR EACH ROW EXECUTE FUNCTION log_is_append_only()""",
    """CREATE TRIGGER log_no_truncate BEFORE TRUNCATE ON log
       FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()""",
    """CREATE TRIGGER log_next_position BEFORE INSERT ON log
       FOR EACH ROW EXECUTE FUNCTION log_next_position()""",
    # Without ALWAYS, session_replication_role = replica disables them.
    "ALTER TABLE log ENABLE ALWAYS TRIGGER log_no_change",
    "ALTER TABLE log ENABLE ALWAYS TRIGGER log_no_truncate",
    "ALTER TABLE log ENABLE ALWAYS TRIGGER log_next_position",
    "COMMENT ON TABLE log IS 'mission-ledger'",
)


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
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if on_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(sa.text(statement.replace(":", r"\:")))


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
