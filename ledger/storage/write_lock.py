"""The write lock of a SQLite ledger: a file lock that writers and checkpoints hold, one at a time.

SQLite from 3.7.0 to 3.51.2 can corrupt a database when a writer and a checkpoint of its write-ahead
log run at once. So a writer takes this lock before its first query, and releases it after its
connection has finished any checkpoint of its own. It is a lock of the operating system (flock),
which is released when the process ends, however it ends. The file says who holds it, and which
write-ahead log belongs to the ledger's file (`ledger.storage.log_mark`):

    {"host": "desk-3", "pid": 4711, "user": "anna", "mark": {"file": …, "log": …, "end": …}}

A writer that found another log beside the file than its own leaves the mark as it is. Whoever has
verified such a pair notes it as belonging together (`accept_log`).
"""

import fcntl
import getpass
import json
import os
import random
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from events.errors import BusyLedgerError, ReadOnlyLedgerError, StoreError
from ledger.storage.error_translation import NOTHING
from ledger.storage.log_mark import Mark, Observation, has_log, observe

SHORTEST_WAIT, LONGEST_WAIT = 0.0005, 0.01
"""Seconds between two attempts: drawn at random, so that no process always comes second."""

LENGTH = 1024
"""Bytes of the lock file, which is written as a whole."""

LONGEST_NAME = 60
"""Characters of a user's or host's name that are noted."""

_OPEN_FLAGS = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW

Json = dict[str, Any]


class Files(NamedTuple):
    """The paths of a ledger's file and of those beside it, with symbolic links resolved."""

    file: str
    log: str
    lock: str


class Note(NamedTuple):
    """What a lock file says: who holds the lock, and the mark of the ledger's file."""

    holder: Json
    mark: Mark | None


_NOTHING_NOTED = Note({}, None)


def lock_of(path: Path) -> Path:
    """Return the path of a ledger's lock file, with symbolic links resolved."""
    target = path.resolve()
    return target.with_name(f"{target.name}-lock")


@contextmanager
def hold_lock(path: Path, seconds: float) -> Iterator[bool]:
    """Hold the write lock of a ledger; wait for it for at most `seconds`.

    Yields whether the write-ahead log beside the file is its own, or there is none. If so, both are
    marked as belonging together on leaving. Raises BusyLedgerError, which names the holder, and
    ReadOnlyLedgerError.
    """
    files = _files(path)
    descriptor = _opened(path, files)
    try:
        _wait_for(descriptor, path, seconds)
        note, seen = _note(descriptor), observe(files.file, files.log)
        familiar = seen.log is None or (note.mark is not None and note.mark.is_of(seen))
        note = _update(descriptor, note, files, seen if familiar else None)
        try:
            yield familiar
        finally:
            seen = observe(files.file, files.log)
            _update(descriptor, note, files, seen if familiar or seen.log is None else None)
    finally:
        os.close(descriptor)


def observe_log(path: Path) -> Observation:
    """Look at a ledger's file and the write-ahead log beside it."""
    files = _files(path)
    return observe(files.file, files.log)


def is_log_familiar(path: Path, seconds: float) -> bool:
    """Whether the write-ahead log beside a ledger is the one that its last writer left, or none.

    Waits for a writer that is perhaps just making a checkpoint, for at most `seconds`.
    """
    files = _files(path)
    if not has_log(files.log):
        return True
    try:
        descriptor = os.open(files.lock, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        end = time.monotonic() + seconds
        while not _is_familiar(descriptor, files, held=False):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                # Its holder compared the mark when it opened the ledger.
                if _is_familiar(descriptor, files, held=True):
                    return True
                if time.monotonic() > end:
                    return False
                time.sleep(random.uniform(SHORTEST_WAIT, LONGEST_WAIT))  # noqa: S311 (not for cryptography)
            else:
                return _is_familiar(descriptor, files, held=False)
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)


def accept_log(path: Path, seen: Observation, seconds: float) -> bool:
    """Mark a ledger's file and log as belonging together, if they are still as they were seen.

    The caller has verified them since. Return whether they are marked.
    """
    files = _files(path)
    try:
        descriptor = _opened(path, files)
    except StoreError:
        return False
    try:
        _wait_for(descriptor, path, seconds)
        same = observe(files.file, files.log) == seen
        return same and _update(descriptor, _note(descriptor), files, seen).mark is not None
    except StoreError:
        return False
    finally:
        os.close(descriptor)


