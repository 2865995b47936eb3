"""Translate the errors of SQLite into StoreError and its subclasses, by names and messages."""

from events.errors import (
    BusyLedgerError,
    DamagedLedgerError,
    FullDiskError,
    NotALedgerError,
    ReadOnlyLedgerError,
    StoreError,
)
from ledger.storage.error_translation import FULL, NOTHING

_LEAVE = "leave the file unchanged and restore a backup"

MESSAGES: tuple[tuple[str, type[StoreError], str, str], ...] = (
    # A part of SQLite's name for the error or of its message; the error to raise; its message after
    # the place; its hint.
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
    ("disk is full", FullDiskError, "could not be written: the disk is full", FULL),
    (
        # SQLite may find the append later, if neither the append nor its log could be synced.
        "_FSYNC",
        StoreError,
        "could not be written: the disk did not confirm it",
        "this announcement may be in the log or not: check the disk, then add it again, which"
        " appends only what is not there",
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
        _LEAVE,
    ),
    (
        "Could not decode to UTF-8",
        DamagedLedgerError,
        "is damaged: it holds a text that is not UTF-8",
        _LEAVE,
    ),
    (
        "too big",
        DamagedLedgerError,
        "is damaged: it holds a value larger than any entry",
        "restore a backup",
    ),
    ("no such column", DamagedLedgerError, "is damaged: its tables were altered", _LEAVE),
    ("values were supplied", DamagedLedgerError, "is damaged: its tables were altered", _LEAVE),
    ("values for", DamagedLedgerError, "is damaged: its tables were altered", _LEAVE),
    ("unable to open", StoreError, "cannot be opened", "check the path and its permissions"),
    ("append-only", StoreError, "refuses the change: its log is append-only", ""),
)


def translate(error: BaseException, place: str) -> StoreError:
    """Return the StoreError for an error of SQLite."""
    text = str(error).partition("\n")[0]
    name = getattr(error, "sqlite_errorname", "")
    for part, kind, meaning, hint in MESSAGES:
        if part in f"{name}: {text}":
            return kind(f"{place} {meaning}", hint=hint)
    return StoreError(f"{place}: error of the database: {text}")
