"""Transactions on pooled connections to a database server (SQLAlchemy's pool).

Statements go to the driver directly (`ledger.storage.transaction`).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa

from ledger.storage.transaction import ReadCache, Transaction

PLACEHOLDER = "%s"
"""The placeholder of psycopg for a value."""

BEGIN_READING = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
"""Makes all queries of the transaction read one snapshot."""


@contextmanager
def transaction(engine: sa.Engine, begin: str) -> Iterator[Transaction]:
    """Begin a transaction with a statement; commit it unless an error is raised.

    Raises the errors of the driver as SQLAlchemy's, marked where the connection was lost.
    """
    raw = connected(engine)
    with _begun(engine, raw, begin) as cursor:
        yield Transaction(cursor, PLACEHOLDER)
        raw.commit()


@contextmanager
def reading(engine: sa.Engine, raw: sa.PoolProxiedConnection) -> Iterator[Transaction]:
    """Begin a read transaction on a connection; afterwards return that to the pool."""
    with _begun(engine, raw, BEGIN_READING) as cursor:
        if "read_cache" not in raw.info:
            raw.info["read_cache"] = ReadCache()
        yield Transaction(cursor, PLACEHOLDER, raw.info["read_cache"])
        with suppress(engine.dialect.loaded_dbapi.Error):
            raw.rollback()  # all has been read; the pool detects a lost connection later


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
        raw.close()  # returns it to the pool, which rolls back what was not committed


@contextmanager
def _translated(engine: sa.Engine, raw: sa.PoolProxiedConnection | None = None) -> Iterator[None]:
    """Raise the errors of the driver as SQLAlchemy's, marked where the connection was lost."""
    try:
        yield
    except engine.dialect.loaded_dbapi.Error as error:
        lost = raw is not None and (
            engine.dialect.is_disconnect(error, raw.dbapi_connection, None)
            or _is_from_the_driver(engine, error)
        )
        if raw and lost:
            raw.invalidate(error)
        raise sa.exc.DBAPIError(None, None, error, connection_invalidated=lost) from error


def _is_from_the_driver(engine: sa.Engine, error: Exception) -> bool:
    """Whether an error is the driver's own; errors of the server have an SQLSTATE.

    The server may have closed the connection without the driver noticing yet.
    """
    operational = isinstance(error, engine.dialect.loaded_dbapi.OperationalError)
    return operational and getattr(error, "sqlstate", None) is None
