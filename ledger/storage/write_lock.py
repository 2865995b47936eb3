"""The write lock of a SQLite ledger: a file lock that writers and checkpoints hold, one at a time.

SQLite from 3.7.0 to 3.51.2 can corrupt a database when a writer and a checkpoint of its write-ahead
log run at once. So a writer takes this lock before its first query, and releases it after its
connection has finished any checkpoint of its own. It is a lock of the operating system (flock),
which is released when the process ends, however it ends. The file says who holds it:

    {"host": "desk-3", "pid": 4711, "user": "anna"}
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

from events.errors import BusyLedgerError, ReadOnlyLedgerError, StoreError
from ledger.storage.error_translation import NOTHING

SHORTEST_WAIT, LONGEST_WAIT = 0.0005, 0.01
"""Seconds between two attempts: drawn at random, so that no process always comes second."""


_OPEN_FLAGS = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW


def lock_of(path: Path) -> Path:
    """Return the path of a ledger's lock file, with symbolic links resolved."""
    target = path.resolve()
    return target.with_name(f"{target.name}-lock")


@contextmanager
def hold_lock(path: Path, seconds: float) -> Iterator[None]:
    """Hold the write lock of a ledger; wait for it for at most `seconds`.

    Raises BusyLedgerError, which names the holder, and ReadOnlyLedgerError.
    """
    descriptor = _opened(path)
    try:
        _wait_for(descriptor, path, seconds)
        yield
    finally:
        os.close(descriptor)


def share_lock_file(path: Path) -> None:
    """Give the lock file the read and write permissions of the ledger's file, if these differ."""
    with suppress(OSError):
        lock, mode = lock_of(path), path.stat().st_mode & 0o666
        if lock.stat().st_mode & 0o666 != mode:
            lock.chmod(mode)


def lock_holder(path: Path) -> str:
    """Return who holds, or last held, the write lock of a ledger."""
    try:
        holder = json.loads(lock_of(path).read_bytes()[:1000])
        return f"process {holder['pid']} of {holder['user']} on {holder['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another writer"


def _opened(path: Path) -> int:
    """Open the lock file, or create it with the permissions of the ledger's file."""
    lock = _named(os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118 (fast, and keeps `link/..`)
    try:
        try:
            return os.open(lock, _OPEN_FLAGS)
        except FileNotFoundError:
            descriptor = os.open(lock, _OPEN_FLAGS | os.O_CREAT, 0o666)
            share_lock_file(path)
            return descriptor
    except OSError as error:
        raise ReadOnlyLedgerError(
            f"{path} cannot be written to: cannot open {Path(lock).name}: {error.strerror}",
            hint=f"{NOTHING}; choose a writable place with --ledger",
        ) from None


@lru_cache(maxsize=4)
def _named(path: str) -> str:
    """Return the path of the lock file, cached: resolving it takes a tenth of an append's time."""
    return str(lock_of(Path(path)))


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
            _write_holder(descriptor)
            return


def _write_holder(descriptor: int) -> None:
    """Write into the file who holds the lock; errors, as of a full disk, are ignored."""
    holder = _this_process(os.getpid())
    # Write only if needed: it would add to the time of the next sync of the ledger.
    if os.pread(descriptor, len(holder), 0) != holder:
        with suppress(OSError):
            os.pwrite(descriptor, holder, 0)


@lru_cache(maxsize=1)
def _this_process(pid: int) -> bytes:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid())
    holder = {"host": socket.gethostname(), "pid": pid, "user": user}
    return f"{json.dumps(holder)}\n".ljust(200).encode()
