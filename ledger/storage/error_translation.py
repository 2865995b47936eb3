"""Translate errors of the database drivers into StoreError and its subclasses."""

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

NOTHING = "for this announcement, nothing was appended"
"""The hint where an append fails; announcements that the same call appended before remain."""
DISK_FULL = f"{NOTHING}; free some space and try again: announcements that were appended remain"

_Translation = tuple[str, type[StoreError], str, str]
"""What identifies a database error; the error to raise; its message after the place; its hint."""

_SQL_STATES: tuple[_Translation, ...] = (
    # By the beginning of PostgreSQL's SQLSTATE.
    ("55P03", BusyLedgerError, "is locked by another writer", f"{NOTHING}; try again"),
    (
        "42501",
        ReadOnlyLedgerError,
        "refuses this user",
        "ask its owner for the role that may append (`mission init` names it)",
    ),
    (
        "25006",
        ReadOnlyLedgerError,
        "cannot be written to: the server or the connection is read-only",
        NOTHING,
    ),
    ("42P01", NotALedgerError, "is not a mission ledger, or lacks one of its tables", ""),
    ("53100", StoreError, "could not be written: the server's disk is full", DISK_FULL),
    ("53", UnreachableError, "cannot be used: its server is short of resources", "try again later"),
    ("57014", StoreError, "did not answer within the time limit of the server", "try again"),
    ("57", UnreachableError, "cannot be used: its server is stopping or starting", "try again"),
    ("08", UnreachableError, "cannot be reached, or the connection was lost", "try again"),
    ("28", UnreachableError, "refuses the login of this user", "check the user and the password"),
    ("3D", NoLedgerError, "does not exist", "create the database first, with createdb"),
)


_CONNECTION_MESSAGES: tuple[_Translation, ...] = (
    # By a part of the message of PostgreSQL or libpq while connecting, which has no SQLSTATE.
    ("role ", StoreError, "refuses the login: no such role", "check the user"),
    ("authentication failed", StoreError, "refuses the login of this user", "check the password"),
    ("no password supplied", StoreError, "requires a password", "put it into ~/.pgpass"),
    ('" does not exist', NoLedgerError, "does not exist", "create it first, with createdb"),
    ("too many", UnreachableError, "allows no further connection of this user", "try again later"),
    (
        "remaining connection slots",
        UnreachableError,
        "allows no further connection",
        "try again later",
    ),
    ("resolve host", UnreachableError, "names an unknown host", "check the host"),
    (
        "invalid connection option",
        StoreError,
        "has an unknown option",
        "check the part after the ?",
    ),
    ("invalid port", StoreError, "has an invalid port", "check the port"),
    (
        "starting up",
        UnreachableError,
        "cannot be used: its server is starting",
        "try again in a moment",
    ),
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
    """Whether a driver or SQLAlchemy raised an error. SQLAlchemy is not imported for SQLite."""
    if hasattr(error, "sqlstate"):  # psycopg's errors have one
        return True
    # While another thread imports the module, it may still be empty.
    errors = getattr(sys.modules.get("sqlalchemy.exc"), "SQLAlchemyError", ())
    return isinstance(error, errors)


def translated(error: Exception, place: str) -> StoreError:
    """Return the StoreError for an error of a database."""
    cause = getattr(error, "orig", None) or error
    text = str(cause).partition("\n")[0]
    if getattr(error, "connection_invalidated", False):
        return UnreachableError(f"{place}: the connection was lost", hint="try again")
    state = getattr(cause, "sqlstate", None)
    for prefix, kind, meaning, hint in _SQL_STATES:
        if state and state.startswith(prefix):
            return kind(f"{place} {meaning}", hint=hint)
    for part, kind, meaning, hint in _CONNECTION_MESSAGES:
        if part in text:
            return kind(f"{place} {meaning}", hint=hint)
    if state is None and "connection" in text:
        reason = text.removeprefix("connection failed: ").removeprefix("connection is bad: ")
        return UnreachableError(
            f"{place} cannot be reached: {reason}",
            hint="check that the server is running and that the URL is right",
        )
    return StoreError(f"{place}: error of the database: {text}")
