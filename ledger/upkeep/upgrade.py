"""Upgrade an older ledger to the newest schema revision.

For a SQLite file, a copy is migrated first; the file itself only if that copy verifies and holds
the same log. A PostgreSQL database is migrated in one transaction.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from events.errors import OlderLedgerError, StoreError
from ledger.location import parse_place
from ledger.merkle.tree import Tree, grow, leaf_hash
from ledger.storage.error_translation import translated_errors
from ledger.storage.log_queries import checked_bytes
from ledger.storage.schema_revision import REVISION, check_revision
from ledger.storage.sql_store import SqlStore
from ledger.storage.sqlite import SqliteFile, draft_of, migrate, remove, revision_of
from ledger.storage.sqlite_connections import BUSY_SECONDS, connect
from ledger.storage.write_lock import hold_lock
from ledger.upkeep.verify import verify


def upgrade(place: str | Path, *, trust_log: bool = False) -> tuple[str, str]:
    """Migrate a ledger to the newest schema; return the revisions before and after.

    Readers are not blocked. Raises NewerLedgerError for a newer ledger. Raises StoreError, leaving
    the ledger unchanged, where the result does not verify or, unless `trust_log`, where the log
    does not match its tree.
    """
    where = parse_place(place)
    if isinstance(where, Path):
        return _upgrade_file(where, trust_log=trust_log)
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    return postgresql.upgrade(where, trust_log=trust_log)


def _upgrade_file(path: Path, *, trust_log: bool) -> tuple[str, str]:
    found = revision_of(path)
    if found != REVISION:
        with suppress(OlderLedgerError):
            check_revision(found, str(path))
        with hold_lock(path, BUSY_SECONDS):
            if revision_of(path) != REVISION:  # else another process upgraded it meanwhile
                _rehearse(path, trust_log=trust_log)
                migrate(path, trust_log=trust_log)
    return found, REVISION


def _rehearse(path: Path, *, trust_log: bool) -> None:
    """Migrate a copy, and check that it verifies and holds the same log. Raises StoreError."""
    copy = draft_of(path)
    try:
        with (
            translated_errors(str(path)),
            closing(connect(path, write=False)) as old,
            closing(sqlite3.connect(copy)) as new,
        ):
            old.backup(new)
            logged = "entries" if _has(old, "entries", "bytes") else "log"
            query = f"SELECT bytes FROM {logged} ORDER BY position"  # noqa: S608
            leaves = [leaf_hash(checked_bytes(raw)) for (raw,) in old.execute(query)]
        migrate(copy, called=path, trust_log=trust_log)
        with closing(SqlStore(SqliteFile(copy, write=False))) as migrated:
            verified = verify(migrated)
        # A migration neither causes nor hides flaws of announcements.
        wrong = [each.message for each in verified.findings if each.code != "announcement"]
        if wrong or verified.root != grow(Tree(), leaves)[0].root:
            raise StoreError(
                f"{path} was not upgraded: a migrated copy does not hold the same log"
                + "".join(f"; {each}" for each in wrong[:3]),
                hint="leave the file unchanged and restore a backup",
            )
    finally:
        remove(copy)


def _has(connection: sqlite3.Connection, table: str, column: str) -> bool:
    columns = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    return (column,) in columns
