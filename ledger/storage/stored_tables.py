"""The tables of a log in a SQL database, read as they are: SQLite or PostgreSQL.

What differs between the two is in a backend: how a connection is made, and how writers take
turns.
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
"""Rows read at once where bytes are only hashed and compared."""

Done = TypeVar("Done")


class Backend(Protocol):
    """What a SQL store asks of a kind of database."""

    place: str

    def reading(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction in which all that is read is of one moment.

        Where a server is away for a moment, it is waited for.
        """
        ...

    def writing(self) -> AbstractContextManager[Transaction]:
        """Take a turn and begin a transaction; commit it where nothing is raised.

        Raises BusyLedgerError where the turn does not come.
        """
        ...

    def faults(self) -> Iterator[str]:
        """Say what the database itself finds wrong, and what its schema lacks."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class StoredTables:
    """A ledger's database: its connections, and what its tables hold, nothing of it understood."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def place(self) -> str:
        """Where the ledger is, as messages name it."""
        return self._backend.place

    def position(self) -> int:
        """Return the last position."""
        with self.reading() as reader:
            return log_queries.last_position(reader)

    def position_after(self, position: int) -> int | None:
        """Return the position of the next entry that is there; None where there is none."""
        with self.reading() as reader:
            found: int | None = reader.query(
                "SELECT min(position) FROM log WHERE position > ?", [position]
            )[0][0]
            return found

    def stored(self, *, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield positions and stored bytes in order, not understood."""
        return self._in_order(log, _stored, after, upto, LARGE_CHUNK)

    def indexed(self, *, after: int = 0, upto: int | None = None) -> Iterator[EntryRow]:
        """Yield what the derived table of entries holds, in order."""
        return self._in_order(entries, _indexed, after, upto, LARGE_CHUNK)

    def aliased(self) -> set[tuple[str, str, int]]:
        """Return what the derived table of aliases holds: name, mission, position."""
        with self.reading() as reader:
            return {(*row,) for row in reader.query(f"SELECT * FROM {aliases.name}")}  # noqa: S608

    def hashes(self, first: int, end: int) -> Sequence[tuple[int, bytes]]:
        """Return the hashes at places from `first` to `end` - 1 of the tree, with their places."""
        query = "SELECT place, hash FROM tree WHERE place >= ? AND place < ? ORDER BY place"
        with self.reading() as reader:
            rows = reader.query(query, [first, end])
        return [(place, checked_bytes(hash_)) for place, hash_ in rows]

    def setbacks(self) -> list[int]:
        """Return the positions that the derived table of setbacks holds."""
        with self.reading() as reader:
            return [at for (at,) in reader.query("SELECT position FROM setbacks ORDER BY position")]

    def goes_on(self, end: int) -> str:
        """Name what beside the log goes on after a position, if anything does."""
        beyond = {
            "the Merkle tree": ("SELECT 1 FROM tree WHERE place >= ? LIMIT 1", count_of(end)),
            "the index": ("SELECT 1 FROM entries WHERE position > ? LIMIT 1", end),
            "the list of setbacks": ("SELECT 1 FROM setbacks WHERE position > ? LIMIT 1", end),
        }
        with self.reading() as reader:
            found = (name for name, (query, at) in beyond.items() if reader.query(query, [at]))
            return next(found, "")

    def counted(self) -> tuple[int, int, int, int]:
        """Return the last position, and how many rows the log, its index and its tree have."""
        with self.reading() as reader:
            counts = [
                reader.query(f"SELECT count(*) FROM {table.name}")[0][0]  # noqa: S608
                for table in (log, entries, tree)
            ]
            return log_queries.last_position(reader), counts[0], counts[1], counts[2]

    def faults(self) -> Iterator[str]:
        """Say what the database itself finds wrong, and what its schema lacks."""
        with translated_errors(self.place):
            yield from list(self._backend.faults())

    def close(self) -> None:
        """Let go of the database."""
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction in which all that is read is of one moment."""
        with translated_errors(self.place), self._backend.reading() as reader:
            yield reader

    @contextmanager
    def _writing(self) -> Iterator[Transaction]:
        with translated_errors(self.place), self._backend.writing() as writer:
            yield writer

    def _in_order(
        self, table: Table, read: Callable[..., Done], after: int, upto: int | None, size: int
    ) -> Iterator[Done]:
        """Yield a table's rows by position, each as `read` makes it of the row's columns."""
        until = "" if upto is None else "AND position <= ?"
        query = f"SELECT * FROM {table.name} WHERE position > ? {until} ORDER BY position LIMIT ?"  # noqa: S608
        while True:
            with self.reading() as reader:
                rows = reader.query(query, [after, *([] if upto is None else [upto]), size])
                chunk = [read(*row) for row in rows]
            yield from chunk
            if len(rows) < size:
                return
            after = rows[-1][0]


def _stored(position: int, raw: object) -> tuple[int, bytes]:
    return position, checked_bytes(raw, position)


def _indexed(position: int, id_: object, describes: str | None, recorded_at: int) -> EntryRow:
    return position, checked_bytes(id_), describes, recorded_at
