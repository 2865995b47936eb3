"""Writers take turns: one lock for appending and for checkpoints, held through a file.

SQLite from 3.7.0 to 3.51.2 can corrupt a database when a writer and a checkpoint of its
write-ahead log meet; so whoever writes to a ledger holds this lock from before it looks until
after its connection has done what it does on its own. The lock is the operating system's
(flock): it is let go when its holder ends, however it ends. The file says who holds it:

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
"""Seconds between two tries: drawn at random, so that nobody is always second."""


_HOW = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW


def lock_of(path: Path) -> Path:
    """Return the lock file of a ledger, whichever links lead to it."""
    there = path.resolve()
    return there.with_name(f"{there.name}-lock")


@contextmanager
def hold_lock(path: Path, seconds: float) -> Iterator[None]:
    """Wait for this ledger's lock, for so many seconds, and hold it.

    Raises BusyLedgerError, saying who holds it, and ReadOnlyLedgerError.
    """
    held = _opened(path)
    try:
        _wait_for(held, path, seconds)
        yield
    finally:
        os.close(held)


def share_lock_file(path: Path) -> None:
    """Let everyone take turns who may write to the ledger, also where that was decided later."""
    with suppress(OSError):
        lock, mode = lock_of(path), path.stat().st_mode & 0o666
        if lock.stat().st_mode & 0o666 != mode:
            lock.chmod(mode)


def lock_holder(path: Path) -> str:
    """Say who holds, or held last, this ledger's lock."""
    try:
        said = json.loads(lock_of(path).read_bytes()[:1000])
        return f"process {said['pid']} of {said['user']} on {said['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another writer"


def _opened(path: Path) -> int:
    """Open the lock file, or make it for everyone who may write to the ledger."""
    lock = _named(os.path.abspath(path))  # noqa: PTH100 (twice as fast, and links stay)
    try:
        try:
            return os.open(lock, _HOW)
        except FileNotFoundError:
            held = os.open(lock, _HOW | os.O_CREAT, 0o666)
            share_lock_file(path)
            return held
    except OSError as error:
        raise ReadOnlyLedgerError(
            f"{path} cannot be written to: {Path(lock).name} beside it: {error.strerror}",
            hint=f"{NOTHING}; point --ledger at a place you may write to",
        ) from None


@lru_cache(maxsize=4)
def _named(path: str) -> str:
    """Return the lock's name; following links each time would cost an append a tenth."""
    return str(lock_of(Path(path)))


def _wait_for(held: int, path: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise BusyLedgerError(
                    f"{path} is held by {lock_holder(path)}, and {seconds:.0f} seconds were not"
                    " enough",
                    hint=f"{NOTHING}; try again when it is done",
                ) from None
            time.sleep(random.uniform(SHORTEST_WAIT, LONGEST_WAIT))  # noqa: S311 (no secret)
        except OSError as error:
            raise StoreError(f"{path} cannot be locked: {error.strerror}") from None
        else:
            _sign(held)
            return


def _sign(held: int) -> None:
    """Write down who holds the lock; where the disk is full, nobody will know."""
    mine = _signature(os.getpid())
    # A write here would make the ledger's own wait for the disk longer.
    if os.pread(held, len(mine), 0) != mine:
        with suppress(OSError):
            os.pwrite(held, mine, 0)


@lru_cache(maxsize=1)
def _signature(pid: int) -> bytes:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid())
    said = {"host": socket.gethostname(), "pid": pid, "user": user}
    return f"{json.dumps(said)}\n".ljust(200).encode()
