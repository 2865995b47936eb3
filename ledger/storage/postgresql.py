"""A ledger in a PostgreSQL database, through psycopg 3: made, looked at and opened.

One ledger is one schema of one database. Appends take turns by an advisory lock that ends with
the transaction, so that positions are gapless and are seen in order. Whoever appends day by day
does so in the role `mission_ledger_writer`, which may SELECT and INSERT, and UPDATE what the
claims index says of periods, and no more.
"""

import getpass
import logging
import os
import socket
from collections.abc import Iterator
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
from ledger.storage.retry import with_retries
from ledger.storage.schema import DERIVED, log, parties, periods
from ledger.storage.schema_revision import APPLICATION_ID, REVISION, check_revision
from ledger.storage.transaction import Transaction

# What they tell of, a connection lost in the middle of something, we raise in plain words.
logging.getLogger("psycopg").setLevel(logging.ERROR)
logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)

BUSY_SECONDS = 10
"""How long a writer waits for its turn, and anyone for an answer to a connection."""

WRITER = "mission_ledger_writer"
"""The application role: it may read and append, and keep the claims index, and nothing else."""

LOCK_NOT_AVAILABLE = "55P03"
"""SQLSTATE of a wait for a lock that took too long."""

TURN = f"pg_advisory_xact_lock({APPLICATION_ID}, 'log'::regclass::oid::int)"

