"""Check whether a file is a usable ledger, without creating any file beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from events.errors import MissionLedgerError, NewerLedgerError, NotALedgerError, OlderLedgerError
from ledger.storage import sqlite, sqlite_looking
from ledger.storage.inline_projection import InlineProjection, never_read
from ledger.storage.schema import alembic_version
from ledger.storage.schema_revision import APPLICATION_ID, REVISION, check_revision
from ledger.storage.sqlite_file import schema_faults
from ledger.storage.transaction import Transaction
from ledger.upkeep.health import Check


@dataclass(frozen=True, slots=True)
class Database:
    """The facts in a file: what it says of itself, and its schema.

    `revisions` is None where it has no such table; `error` is why the schema could not be read, or
    the file itself where there is no `glance`. `unread` are the positions of entries that could not
    be read when they were put into the log.
    """

    path: Path
    glance: sqlite_looking.Glance | None = None
    revisions: tuple[str, ...] | None = None
    faults: tuple[str, ...] = ()
    unread: tuple[int, ...] = ()
    error: str = ""


def collect(path: Path, projections: Sequence[InlineProjection]) -> Database:
    """Look at a file and, if it is a ledger, at its schema; create no file beside it."""
    try:
        glance = sqlite_looking.glance(path)
    except NotALedgerError:
        return Database(path, error="is not a SQLite database")
    except MissionLedgerError as error:
        return Database(path, error=error.message.removeprefix(f"{path} "))
    if glance.application_id != APPLICATION_ID:
        return Database(path, glance)
    try:
        with sqlite_looking.looking_engine(path).connect() as connection:
            revisions = None
            if sa.inspect(connection).has_table(alembic_version.name):
                found = connection.execute(sa.select(alembic_version)).scalars()
                revisions = tuple(map(str, found))
            if revisions != (REVISION,):
                return Database(path, glance, revisions)
            faults = tuple(schema_faults(sqlite.schema_of(connection), projections))
            unread = tuple(sorted(never_read(Transaction(connection))))
            return Database(path, glance, revisions, faults, unread)
    except MissionLedgerError as error:
        return Database(path, glance, error=error.message)


def checks(found: Database) -> Iterator[Check]:
    """Check a file's header and schema."""
    elsewhere = "name the ledger with --ledger; this file is left unchanged"
    if found.glance is None:
        yield Check("schema", "problem", f"{found.path} {found.error}", elsewhere)
    elif not found.glance.pages:
        yield Check("schema", "problem", f"{found.path} is empty", elsewhere)
    elif found.glance.application_id != APPLICATION_ID:
        message = f"{found.path} is a SQLite database, but not marked as a mission ledger"
        yield Check("schema", "problem", message, elsewhere)
    elif found.error:
        do = "leave the file unchanged and restore a backup: --ledger FILE"
        yield Check("schema", "problem", found.error, do)
    else:
        yield _revision(found)
        yield _journal(found.glance)
        yield from _triggers(found)
        yield from unread_entries(found.unread)


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


def _journal(glance: sqlite_looking.Glance) -> Check:
    if glance.has_log:
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


def unread_entries(positions: Sequence[int]) -> Iterator[Check]:
    """Name the entries that could not be read when they were put into the log."""
    if positions:
        listed = ", ".join(map(str, positions[:5])) + (" …" if len(positions) > 5 else "")
        yield Check(
            "entries", "problem",
            f"{len(positions)} in the log cannot be read (position {listed}): this program did not"
            " append them, and no answer takes them into account",
            "`mission verify` says why; find out who put them there",
        )  # fmt: skip
