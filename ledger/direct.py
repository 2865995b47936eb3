"""The driver, called directly, on the path that every append takes.

There SQLAlchemy's building of statements and handling of parameters would cost more than the
database's own work. The connection and its transaction are SQLAlchemy's all the same. Statements
are written with `?`; psycopg's `%s` is put in its place.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa


def ask(connection: sa.Connection, statement: str, values: Sequence[object] = ()) -> list[Any]:
    """Return the rows a query gives."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_spelled(connection, statement), values)
        return list(cursor.fetchall())
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_says(connection, statement, error) from error


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert whole rows, given in the order of the table's columns."""
    if not rows:
        return
    statement = _insertion(connection.dialect.paramstyle, table)
    try:
        connection.connection.cursor().executemany(statement, rows)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_says(connection, statement, error) from error


def _spelled(connection: sa.Connection, statement: str) -> str:
    return statement if connection.dialect.paramstyle == "qmark" else statement.replace("?", "%s")


@cache
def _insertion(paramstyle: str, table: sa.Table) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    return f"INSERT INTO {table.name} VALUES ({', '.join([mark] * len(table.columns))})"  # noqa: S608


def _as_sqlalchemy_says(
    connection: sa.Connection, statement: str, error: BaseException
) -> sa.exc.DBAPIError:
    """Return the driver's error as SQLAlchemy would raise it, a lost connection told apart."""
    lost = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    return sa.exc.DBAPIError(statement, None, error, connection_invalidated=lost)
