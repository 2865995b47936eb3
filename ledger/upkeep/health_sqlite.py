"""Whether a file is a ledger this program can use, looked at without leaving a trace beside it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from events.errors import MissionLedgerError, NewerLedgerError, OlderLedgerError
from ledger.storage.error_translation import translated_errors
from ledger.storage.schema_revision import REVISION, check_revision
from ledger.storage.sqlite import MAGIC, OBJECTS, is_marked, schema_faults
from ledger.storage.sqlite_connections import head_of
from ledger.upkeep.health import Check

WAL = 2
"""What a file's header says at bytes 18 and 19 where its journal is a write-ahead log."""


@dataclass(frozen=True, slots=True)
class Database:
    """What a file says of itself: its header, then its schema.

    `revisions` is None where it has no table of them, and `error` says why the schema could not
    be read.
    """

    path: Path
    head: bytes = b""
    revisions: tuple[str, ...] | None = None
    faults: tuple[str, ...] = ()
    error: str = ""


def collect(path: Path) -> Database:
    """Read a file's header, and its schema where it is a ledger; create nothing beside it."""
    try:
        head = head_of(path)
    except OSError as error:
        return Database(path, error=error.strerror or str(error))
    found = Database(path, head)
    if not is_marked(head):
        return found
    try:
        with translated_errors(str(path)), closing(_connect(path)) as connection:
            there = connection.execute("SELECT type, name FROM sqlite_schema").fetchall()
            revisions = None
            if ("table", "alembic_version") in there:
                rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
                revisions = tuple(str(row[0]) for row in rows)
            faults: tuple[str, ...] = ()
            if revisions == (REVISION,):
                faults = tuple(schema_faults(connection.execute(OBJECTS)))
    except MissionLedgerError as error:
        return Database(path, head, error=error.message)
    return Database(path, head, revisions, faults)


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file so that SQLite puts nothing beside it.

    That takes it for a file which nobody changes, unless a write-ahead log and its index are
    there already; what is in a log that a crash left is not looked at.
    """
    there = path.resolve()
    beside = (there.with_name(there.name + end) for end in ("-wal", "-shm"))
    how = "" if all(each.exists() for each in beside) else "&immutable=1"
    place = f"file:{quote(str(path.absolute()))}?mode=ro{how}"
    return sqlite3.connect(place, uri=True, timeout=1, isolation_level=None)


def checks(found: Database) -> Iterator[Check]:
    """Judge what a file says of itself."""
    elsewhere = "name the ledger with --ledger; this file is left as it is"
    if found.error and not found.head:
        yield Check("schema", "problem", f"{found.path} cannot be read: {found.error}", elsewhere)
    elif not found.head:
        yield Check("schema", "problem", f"{found.path} is empty", elsewhere)
    elif not found.head.startswith(MAGIC):
        yield Check("schema", "problem", f"{found.path} is no SQLite database", elsewhere)
    elif not is_marked(found.head):
        said = f"{found.path} is a SQLite database, and not marked as a mission ledger"
        yield Check("schema", "problem", said, elsewhere)
    elif found.error:
        do = "keep the file as it is, and go back to a backup: --ledger FILE"
        yield Check("schema", "problem", found.error, do)
    else:
        yield _revision(found)
        yield _journal(found.head)
        yield from _triggers(found)


def _revision(found: Database) -> Check:
    if found.revisions is None or len(found.revisions) != 1:
        said = "the ledger does not say which schema revision it has"
        return Check("schema", "problem", said, "keep the file, and go back to a backup")
    return revision(found.revisions[0])


def revision(found: str) -> Check:
    """Judge a ledger's schema revision."""
    try:
        check_revision(found, "the ledger")
    except (OlderLedgerError, NewerLedgerError) as error:
        return Check("schema", "problem", error.message, error.hint)
    return Check("schema", "fine", f"revision {found}")


def _journal(head: bytes) -> Check:
    if (head[18], head[19]) == (WAL, WAL):
        return Check("journal", "fine", "a write-ahead log (WAL)")
    return Check(
        "journal", "problem",
        "the ledger has no write-ahead log: another program changed its journal mode",
        "make it whole again: `mission backup FILE`, and use that",
    )  # fmt: skip


def _triggers(found: Database) -> Iterator[Check]:
    if found.revisions != (REVISION,):
        return  # another revision has another schema
    if found.faults:
        yield Check(
            "triggers", "problem",
            f"what protects the log is not as it was made: {'; '.join(found.faults)}",
            "`mission verify --checkpoint FILE` says what else was done; then `mission backup"
            " FILE`, which has it, and use that",
        )  # fmt: skip
    else:
        yield Check("triggers", "fine", "the database refuses changes to the log")
