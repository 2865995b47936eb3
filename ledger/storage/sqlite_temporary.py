"""SQLite databases that are gone when they are closed: in memory, or larger than memory may be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import RLock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from ledger.storage.sqlite_errors import translate
from ledger.storage.transaction import Transaction, handle_errors

CACHE_KIB = 16 * 1024
"""The memory that a temporary database takes; what exceeds it is in a file that has no name."""


class MemoryDatabase:
    """A database in memory, for a ledger without a file: one connection behind a lock."""

    place = "a ledger in memory"

    def __init__(self) -> None:
        self.engine = _engine(":memory:", self.place, poolclass=sa.StaticPool)
        self._lock = RLock()
        self._begun: sa.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction, or go on with the one that this thread has begun."""
        with self._lock:
            if self._begun:
                yield Transaction(self._begun)
                return
            with self.engine.begin() as connection:
                self._begun = connection
                try:
                    yield Transaction(connection)
                finally:
                    self._begun = None

    writing = reading

    def grant_rights(self, projections: object) -> None:
        """Do nothing: there is no other user."""

    def close(self) -> None:
        """Close the connection, which deletes the database."""
        self.engine.dispose()

    def faults(self, projections: object) -> Iterator[str]:  # noqa: ARG002 (made by this program)
        """Yield nothing."""
        yield from ()


def temporary_engine(place: str) -> sa.Engine:
    """Return an Engine whose every connection is an empty database of its own.

    Closing the connection deletes the database. Errors are raised as StoreError, with `place` in
    the message.
    """
    # An empty name: SQLite creates a temporary file once its cache is full.
    return _engine("", place, poolclass=sa.NullPool)


def show_log(connection: sa.Connection, read: Callable[[int], bytes | None]) -> None:
    """Give a temporary database with an entry index a log, whose bytes `read` returns."""
    raw: Any = connection.connection.dbapi_connection
    raw.create_function("stored_bytes", 1, read)
    connection.exec_driver_sql(
        "CREATE VIEW log AS SELECT position, stored_bytes(position) AS bytes FROM entry"
    )


def _engine(name: str, place: str, **options: Any) -> sa.Engine:  # noqa: ANN401 (as create_engine's)
    engine = sa.create_engine(
        f"sqlite:///file:{name}?uri=true",
        connect_args={"isolation_level": None, "check_same_thread": False},
        **options,
    )
    handle_errors(engine, partial(translate, place=place))

    @sa.event.listens_for(engine, "connect")
    def set_cache(connection: DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")  # the driver would begin late, or not at all

    return engine