def share_lock_file(path: Path) -> None:
    """Give the lock file the read and write permissions of the ledger's file, if these differ.

    Root also gives it the file's owner, as SQLite does with its files.
    """
    with suppress(OSError):
        lock, file = lock_of(path), path.stat()
        found, mode = lock.stat(), file.st_mode & 0o666
        if os.geteuid() == 0 and (found.st_uid, found.st_gid) != (file.st_uid, file.st_gid):
            os.chown(lock, file.st_uid, file.st_gid)
        if found.st_mode & 0o666 != mode:
            lock.chmod(mode)


def lock_holder(path: Path) -> str:
    """Return who holds, or last held, the write lock of a ledger."""
    with suppress(OSError, KeyError):
        holder = _parsed(lock_of(path).read_bytes()[:LENGTH]).holder
        return f"process {holder['pid']} of {holder['user']} on {holder['host']}"
    return "another writer"


def _opened(path: Path, files: Files) -> int:
    """Open the lock file, or create it with the permissions of the ledger's file."""
    try:
        try:
            return os.open(files.lock, _OPEN_FLAGS)
        except FileNotFoundError:
            descriptor = os.open(files.lock, _OPEN_FLAGS | os.O_CREAT, 0o666)
            share_lock_file(path)
            return descriptor
    except OSError as error:
        raise ReadOnlyLedgerError(
            f"{path} cannot be written to: cannot open {Path(files.lock).name}: {error.strerror}",
            hint=f"{NOTHING}; choose a writable place with --ledger",
        ) from None


def _files(path: Path) -> Files:
    return _named(os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118 (fast, and keeps `link/..`)


@lru_cache(maxsize=4)
def _named(path: str) -> Files:
    """Return the paths of the files, cached: resolving them takes a tenth of an append's time."""
    target = Path(path).resolve()
    return Files(*(f"{target}{ending}" for ending in ("", "-wal", "-lock")))


def _is_familiar(descriptor: int, files: Files, *, held: bool) -> bool:
    mark, seen = _note(descriptor).mark, observe(files.file, files.log)
    if seen.log is None:
        return True
    if mark is None:
        return False
    return mark.matches(seen, files.log) or (held and mark.may_be_restarting(seen))


def _wait_for(descriptor: int, path: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise BusyLedgerError(
                    f"{path} is locked by {lock_holder(path)}; gave up after {seconds:.0f} seconds",
                    hint=f"{NOTHING}; try again when the other writer is done",
                ) from None
            time.sleep(random.uniform(SHORTEST_WAIT, LONGEST_WAIT))  # noqa: S311 (not for cryptography)
        except OSError as error:
            raise StoreError(f"{path} cannot be locked: {error.strerror}") from None
        else:
            return


def _note(descriptor: int) -> Note:
    try:
        return _parsed(os.pread(descriptor, LENGTH, 0))
    except OSError:
        return _NOTHING_NOTED


@lru_cache(maxsize=8)
def _parsed(raw: bytes) -> Note:
    try:
        holder = json.loads(raw)
        mark = holder.pop("mark", None)
        return Note(holder, Mark.from_json(mark) if mark else None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return _NOTHING_NOTED


def _update(descriptor: int, note: Note, files: Files, seen: Observation | None) -> Note:
    """Write who holds the lock and, if the file and its log belong together, their mark.

    Errors, as of a full disk, are ignored. Nothing is written if nothing changed: it would add to
    the time of the next sync of the ledger.
    """
    mark, holder = note.mark, _this_process(os.getpid())
    if seen and not (mark and mark.is_of(seen)):
        mark = Mark.of(seen, files.log)
    if (holder, mark) == note:
        return note
    data = {**holder, "mark": mark and mark.to_json()}
    with suppress(OSError):
        os.pwrite(descriptor, f"{json.dumps(data)}\n".ljust(LENGTH).encode(), 0)
        return Note(holder, mark)
    return note


@lru_cache(maxsize=1)
def _this_process(pid: int) -> Json:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid())
    host = socket.gethostname()
    return {"host": host[:LONGEST_NAME], "pid": pid, "user": user[:LONGEST_NAME]}
