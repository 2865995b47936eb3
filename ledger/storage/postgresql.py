"""A ledger in a PostgreSQL database, through psycopg 3: create, check, upgrade and open it.

A ledger is one schema of one database. A writer holds an advisory lock until its transaction ends,
so positions have no gaps and become visible in order. Users who append need only the role
`mission_ledger_writer`: it may SELECT and INSERT, and UPDATE the tables `periods` and `parties` of
the claims index, and nothing else.
"""

import getpass
import logging
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa

from events.errors import (
    BusyLedgerError,
    NoLedgerError,
    NotALedgerError,
    OlderLedgerError,
    StoreError,
)
from ledger.storage import connections
from ledger.storage.error_translation import NOTHING, translated_errors
from ledger.storage.inline_projection import InlineProjection, tables_of
from ledger.storage.retry import with_retries
from ledger.storage.schema_revision import APPLICATION_ID, REVISION, check_revision
from ledger.storage.transaction import Transaction

# They log lost connections, which this module raises as errors.
logging.getLogger("psycopg").setLevel(logging.ERROR)
logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)

BUSY_SECONDS = 10
"""How long a writer waits for the write lock, and a connection for an answer of the server."""

WRITER = "mission_ledger_writer"
"""The application role: it may read, append and update the claims index, and nothing else."""

LOCK_NOT_AVAILABLE = "55P03"
"""SQLSTATE where the wait for a lock exceeds `lock_timeout`."""

WRITE_LOCK = f"pg_advisory_xact_lock({APPLICATION_ID}, 'log'::regclass::oid::int)"
"""Takes the write lock, until the transaction ends."""

