"""Check the schema objects that keep a log in PostgreSQL append-only and durable.

They are compared with those of a new ledger. Comparing names is not enough: the owner of the tables
can give a trigger another function, or a function another body.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from ledger.storage.migrations.versions.r0002_the_tree import POSTGRESQL_FUNCTIONS
from ledger.storage.migrations.versions.r0003_the_claims import INDEXES as CLAIMS_INDEXES
from ledger.storage.schema import DERIVED, INDEXED, log

_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32

TRIGGERS = {
    "log_no_change": (_ROW | _BEFORE | _DELETE | _UPDATE, "log_is_append_only"),
    "log_no_truncate": (_BEFORE | _TRUNCATE, "log_is_append_only"),
    "log_next_position": (_ROW | _BEFORE | _INSERT, "log_next_position"),
}
"""By name: when the trigger fires (`pg_trigger.tgtype`), and the function that it calls."""

INDEXES = {
    **{f"{table.name}_pkey": True for table in INDEXED},
    **dict.fromkeys(CLAIMS_INDEXES, False),
    "log_pkey": True,
    "entries_pkey": True,
    "entries_by_id": True,
    "entries_by_source": True,
    "setbacks_pkey": True,
    "aliases_pkey": True,
    "tree_pkey": True,
}
"""Every index, and whether it is unique."""

PARTIAL = {"entries_by_source", *(name for name, (_, _, rows) in CLAIMS_INDEXES.items() if rows)}
"""The partial indexes."""

_TABLES = [table.name for table in (log, *DERIVED)]


def faults(connection: sa.Connection) -> Iterator[str]:
    """Yield a message for each trigger, function, index or table that is not as in a new ledger."""
    triggers = {row.name: row for row in connection.execute(_TRIGGERS)}
    for name, (fires, function) in TRIGGERS.items():
        found = triggers.pop(name, None)
        if found is None:
            yield f"the trigger {name} is missing"
        elif found.enabled != "A":
            yield f"the trigger {name} is not enabled ALWAYS"
        elif (found.fires, found.function, found.plain) != (fires, function, True):
            yield f"the trigger {name} was altered"
        elif found.body.split() != POSTGRESQL_FUNCTIONS[function].split():
            yield f"the function {function}, which the trigger {name} calls, was altered"
    for name in sorted(triggers):
        yield f"the log has a trigger {name} that mission did not create"
    indexes = {row.name: row for row in connection.execute(_INDEXES, {"tables": _TABLES})}
    for name, unique in INDEXES.items():
        if (found := indexes.get(name)) is None:
            yield f"the index {name} is missing"
        elif (found.valid, found.single, found.partial) != (True, unique, name in PARTIAL):
            yield f"the index {name} was altered"
    for row in connection.execute(_TABLE_FAULTS, {"tables": _TABLES}):
        yield f"the table {row.name} {row.fault}"


_TRIGGERS = sa.text(
    "SELECT t.tgname AS name, t.tgenabled::text AS enabled, t.tgtype AS fires,"
    " p.proname AS function, p.prosrc AS body,"
    " t.tgqual IS NULL AND t.tgattr = '' AND p.pronamespace = c.relnamespace AS plain"
    " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE t.tgrelid = 'log'::regclass AND NOT t.tgisinternal"
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
