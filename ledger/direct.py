"""The driver, called directly, on the paths that every append and every answer take.

There SQLAlchemy's building of statements and handling of parameters would cost more than the
database's own work. Connections, their pool and the errors are SQLAlchemy's all the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import sqlalchemy as sa

from events.codec import Entry
from events.keeping import Kept

TOGETHER = 100
"""Rows that are asked for in one statement."""

MOST_KEPT = 16 << 20
"""In bytes of what was read; what is made of them takes several times as much memory."""

MOST_SOURCES = 100_000
"""Names of sources whose positions are kept."""


class Statements:
    """The statements of a transaction. They mark their values with `?`.

    `kept` are entries read over the same connection before, by position, and `kept_sources` where
    sources were found: neither can ever change.
    """

    def __init__(
        self,
        cursor: Any,  # noqa: ANN401 (a DBAPI cursor)
        paramstyle: str,
        memory: dict[str, Any] | None = None,
    ) -> None:
        self._cursor = cursor
        self._mark = "?" if paramstyle == "qmark" else "%s"
        memory = {} if memory is None else memory
        if "kept" not in memory:
            memory["kept"] = Kept(MOST_KEPT, size=lambda entry: len(entry.raw)), Kept(MOST_SOURCES)
        self.kept: Kept[int, Entry]
        self.kept_sources: Kept[str, int]
        self.kept, self.kept_sources = memory["kept"]

    def ask(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the rows a query gives."""
        self._cursor.execute(statement.replace("?", self._mark), values)
        return list(self._cursor.fetchall())

    def ask_of(
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
            yield from self.ask(
                f"WITH wanted({', '.join(names)}) AS (VALUES {marks}) {query}",
                [*(value for row in some for value in row), *more],
            )

    def change(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Carry out a statement for each of these rows of values."""
        if rows:
            self._cursor.executemany(statement.replace("?", self._mark), rows)

    def run(self, statement: str) -> None:
        """Carry out a statement that gives no rows."""
        self._cursor.execute(statement)

    def insert(self, table: sa.Table, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert whole rows, given in the order of the table's columns."""
        if rows:
            self._cursor.executemany(_insertion(table, self._mark), rows)


@cache
def _insertion(table: sa.Table, mark: str) -> str:
    return f"INSERT INTO {table.name} VALUES ({', '.join([mark] * len(table.columns))})"  # noqa: S608


@contextmanager
def transaction(engine: sa.Engine, begin: str) -> Iterator[Statements]:
    """Begin a transaction with a statement, and commit it where nothing is raised.

    Raises the driver's errors as SQLAlchemy would, a lost connection told apart.
    """
    raw = connected(engine)
    with _begun(engine, raw, begin) as cursor:
        yield Statements(cursor, engine.dialect.paramstyle)
        raw.commit()


@contextmanager
def reading(engine: sa.Engine, raw: sa.PoolProxiedConnection, begin: str) -> Iterator[Statements]:
    """Read in one transaction, begun by a statement, over a connection; give that back."""
    with _begun(engine, raw, begin) as cursor:
        yield Statements(cursor, engine.dialect.paramstyle, raw.info)
        with suppress(engine.dialect.loaded_dbapi.Error):
            raw.rollback()  # all was read; where the connection is lost, the pool will find out


def connected(engine: sa.Engine) -> sa.PoolProxiedConnection:
    """Return a connection from the pool."""
    with _translated(engine):
        return engine.raw_connection()


@contextmanager
def _begun(engine: sa.Engine, raw: sa.PoolProxiedConnection, begin: str) -> Iterator[Any]:
    try:
        with _translated(engine, raw):
            cursor = raw.cursor()
            cursor.execute(begin)
            yield cursor
    finally:
        raw.close()  # what was not committed is rolled back as the pool takes it


@contextmanager
def _translated(engine: sa.Engine, raw: sa.PoolProxiedConnection | None = None) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy would, a lost connection told apart."""
    try:
        yield
    except engine.dialect.loaded_dbapi.Error as error:
        lost = raw is not None and engine.dialect.is_disconnect(error, raw.dbapi_connection, None)
        if raw and lost:
            raw.invalidate(error)
        raise sa.exc.DBAPIError(None, None, error, connection_invalidated=lost) from error


def statements_of(connection: sa.Connection) -> Statements:
    """Return the statements of a transaction that SQLAlchemy has begun."""
    return Statements(connection.connection.cursor(), connection.dialect.paramstyle)
