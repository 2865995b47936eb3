"""Ways to break the program on PostgreSQL, for each of which `kill_postgres.py` must find a fault.

Each replaces one function of the program in the calling process, a writer's.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import NoReturn

import sqlalchemy as sa

from events.errors import UnreachableError
from ledger.storage.postgresql import PostgresDatabase
from ledger.storage.postgresql_connections import ended
from ledger.storage.transaction import Transaction
from projections.record import Record
from tests.faults.broken import Control
from tests.faults.broken_appends import (
    BEHIND,
    HALF,
    OF_ITSELF,
    project_later,
    raise_always,
    split_append,
)

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


def _commit_late() -> None:
    """Return from a transaction at once, and commit it a moment later."""

    def commit(connection: sa.Connection) -> None:
        with suppress(Exception), connection:
            connection.commit()

    @contextmanager
    def writing(self: PostgresDatabase) -> Iterator[Transaction]:
        with ExitStack() as to_end:
            connection = self._begin_appending()
            to_end.enter_context(ended(connection))
            yield Transaction(connection)
            to_end.pop_all()
        threading.Timer(0.1, commit, [connection]).start()

    PostgresDatabase.writing = writing  # type: ignore[method-assign]


def commit_without_the_disk() -> None:
    """Make the server acknowledge a commit before its log is on the disk."""
    whole = PostgresDatabase.writing

    @contextmanager
    def writing(self: PostgresDatabase) -> Iterator[Transaction]:
        with whole(self) as writer:
            writer.connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
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
    "split": Control("commits an append in two transactions", split_append, HALF),
    "later": Control("applies projections after the commit of the log", project_later, BEHIND),
    "early": Control("acknowledges an append before its commit", _commit_late, LOST),
    "asynchronous": Control(
        "acknowledges a commit before the disk has it", commit_without_the_disk, LOST
    ),
}
