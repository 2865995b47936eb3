"""Ways to break the program on PostgreSQL, for each of which `kill_postgres.py` must find a fault.

Each replaces one function of the program in the calling process, a writer's.
"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NoReturn

import sqlalchemy as sa

from events.encoding.codec import Entry
from events.errors import UnreachableError
from ledger.merkle.tree import Tree
from ledger.storage.postgresql import PostgresDatabase
from ledger.storage.postgresql_connections import WRITE_LOCK, transaction_on
from ledger.storage.transaction import Transaction
from projections.record import Record
from tests.faults.broken import Control
from tests.faults.broken_appends import HALF, OF_ITSELF, raise_always

TOO_LITTLE, LOST = "too little", "lost"
"""The text in the faults of each kind."""


def _end_without_a_word() -> None:
    def append(*_: object, **__: object) -> NoReturn:
        os._exit(0)

    Record.append = append  # type: ignore[method-assign]


def _be_unreachable_always() -> None:
    def append(*_: object, **__: object) -> NoReturn:
        time.sleep(0.05)
        raise UnreachableError("the server is away")

    Record.append = append  # type: ignore[method-assign]


def _split_transactions() -> None:
    """Commit the first half of a batch separately; no other writer appends between the halves."""
    add, lock = Record._add, WRITE_LOCK.partition("(")[2]

    def split(self: Record, writer: Transaction, made: Sequence[Entry], last: int) -> Tree:
        half = len(made) // 2
        if half:
            writer.query(f"SELECT pg_advisory_lock({lock}")  # outlives the transaction
            self._tree_cache = add(self, writer, made[:half], last)
            writer.execute("COMMIT")  # the driver begins the next one
            writer.query(f"SELECT {WRITE_LOCK}")
            writer.query(f"SELECT pg_advisory_unlock({lock}")
        return add(self, writer, made[half:], last + half)

    Record._add = split  # type: ignore[method-assign]


def _commit_late() -> None:
    """Return from a transaction at once, and commit it a moment later."""

    def commit(connection: sa.Connection) -> None:
        with suppress(Exception), connection:
            connection.commit()

    @contextmanager
    def writing(self: PostgresDatabase) -> Iterator[Transaction]:
        connection = self._begin_appending()
        with transaction_on(connection, self.place) as writer:
            yield writer
        threading.Timer(0.1, commit, [connection]).start()

    PostgresDatabase.writing = writing  # type: ignore[method-assign]


def commit_without_the_disk() -> None:
    """Make the server acknowledge a commit before its log is on the disk."""
    whole = PostgresDatabase.writing

    @contextmanager
    def writing(self: PostgresDatabase) -> Iterator[Transaction]:
        with whole(self) as writer:
            writer.execute("SET LOCAL synchronous_commit = off")
            yield writer

    PostgresDatabase.writing = writing  # type: ignore[method-assign]


CONTROLS = {
    "raises": Control("raises an unexpected error at every append", raise_always, OF_ITSELF),
    "leaves": Control("ends its process at an append, with code 0", _end_without_a_word, OF_ITSELF),
    "unreachable": Control(
        "never finds the server, and says so as promised",
        _be_unreachable_always,
        f"{TOO_LITTLE} was acknowledged",
    ),
    "split": Control("commits an append in two transactions", _split_transactions, HALF),
    "early": Control("acknowledges an append before its commit", _commit_late, LOST),
    "asynchronous": Control(
        "acknowledges a commit before the disk has it", commit_without_the_disk, LOST
    ),
}
