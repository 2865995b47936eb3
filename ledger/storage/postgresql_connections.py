"""The Engine of a ledger in PostgreSQL. Its events begin transactions and translate errors.

How a transaction begins is a `Mode`, an execution option of the Engine:

    reading     BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
    writing     BEGIN ISOLATION LEVEL READ COMMITTED
    appending   the same, then the write lock

All settings are those of the transaction, none of the session: start-up options would keep libpq
from finding a server that accepts writes, and a connection pooler hands each transaction to another
session. For its sake nothing is prepared on the server either.
"""

import getpass
import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa

from events.errors import StoreError
from ledger.storage.postgresql_errors import translate
from ledger.storage.postgresql_url import shown
from ledger.storage.schema_revision import APPLICATION_ID

# They log lost connections, which this module raises as errors.
logging.getLogger("psycopg").setLevel(logging.ERROR)
logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)

BUSY_SECONDS = 10
"""How long a transaction waits for a lock, and a connection for an answer of the server."""

WRITE_LOCK = f"pg_advisory_xact_lock({APPLICATION_ID}, 'log'::regclass::oid::int)"
"""Takes the write lock, until the transaction ends."""


class Mode(NamedTuple):
    """How a transaction begins: its isolation level, and its first statement.

    One that is not `read_only` is what the server's default says, which may be READ ONLY too.
    """

    isolation: psycopg.IsolationLevel
    read_only: bool
    statement: str
    appends: bool = False


def reading() -> Mode:
    """Return the mode in which all queries of a transaction read one snapshot."""
    wait = f"set_config('lock_timeout', '{BUSY_SECONDS}s', true)"
    return Mode(
        psycopg.IsolationLevel.REPEATABLE_READ,
        read_only=True,
        statement=f"SELECT {wait}",
    )


def writing() -> Mode:
    """Return the mode for changing the schema, in which a commit waits for the disk."""
    return Mode(
        psycopg.IsolationLevel.READ_COMMITTED,
        read_only=False,
        statement=f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s';"
        # A commit must be acknowledged only once it is on the disk; keep any stricter setting.
        " SELECT set_config('synchronous_commit', 'on', true)"
        " WHERE current_setting('synchronous_commit') = 'off'",
    )


def appending(*, write: bool) -> Mode:
    """Return the mode that takes the write lock; unless `write`, the server refuses the append.

    READ COMMITTED: queries after the lock is taken see all that other writers committed.
    """
    mode = writing()
    statement = f"{mode.statement}; SELECT {WRITE_LOCK}"
    return mode._replace(statement=statement, read_only=not write, appends=True)


def engine_of(url: sa.URL, mode: Mode, **options: Any) -> sa.Engine:  # noqa: ANN401 (as create_engine's)
    """Return an Engine whose transactions begin in this mode; connect to nothing yet.

    Its errors are StoreError and its subclasses.
    """
    place = shown(url)
    engine = sa.create_engine(
        url,
        execution_options={"mode": mode},
        pool_pre_ping=True,
        use_native_hstore=False,  # needs a query at the first connection
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "application_name": _application_name(),
            "client_encoding": "utf8",
            "prepare_threshold": None,
        },
        **options,
    )

    @sa.event.listens_for(engine, "do_connect")
    def connect(dialect: sa.Dialect, _: object, args: list[Any], options: dict[str, Any]) -> object:
        try:
            return dialect.connect(*args, **options)
        except UnicodeError:  # from Python's codec for host names
            raise StoreError(
                f"{place} has an impossible host name",
                hint="each part between dots has 1 to 63 characters; check the URL and PGHOST",
            ) from None

    sa.event.listen(engine, "begin", _begin)

    @sa.event.listens_for(engine, "handle_error")
    def translated(context: sa.ExceptionContext) -> StoreError | None:
        error, connection = context.original_exception, context.connection
        if context.is_pre_ping or not isinstance(error, psycopg.Error):
            return None  # the pool replaces a connection that does not answer
        if connection is not None and _is_of_the_driver(error):
            context.is_disconnect = True
        return _translated(error, place, connection, lost=context.is_disconnect)

    return engine


def in_mode(engine: sa.Engine, mode: Mode) -> Callable[[], sa.Connection]:
    """Return a function that connects, with an Engine's pool, and begins a transaction."""
    in_this_mode = engine.execution_options(mode=mode)

    def begun() -> sa.Connection:
        connection = in_this_mode.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection

    return begun


@sa.event.listens_for(sa.Index, "before_create")
def _make_partial(index: sa.Index, connection: sa.Connection, **_: object) -> None:
    """Give a partial index its condition (`ledger.storage.schema.partial_index`)."""
    if connection.dialect.name == "postgresql" and "where" in index.info:
        index.dialect_options["postgresql"]["where"] = index.info["where"]


def _begin(connection: sa.Connection) -> None:
    """Begin a transaction in the mode of the connection (an event of the Engine)."""
    mode: Mode = connection.get_execution_options()["mode"]
    driver: Any = connection.connection.driver_connection
    if driver.isolation_level != mode.isolation:
        driver.isolation_level = mode.isolation
    # None rather than False: READ WRITE would overrule what the server is set to.
    if driver.read_only != (mode.read_only or None):
        driver.read_only = mode.read_only or None
    connection.exec_driver_sql(mode.statement)


@contextmanager
def ended(connection: sa.Connection) -> Iterator[None]:
    """Roll back what was not committed; return the connection to the pool."""
    try:
        yield
    finally:
        with suppress(StoreError):  # the connection was lost; the server rolls back
            connection.rollback()
        connection.close()


def _translated(
    error: psycopg.Error, place: str, connection: sa.Connection | None, *, lost: bool
) -> StoreError:
    wrapped = sa.exc.DBAPIError(None, None, error, connection_invalidated=lost)
    mode = connection.get_execution_options()["mode"] if connection else None
    return translate(wrapped, place, appending=bool(mode and mode.appends))


def _is_of_the_driver(error: psycopg.Error) -> bool:
    """Whether an error is psycopg's own: an error of the server has an SQLSTATE.

    The server may have closed the connection without psycopg noticing yet.
    """
    return isinstance(error, psycopg.OperationalError) and error.sqlstate is None


def _application_name() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid())
    return f"mission-ledger {user}@{socket.gethostname()} {os.getpid()}"[:63]
