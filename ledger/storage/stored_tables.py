"""Read the rows of a ledger's tables in SQLite or PostgreSQL, without decoding the entries.

A backend has what differs between the two: how to connect, and how to take the write lock.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy import bindparam, func, select

from events.errors import UnreachableError
from ledger.storage import log_queries
from ledger.storage.error_translation import translated_errors
from ledger.storage.inline_projection import InlineProjection
from ledger.storage.log_queries import END, checked_bytes
from ledger.storage.schema import log
from ledger.storage.transaction import Transaction

LARGE_CHUNK = 2000
"""Rows read at once where entries are only hashed and compared, not decoded."""

Row = TypeVar("Row")


def _in_order(table: sa.Table) -> sa.Select[Any]:
    """Return a query for the rows of a table after one position, up to another, in order."""
    position = table.c.position
    return (
        select(table)
        .where(position > bindparam("after"), position <= bindparam("upto"))
        .order_by(position)
        .limit(bindparam("most"))
    )


LOG_IN_ORDER = _in_order(log)
_NEXT = select(func.min(log.c.position)).where(log.c.position > bindparam("position"))


class Backend(Protocol):
    """What a SQL store needs of a kind of database."""

    place: str

    def reading(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction that reads one snapshot.

        Retries for a few seconds where a server cannot be reached.
        """
        ...

    def writing(self) -> AbstractContextManager[Transaction]:
        """Take the write lock and begin a transaction; commit it unless an error is raised.

        Raises BusyLedgerError where another writer holds the lock for too long.
        """
        ...

    def faults(self, projections: Sequence[InlineProjection]) -> Iterator[str]:
        """Yield a message for each fault that the database reports, or that its schema has.

        `projections` are those that it should have.
        """
        ...

    def grant_rights(self, projections: Sequence[InlineProjection]) -> None:
        """Let those append who may, also where tables were recreated; as far as this user may."""
        ...

    def close(self) -> None:
        """Close files and connections."""
        ...


class StoredTables:
    """The database of a ledger: its transactions, and the rows of its tables, not decoded."""

    def __init__(self, backend: Backend, projections: Sequence[InlineProjection]) -> None:
        self._backend = backend
        self.projections = tuple(projections)

    @property
    def place(self) -> str:
        """Where the ledger is, for messages."""
        return self._backend.place

    def position(self) -> int:
        """Return the last position."""
        with self.reading() as reader:
            return log_queries.last_position(reader)

    def position_after(self, position: int) -> int | None:
        """Return the position of the next stored entry; None where there is none."""
        with self.reading() as reader:
            found: int | None = reader.scalar(_NEXT, position=position)
            return found

    def stored(self, *, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield positions and stored bytes in order, not decoded."""
        return self._in_order(LOG_IN_ORDER, _stored, after, upto, LARGE_CHUNK)

    def faults(self) -> Iterator[str]:
        """Yield a message for each fault that the database reports, or that its schema has."""
        with translated_errors(self.place):
            yield from list(self._backend.faults(self.projections))

    def close(self) -> None:
        """Close the database."""
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction that reads one snapshot."""
        with translated_errors(self.place), self._backend.reading() as reader:
            yield reader

    def read(self, query: Callable[[Transaction], Row]) -> Row:
        """Return what a query returns; repeat it once where the connection is lost meanwhile."""
        begun = False
        try:
            with self.reading() as reader:
                begun = True
                return query(reader)
        except UnreachableError:
            if not begun:
                raise  # beginning was retried already
        with self.reading() as reader:
            return query(reader)

    @contextmanager
    def _writing(self) -> Iterator[Transaction]:
        with translated_errors(self.place), self._backend.writing() as writer:
            yield writer

    def _in_order(
        self,
        query: sa.Select[Any],
        read: Callable[[sa.Row[Any]], Row],
        after: int,
        upto: int | None,
        size: int,
    ) -> Iterator[Row]:
        """Yield the rows of a table by position, converted by `read`."""
        while True:
            with self.reading() as reader:
                rows = reader.rows(
                    query, after=after, upto=END if upto is None else upto, most=size
                )
                chunk = [read(row) for row in rows]
            yield from chunk
            if len(rows) < size:
                return
            after = rows[-1].position


def _stored(row: sa.Row[Any]) -> tuple[int, bytes]:
    return row.position, checked_bytes(row.bytes, row.position)
