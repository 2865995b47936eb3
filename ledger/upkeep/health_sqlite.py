"""Check whether a file is a usable ledger, without creating any file beside it."""

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
from ledger.storage.sqlite_connections import header_of
from ledger.upkeep.health import Check

WAL = 2
"""The value of bytes 18 and 19 of a file's header in WAL mode."""


@dataclass(frozen=True, slots=True)
class Database:
    """The facts in a file: its header, and its schema.

    `revisions` is None where it has no such table; `error` is why the schema could not be read.
    """

    path: Path
    head: bytes = b""
    revisions: tuple[str, ...] | None = None
    faults: tuple[str, ...] = ()
    error: str = ""


def collect(path: Path) -> Database:
    """Read a file's header and, if it is a ledger, its schema; create no file beside it."""
    try:
        head = header_of(path)
    except OSError as error:
        return Database(path, error=error.strerror or str(error))
    found = Database(path, head)
    if not is_marked(head):
        return found
    try:
        with translated_errors(str(path)), closing(_connect(path)) as connection:
            objects = connection.execute("SELECT type, name FROM sqlite_schema").fetchall()
            revisions = None
            if ("table", "alembic_version") in objects:
                rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
                revisions = tuple(str(number) for (number,) in rows)
            faults: tuple[str, ...] = ()
            if revisions == (REVISION,):
                faults = tuple(schema_faults(connection.execute(OBJECTS)))
    except MissionLedgerError as error:
        return Database(path, head, error=error.message)
    return Database(path, head, revisions, faults)


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file so that SQLite creates no file beside it.

    Unless a write-ahead log and its index exist already, the file is opened as immutable; a log
    that a crash left is then not read.
    """
    target = path.resolve()
    side_files = (target.with_name(target.name + end) for end in ("-wal", "-shm"))
    option = "" if all(each.exists() for each in side_files) else "&immutable=1"
    place = f"file:{quote(str(path.absolute()))}?mode=ro{option}"
    return sqlite3.connect(place, uri=True, timeout=1, isolation_level=None)


def checks(found: Database) -> Iterator[Check]:
    """Check a file's header and schema."""
    elsewhere = "name the ledger with --ledger; this file is left unchanged"
    if found.error and not found.head:
        yield Check("schema", "problem", f"{found.path} cannot be read: {found.error}", elsewhere)
    elif not found.head:
        yield Check("schema", "problem", f"{found.path} is empty", elsewhere)
    elif not found.head.startswith(MAGIC):
        yield Check("schema", "problem", f"{found.path} is not a SQLite database", elsewhere)
    elif not is_marked(found.head):
        message = f"{found.path} is a SQLite database, but not marked as a mission ledger"
        yield Check("schema", "problem", message, elsewhere)
    elif found.error:
        do = "leave the file unchanged and restore a backup: --ledger FILE"
        yield Check("schema", "problem", found.error, do)
    else:
        yield _revision(found)
        yield _journal(found.head)
        yield from _triggers(found)


def _revision(found: Database) -> Check:
    if found.revisions is None or len(found.revisions) != 1:
        message = "the ledger does not state its schema revision"
        do = "leave the file unchanged and restore a backup"
        return Check("schema", "problem", message, do)
    return revision(found.revisions[0])


def revision(found: str) -> Check:
    """Check a ledger's schema revision."""
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
        "make a backup, which has one (`mission backup FILE`), and use that",
    )  # fmt: skip


def _triggers(found: Database) -> Iterator[Check]:
    if found.revisions != (REVISION,):
        return  # another revision has another schema
    if found.faults:
        yield Check(
            "triggers", "problem",
            f"the protection of the log was changed: {'; '.join(found.faults)}",
            "check the log with `mission verify --checkpoint FILE`; then make a backup, which has"
            " the protection (`mission backup FILE`), and use that",
        )  # fmt: skip
    else:
        yield Check("triggers", "fine", "the database refuses changes to the log")
