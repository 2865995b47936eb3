"""Connections to a server, kept for the next who needs one: SQLAlchemy's pool, and its errors.

What is put to them goes to the driver directly (`ledger.storage.transaction`).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa

from ledger.storage.transaction import ReadCache, Transaction

PLACEHOLDER = "%s"
"""What psycopg marks a value with."""

BEGIN_READING = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
"""After this, whatever is read is of one moment."""


@contextmanager
def transaction(engine: sa.Engine, begin: str) -> Iterator[Transaction]:
    """Begin a transaction with a statement, and commit it where nothing is raised.

    Raises the driver's errors as SQLAlchemy would, a lost connection told apart.
    """
    raw = connected(engine)
    with _begun(engine, raw, begin) as cursor:
        yield Transaction(cursor, PLACEHOLDER)
        raw.commit()


@contextmanager
def reading(engine: sa.Engine, raw: sa.PoolProxiedConnection) -> Iterator[Transaction]:
    """Read in one transaction over a connection, and give that back."""
    with _begun(engine, raw, BEGIN_READING) as cursor:
        if "read_cache" not in raw.info:
            raw.info["read_cache"] = ReadCache()
        yield Transaction(cursor, PLACEHOLDER, raw.info["read_cache"])
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
        lost = raw is not None and (
            engine.dialect.is_disconnect(error, raw.dbapi_connection, None)
            or _is_the_drivers_own(engine, error)
        )
        if raw and lost:
            raw.invalidate(error)
        raise sa.exc.DBAPIError(None, None, error, connection_invalidated=lost) from error


def _is_the_drivers_own(engine: sa.Engine, error: Exception) -> bool:
    """Whether an error came up on the way to the server, whose own have an SQLSTATE.

    The server may have ended the connection then, and the driver does not know yet.
    """
    operational = isinstance(error, engine.dialect.loaded_dbapi.OperationalError)
    return operational and getattr(error, "sqlstate", None) is None
