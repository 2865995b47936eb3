"""Put a backup in the place of a ledger, which is kept beside it under another name.

    copy the backup ─▶ verify the copy ─▶ take the write lock ─▶ compare
        ─▶ set the ledger aside ─▶ remove its log ─▶ give the copy its name

By hand, a copy would come to lie beside the write-ahead log of the ledger before, which SQLite
applies to it. Here that log is moved into its own file first. A crash at any point leaves the old
ledger whole, or the new one; where the old one is damaged, perhaps none under that name, and all
of the old one under the other.

A backup is a ledger, so any ledger in a file can be restored.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

from events.errors import DamagedLedgerError, NotALedgerError, StoreError
from ledger.clock import utc_now
from ledger.files import NO_LINKS, make_folder, publish, sync
from ledger.location import parse_place, path_of
from ledger.merkle.tree import Tree
from ledger.progress import Progress, no_progress
from ledger.storage import sqlite, sqlite_file, sqlite_looking
from ledger.storage.schema_revision import check_revision
from ledger.storage.sql_store import SqlStore
from ledger.storage.write_lock import hold_lock, is_log_familiar
from ledger.upkeep.foreign_log import check_foreign_log
from ledger.upkeep.verify import VerifiableLedger, verify

UNCHANGED = "nothing was changed"


class Replaced(NamedTuple):
    """The ledger that was in the place, and the path under which it is kept.

    `entries` counts what could be read of its log, `lacking` what of that the backup lacks;
    `complete` is false where the log could not be read to its end.
    """

    path: Path
    entries: int
    lacking: int
    complete: bool


class Restored(NamedTuple):
    """The Merkle tree of the ledger restored, and the ledger that it replaced, if any."""

    tree: Tree
    replaced: Replaced | None


class _Comparison(NamedTuple):
    entries: int = 0
    lacking: int = 0
    error: StoreError | None = None


def restore(
    backup: VerifiableLedger,
    place: str | Path,
    *,
    without_newer: bool = False,
    progress: Progress = no_progress,
) -> Restored:
    """Put a copy of a backup in the place of a ledger, or where there is none.

    `progress` reports the entries verified. Raises DamagedLedgerError where the backup does not
    verify; StoreError where the ledger has entries that the backup lacks, unless `without_newer`,
    or where it cannot be written.
    """
    where = parse_place(place)
    if not isinstance(where, Path):
        raise StoreError(
            "a backup takes the place of a ledger's file, not of a PostgreSQL database",
            hint="import it into an empty database: `mission export cloudevents LOG --ledger"
            " BACKUP`, `mission init URL`, `mission import LOG --ledger URL`",
        )
    source, path = path_of(backup.place), where.resolve()
    _check_target(source, path)
    draft = sqlite_file.draft_of(path)
    try:
        with _writing(draft, path):
            make_folder(path.parent)
            draft.touch(stat.S_IRUSR | stat.S_IWUSR, exist_ok=False)
            sqlite.copy(source, draft)
            sqlite_file.check_log_is_empty(draft, path)
            _share_permissions(path if path.exists() else source, draft)
        tree = _verified(draft, backup, progress)
        if not is_log_familiar(path, sqlite.BUSY_SECONDS):
            with suppress(StoreError):  # where it does not verify, it is set aside as it is
                check_foreign_log(
                    path, partial(_opened, path, backup), progress=no_progress, share_out=False
                )
        with hold_lock(path, sqlite.BUSY_SECONDS) as familiar, _writing(draft, path):
            replaced = _replace(draft, path, backup, familiar=familiar, without_newer=without_newer)
        return Restored(tree, replaced)
    finally:
        sqlite_file.remove(draft)


def _check_target(source: Path, path: Path) -> None:
    if not path.name or path.is_dir():
        raise StoreError(f"{path} is a folder", hint="name a file in it")
    if path.exists():
        if path.samefile(source):
            raise StoreError(f"{source} is that ledger itself", hint="name a backup of it")
        try:
            sqlite_looking.check_marked(path)
        except NotALedgerError as error:
            hint = f"{UNCHANGED}; move it and the files beside it elsewhere, if it is a damaged one"
            raise NotALedgerError(error.message, hint=hint) from None
        except DamagedLedgerError:
            pass  # it is set aside as it is


def _share_permissions(model: Path, draft: Path) -> None:
    found = model.stat()
    with suppress(OSError):
        os.chown(draft, found.st_uid, found.st_gid)
    draft.chmod(found.st_mode & 0o666 | stat.S_IRUSR | stat.S_IWUSR)


def _verified(draft: Path, backup: VerifiableLedger, progress: Progress) -> Tree:
    """Verify the copy of a backup; return its Merkle tree. Raises DamagedLedgerError."""
    found = list(sqlite.log_damage(Path(backup.place)))
    position = None
    with closing(_opened(draft, backup)) as copy:
        verified = verify(copy, progress=progress)
        if verified.findings:
            position = verified.first_bad
            found += [each.message for each in verified.findings]
        if found:
            raise DamagedLedgerError(
                f"{backup.place} is damaged: {found[0].replace(str(draft), backup.place)}",
                position=position,
                hint=f"{UNCHANGED}; `mission verify --ledger BACKUP` lists what was found; restore"
                " another backup",
            )
        return copy.tree()


def _replace(
    draft: Path, path: Path, backup: VerifiableLedger, *, familiar: bool, without_newer: bool
) -> Replaced | None:
    """Give the copy the name of the ledger, which is set aside. The caller holds the write lock."""
    if not path.exists():
        _set_aside(path, _free_name(path))  # a log that was left without its file
        publish(draft, path)
        return None
    found = _compare(path, draft, backup)
    if found.lacking and not without_newer:
        raise _newer(path, backup, found)
    damaged = isinstance(found.error, DamagedLedgerError)
    if found.error and not damaged and not without_newer:
        raise StoreError(
            f"whether {backup.place} has all entries of {path} cannot be told:"
            f" {found.error.message}",
            hint=f"{UNCHANGED}; --without-newer-entries restores it all the same",
        )
    aside = _free_name(path)
    if familiar and not damaged and not _beside(path, "-journal").exists():
        _move_log_into_file(path)
        _swap(draft, path, aside)
    else:
        _set_aside(path, aside)
        publish(draft, path)
    return Replaced(aside, found.entries, found.lacking, complete=found.error is None)


def _compare(path: Path, draft: Path, backup: VerifiableLedger) -> _Comparison:
    """Count the entries of a ledger, and those that the copy of a backup lacks."""
    entries = lacking = 0
    try:
        check_revision(sqlite_file.revision_of(path), str(path))
        with closing(_opened(path, backup)) as old, closing(_opened(draft, backup)) as copy:
            there = copy.stored()
            other = next(there, None)
            for position, raw in old.stored():
                while other and other[0] < position:
                    other = next(there, None)
                entries += 1
                lacking += other != (position, raw)
            old.check_positions()
        for cut in sqlite.log_damage(path):
            raise DamagedLedgerError(cut)
    except StoreError as error:
        return _Comparison(entries, lacking, error)
    return _Comparison(entries, lacking)


def _newer(path: Path, backup: VerifiableLedger, found: _Comparison) -> StoreError:
    least = "at least " if found.error else ""
    entries = "1 entry" if found.lacking == 1 else f"{found.lacking} entries"
    return StoreError(
        f"{path} has {least}{entries} that {backup.place} lacks (of {found.entries} in all)",
        hint=f"{UNCHANGED}; with --without-newer-entries the backup takes its place, and the ledger"
        " with these entries is kept beside it under another name",
    )


def _move_log_into_file(path: Path) -> None:
    """Move the write-ahead log of a ledger into its file. Raises StoreError where that fails."""
    log = sqlite.log_of(path)
    if log.exists() and log.stat().st_size:
        sqlite.move_log_into_file(path)
        if log.exists() and log.stat().st_size:
            raise StoreError(
                f"the write-ahead log of {path} could not be moved into it: a program is reading",
                hint=f"{UNCHANGED}; try again, or end the programs that have the ledger open",
            )


def _swap(draft: Path, path: Path, aside: Path) -> None:
    """Replace a ledger that needs no log, in one step; keep it under another name."""
    sync(draft)
    linked = _give_name(path, aside)
    try:
        sync(path.parent)
        # Were the log still there after a power cut, it would lie beside the new ledger.
        for ending in sqlite_file.SQLITE_SUFFIXES:
            _beside(path, ending).unlink(missing_ok=True)
        sync(path.parent)
        draft.replace(path)
    except OSError:
        if linked:
            aside.unlink()
        else:
            aside.rename(path)
        raise
    sync(path.parent)


def _set_aside(path: Path, aside: Path) -> None:
    """Move a ledger to another name with its log; the log is never without its file there."""
    for ending in ("-wal", "-journal"):
        if _beside(path, ending).exists():
            _give_name(_beside(path, ending), _beside(aside, ending))
    if path.exists():
        path.rename(aside)
    sync(path.parent)
    for ending in sqlite_file.SQLITE_SUFFIXES:
        _beside(path, ending).unlink(missing_ok=True)
    sync(path.parent)


def _give_name(path: Path, name: Path) -> bool:
    """Give a file another name; return whether it also has the old one still."""
    try:
        os.link(path, name)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        path.rename(name)
        return False
    return True


def _free_name(path: Path) -> Path:
    """Return a name beside a ledger that is not taken, with today's date."""
    first = f"{path.name}.replaced-{utc_now():%Y-%m-%d}"
    names = chain([first], (f"{first}-{number}" for number in count(2)))
    taken = {each.name for each in path.parent.iterdir()}
    return path.with_name(
        next(
            name
            for name in names
            if taken.isdisjoint(f"{name}{each}" for each in ("", *sqlite_file.SIDE_FILES))
        )
    )


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _opened(path: Path, backup: VerifiableLedger) -> SqlStore:
    return SqlStore(sqlite_file.LedgerFile(path, write=False), backup.projections)


@contextmanager
def _writing(draft: Path, path: Path) -> Iterator[None]:
    """Turn OSErrors into StoreErrors, and name the ledger instead of the draft in messages."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}", hint=UNCHANGED
        ) from None
    except StoreError as error:
        error.message = error.message.replace(str(draft), str(path))
        raise
