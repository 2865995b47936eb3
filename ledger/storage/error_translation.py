"""Translate errors of the database drivers into StoreError and its subclasses."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from events.errors import (
    BusyLedgerError,
    DamagedLedgerError,
    NotALedgerError,
    ReadOnlyLedgerError,
    StoreError,
)

NOTHING = "for this announcement, nothing was appended"
"""The hint where an append fails; announcements that the same call appended before remain."""
FULL = f"{NOTHING}; free some space and try again: announcements that were appended remain"
"""The hint where an append fails because a disk is full."""

_Translation = tuple[str, type[StoreError], str, str]
"""What identifies a database error; the error to raise; its message after the place; its hint."""

_SQLITE_MESSAGES: tuple[_Translation, ...] = (
    # By a part of SQLite's message.
    ("file is not a database", NotALedgerError, "is not a mission ledger", ""),
    ("no such table", NotALedgerError, "is not a mission ledger", ""),
    (
        "readonly database",
        ReadOnlyLedgerError,
        "cannot be written to: the file or its folder is read-only",
        f"{NOTHING}; choose a writable place with --ledger",
    ),
    (
        "database is locked",
        BusyLedgerError,
        "is locked by a program other than mission; gave up waiting",
        "try again, or find out which program has the file open",
    ),
    (
        "disk is full",
        StoreError,
        "could not be written: the disk is full",
        FULL,
    ),
    (
        "disk I/O error",
        StoreError,
        "could not be read or written: the disk is full or reports an error",
        f"{NOTHING}; free some space, or check the disk",
    ),
    (
        "malformed",
        DamagedLedgerError,
        "is damaged: the structure of the database is corrupted",
        "leave the file unchanged and restore a backup",
    ),
    (
        "Could not decode to UTF-8",
        DamagedLedgerError,
        "is damaged: it holds a text that is not UTF-8",
        "leave the file unchanged and restore a backup",
    ),
    (
        "too big",
        DamagedLedgerError,
        "is damaged: it holds a value larger than any entry",
        "restore a backup",
    ),
    (
        "no such column",
        DamagedLedgerError,
        "is damaged: its tables were altered",
        "leave the file unchanged and restore a backup",
    ),
    (
        "values were supplied",
        DamagedLedgerError,
        "is damaged: its tables were altered",
        "leave the file unchanged and restore a backup",
    ),
    ("unable to open", StoreError, "cannot be opened", "check the path and its permissions"),
    ("append-only", StoreError, "refuses the change: its log is append-only", ""),
)


@contextmanager
def translated_errors(place: str) -> Iterator[None]:
    """Translate database errors into StoreError or a subclass, with the place in the message."""
    try:
        yield
    except UnicodeDecodeError:
        raise DamagedLedgerError(
            f"{place} is damaged: it holds a text that is not UTF-8",
            hint="leave the file unchanged; find the damage with `mission verify`",
        ) from None
    except DamagedLedgerError as error:
        if error.message.startswith(place):
            raise
        raise DamagedLedgerError(
            f"{place}: {error.message}", position=error.position, hint=error.hint
        ) from None
    except Exception as error:
        if not _is_database_error(error):
            raise
        raise translated(error, place) from error


def _is_database_error(error: Exception) -> bool:
    """Whether SQLite or SQLAlchemy raised an error. SQLAlchemy is not imported for SQLite.

    The Engine of a ledger in PostgreSQL raises its errors translated.
    """
    if isinstance(error, sqlite3.Error):
        return True
    # While another thread imports the module, it may still be empty.
    errors = getattr(sys.modules.get("sqlalchemy.exc"), "SQLAlchemyError", ())
    return isinstance(error, errors)


def translated(error: Exception, place: str) -> StoreError:
    """Return the StoreError for an error of SQLite, or for another one of SQLAlchemy."""
    cause = getattr(error, "orig", None) or error
    text = str(cause).partition("\n")[0]
    if isinstance(cause, sqlite3.Error):
        for part, kind, meaning, hint in _SQLITE_MESSAGES:
            if part in text:
                return kind(f"{place} {meaning}", hint=hint)
    return StoreError(f"{place}: error of the database: {text}")
