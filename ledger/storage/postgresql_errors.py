"""Translate errors of PostgreSQL and psycopg into StoreError and its subclasses.

An error of the server is told by its SQLSTATE (PostgreSQL, appendix A). One that libpq raises while
it connects has none, and is told by its text.
"""

import re
from typing import NamedTuple

from events.errors import (
    BusyLedgerError,
    DamagedLedgerError,
    NoLedgerError,
    NotALedgerError,
    ReadOnlyLedgerError,
    StoreError,
    UnreachableError,
)
from ledger.storage.error_translation import FULL, NOTHING
from ledger.storage.retry import RolledBackError


class Translation(NamedTuple):
    """The error to raise: its class, its message after the place, and its hint.

    `append_hint`, if any, is the hint where the error ended a transaction that appends.
    """

    kind: type[StoreError]
    meaning: str
    hint: str = ""
    append_hint: str = ""


_RETRY = "try again"
_NOTHING_RETRY = f"{NOTHING}; {_RETRY}"
_POOLER = "let the connection pooler pool transactions or sessions, not single statements"
_NO_MORE = Translation(UnreachableError, "allows no further connection", "try again later")

BY_STATE = {
    "08": Translation(UnreachableError, "cannot be reached, or the connection was lost", _RETRY),
    "25006": Translation(
        ReadOnlyLedgerError, "cannot be written to: the server or the connection is read-only",
        append_hint=NOTHING),
    "26000": Translation(UnreachableError, "has lost a prepared statement", _POOLER),
    "28": Translation(
        UnreachableError, "refuses the login of this user", "check the user and the password"),
    "3D": Translation(NoLedgerError, "does not exist", "create the database first, with createdb"),
    "40001": Translation(
        RolledBackError, "cancelled the transaction because of another one", _RETRY,
        _NOTHING_RETRY),
    "40P01": Translation(
        RolledBackError, "cancelled the transaction: it and another one waited for each other",
        _RETRY, _NOTHING_RETRY),
    "42501": Translation(
        ReadOnlyLedgerError, "refuses this user",
        "ask its owner for the role that may append (`mission init` names it)"),
    "42703": Translation(
        DamagedLedgerError, "is damaged: its tables were altered", "restore a backup"),
    "42P01": Translation(NotALedgerError, "is not a mission ledger, or lacks one of its tables"),
    "42P05": Translation(UnreachableError, "has mixed up prepared statements", _POOLER),
    "53": Translation(
        UnreachableError, "cannot be used: its server is short of resources", "try again later"),
    "53100": Translation(
        StoreError, "could not be read or written: the server's disk is full",
        "free some space and try again", FULL),
    "53300": _NO_MORE,
    "55P03": Translation(BusyLedgerError, "is locked by another writer", _RETRY, _NOTHING_RETRY),
    "57": Translation(
        UnreachableError, "cannot be used: its server is stopping or starting", _RETRY),
    "57014": Translation(StoreError, "did not answer within the time limit of the server", _RETRY),
    "XX001": Translation(
        DamagedLedgerError, "is damaged: the server found corrupted data",
        "leave the database unchanged and restore a backup"),
    "XX002": Translation(
        DamagedLedgerError, "is damaged: the server found a corrupted index",
        "have the owner run REINDEX, then `mission verify`"),
}  # fmt: skip
"""By SQLSTATE, or by its first two characters, which are its class."""

BY_TEXT = {
    "too many|remaining connection slots": _NO_MORE,
    'role ".*" does not exist': Translation(
        StoreError, "refuses the login: no such role", "check the user"),
    "authentication failed": Translation(
        StoreError, "refuses the login of this user", "check the password"),
    "not permitted to log in|no pg_hba.conf entry|permission denied": Translation(
        StoreError, "refuses the login of this user", "ask its administrator for the right"),
    "no password supplied": Translation(
        StoreError, "requires a password", "put it into ~/.pgpass"),
    'database ".*" does not exist': Translation(
        NoLedgerError, "does not exist", "create it first, with createdb"),
    "resolve host": Translation(UnreachableError, "names an unknown host", "check the host"),
    "invalid connection option": Translation(
        StoreError, "has an unknown option", "check the part after the ?"),
    "invalid port": Translation(StoreError, "has an invalid port", "check the port"),
    "starting up": Translation(
        UnreachableError, "cannot be used: its server is starting", "try again in a moment"),
}  # fmt: skip
"""By a regular expression for the text of an error while connecting; the first that matches."""

_ONE_OF_SEVERAL = re.compile(r"^- host: .*?, hostaddr: (?:None|'[^']*'): (.*)$", re.MULTILINE)
"""A line of psycopg's error where several hosts were tried."""


def translate(error: BaseException, place: str, *, appending: bool = False) -> StoreError:
    """Return the StoreError for an error of psycopg, or of SQLAlchemy with one inside.

    `appending` is whether the error ended a transaction that appends.
    """
    cause = getattr(error, "orig", None) or error
    if getattr(error, "connection_invalidated", False):
        return UnreachableError(f"{place}: the connection was lost", hint=_RETRY)
    if state := getattr(cause, "sqlstate", None):
        if found := BY_STATE.get(state) or BY_STATE.get(state[:2]):
            hint = (appending and found.append_hint) or found.hint
            return found.kind(f"{place} {found.meaning}", hint=hint)
        return StoreError(f"{place}: error of the database: {_first_line(cause)}")
    return _while_connecting(cause, place)


def _while_connecting(error: BaseException, place: str) -> StoreError:
    """Translate an error without SQLSTATE: libpq's, or psycopg's own."""
    reasons = _ONE_OF_SEVERAL.findall(str(error)) or [_first_line(error)]
    first, *others = (_meaning(reason) for reason in reasons)
    if first and all(other == first for other in others):
        return first.kind(f"{place} {first.meaning}", hint=first.hint)
    if not any("connection" in reason for reason in reasons):
        return StoreError(f"{place}: error of the database: {'; '.join(reasons)}")
    short = [re.sub("^connection (failed|is bad): ", "", reason) for reason in reasons]
    return UnreachableError(
        f"{place} cannot be reached: {'; '.join(dict.fromkeys(short))}",
        hint="check that the server is running and that the URL is right",
    )


def _meaning(reason: str) -> Translation | None:
    return next((found for text, found in BY_TEXT.items() if re.search(text, reason)), None)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