LOCK_HOLDER = (
    " FROM pg_locks l JOIN pg_stat_activity a USING (pid)"  # noqa: S608 (a constant)
    f" WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {APPLICATION_ID}"
    " AND l.objid = 'log'::regclass::oid"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""The end of a SELECT from `pg_stat_activity a`: the process that holds the write lock."""

MARKED = "SELECT obj_description(to_regclass('log'), 'pg_class') = 'mission-ledger'"
"""Whether there is a table `log` that is marked as a ledger's."""


class PostgresDatabase:
    """A database of a PostgreSQL server as a backend of the SQL store."""

    def __init__(self, url: sa.URL, *, write: bool) -> None:
        self.place = shown(url)
        self.engine = _engine(url, write=write)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction that reads one snapshot."""
        connection = with_retries(self._checked_out)
        with connections.reading(connection) as reader:
            yield reader

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Begin a transaction and take the write lock, or raise BusyLedgerError.

        READ COMMITTED: queries after the lock is taken see all that other writers committed.
        """
        try:
            with connections.transaction(self.engine, f"SELECT {WRITE_LOCK}") as writer:
                yield writer
        except sa.exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            raise BusyLedgerError(
                f"{self.place} is locked by {self._lock_holder()}; gave up after {BUSY_SECONDS}"
                " seconds",
                hint=f"{NOTHING}; try again when the other writer is done",
            ) from None

    def _lock_holder(self) -> str:
        try:
            with self.engine.connect() as connection:
                query = f"SELECT a.application_name AS name, a.usename AS who, a.pid{LOCK_HOLDER}"
                found = connection.execute(sa.text(query)).first()
        except sa.exc.SQLAlchemyError:
            found = None
        if found is None:
            return "another writer"
        return f"{found.name or 'a program'} (user {found.who}, server process {found.pid})"

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def faults(self, projections: Sequence[InlineProjection]) -> Iterator[str]:
        """Yield what was altered of the objects that keep the log append-only and durable."""
        from ledger.storage.postgresql_guards import faults  # noqa: PLC0415 (start-up)

        with with_retries(self._checked_out) as connection, connection.begin():
            yield from list(faults(connection, tables_of(projections)))

    def _checked_out(self) -> sa.Connection:
        with translated_errors(self.place):
            return self.engine.connect()


def url_of(text: str) -> sa.URL:
    """Parse a database URL. Raises StoreError."""
    try:
        text.encode()
    except UnicodeEncodeError:  # a byte that is not UTF-8, which Python decodes as a lone surrogate
        raise StoreError(
            "this database URL is not text in UTF-8", hint="percent-encode such bytes: %E6"
        ) from None
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError(
            "this is not a database URL",
            hint="write it as postgresql+psycopg://user@host:5432/database",
        ) from None
    if "@" in (url.host or ""):
        raise StoreError(
            "this is not a database URL: it has more than one @",
            hint="write @ in a password as %40",
        )
    return url.set(drivername="postgresql+psycopg")


def shown(url: sa.URL) -> str:
    """Return a URL for messages, with passwords masked."""
    secret = {name: "***" for name in url.query if "pass" in name}
    return url.update_query_dict(secret).render_as_string(hide_password=True)


def create(url: sa.URL, projections: Sequence[InlineProjection]) -> None:
    """Create an empty ledger in a database, in one transaction, and the application role.

    Raises StoreError where one of its tables exists. Where this user may not create roles the
    ledger is created all the same, and `missing_grants` returns the missing statements.
    """
    from ledger.storage.migrate import create_schema  # noqa: PLC0415

    engine = _engine(url, write=True)
    place = shown(url)
    try:
        with translated_errors(place), engine.connect() as connection:
            with connection.begin():
                # Only one process at a time creates a ledger in a database.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPLICATION_ID}, 0)")
                _check_encoding(connection, place)
                inspected = sa.inspect(connection)
                taken = [*inspected.get_table_names(), *inspected.get_view_names()]
                if existing := sorted({each.name for each in tables_of(projections)} & set(taken)):
                    raise StoreError(
                        f"{place} already has tables of a ledger: {', '.join(existing)}",
                        hint="choose another database, or use the ledger that is there",
                    )
                create_schema(connection, projections)
            _grant_rights(connection, projections)
    finally:
        engine.dispose()


def _check_encoding(connection: sa.Connection, place: str) -> None:
    """Raise StoreError for a database whose encoding cannot hold every name."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise StoreError(
            f"{place} has the encoding {encoding}, which cannot store every name",
            hint="create the database with createdb -E UTF8 -T template0",
        )


def upgrade(
    url: sa.URL, projections: Sequence[InlineProjection], *, trust_log: bool = False
) -> tuple[str, str]:
    """Upgrade an older ledger to the newest schema revision; return the old and the new revision.

    In one transaction, which is rolled back on any error; readers are not blocked.
    """
    from ledger.storage.migrate import to_newest  # noqa: PLC0415 (start-up)

    found = revision_of(url)
    with suppress(OlderLedgerError):
        check_revision(found, shown(url))
    if found != REVISION:
        backend = PostgresDatabase(url, write=True)
        try:
            with translated_errors(shown(url)), backend.engine.begin() as connection:
                connection.exec_driver_sql(f"SELECT {WRITE_LOCK}")
                if revision_of(url) != REVISION:  # no other process has upgraded it meanwhile
                    to_newest(connection, projections, trust_log=trust_log)
            with translated_errors(shown(url)), backend.engine.connect() as connection:
                _grant_rights(connection, projections)
        finally:
            backend.close()
    return found, REVISION


def exists(url: sa.URL) -> bool:
    """Whether a database holds a ledger."""
    try:
        revision_of(url)
    except NoLedgerError:
        return False
    return True


def missing_grants(url: sa.URL, projections: Sequence[InlineProjection]) -> tuple[str, ...]:
    """Return the SQL statements that the application role and its rights still need."""
    engine = _engine(url, write=False)
    try:
        with translated_errors(shown(url)), engine.connect() as connection:
            return tuple(_missing(connection, projections))
    finally:
        engine.dispose()


def _grant_rights(connection: sa.Connection, projections: Sequence[InlineProjection]) -> None:
    """Create the application role and grant its rights, as far as this user may."""
    for statement in _missing(connection, projections):
        with suppress(sa.exc.DBAPIError), connection.begin():
            connection.execute(sa.text(statement))


def _missing(connection: sa.Connection, projections: Sequence[InlineProjection]) -> list[str]:
    with connection.begin():
        role_exists = connection.execute(
            sa.text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": WRITER}
        ).first()
        missing = [] if role_exists else [f"CREATE ROLE {WRITER} NOLOGIN"]
        for table in tables_of(projections):
            for right in table.info["rights"]:
                query = sa.text("SELECT has_table_privilege(:role, :table, :right)")
                values = {"role": WRITER, "table": table.name, "right": right}
                if not role_exists or not connection.execute(query, values).scalar():
                    missing.append(f"GRANT {right} ON {table.name} TO {WRITER}")
    return missing


def check(url: sa.URL) -> None:
    """Raise StoreError unless there is a ledger of the current schema revision."""
    check_revision(revision_of(url), shown(url))


def revision_of(url: sa.URL) -> str:
    """Return the schema revision of a ledger. Raises NoLedgerError, NotALedgerError, StoreError."""
    place = shown(url)
    engine = _engine(url, write=False)
    try:
        with translated_errors(place), engine.connect() as connection:
            if not connection.execute(sa.text(MARKED)).scalar():
                tables = sa.inspect(connection).get_table_names()
                if {"log", "alembic_version"} & set(tables):
                    raise NotALedgerError(
                        f"{place} has tables named like a ledger's, but is not one"
                    )
                raise NoLedgerError(
                    f"there is no ledger in {place}", hint="create one with `mission init`"
                )
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
            return ", ".join(found.scalars())
    finally:
        engine.dispose()


def refuse_impossible_hosts(engine: sa.Engine, place: str) -> None:
    """Make an engine raise StoreError for an impossible host name in its URL or in PGHOST."""

    @sa.event.listens_for(engine, "do_connect")
    def connect(dialect: sa.Dialect, _: object, args: list[Any], options: dict[str, Any]) -> object:
        try:
            return dialect.connect(*args, **options)
        except UnicodeError:  # from Python's codec for host names
            raise StoreError(
                f"{place} has an impossible host name",
                hint="each part between dots has 1 to 63 characters; check the URL and PGHOST",
            ) from None


def _engine(url: sa.URL, *, write: bool) -> sa.Engine:
    options = f"-c lock_timeout={BUSY_SECONDS * 1000}"
    if not write:
        options += " -c default_transaction_read_only=on"
    url_options = url.query.get("options", "")
    engine = sa.create_engine(
        url.update_query_dict({"options": f"{url_options} {options}".strip()}),
        pool_size=2,
        max_overflow=8,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "application_name": _application_name(),
            "client_encoding": "utf8",
        },
    )

    refuse_impossible_hosts(engine, shown(url))

    @sa.event.listens_for(engine, "connect")
    def configure(connection: object, _: object) -> None:
        # A commit must be acknowledged only once it is on the disk; keep any stricter setting.
        with connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        connection.commit()  # type: ignore[attr-defined]

    return engine


def _application_name() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid())
    return f"mission-ledger {user}@{socket.gethostname()} {os.getpid()}"[:63]
