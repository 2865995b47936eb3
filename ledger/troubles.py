"""Database faults in plain words: the one place they become this program's errors."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from events.errors import NotALedgerError, ReadOnlyLedgerError, StoreError

_SAID = (
    # What SQLite says, the error it becomes, and what to tell the reader.
    ("file is not a database", NotALedgerError, "is not a mission ledger", ""),
    ("no such table", NotALedgerError, "is not a mission ledger", ""),
    (
        "readonly database",
        ReadOnlyLedgerError,
        "cannot be written to: it, or the folder it is in, is read-only",
        "nothing was appended; point --ledger at a place you may write to",
    ),
    (
        "database is locked",
        StoreError,
        "is held by another writer, who did not finish in time",
        "nothing was appended; try again, or see which program has the file open",
    ),
    (
        "disk is full",
        StoreError,
        "could not be written: the disk is full",
        "nothing was appended; make room and add again",
    ),
    (
        "disk I/O error",
        StoreError,
        "could not be read or written: the disk reports an error",
        "nothing was appended; check the disk, and the ledger with a copy",
    ),
    (
        "malformed",
        StoreError,
        "is damaged: the database's own structure does not hold",
        "keep the file as it is, and go back to a copy",
    ),
    ("unable to open", StoreError, "cannot be opened", "check the path and its permissions"),
    ("append-only", StoreError, "refused a change: its log is append-only", ""),
)


@contextmanager
def in_plain_words(place: str) -> Iterator[None]:
    """Turn database errors raised inside into StoreError and its kin, naming the place."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise translated(error, place) from error


def translated(error: Exception, place: str) -> StoreError:
    """Return the StoreError that says what a database error means for its reader."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    text = str(cause)
    for said, kind, meaning, hint in _SAID:
        if said in text:
            return kind(f"{place} {meaning}", hint=hint)
    return StoreError(f"{place}: the database says: {text}")
