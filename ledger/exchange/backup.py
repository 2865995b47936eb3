"""A copy of a ledger, made while others append: one SQLite file, whatever it is made from.

The log is only ever added to, so what it holds up to a position fixed at the start is one
consistent state, and nobody has to wait. Entries are taken byte for byte. What is derived from
them is made anew in the copy, which must then verify, and have the Merkle root of the ledger it
was made from, before it gets its name. To go back to it, point --ledger at it.
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
from ledger.backends import open_store
from ledger.files import publish
from ledger.location import path_of
from ledger.merkle.tree import Tree
from ledger.progress import Progress, no_progress
from ledger.storage import sqlite
from ledger.upkeep.verify import VerifiableLedger, Verification, verify

CHUNK = 2000
"""Entries that are written in one transaction."""

# What shows, as entries are copied, that they cannot have been appended. A column of a damaged
# SQLite file may hold what is no bytes at all.
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
    """Copy a ledger as it now stands into a new file; return the Merkle tree of what it holds.

    The file appears under its name whole and on the disk, or not at all. `progress` is told how
    many of how many entries are copied, `verifying` how many of the copy are verified.

    Raises DamagedLedgerError, naming the first bad position, where the ledger holds what was not
    appended to it; StoreError where something is at that place, or it cannot be written.
    """
    path = path_of(place)
    _check_free(path)
    draft = sqlite.draft_of(path)
    try:
        with _writing(draft, path):
            draft.touch(stat.S_IRUSR | stat.S_IWUSR, exist_ok=False)
            sqlite.migrate(draft)
            draft.chmod(_mode(ledger))
        source = verify(ledger)
        if source.evidence:
            raise _damaged(ledger, source, "its log was changed")
        with _damage_named(ledger, source):
            tree = ledger.tree()
            _copy(ledger, tree.size, draft, path, progress)
        with _writing(draft, path), closing(open_store(draft)) as copy:
            verified = verify(copy, progress=verifying)
        if verified.findings or verified.size != tree.size or verified.root != tree.root:
            raise _damaged(ledger, source, "the copy made of it does not hold the same")
        with _writing(draft, path):
            publish(draft, path)
    finally:
        sqlite.remove(draft)
    return tree


def _check_free(path: Path) -> None:
    """Make sure that nothing is in the way of a new file. Raises StoreError."""
    if not path.name or path.is_dir():
        raise StoreError(f"{path} is a folder", hint="name a file in it")
    if not path.parent.is_dir():
        raise StoreError(f"there is no folder {path.parent}", hint="make it first")
    sqlite.check_free(path)


def _mode(ledger: VerifiableLedger) -> int:
    """Return the permissions of the copy: those of the ledger's file; else its owner's alone."""
    try:
        found = Path(ledger.place).stat().st_mode
    except (OSError, ValueError):
        return stat.S_IRUSR | stat.S_IWUSR
    return found & 0o666 | stat.S_IRUSR | stat.S_IWUSR


def _copy(ledger: VerifiableLedger, end: int, draft: Path, path: Path, progress: Progress) -> None:
    """Copy the entries up to a position."""
    entries = ledger.entries(upto=end)
    with closing(open_store(draft, write=True)) as copy:
        while chunk := list(islice(entries, CHUNK)):
            with _writing(draft, path):
                done = copy.continue_with(chunk)
            progress(done, end)
    sqlite.check_taken_in(draft, path)


@contextmanager
def _writing(draft: Path, path: Path) -> Iterator[None]:
    """Name the file that was asked for, where its draft cannot be written."""
    try:
        yield
    except _UNFIT:
        raise
    except FileExistsError:
        raise StoreError(
            f"{path} is there already, and is left as it is", hint="name another file"
        ) from None
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}", hint="no backup was made"
        ) from None
    except StoreError as error:
        said = error.message.replace(str(draft), str(path))
        raise StoreError(said, hint="no backup was made; make room, or name another file") from None


@contextmanager
def _damage_named(ledger: VerifiableLedger, verified: Verification) -> Iterator[None]:
    """Say at which position a ledger is damaged that cannot be copied as it is."""
    try:
        yield
    except _UNFIT as error:
        raise _damaged(ledger, verified, str(error)) from None


def _damaged(
    ledger: VerifiableLedger, verified: Verification, otherwise: str
) -> DamagedLedgerError:
    """Return the error that names the first thing wrong with a ledger."""
    hint = "no backup was made; `mission verify` says all that is wrong; keep the ledger as it is"
    for first in verified.findings:
        if first.code != "database":  # a trigger that is missing stops no copy
            said = f"{ledger.place} is damaged: {first.message}"
            return DamagedLedgerError(said, position=first.position, hint=hint)
    return DamagedLedgerError(f"{ledger.place}: {otherwise}", hint=hint)