HOLDER = (
    " FROM pg_locks l JOIN pg_stat_activity a USING (pid)"  # noqa: S608 (our own number)
    f" WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {APPLICATION_ID}"
    " AND l.objid = 'log'::regclass::oid"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""Whose turn it is: what follows a SELECT from `pg_stat_activity a`."""

MARKED = "SELECT obj_description(to_regclass('log'), 'pg_class') = 'mission-ledger'"
"""Whether there is a table `log` and it is a ledger's."""

TABLES = (*(table.name for table in (log, *DERIVED)), "alembic_version")


class PostgresDatabase:
    """A ledger's database as a backend of the SQL store."""

    def __init__(self, url: sa.URL, *, write: bool) -> None:
        self.place = shown(url)
        self.engine = _engine(url, write=write)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction in which all that is read is of one moment."""
        raw = with_retries(self._connected)
        with connections.reading(self.engine, raw) as reader:
            yield reader

    def _connected(self) -> sa.PoolProxiedConnection:
        with translated_errors(self.place):
            return connections.connected(self.engine)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Begin a transaction and take a turn that ends with it, or say who has it.

        READ COMMITTED: what is looked at after the turn is taken is what is really there.
        """
        try:
            with connections.transaction(self.engine, f"SELECT {TURN}") as writer:
                yield writer
        except sa.exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            raise BusyLedgerError(
                f"{self.place} is held by {self._holder()}, and {BUSY_SECONDS} seconds were not"
                " enough",
                hint=f"{NOTHING}; try again when it is done",
            ) from None

    def _holder(self) -> str:
        try:
            with self.engine.connect() as connection:
                query = f"SELECT a.application_name AS name, a.usename AS who, a.pid{HOLDER}"
                found = connection.execute(sa.text(query)).first()
        except sa.exc.SQLAlchemyError:
            found = None
        if found is None:
            return "another writer"
        return f"{found.name or 'a program'} (user {found.who}, server process {found.pid})"

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    def faults(self) -> Iterator[str]:
        """Say what is not as it was made of what keeps the log append-only and durable."""
        from ledger.storage.postgresql_guards import faults  # noqa: PLC0415 (start-up: it needs Alembic)

        with with_retries(self._at_hand) as connection, connection.begin():
            yield from list(faults(connection))

    def _at_hand(self) -> sa.Connection:
        with translated_errors(self.place):
            return self.engine.connect()


def url_of(text: str) -> sa.URL:
    """Read a database URL. Raises StoreError."""
    try:
        text.encode()
    except UnicodeEncodeError:  # a byte that is no text; Python keeps it as a lone surrogate
        raise StoreError(
            "this database URL is not text in UTF-8", hint="write such bytes of a password as %E6"
        ) from None
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError(
            "this is not a database URL", hint="postgresql+psycopg://user@host:5432/database"
        ) from None
    if "@" in (url.host or ""):
        raise StoreError(
            "this is not a database URL: it has two @", hint="write @ in a password as %40"
        )
    return url.set(drivername="postgresql+psycopg")


def shown(url: sa.URL) -> str:
    """Return a URL as messages show it, without its passwords."""
    secret = {name: "***" for name in url.query if "pass" in name}
    return url.update_query_dict(secret).render_as_string(hide_password=True)


def create(url: sa.URL) -> None:
    """Make an empty ledger in a database, in one transaction, and admit the application role.

    Raises StoreError where something is there. Where this user may not make roles the ledger is
    there all the same, and `grants_left` says what is missing.
    """
    from ledger.storage.migrate import to_newest  # noqa: PLC0415 (start-up: only this needs Alembic)

    engine = _engine(url, write=True)
    place = shown(url)
    try:
        with translated_errors(place), engine.connect() as connection:
            with connection.begin():
                # Two who make a ledger in one database at once take turns, too.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPLICATION_ID}, 0)")
                _check_encoding(connection, place)
                inspected = sa.inspect(connection)
                taken = [*inspected.get_table_names(), *inspected.get_view_names()]
                if there := sorted(set(TABLES) & set(taken)):
                    raise StoreError(
                        f"{place} has tables already that a ledger would make: {', '.join(there)}",
                        hint="name another database, or use the ledger as it is",
                    )
                to_newest(connection)
            _admit(connection)
    finally:
        engine.dispose()


def _check_encoding(connection: sa.Connection, place: str) -> None:
    """Refuse a database that cannot hold every name."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise StoreError(
            f"{place} has the encoding {encoding}, in which not every name can be written",
            hint="make the database with createdb -E UTF8 -T template0",
        )


def upgrade(url: sa.URL, *, trust_log: bool = False) -> tuple[str, str]:
    """Bring an older ledger to the newest schema; return both revisions.

    In one transaction, which is rolled back whole where anything is wrong; readers go on.
    """
    from ledger.storage.migrate import to_newest  # noqa: PLC0415 (start-up)

    found = revision_of(url)
    with suppress(OlderLedgerError):
        check_revision(found, shown(url))
    if found != REVISION:
        backend = PostgresDatabase(url, write=True)
        try:
            with translated_errors(shown(url)), backend.engine.begin() as connection:
                connection.exec_driver_sql(f"SELECT {TURN}")
                if revision_of(url) != REVISION:  # nobody else has done it meanwhile
                    to_newest(connection, trust_log=trust_log)
            with translated_errors(shown(url)), backend.engine.connect() as connection:
                _admit(connection)
        finally:
            backend.close()
    return found, REVISION


def exists(url: sa.URL) -> bool:
    """Whether there is a ledger in a database."""
    try:
        revision_of(url)
    except NoLedgerError:
        return False
    return True


def grants_left(url: sa.URL) -> tuple[str, ...]:
    """Return the SQL that is still to be run so that the application role is there and admitted."""
    engine = _engine(url, write=False)
    try:
        with translated_errors(shown(url)), engine.connect() as connection:
            return tuple(_missing(connection))
    finally:
        engine.dispose()


def _admit(connection: sa.Connection) -> None:
    """Make the application role and admit it to all tables, as far as this user may."""
    for statement in _missing(connection):
        with suppress(sa.exc.DBAPIError), connection.begin():
            connection.execute(sa.text(statement))


def _missing(connection: sa.Connection) -> list[str]:
    with connection.begin():
        made = connection.execute(
            sa.text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": WRITER}
        ).first()
        missing = [] if made else [f"CREATE ROLE {WRITER} NOLOGIN"]
        for table in TABLES:
            for right in _rights(table):
                asked = sa.text("SELECT has_table_privilege(:role, :table, :right)")
                given = {"role": WRITER, "table": table, "right": right}
                if not made or not connection.execute(asked, given).scalar():
                    missing.append(f"GRANT {right} ON {table} TO {WRITER}")
    return missing


def _rights(table: str) -> tuple[str, ...]:
    """Return what whoever appends may do with a table."""
    if table == "alembic_version":
        return ("SELECT",)
    kept_up = (periods.name, parties.name)
    return ("SELECT", "INSERT", "UPDATE") if table in kept_up else ("SELECT", "INSERT")


def check(url: sa.URL) -> None:
    """Refuse what is not a ledger that this program can use as it is."""
    check_revision(revision_of(url), shown(url))


def revision_of(url: sa.URL) -> str:
    """Return the schema revision of a ledger. Raises NoLedgerError, NotALedgerError, StoreError."""
    place = shown(url)
    engine = _engine(url, write=False)
    try:
        with translated_errors(place), engine.connect() as connection:
            if not connection.execute(sa.text(MARKED)).scalar():
                tables = sa.inspect(connection).get_table_names()
                if set(tables) & set(TABLES):
                    raise NotALedgerError(f"{place} holds tables, but they are not a ledger's")
                raise NoLedgerError(
                    f"there is no ledger in {place}", hint="`mission init` makes one there"
                )
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
            return ", ".join(found.scalars())
    finally:
        engine.dispose()


def refuse_impossible_hosts(engine: sa.Engine, place: str) -> None:
    """Let an engine raise StoreError for a host, in its URL or PGHOST, that cannot be one."""

    @sa.event.listens_for(engine, "do_connect")
    def connect(dialect: sa.Dialect, _: object, args: list[Any], given: dict[str, Any]) -> object:
        try:
            return dialect.connect(*args, **given)
        except UnicodeError:  # from the codec for host names
            raise StoreError(
                f"{place} names a host that cannot be one",
                hint="between its dots a host has 1 to 63 characters; check the URL and PGHOST",
            ) from None


def _engine(url: sa.URL, *, write: bool) -> sa.Engine:
    options = f"-c lock_timeout={BUSY_SECONDS * 1000}"
    if not write:
        options += " -c default_transaction_read_only=on"
    given = url.query.get("options", "")
    engine = sa.create_engine(
        url.update_query_dict({"options": f"{given} {options}".strip()}),
        pool_size=2,
        max_overflow=8,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "application_name": _me(),
            "client_encoding": "utf8",
        },
    )

    refuse_impossible_hosts(engine, shown(url))

    @sa.event.listens_for(engine, "connect")
    def configure(connection: object, _: object) -> None:
        # A server that acknowledges before the disk has it is told otherwise; a stricter one is
        # left as it is.
        with connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        connection.commit()  # type: ignore[attr-defined]

    return engine


def _me() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid())
    return f"mission-ledger {user}@{socket.gethostname()} {os.getpid()}"[:63]
