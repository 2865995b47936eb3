"""Ways to break appending to a ledger, for the suites that kill writers.

Each replaces a method of the program in the calling process, on either backend.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from events.encoding.codec import Entry
from events.errors import BusyLedgerError
from ledger.log import Batch, Receipt
from ledger.storage import postgresql_connections, sqlite, sqlite_connections
from projections.record import Record

HALF = "half an announcement"
LOST = "acknowledged and lost"
OF_ITSELF = "ended of itself"
DEAD = "the ledger is held by one who is dead"


def split_append() -> None:
    """Append an announcement in two transactions."""
    whole = Record.append

    def append(self: Record, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        middle = len(batch.contents) // 2
        first = whole(self, _part(batch, 0, middle), by=by, expected=expected)
        last = whole(self, _part(batch, middle, len(batch.contents)), by=by)
        return Receipt(first.appended + last.appended, first.already + last.already, last.position)

    Record.append = append  # type: ignore[method-assign]


def _part(batch: Batch, first: int, end: int) -> Batch:
    return Batch(batch.contents[first:end], batch.written[first:end])


def acknowledge_early() -> None:
    """Acknowledge an append before it is committed, which the next append or close does."""
    append_now, close_now = Record.append, Record.close
    waiting: list[tuple[Record, Batch, str]] = []

    def commit(store: Record) -> None:
        while waiting and waiting[0][0] is store:
            _, batch, by = waiting.pop(0)
            append_now(store, batch, by=by)

    def append(self: Record, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        commit(self)
        waiting.append((self, batch, by))
        return Receipt((), (), self.position() if expected is None else expected)

    def close(self: Record) -> None:
        commit(self)
        close_now(self)

    Record.append, Record.close = append, close  # type: ignore[method-assign]


def raise_always() -> None:
    """Make every append raise an unexpected exception."""

    def append(*_: object, **__: object) -> Receipt:
        raise RuntimeError("this writer is broken")

    Record.append = append  # type: ignore[method-assign]


def change_in_place() -> None:
    """Turn off SQLite's write-ahead log and journal: pages are changed in place."""

    class InPlace(sqlite_connections.Connection):
        def execute(self, statement: str, *values: Any) -> Any:  # noqa: ANN401 (the driver's own)
            answer = super().execute(statement, *values)
            if statement == "PRAGMA synchronous = FULL":
                super().execute("PRAGMA journal_mode = OFF")
            return answer

    sqlite_connections.Connection = InPlace  # type: ignore[misc]


def publish_by_copying() -> None:
    """Publish a new ledger by copying, not by an atomic rename."""

    def publish(draft: Path, path: Path) -> None:
        path.write_bytes(draft.read_bytes())

    sqlite.publish = publish


def take_no_turn() -> None:
    """Take no write lock; SQLite's own lock remains."""
    sqlite.hold_lock = lambda *_: nullcontext()  # type: ignore[assignment]


def let_go_early() -> None:
    """Release the write lock as soon as it is acquired."""
    whole = sqlite.hold_lock

    @contextmanager
    def turn(path: Path, seconds: float) -> Iterator[None]:
        with whole(path, seconds):
            pass
        yield

    sqlite.hold_lock = turn


def lock_by_a_file() -> None:
    """Lock a ledger by a lock file, which remains if its owner is killed."""

    @contextmanager
    def turn(path: Path, _: float) -> Iterator[None]:
        lock = Path(f"{path}-held")
        while True:
            try:
                lock.symlink_to(str(os.getpid()))
                break
            except FileExistsError:
                _check_alive(lock)
                time.sleep(0.001)
        try:
            yield
        finally:
            lock.unlink()

    sqlite.hold_lock = turn


def _check_alive(lock: Path) -> None:
    with suppress(FileNotFoundError):  # it was released in the meantime
        holder = lock.readlink()
        if not Path("/proc", holder).exists() and lock.readlink() == holder:
            raise BusyLedgerError(f"{DEAD}, process {holder}", hint="remove the lock")


def write_unlocked() -> None:
    """Compute positions without a lock between writers, on either backend."""
    take_no_turn()
    connection = sqlite_connections.Connection

    class Unlocked(connection):  # type: ignore[valid-type, misc]
        def execute(self, statement: str, *values: Any) -> Any:  # noqa: ANN401 (the driver's own)
            return super().execute(statement.replace(" IMMEDIATE", ""), *values)

    sqlite_connections.Connection = Unlocked  # type: ignore[misc]
    postgresql_connections.WRITE_LOCK = "1"


def read_one_late() -> None:
    """Skip one entry whenever reading continues in a log."""
    whole = Record.entries

    def entries(self: Record, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        return whole(self, after=after + 1 if after else 0, upto=upto)

    Record.entries = entries  # type: ignore[method-assign]


def checkpoint_often(pages: int) -> None:
    """Checkpoint at `pages` pages instead of SQLite's 1000; this breaks nothing."""
    connection = sqlite_connections.Connection

    class Changed(connection):  # type: ignore[valid-type, misc]
        def execute(self, statement: str, *values: Any) -> Any:  # noqa: ANN401 (the driver's own)
            if statement == "PRAGMA synchronous = FULL":
                super().execute(f"PRAGMA wal_autocheckpoint = {pages}")
            return super().execute(statement, *values)

    sqlite_connections.Connection = Changed  # type: ignore[misc]
