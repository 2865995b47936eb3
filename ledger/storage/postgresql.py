"""A ledger in a PostgreSQL database, through psycopg 3: create, check, upgrade and open it.

A ledger is one schema of one database. A writer holds an advisory lock until its transaction ends,
so positions have no gaps and become visible in order. Users who append need only the role
`mission_ledger_writer`: it may SELECT and INSERT, UPDATE the tables that say so
(`ledger.storage.schema`), and nothing else.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import sqlalchemy as sa

from events.errors import (
    BusyLedgerError,
    NoLedgerError,
    NotALedgerError,
    OlderLedgerError,
    StoreError,
)
from ledger.storage.error_translation import NOTHING, translated_errors
from ledger.storage.inline_projection import InlineProjection, tables_of
from ledger.storage.migrate import create_schema, to_newest
from ledger.storage.postgresql_connections import (
    BUSY_SECONDS,
    WRITE_LOCK,
    appending,
    ended,
    engine_of,
    in_mode,
    reading,
    writing,
)
from ledger.storage.postgresql_guards import faults
from ledger.storage.postgresql_url import shown
from ledger.storage.retry import with_retries
from ledger.storage.schema_revision import APPLICATION_ID, REVISION, check_revision
from ledger.storage.transaction import Transaction

WRITER = "mission_ledger_writer"
"""The application role: it may read and append, and nothing else."""

LOCK_HOLDER = (
    " FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()"
    f" WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {APPLICATION_ID}"
    " AND l.objid = 'log'::regclass::oid"
)
"""The end of a SELECT from `pg_stat_activity a`: the process that holds the write lock."""

MARKED = "SELECT obj_description(to_regclass('log'), 'pg_class') = 'mission-ledger'"
"""Whether there is a table `log` that is marked as a ledger's."""


class PostgresDatabase:
    """A database of a PostgreSQL server as a backend of the SQL store."""

    def __init__(self, url: sa.URL, *, write: bool) -> None:
        self.place = shown(url)
        self.engine = engine_of(url, reading(), pool_size=2, max_overflow=8)
        self._begin_reading = in_mode(self.engine, reading())
        self._begin_appending = in_mode(self.engine, appending(write=write))

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction that reads one snapshot."""
        connection = with_retries(self._begin_reading)
        with ended(connection):
            yield Transaction(connection)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Begin a transaction and take the write lock, or raise BusyLedgerError."""
        try:
            connection = self._begin_appending()
        except BusyLedgerError:
            raise BusyLedgerError(
                f"{self.place} is locked by {self._lock_holder()}; gave up after {BUSY_SECONDS}"
                " seconds",
                hint=f"{NOTHING}; try again when the other writer is done",
            ) from None
        with ended(connection):
            yield Transaction(connection)
            connection.commit()

    def _lock_holder(self) -> str:
        try:
            with self.engine.connect() as connection:
                query = f"SELECT a.application_name AS name, a.usename AS who, a.pid{LOCK_HOLDER}"
                found = connection.execute(sa.text(query)).first()
        except StoreError:
            found = None
        if found is None:
            return "another writer"
        return f"{found.name or 'a program'} (user {found.who}, server process {found.pid})"

    def grant_rights(self, projections: Sequence[InlineProjection]) -> None:
        """Grant the application role its rights, as far as this user may."""
        with self.engine.execution_options(mode=writing()).connect() as connection:
            _grant_rights(connection, projections)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def faults(self, projections: Sequence[InlineProjection]) -> Iterator[str]:
        """Yield what was altered of the objects that keep the log append-only and durable."""
        with with_retries(self._begin_reading) as connection:
            yield from list(faults(connection, tables_of(projections)))


def create(url: sa.URL, projections: Sequence[InlineProjection]) -> None:
    """Create an empty ledger in a database, in one transaction, and the application role.

    Raises StoreError where one of its tables exists. Where this user may not create roles the
    ledger is created all the same, and `missing_grants` returns the missing statements.
    """
    engine = engine_of(url, writing())
    place = shown(url)
    try:
        with engine.connect() as connection:
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
    found, place = revision_of(url), shown(url)
    with suppress(OlderLedgerError):
        check_revision(found, place)
    if found != REVISION:
        engine = engine_of(url, writing())
        try:
            with translated_errors(place), engine.begin() as connection:
                connection.exec_driver_sql(f"SELECT {WRITE_LOCK}")
                if revision_of(url) != REVISION:  # no other process has upgraded it meanwhile
                    to_newest(connection, projections, trust_log=trust_log)
            with engine.connect() as connection:
                _grant_rights(connection, projections)
        finally:
            engine.dispose()
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
    engine = engine_of(url, reading())
    try:
        with engine.connect() as connection:
            return tuple(_missing(connection, projections))
    finally:
        engine.dispose()


def _grant_rights(connection: sa.Connection, projections: Sequence[InlineProjection]) -> None:
    """Create the application role and grant its rights, as far as this user may."""
    for statement in _missing(connection, projections):
        with suppress(StoreError), connection.begin():
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
    engine = engine_of(url, reading())
    try:
        with engine.connect() as connection:
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
