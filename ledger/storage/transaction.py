"""A database transaction: SQL statements are passed to the driver directly.

The statements are the same for SQLite and PostgreSQL.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from events.bounded_cache import BoundedCache
from events.encoding.codec import Entry
from events.source import Publication
from ledger.storage.schema import Table

BATCH = 100
"""Rows of `wanted` in one statement of `Transaction.query_for`."""

MOST_ENTRY_BYTES = 16 << 20
"""Stored bytes of the entries in a cache; decoded, they take several times as much memory."""

MOST_SOURCES = 100_000
"""Sources whose positions and publications are cached."""


class SourceRecord(NamedTuple):
    """The position of the entry that describes a source, and the source's publication."""

    position: int
    publication: Publication


@dataclass(frozen=True)
class ReadCache:
    """What was read over a connection and can never change. A writer caches nothing.

    `entries` is by position, `sources` by id.
    """

    entries: BoundedCache[int, Entry] = field(
        default_factory=lambda: BoundedCache(MOST_ENTRY_BYTES, size=lambda entry: len(entry.raw))
    )
    sources: BoundedCache[str, SourceRecord] = field(
        default_factory=lambda: BoundedCache(MOST_SOURCES)
    )


class Transaction:
    """A transaction that has begun.

    Statements mark their values with `?`, which is replaced by the driver's `placeholder`.
    """

    def __init__(
        self,
        cursor: Any,  # noqa: ANN401 (a DBAPI cursor)
        placeholder: str = "?",
        cache: ReadCache | None = None,
    ) -> None:
        self._cursor = cursor
        self._placeholder = placeholder
        self.cache = cache or ReadCache()

    def query(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the rows of a query."""
        self._cursor.execute(statement.replace("?", self._placeholder), values)
        return list(self._cursor.fetchall())

    def scalar(self, statement: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401 (as the column)
        """Return the value of a query that returns one row of one column."""
        ((value,),) = self.query(statement, values)
        return value

    def query_for(
        self,
        query: str,
        names: Sequence[str],
        wanted: Iterable[tuple[object, ...]],
        *more: object,
    ) -> Iterator[Any]:
        """Yield the rows of a query on a table `wanted` with these columns and rows.

        `more` are the values that the query itself marks with `?`.
        """
        rows = list(wanted)
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            marks = ", ".join([f"({', '.join('?' * len(names))})"] * len(batch))
            yield from self.query(
                f"WITH wanted({', '.join(names)}) AS (VALUES {marks}) {query}",
                [*(value for row in batch for value in row), *more],
            )

    def execute_many(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Execute a statement once for each row of values."""
        if rows:
            self._cursor.executemany(statement.replace("?", self._placeholder), rows)

    def execute(self, statement: str) -> None:
        """Execute a statement that returns no rows."""
        self._cursor.execute(statement)

    def insert(self, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert rows; values are in the order of the table's columns."""
        if rows:
            self._cursor.executemany(_insertion(table, self._placeholder), rows)


@cache
def _insertion(table: Table, placeholder: str) -> str:
    return f"INSERT INTO {table.name} VALUES ({', '.join([placeholder] * len(table.columns))})"  # noqa: S608
