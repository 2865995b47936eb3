"""The transaction of a transaction, put to the driver as they are.

SQLite and PostgreSQL understand the same ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from events.bounded_cache import BoundedCache
from events.encoding.codec import Entry
from events.source import Publication
from ledger.storage.schema import Table

TOGETHER = 100
"""Rows that are asked for in one statement."""

MOST_KEPT = 16 << 20
"""In bytes of what was read; what is made of them takes several times as much memory."""

MOST_SOURCES = 100_000
"""Sources whose positions and publications are kept."""


@dataclass(frozen=True)
class ReadCache:
    """What was read over a connection, which can never change: a writer remembers nothing.

    Entries, by position; where sources are described and when they came out, by name.
    """

    entries: BoundedCache[int, Entry] = field(
        default_factory=lambda: BoundedCache(MOST_KEPT, size=lambda entry: len(entry.raw))
    )
    sources: BoundedCache[str, tuple[int, Publication]] = field(
        default_factory=lambda: BoundedCache(MOST_SOURCES)
    )


class Transaction:
    """A transaction that has begun: queries and statements put to the driver as they are.

    They mark their values with `?`, which is replaced by the driver's `placeholder`.
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
        """Return the rows a query gives."""
        self._cursor.execute(statement.replace("?", self._placeholder), values)
        return list(self._cursor.fetchall())

    def query_for(
        self,
        query: str,
        names: Sequence[str],
        wanted: Iterable[tuple[object, ...]],
        *more: object,
    ) -> Iterator[Any]:
        """Yield the rows of a query over a table `wanted` that has these columns and rows.

        `more` are the values the query itself marks.
        """
        rows = list(wanted)
        for start in range(0, len(rows), TOGETHER):
            some = rows[start : start + TOGETHER]
            marks = ", ".join([f"({', '.join('?' * len(names))})"] * len(some))
            yield from self.query(
                f"WITH wanted({', '.join(names)}) AS (VALUES {marks}) {query}",
                [*(value for row in some for value in row), *more],
            )

    def execute_many(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Carry out a statement for each of these rows of values."""
        if rows:
            self._cursor.executemany(statement.replace("?", self._placeholder), rows)

    def execute(self, statement: str) -> None:
        """Carry out a statement that gives no rows."""
        self._cursor.execute(statement)

    def insert(self, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert whole rows, given in the order of the table's columns."""
        if rows:
            self._cursor.executemany(_insertion(table, self._placeholder), rows)


@cache
def _insertion(table: Table, placeholder: str) -> str:
    return f"INSERT INTO {table.name} VALUES ({', '.join([placeholder] * len(table.columns))})"  # noqa: S608
