"""Upgrade an older ledger to the newest schema revision.

For a SQLite file, a copy is migrated first; the file itself only if that copy verifies and holds
the same log. A PostgreSQL database is migrated in one transaction.
"""

from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from events.errors import OlderLedgerError, StoreError
from ledger.location import parse_place
from ledger.merkle.tree import Tree, grow, leaf_hash
from ledger.storage import sqlite, sqlite_file
from ledger.storage.inline_projection import InlineProjection
from ledger.storage.log_queries import checked_bytes
from ledger.storage.migrations.older import log_rows
from ledger.storage.schema_revision import REVISION, check_revision
from ledger.storage.sql_store import SqlStore
from ledger.storage.write_lock import hold_lock
from ledger.upkeep.verify import verify


def upgrade(
    place: str | Path, projections: Sequence[InlineProjection], *, trust_log: bool = False
) -> tuple[str, str]:
    """Migrate a ledger to the newest schema; return the revisions before and after.

    Readers are not blocked. Raises NewerLedgerError for a newer ledger. Raises StoreError, leaving
    the ledger unchanged, where the result does not verify or, unless `trust_log`, where the log
    does not match its tree.
    """
    where = parse_place(place)
    if isinstance(where, Path):
        return _upgrade_file(where, projections, trust_log=trust_log)
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    return postgresql.upgrade(where, projections, trust_log=trust_log)


def _upgrade_file(
    path: Path, projections: Sequence[InlineProjection], *, trust_log: bool
) -> tuple[str, str]:
    found = sqlite_file.revision_of(path)
    if found != REVISION:
        with suppress(OlderLedgerError):
            check_revision(found, str(path))
        with hold_lock(path, sqlite.BUSY_SECONDS):
            # Unless another process upgraded it meanwhile.
            if sqlite_file.revision_of(path) != REVISION:
                _rehearse(path, projections, trust_log=trust_log)
                sqlite_file.migrate(path, projections, trust_log=trust_log)
    return found, REVISION


def _rehearse(path: Path, projections: Sequence[InlineProjection], *, trust_log: bool) -> None:
    """Migrate a copy, and check that it verifies and holds the same log. Raises StoreError."""
    copy = sqlite_file.draft_of(path)
    try:
        sqlite.copy(path, copy)
        with closing(sqlite.SqliteDatabase(path, write=False)) as old, old.reading() as reader:
            leaves = [
                leaf_hash(checked_bytes(row.bytes)) for rows in log_rows(reader) for row in rows
            ]
        sqlite_file.migrate(copy, projections, called=path, trust_log=trust_log)
        with SqlStore(sqlite_file.LedgerFile(copy, write=False), projections) as migrated:
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
        sqlite_file.remove(copy)
