"""The driver, called directly, on the path that every append takes.

There SQLAlchemy's building of statements and handling of parameters would cost more than the
database's own work. The connection and its transaction are SQLAlchemy's all the same. Statements
are written with `?`; psycopg's `%s` is put in its place.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


def ask(connection: sa.Connection, statement: str, values: Sequence[object] = ()) -> list[Any]:
    """Return the rows a query gives."""
    cursor = connection.connection.cursor()
    cursor.execute(_spelled(connection, statement), values)
    return list(cursor.fetchall())


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert whole rows, given in the order of the table's columns."""
    if rows:
        marks = ", ".join(["?"] * len(table.columns))
        statement = f"INSERT INTO {table.name} VALUES ({marks})"  # noqa: S608 (a table of ours)
        connection.connection.cursor().executemany(_spelled(connection, statement), rows)


def _spelled(connection: sa.Connection, statement: str) -> str:
    return statement if connection.dialect.paramstyle == "qmark" else statement.replace("?", "%s")
