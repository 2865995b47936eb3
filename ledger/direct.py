"""The driver, called directly, on the path that every append takes.

There SQLAlchemy's building of statements and handling of parameters would cost more than the
database's own work. The connection and its transaction are SQLAlchemy's all the same. Statements
are written with `?`; psycopg's `%s` is put in its place.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


def ask(connection: sa.Connection, statement: str, values: Sequence[object] = ()) -> list[Any]:
    """Return the rows a query gives."""
    cursor = connection.connection.cursor()
    with _as_sqlalchemy_says(connection, statement):
        cursor.execute(_spelled(connection, statement), values)
        return list(cursor.fetchall())


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert whole rows, given in the order of the table's columns."""
    if rows:
        marks = ", ".join(["?"] * len(table.columns))
        statement = f"INSERT INTO {table.name} VALUES ({marks})"  # noqa: S608 (a table of ours)
        with _as_sqlalchemy_says(connection, statement):
            connection.connection.cursor().executemany(_spelled(connection, statement), rows)


def _spelled(connection: sa.Connection, statement: str) -> str:
    return statement if connection.dialect.paramstyle == "qmark" else statement.replace("?", "%s")


@contextmanager
def _as_sqlalchemy_says(connection: sa.Connection, statement: str) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy would, a lost connection told apart."""
    driver = connection.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        lost = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        if lost:
            connection.invalidate(error)
        raise sa.exc.DBAPIError(statement, None, error, connection_invalidated=lost) from error
