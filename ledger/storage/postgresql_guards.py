"""Check the schema objects that keep a log in PostgreSQL append-only, durable and as derived.

They are compared with those of a new ledger. Comparing names is not enough: the owner of the tables
can give a trigger another function, or a function another body.
"""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from ledger.storage.guards import POSTGRESQL_FUNCTIONS, derived_trigger, search_path
from ledger.storage.schema import alembic_version, log, projection

_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32

_LOG_TRIGGERS = {
    "log_no_change": (_ROW | _BEFORE | _DELETE | _UPDATE, "log_is_append_only"),
    "log_no_truncate": (_BEFORE | _TRUNCATE, "log_is_append_only"),
    "log_next_position": (_ROW | _BEFORE | _INSERT, "log_next_position"),
}
_DERIVED = (_BEFORE | _INSERT | _DELETE | _UPDATE | _TRUNCATE, "derived_from_log")
_PROJECTION = (_ROW | _BEFORE | _UPDATE, "projection_moves_on")


def triggers_of(tables: Sequence[sa.Table]) -> dict[str, tuple[int, str]]:
    """Return by name when a trigger fires (`pg_trigger.tgtype`) and the function that it calls."""
    return _LOG_TRIGGERS | {
        derived_trigger(table): _PROJECTION if table is projection else _DERIVED
        for table in tables
        if table not in (log, alembic_version)
    }


def faults(connection: sa.Connection, tables: Sequence[sa.Table]) -> Iterator[str]:
    """Yield a message for each trigger, function, index or table that is not as in a new ledger."""
    names, path = [table.name for table in tables], search_path(connection)
    triggers = {row.name: row for row in connection.execute(_TRIGGERS, {"tables": names})}
    for name, (fires, function) in triggers_of(tables).items():
        found = triggers.pop(name, None)
        if found is None:
            yield f"the trigger {name} is missing"
        elif found.enabled != "A":
            yield f"the trigger {name} is not enabled ALWAYS"
        elif (found.fires, found.function, found.plain) != (fires, function, True):
            yield f"the trigger {name} was altered"
        elif (found.body.split(), found.settings) != (
            POSTGRESQL_FUNCTIONS[function].split(),
            [f"search_path={path}"],
        ):
            yield f"the function {function}, which the trigger {name} calls, was altered"
    for name, row in sorted(triggers.items()):
        yield f"the table {row.owner} has a trigger {name} that mission did not create"
    indexes = {row.name: row for row in connection.execute(_INDEXES, {"tables": names})}
    for name, (unique, partial) in _indexes_of(tables).items():
        if (found := indexes.get(name)) is None:
            yield f"the index {name} is missing"
        elif (found.valid, found.single, found.partial) != (True, unique, partial):
            yield f"the index {name} was altered"
    for row in connection.execute(_TABLE_FAULTS, {"tables": names}):
        yield f"the table {row.name} {row.fault}"


def _indexes_of(tables: Sequence[sa.Table]) -> dict[str, tuple[bool, bool]]:
    """Return every index of these tables, with whether it is unique and whether it is partial."""
    found = {str(table.primary_key.name or f"{table.name}_pkey"): (True, False) for table in tables}
    for index in (each for table in tables for each in table.indexes):
        partial = "where" in index.info
        found[str(index.name)] = bool(index.unique), partial
    return found


_TRIGGERS = sa.text(
    "SELECT t.tgname AS name, t.tgenabled::text AS enabled, t.tgtype AS fires,"
    " p.proname AS function, p.prosrc AS body, p.proconfig AS settings, c.relname AS owner,"
    " t.tgqual IS NULL AND t.tgattr = '' AND p.pronamespace = c.relnamespace AS plain"
    " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND"
    " c.oid = ANY (SELECT to_regclass(name) FROM unnest(CAST(:tables AS text[])) name)"
)
_INDEXES = sa.text(
    "SELECT c.relname AS name, i.indisvalid AS valid, i.indpred IS NOT NULL AS partial,"
    " i.indisunique AS single"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE i.indrelid = ANY (SELECT to_regclass(name) FROM unnest(CAST(:tables AS text[])) name)"
)
_TABLE_FAULTS = sa.text(
    "SELECT c.relname AS name, CASE"
    " WHEN c.relkind <> 'r' THEN 'is not a table'"
    " WHEN c.relpersistence <> 'p' THEN 'is lost in a crash (UNLOGGED)'"
    " WHEN c.relrowsecurity THEN 'hides rows from some users (row security)'"
    " ELSE 'has rules that rewrite statements on it' END AS fault"
    " FROM pg_class c"
    " WHERE c.oid = ANY (SELECT to_regclass(name) FROM unnest(CAST(:tables AS text[])) name)"
    " AND (c.relkind <> 'r' OR c.relpersistence <> 'p' OR c.relrowsecurity OR c.relhasrules)"
)
