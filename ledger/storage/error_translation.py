"""Database faults in plain words: the one place they become this program's errors."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from events.errors import (
    BusyLedgerError,
    DamagedLedgerError,
    NoLedgerError,
    NotALedgerError,
    ReadOnlyLedgerError,
    StoreError,
    UnreachableError,
)

NOTHING = "of this announcement nothing was appended"
"""What to say first where an append fails: what stood before it, of the same call too, is there."""
_FULL = f"{NOTHING}; make room and try again: what is there already is left as it is"

_SAID: tuple[tuple[str, type[StoreError], str, str], ...] = (
    # What SQLite says, the error it becomes, and what to tell the reader.
    ("file is not a database", NotALedgerError, "is not a mission ledger", ""),
    ("no such table", NotALedgerError, "is not a mission ledger", ""),
    (
        "readonly database",
        ReadOnlyLedgerError,
        "cannot be written to: it, or the folder it is in, is read-only",
        f"{NOTHING}; point --ledger at a place you may write to",
    ),
    (
        "database is locked",
        BusyLedgerError,
        "is held by a program other than mission, which did not finish in time",
        "try again, or see which program has the file open",
    ),
    (
        "disk is full",
        StoreError,
        "could not be written: the disk is full",
        _FULL,
    ),
    (
        "disk I/O error",
        StoreError,
        "could not be read or written: the disk is full, or reports an error",
        f"{NOTHING}; make room, or check the disk",
    ),
    (
        "malformed",
        DamagedLedgerError,
        "is damaged: the database's own structure does not hold",
        "keep the file as it is, and go back to a copy",
    ),
    (
        "Could not decode to UTF-8",
        DamagedLedgerError,
        "is damaged: a text in it is not text",
        "keep the file as it is, and go back to a copy",
    ),
    (
        "too big",
        DamagedLedgerError,
        "is damaged: it holds something larger than an entry can be",
        "go back to a copy",
    ),
    (
        "no such column",
        DamagedLedgerError,
        "is damaged: its tables are not as they were made",
        "keep the file as it is, and go back to a copy",
    ),
    (
        "values were supplied",
        DamagedLedgerError,
        "is damaged: its tables are not as they were made",
        "keep the file as it is, and go back to a copy",
    ),
    ("unable to open", StoreError, "cannot be opened", "check the path and its permissions"),
    ("append-only", StoreError, "refused a change: its log is append-only", ""),
)


_STATES: tuple[tuple[str, type[StoreError], str, str], ...] = (
    # What PostgreSQL's SQLSTATE begins with, the error it becomes, and what to tell the reader.
    ("55P03", BusyLedgerError, "is held by another writer", f"{NOTHING}; try again"),
    (
        "42501",
        ReadOnlyLedgerError,
        "refuses this user",
        "ask for the role that may append to it (`mission init` names it), or for its owner",
    ),
    (
        "25006",
        ReadOnlyLedgerError,
        "cannot be written to: the server or the connection is read-only",
        NOTHING,
    ),
    ("42P01", NotALedgerError, "is not a mission ledger, or lacks a table of one", ""),
    ("53100", StoreError, "could not be written: the server's disk is full", _FULL),
    ("53", UnreachableError, "has a server that is short of resources", "try again later"),
    ("57014", StoreError, "did not answer in the time the server allows", "try again"),
    ("57", UnreachableError, "has a server that is stopping or starting", "try again"),
    ("08", UnreachableError, "lost its connection", "try again"),
    ("28", UnreachableError, "does not let this user in", "check the user and the password"),
    ("3D", NoLedgerError, "does not exist", "make the database first, with createdb"),
)


_CONNECTING: tuple[tuple[str, type[StoreError], str, str], ...] = (
    # What PostgreSQL and its library say before there is a connection, and so a SQLSTATE.
    ("role ", StoreError, "does not let this user in: there is no such role", "check the user"),
    ("authentication failed", StoreError, "does not let this user in", "check the password"),
    ("no password supplied", StoreError, "asks for a password", "put it into ~/.pgpass"),
    ('" does not exist', NoLedgerError, "is no database that exists", "make it first: createdb"),
    ("too many", UnreachableError, "has no connection left for this user", "try again later"),
    ("remaining connection slots", UnreachableError, "has no connection left", "try again later"),
    ("resolve host", UnreachableError, "names a host that nobody knows", "check the host"),
    ("invalid connection option", StoreError, "has an option that is none", "check after the ?"),
    ("invalid port", StoreError, "has a port that is none", "check the port"),
    ("starting up", UnreachableError, "has a server that is starting", "try again in a moment"),
)


@contextmanager
def translated_errors(place: str) -> Iterator[None]:
    """Turn database errors raised inside into StoreError and its kin, naming the place."""
    try:
        yield
    except UnicodeDecodeError:
        raise DamagedLedgerError(
            f"{place} is damaged: a text in it is not text",
            hint="`mission verify` says where; keep the file as it is",
        ) from None
    except DamagedLedgerError as error:
        if error.message.startswith(place):
            raise
        raise DamagedLedgerError(
            f"{place}: {error.message}", position=error.position, hint=error.hint
        ) from None
    except Exception as error:
        if not _of_a_database(error):
            raise
        raise translated(error, place) from error


def _of_a_database(error: Exception) -> bool:
    """Whether a driver raised it, or SQLAlchemy, which SQLite's ledgers are read without."""
    if isinstance(error, sqlite3.Error) or hasattr(error, "sqlstate"):  # as psycopg's own have
        return True
    # While another thread imports it, there may be a module and nothing in it yet.
    errors = getattr(sys.modules.get("sqlalchemy.exc"), "SQLAlchemyError", ())
    return isinstance(error, errors)


def translated(error: Exception, place: str) -> StoreError:
    """Return the StoreError that says what a database error means for its reader."""
    cause = getattr(error, "orig", None) or error
    text = str(cause).partition("\n")[0]
    if getattr(error, "connection_invalidated", False):
        return UnreachableError(f"{place} lost its connection", hint="try again")
    state = getattr(cause, "sqlstate", None)
    for begins, kind, meaning, hint in _STATES:
        if state and state.startswith(begins):
            return kind(f"{place} {meaning}", hint=hint)
    for said, kind, meaning, hint in _SAID:
        if said in text:
            return kind(f"{place} {meaning}", hint=hint)
    for said, kind, meaning, hint in _CONNECTING:
        if said in text and not isinstance(cause, sqlite3.Error):
            return kind(f"{place} {meaning}", hint=hint)
    if state is None and "connection" in text:
        said = text.removeprefix("connection failed: ").removeprefix("connection is bad: ")
        return UnreachableError(
            f"{place} cannot be reached: {said}", hint="is the server up, and the place right?"
        )
    return StoreError(f"{place}: the database says: {text}")
