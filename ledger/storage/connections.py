"""Transactions on pooled connections to a database server (SQLAlchemy's pool)."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from ledger.storage.transaction import Transaction, cached

BEGIN_READING = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
"""Makes all queries of the transaction read one snapshot."""


@contextmanager
def transaction(engine: sa.Engine, begin: str) -> Iterator[Transaction]:
    """Begin a transaction with a statement; commit it unless an error is raised."""
    with engine.begin() as connection:
        connection.exec_driver_sql(begin)
        yield Transaction(connection)


@contextmanager
def reading(connection: sa.Connection) -> Iterator[Transaction]:
    """Begin a read transaction on a connection; afterwards return that to the pool."""
    with connection, connection.begin():
        connection.exec_driver_sql(BEGIN_READING)
        yield Transaction(connection, cached(connection))
