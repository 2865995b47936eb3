"""A temporary SQLite database: larger than memory may be, and gone when it is closed."""

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from events.errors import StoreError
from ledger.storage.error_translation import translated

CACHE_KIB = 16 * 1024
"""The memory that the database takes; what exceeds it is in a file that has no name."""


def temporary_engine(place: str) -> sa.Engine:
    """Return an engine whose every connection is an empty database of its own.

    Closing the connection deletes the database. Errors of the database are raised as StoreError,
    with `place` in the message.
    """
    # The path in the URI is empty: SQLite then creates a temporary file once its cache is full.
    engine = sa.create_engine("sqlite:///file:?uri=true", poolclass=sa.pool.NullPool)

    @sa.event.listens_for(engine, "connect")
    def set_cache(connection: DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        cursor.close()

    @sa.event.listens_for(engine, "handle_error")
    def translate(context: sa.ExceptionContext) -> StoreError | None:
        error = context.sqlalchemy_exception
        return translated(error, place) if error else None

    return engine
