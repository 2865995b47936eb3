"""Ways to break appending to a ledger, for the suites that kill writers.

Each replaces a method of the program in the calling process, on either backend.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from events.entry import Entry
from events.errors import BusyLedgerError
from ledger.log import Batch, Receipt
from ledger.storage import (
    inline_projection,
    postgresql,
    postgresql_connections,
    sqlite,
    sqlite_file,
    write_lock,
)
from ledger.storage.inline_projection import InlineProjection, PreparedEntry
from ledger.storage.open_append import OpenAppend
from ledger.storage.postgresql_connections import Mode
from ledger.storage.sqlite import Connection
from ledger.storage.transaction import Transaction
from projections.record import Record

HALF = "half an announcement"
LOST = "acknowledged and lost"
BEHIND = "lacks the entry at position"
OF_ITSELF = "ended of itself"
DEAD = "the ledger is held by one who is dead"
WRITABLE = "a change was not refused"


def split_append() -> None:
    """Commit the first half of an announcement in a transaction of its own."""
    add = OpenAppend.add

    def split(self: OpenAppend, new: Sequence[PreparedEntry]) -> None:
        half = len(new) // 2
        if half:
            add(self, new[:half])
            _commit_midway(self.transaction)
        add(self, new[half:])

    OpenAppend.add = split  # type: ignore[method-assign]


def project_later() -> None:
    """Apply entries to the projections in a transaction of its own, after that of the log."""
    apply = inline_projection.apply

    def apply_later(
        transaction: Transaction,
        projections: Sequence[InlineProjection],
        new: Sequence[PreparedEntry],
    ) -> None:
        _commit_midway(transaction)
        apply(transaction, projections, new)

    inline_projection.apply = apply_later


def leave_positions() -> None:
    """Apply entries to the projections, and leave the positions of these as they were."""

    def apply(
        transaction: Transaction,
        projections: Sequence[InlineProjection],
        new: Sequence[PreparedEntry],
    ) -> None:
        for number, each in enumerate(projections):
            each.apply(transaction, [one.parts[number] for one in new])

    inline_projection.apply = apply


def _commit_midway(writer: Transaction) -> None:
    """Commit, and begin the next transaction; no other writer appends in between."""
    run = writer.connection.exec_driver_sql
    if writer.connection.dialect.name == "sqlite":
        run("COMMIT")
        run("BEGIN IMMEDIATE")  # the write lock was never released
        return
    lock = postgresql_connections.WRITE_LOCK.partition("(")[2]
    run(f"SELECT pg_advisory_lock({lock}")  # outlives the transaction
    run("COMMIT")  # the driver begins the next one
    run(f"SELECT {postgresql_connections.WRITE_LOCK}")
    run(f"SELECT pg_advisory_unlock({lock}")


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
    set_for_writers("journal_mode = OFF")


def set_for_writers(pragma: str) -> None:
    """Set one more PRAGMA of each of SQLite's connections that writes, when it is opened."""
    configured = sqlite._configured

    def and_more(path: Path, options: str, *, write: bool) -> Connection:
        connection = configured(path, options, write=write)
        if write:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    sqlite._configured = and_more


def checkpoint_often(pages: int) -> None:
    """Checkpoint at `pages` pages instead of SQLite's 1000; this breaks nothing."""
    set_for_writers(f"wal_autocheckpoint = {pages}")


def publish_by_copying() -> None:
    """Publish a new ledger by copying, not by an atomic rename."""

    def publish(draft: Path, path: Path) -> None:
        path.write_bytes(draft.read_bytes())

    sqlite_file.publish = publish


def take_no_turn() -> None:
    """Wait for no other holder of the write lock; SQLite's own lock remains."""
    write_lock._wait_for = lambda *_: None


def let_go_early() -> None:
    """Release the write lock as soon as it is acquired."""
    wait_for = write_lock._wait_for

    def wait_and_release(descriptor: int, path: Path, seconds: float) -> None:
        wait_for(descriptor, path, seconds)
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    write_lock._wait_for = wait_and_release


def lock_by_a_file() -> None:
    """Lock a ledger by a lock file, which remains if its owner is killed."""
    whole = sqlite.hold_lock

    @contextmanager
    def turn(path: Path, seconds: float) -> Iterator[bool]:
        lock = Path(f"{path}-held")
        while True:
            try:
                lock.symlink_to(str(os.getpid()))
                break
            except FileExistsError:
                _check_alive(lock)
                time.sleep(0.001)
        try:
            with whole(path, seconds) as familiar:
                yield familiar
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
    _replace_in_statements("BEGIN IMMEDIATE", "BEGIN")
    postgresql_connections.WRITE_LOCK = "1"


def _replace_in_statements(old: str, new: str) -> None:
    """Replace a text in every statement that an Engine executes."""

    @sa.event.listens_for(sa.Engine, "before_cursor_execute", retval=True)
    def replaced(
        _connection: object, _cursor: object, statement: str, values: object, *_: object
    ) -> tuple[str, object]:
        return statement.replace(old, new), values


def let_readers_write() -> None:
    """Open for writing what is only read, on either backend."""
    configured, appending, reading = sqlite._configured, postgresql.appending, postgresql.reading

    def writable(path: Path, _: str, *, write: bool) -> Connection:
        connection = configured(path, "mode=rw", write=write)
        connection.execute("PRAGMA query_only = OFF")
        return connection

    def write_to_append(*, write: bool) -> Mode:
        return appending(write=write)._replace(read_only=False)

    sqlite._configured = writable
    _replace_in_statements("query_only = ON", "query_only = OFF")
    postgresql.appending = write_to_append
    postgresql.reading = lambda: reading()._replace(read_only=False)


def read_one_late() -> None:
    """Skip one entry whenever reading continues in a log."""
    whole = Record.entries

    def entries(self: Record, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        return whole(self, after=after + 1 if after else 0, upto=upto)

    Record.entries = entries  # type: ignore[method-assign]
