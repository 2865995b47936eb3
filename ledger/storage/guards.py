"""The triggers that keep the log append-only, whatever program is connected."""

import sqlalchemy as sa

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

TRIGGERS = {"sqlite": SQLITE_TRIGGERS, "postgresql": POSTGRESQL_TRIGGERS}
"""The statements that create them, by dialect."""


def create_triggers(connection: sa.Connection) -> None:
    """Create the triggers of an empty log."""
    for statement in TRIGGERS[connection.dialect.name]:
        connection.execute(sa.text(statement.replace(":", r"\:")))
