"""Read the rows of a ledger's tables in SQLite or PostgreSQL, without decoding the entries.

A backend has what differs between the two: how to connect, and how to take the write lock.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, Self, TypeVar

from ledger.merkle.tree import count_of
from ledger.storage import log_queries
from ledger.storage.entry_rows import EntryRow
from ledger.storage.error_translation import translated_errors
from ledger.storage.log_queries import checked_bytes
from ledger.storage.schema import Table, aliases, entries, log, tree
from ledger.storage.transaction import Transaction

LARGE_CHUNK = 2000
"""Rows read at once where entries are only hashed and compared, not decoded."""

Row = TypeVar("Row")


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

    def faults(self) -> Iterator[str]:
        """Yield a message for each fault that the database reports, or that its schema has."""
        ...

    def close(self) -> None:
        """Close files and connections."""
        ...


class StoredTables:
    """The database of a ledger: its transactions, and the rows of its tables, not decoded."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

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
        query = "SELECT min(position) FROM log WHERE position > ?"
        with self.reading() as reader:
            found: int | None = reader.scalar(query, [position])
            return found

    def stored(self, *, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield positions and stored bytes in order, not decoded."""
        return self._in_order(log, _stored, after, upto, LARGE_CHUNK)

    def entry_rows(self, *, after: int = 0, upto: int | None = None) -> Iterator[EntryRow]:
        """Yield the rows of `entries` in order."""
        return self._in_order(entries, _indexed, after, upto, LARGE_CHUNK)

    def alias_rows(self) -> set[tuple[str, str, int]]:
        """Return the rows of `aliases`: name, mission, position."""
        with self.reading() as reader:
            return {(*row,) for row in reader.query(f"SELECT * FROM {aliases.name}")}  # noqa: S608

    def tree_rows(self, first: int, end: int) -> Sequence[tuple[int, bytes]]:
        """Return the rows of `tree` with places from `first` to `end` - 1: place, hash."""
        query = "SELECT place, hash FROM tree WHERE place >= ? AND place < ? ORDER BY place"
        with self.reading() as reader:
            rows = reader.query(query, [first, end])
        return [(place, checked_bytes(hash_)) for place, hash_ in rows]

    def setback_positions(self) -> list[int]:
        """Return the rows of `setbacks`: positions, in order."""
        with self.reading() as reader:
            return [at for (at,) in reader.query("SELECT position FROM setbacks ORDER BY position")]

    def table_past(self, end: int) -> str:
        """Return the name of a derived table with rows beyond a position; empty if none has."""
        beyond = {
            "the Merkle tree": ("SELECT 1 FROM tree WHERE place >= ? LIMIT 1", count_of(end)),
            "the index": ("SELECT 1 FROM entries WHERE position > ? LIMIT 1", end),
            "the list of setbacks": ("SELECT 1 FROM setbacks WHERE position > ? LIMIT 1", end),
        }
        with self.reading() as reader:
            found = (name for name, (query, last) in beyond.items() if reader.query(query, [last]))
            return next(found, "")

    def row_counts(self) -> tuple[int, int, int, int]:
        """Return the last position, and the numbers of rows of `log`, `entries` and `tree`."""
        with self.reading() as reader:
            logged, indexed, nodes = (
                reader.scalar(f"SELECT count(*) FROM {table.name}")  # noqa: S608
                for table in (log, entries, tree)
            )
            return log_queries.last_position(reader), logged, indexed, nodes

    def faults(self) -> Iterator[str]:
        """Yield a message for each fault that the database reports, or that its schema has."""
        with translated_errors(self.place):
            yield from list(self._backend.faults())

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

    @contextmanager
    def _writing(self) -> Iterator[Transaction]:
        with translated_errors(self.place), self._backend.writing() as writer:
            yield writer

    def _in_order(
        self, table: Table, read: Callable[..., Row], after: int, upto: int | None, size: int
    ) -> Iterator[Row]:
        """Yield the rows of a table by position, converted by `read`, which takes the columns."""
        until = "" if upto is None else "AND position <= ?"
        query = f"SELECT * FROM {table.name} WHERE position > ? {until} ORDER BY position LIMIT ?"  # noqa: S608
        while True:
            with self.reading() as reader:
                rows = reader.query(query, [after, *([] if upto is None else [upto]), size])
                chunk = [read(*row) for row in rows]
            yield from chunk
            if len(rows) < size:
                return
            after, *_ = rows[-1]


def _stored(position: int, raw: object) -> tuple[int, bytes]:
    return position, checked_bytes(raw, position)


def _indexed(position: int, id_: object, describes: str | None, recorded_at: int) -> EntryRow:
    return position, checked_bytes(id_), describes, recorded_at
