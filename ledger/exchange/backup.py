"""Back up a ledger into one SQLite file while others append, whatever the backend.

The log is append-only, so its entries up to a position fixed at the start are one consistent
state, and no writer has to wait. Entries are copied byte for byte, and the derived tables are
rebuilt from them. The copy gets its name only once it verifies and has the Merkle root of the
original. `ledger.exchange.restore` puts it in the place of a ledger.
"""

import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from events.errors import (
    DamagedLedgerError,
    EventError,
    PositionConflictError,
    SourceConflictError,
    StoreError,
)
from ledger.files import publish
from ledger.location import path_of
from ledger.merkle.tree import Tree
from ledger.progress import Progress, no_progress
from ledger.storage import sqlite_file
from ledger.storage.sql_store import SqlStore
from ledger.upkeep.verify import VerifiableLedger, Verification, verify

CHUNK = 2000
"""Entries written in one transaction."""

# Errors that show, while copying, that an entry cannot have been appended as it is stored. In a
# damaged SQLite file a column may hold a value that is not bytes.
_UNFIT = (
    DamagedLedgerError,
    SourceConflictError,
    PositionConflictError,
    EventError,
    TypeError,
    OverflowError,
)


def back_up(
    ledger: VerifiableLedger,
    place: str | Path,
    *,
    progress: Progress = no_progress,
    verifying: Progress = no_progress,
) -> Tree:
    """Copy a ledger as it is now into a new file; return the Merkle tree of the copy.

    The file appears under its name complete and synced to disk, or not at all. `progress` reports
    the entries copied, `verifying` the entries of the copy verified.

    Raises DamagedLedgerError, with the first bad position, where the ledger holds anything that
    was not appended to it; StoreError where the file exists or cannot be written.
    """
    path = path_of(place)
    _check_free(path)
    draft = sqlite_file.draft_of(path)
    try:
        with _writing(draft, path):
            draft.touch(stat.S_IRUSR | stat.S_IWUSR, exist_ok=False)
            sqlite_file.make(draft, ledger.projections, called=path)
            draft.chmod(_mode(ledger))
        source = verify(ledger)
        if source.evidence:
            raise _damaged(ledger, source, "its log was changed")
        with _damage_located(ledger, source):
            tree = ledger.tree()
            _copy(ledger, tree.size, draft, path, progress)
        with _writing(draft, path), closing(_opened(draft, ledger, write=False)) as copy:
            verified = verify(copy, progress=verifying)
        if verified.findings or verified.size != tree.size or verified.root != tree.root:
            raise _damaged(ledger, source, "its copy does not hold the same log")
        with _writing(draft, path):
            publish(draft, path)
    finally:
        sqlite_file.remove(draft)
    return tree


def _check_free(path: Path) -> None:
    """Check that a new file can be created at a path. Raises StoreError."""
    if not path.name or path.is_dir():
        raise StoreError(f"{path} is a folder", hint="name a file in it")
    if not path.parent.is_dir():
        raise StoreError(f"there is no folder {path.parent}", hint="create it first")
    sqlite_file.check_free(path)


def _mode(ledger: VerifiableLedger) -> int:
    """Return the mode for the copy: that of the ledger's file if it is one, else 0600."""
    try:
        found = Path(ledger.place).stat().st_mode
    except (OSError, ValueError):
        return stat.S_IRUSR | stat.S_IWUSR
    return found & 0o666 | stat.S_IRUSR | stat.S_IWUSR


def _copy(ledger: VerifiableLedger, end: int, draft: Path, path: Path, progress: Progress) -> None:
    """Copy the entries up to position `end`."""
    entries = ledger.entries(upto=end)
    with closing(_opened(draft, ledger, write=True)) as copy:
        while chunk := list(islice(entries, CHUNK)):
            with _writing(draft, path):
                done = copy.continue_with(chunk)
            progress(done, end)
    sqlite_file.check_log_is_empty(draft, path)


def _opened(draft: Path, ledger: VerifiableLedger, *, write: bool) -> SqlStore:
    return SqlStore(sqlite_file.LedgerFile(draft, write=write), ledger.projections)


@contextmanager
def _writing(draft: Path, path: Path) -> Iterator[None]:
    """Turn write errors on the draft into StoreErrors that name the target file."""
    try:
        yield
    except _UNFIT:
        raise
    except FileExistsError:
        raise StoreError(
            f"{path} already exists and was not changed", hint="name another file"
        ) from None
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}", hint="no backup was made"
        ) from None
    except StoreError as error:
        message = error.message.replace(str(draft), str(path))
        hint = "no backup was made; make room, or name another file"
        raise StoreError(message, hint=hint) from None


@contextmanager
def _damage_located(ledger: VerifiableLedger, verified: Verification) -> Iterator[None]:
    """Turn errors that damaged entries cause into one DamagedLedgerError with the position."""
    try:
        yield
    except _UNFIT as error:
        raise _damaged(ledger, verified, str(error)) from None


def _damaged(
    ledger: VerifiableLedger, verified: Verification, otherwise: str
) -> DamagedLedgerError:
    """Return the error for the first finding about a ledger, or else for `otherwise`."""
    hint = "no backup was made; leave the ledger unchanged and run `mission verify`"
    for first in verified.findings:
        if first.code != "database":  # a missing trigger does not prevent copying
            message = f"{ledger.place} is damaged: {first.message}"
            return DamagedLedgerError(message, position=first.position, hint=hint)
    return DamagedLedgerError(f"{ledger.place}: {otherwise}", hint=hint)
