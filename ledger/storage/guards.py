"""The triggers that keep the log append-only, whatever program is connected.

In PostgreSQL, where those who append are not the owner, others keep derived rows from any change
but by an append: while the projections include all of the log, no derived table can be changed. How
far they go can only rise, up to the end of the log. A rebuild, which only the owner can do, removes
that first.
"""

from typing import Any

import sqlalchemy as sa

from ledger.storage.schema import alembic_version, log, projection

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
    "derived_from_log": """BEGIN
         IF (SELECT min(position) FROM projection)
             >= (SELECT coalesce(max(position), 0) FROM log) THEN
           RAISE EXCEPTION 'derived tables change only with an append: no % on %',
             TG_OP, TG_TABLE_NAME;
         END IF;
         RETURN NULL;
       END""",
    "projection_moves_on": """BEGIN
         IF (NEW.name, NEW.version) IS DISTINCT FROM (OLD.name, OLD.version)
             OR NEW.position NOT BETWEEN OLD.position AND (SELECT max(position) FROM log) THEN
           RAISE EXCEPTION 'the position of a projection only rises, up to the end of the log';
         END IF;
         RETURN NEW;
       END""",
}


POSTGRESQL_TRIGGERS = (
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
    if connection.dialect.name == "postgresql":
        create_functions(connection)
    for statement in TRIGGERS[connection.dialect.name]:
        connection.execute(sa.text(statement.replace(":", r"\:")))


def create_functions(connection: sa.Connection) -> None:
    """Create the functions that triggers in PostgreSQL call, or give them their bodies anew."""
    path = search_path(connection)
    for name, body in POSTGRESQL_FUNCTIONS.items():
        head = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
        connection.execute(sa.text(f"{head} SET search_path = {path} AS $${body}$$"))


def search_path(connection: sa.Connection) -> str:
    """Return where the functions look for tables: nobody's temporary table goes before the log."""
    schema = connection.scalar(sa.select(sa.func.current_schema()))
    return f"{connection.dialect.identifier_preparer.quote(str(schema))}, pg_temp"


@sa.event.listens_for(sa.Table, "after_create")
def _guard_derived(table: sa.Table, connection: sa.Connection, **_: Any) -> None:  # noqa: ANN401
    """Create the trigger of a derived table."""
    of_a_migration = "rights" not in table.info
    if connection.dialect.name != "postgresql" or of_a_migration or table in (log, alembic_version):
        return
    function, when = (
        ("projection_moves_on", "BEFORE UPDATE ON projection FOR EACH ROW")
        if table is projection
        else (
            "derived_from_log",
            f"BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table.name} FOR EACH STATEMENT",
        )
    )
    name = derived_trigger(table)
    for statement in (
        f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()",
        f"ALTER TABLE {table.name} ENABLE ALWAYS TRIGGER {name}",
    ):
        connection.execute(sa.text(statement))


def derived_trigger(table: sa.Table) -> str:
    """Return the name of the trigger of a derived table."""
    return f"{table.name}_derived"
