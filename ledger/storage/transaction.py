"""A database transaction, in which statements of SQLAlchemy Core are executed.

    _STORED = select(log.c.bytes).where(log.c.position == bindparam("position"))
    reader.rows(_STORED, position=7)

Statements are constants of their modules: building one anew takes five times as long as a query of
one row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.base import Executable

from events.bounded_cache import BoundedCache
from events.encoding.codec import Entry
from events.errors import StoreError
from events.source import Publication
from ledger.storage.given_rows import as_parameter

BATCH = 500
"""Values, or rows of given values, in one statement."""

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
    """A transaction that has begun on a connection."""

    def __init__(self, connection: sa.Connection, cache: ReadCache | None = None) -> None:
        self.connection = connection
        self.cache = cache or ReadCache()

    def rows(self, statement: Executable, **values: object) -> Sequence[sa.Row[Any]]:
        """Return the rows of a query."""
        return self.connection.execute(statement, values).all()

    def scalar(self, statement: Executable, **values: object) -> Any:  # noqa: ANN401 (as the column)
        """Return the first value of the first row of a query; None where there is none."""
        return self.connection.execute(statement, values).scalar()

    def rows_among(
        self, statement: Executable, given: Iterable[object], **values: object
    ) -> Iterator[sa.Row[Any]]:
        """Yield the rows of a query on a list of values, its parameter `given`, in batches."""
        listed = list(given)
        for start in range(0, len(listed), BATCH):
            yield from self.rows(statement, given=listed[start : start + BATCH], **values)

    def rows_for(
        self, statement: Executable, given: Iterable[Sequence[object]], **values: object
    ) -> Iterator[sa.Row[Any]]:
        """Yield the rows of a query on rows of values (`ledger.storage.given_rows`), in batches."""
        listed = list(given)
        for start in range(0, len(listed), BATCH):
            batch = as_parameter(listed[start : start + BATCH])
            yield from self.rows(statement, given=batch, **values)

    def query(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the rows of a query in SQL."""
        mark = "?" if self.connection.dialect.name == "sqlite" else "%s"
        found = self.connection.exec_driver_sql(statement.replace("?", mark), tuple(values))
        return [tuple(row) for row in found]

    def query_for(
        self,
        query: str,
        names: Sequence[str],
        wanted: Iterable[tuple[object, ...]],
        *more: object,
    ) -> Iterator[Any]:
        """Yield the rows of a query in SQL on a table `wanted` with these columns and rows."""
        rows = list(wanted)
        for start in range(0, len(rows), 100):
            batch = rows[start : start + 100]
            marks = ", ".join([f"({', '.join('?' * len(names))})"] * len(batch))
            yield from self.query(
                f"WITH wanted({', '.join(names)}) AS (VALUES {marks}) {query}",
                [*(value for row in batch for value in row), *more],
            )

    def execute_many(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Execute a statement in SQL once for each row of values."""
        mark = "?" if self.connection.dialect.name == "sqlite" else "%s"
        if rows:
            self.connection.exec_driver_sql(statement.replace("?", mark), list(rows))

    def insert(self, table: sa.Table, rows: Sequence[Sequence[object]]) -> None:
        """Insert rows; values are in the order of the table's columns."""
        if rows:
            text, names = _insertion(table, _Dialect(self.connection.dialect))
            values = [dict(zip(names, row, strict=True)) for row in rows] if names else list(rows)
            self.connection.exec_driver_sql(text, values)

    def execute(self, statement: Executable, rows: Sequence[Mapping[str, object]] = ({},)) -> None:
        """Execute a statement that returns no rows, once for each row of values."""
        if rows:
            self.connection.execute(statement, rows if len(rows) > 1 else rows[0])


def cached(connection: sa.Connection) -> ReadCache:
    """Return the cache of a connection of the pool, which is lost with the connection."""
    cache: ReadCache = connection.info.setdefault("read_cache", ReadCache())
    return cache


def handle_errors(engine: sa.Engine, translate: Callable[[BaseException], StoreError]) -> None:
    """Make an Engine raise the errors of its driver as StoreErrors."""

    @sa.event.listens_for(engine, "handle_error")
    def handle(context: sa.engine.ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, engine.dialect.loaded_dbapi.Error):
            raise translate(error) from error


class _Dialect:
    """A dialect as part of a cache key: those of one name compile alike."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self.dialect = dialect

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Dialect) and other.dialect.name == self.dialect.name

    def __hash__(self) -> int:
        return hash(self.dialect.name)


@lru_cache(maxsize=100)
def _insertion(table: sa.Table, kind: _Dialect) -> tuple[str, tuple[str, ...]]:
    """Return the text that inserts a row, and the names of its values if it takes them by name.

    Core's own execution of many rows takes three times as long.
    """
    compiled: Any = sa.insert(table).compile(dialect=kind.dialect)
    names = () if compiled.positional else tuple(column.name for column in table.columns)
    return str(compiled), names
