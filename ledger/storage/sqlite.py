"""The SQLite dialect: how a ledger's file is opened, read, written and looked at.

Nothing opens the file but SQLite, which knows by locks which processes have it open: a process
loses all its locks on a file as soon as it closes any descriptor of it (POSIX), and another process
may then remove the write-ahead log, with what is appended to it later. A connection whose log was
removed all the same is not used again (`Connection.check_log`).

An acknowledged append is on the disk: the file has a write-ahead log and synchronous=FULL. Writers
and checkpoints hold the write lock, one at a time (`ledger.storage.write_lock`), and a writer takes
SQLite's own lock before its first query.
"""

import ctypes
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote
from weakref import WeakSet

import sqlalchemy as sa

from events.errors import NotALedgerError, StoreError
from ledger.files import has_room
from ledger.storage.schema import alembic_version
from ledger.storage.schema_revision import APPLICATION_ID
from ledger.storage.sqlite_errors import translate
from ledger.storage.transaction import Transaction, handle_errors
from ledger.storage.write_ahead_log import damaged_at
from ledger.storage.write_lock import hold_lock

BUSY_SECONDS = 10
"""How long a writer waits for the write lock."""

MOST_IDLE = 5
"""Idle connections that the pool keeps."""

CACHE_KIB = 64 * 1024
"""The page cache of a writer: SQLite's default of 2 MB is too small for an import."""

LARGEST_VALUE = 1 << 20
"""In bytes, far larger than any entry; limits what a hostile file can make SQLite read."""

Identity = tuple[int, int]
"""Device and inode of a file."""


class Connection(sqlite3.Connection):
    """A connection to a ledger's file.

    A `frozen` connection treats the file as immutable: it never sees later appends. `file` and
    `log` identify the file at `path`, and its write-ahead log at `log_path`, as of when it was
    opened.
    """

    frozen = False
    writes = False
    path: Path
    log_path: Path
    file: Identity | None = None
    log: Identity | None = None

    def check_log(self, outcome: str = "nothing was appended") -> None:
        """Raise StoreError, with the outcome in its hint, if the file's log was removed."""
        if not self._has_log():
            raise StoreError(
                f"the write-ahead log of {self.path} was removed while this program had the"
                " ledger open",
                hint=f"{outcome}; restart the program, and make sure that it does not open the"
                " ledger's file in any other way",
            )

    def _has_log(self) -> bool:
        # A ledger that is being created has no log at first, and a frozen connection uses none.
        if self.log is None or _identity(self.log_path) == self.log:
            return True
        return _identity(self.path) != self.file

    def close(self) -> None:
        """Close the connection, unless SQLite would then remove a log that another process uses.

        In that case it stays open until the process ends.
        """
        if not self._has_log():
            return
        super().close()
        _OPEN.discard(self)
        if self.writes:
            self.writes = False
            ctypes.pythonapi.Py_DecRef(ctypes.py_object(self))


_OPEN: WeakSet[Connection] = WeakSet()
"""The open connections of this process to ledgers' files."""


class SqliteDatabase:
    """A SQLite file as the database of a ledger: one Engine, whose events set what follows."""

    def __init__(self, path: Path, *, write: bool) -> None:
        self.place = str(path)
        self.path = path
        self._write = write
        self.engine = engine_of(path, write=write)
        self._writer = self.engine.execution_options(writes=True)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction that reads one snapshot."""
        with self.engine.connect() as connection:
            with connection.begin():
                yield Transaction(connection)
            if _raw(connection).frozen:
                connection.invalidate()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Take the write lock and begin a transaction that holds SQLite's own lock."""
        if not self._write:
            with self.engine.begin() as connection:
                yield Transaction(connection)  # SQLite refuses the change
            return
        with hold_lock(self.path, BUSY_SECONDS), self._writer.connect() as connection:
            with connection.begin():
                _raw(connection).check_log()
                yield Transaction(connection)
            _raw(connection).check_log(
                "this append may be lost with it, and earlier ones that were only there"
            )

    def close(self) -> None:
        """Close the file under the write lock: closing the last writer makes a checkpoint."""
        with (
            suppress(StoreError),
            hold_lock(self.path, BUSY_SECONDS) if self._write else nullcontext(),
        ):
            self.engine.dispose()
        self.engine.dispose()  # without the lock, if it was not released in time

    def revision(self) -> str:
        """Return the schema revision. Raises NotALedgerError for a database of another kind."""
        with self.reading() as reader:
            hostile = reader.connection.exec_driver_sql(_VIEWS).all()
            found = reader.rows(_REVISION)
        if hostile or len(found) != 1:
            raise NotALedgerError(f"{self.path} is not a mission ledger")
        return str(found[0].version_num)

    def damage(self) -> Iterator[str]:
        """Yield a message for each fault that SQLite reports, or that its log has."""
        yield from log_damage(self.path)
        with self.reading() as reader:
            reports = reader.connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars()
            for line in (line for report in reports for line in report.splitlines()):
                if line != "ok":
                    yield f"SQLite reports damage: {line}"

    def schema(self) -> list[tuple[str, str, str]]:
        """Return the objects of the schema, as `schema_of`."""
        with self.reading() as reader:
            return schema_of(reader.connection)


def engine_of(path: Path, *, write: bool) -> sa.Engine:
    """Return the Engine of a ledger's file. Its connections cannot write, unless `write`.

    It raises StoreError where another file is at the path later.
    """
    engine = sa.create_engine(
        "sqlite://",
        creator=partial(connect, path, write=write),
        poolclass=sa.QueuePool,
        pool_size=MOST_IDLE,
        max_overflow=-1,
    )
    handle_errors(engine, partial(translate, place=str(path)))

    file = _identity(path)

    @sa.event.listens_for(engine, "checkout")
    def check(connection: Connection, *_: object) -> None:
        # An old write-ahead log or cache would mix with the contents of a new file.
        if _identity(path) != file:
            raise StoreError(
                f"{path} is no longer the same file: it was moved, removed or replaced",
                hint="check the file at that path, and open the ledger again",
            )
        connection.check_log()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # sqlite3 would begin late, or not at all.
        writes = connection.get_execution_options().get("writes", False)
        if write:
            connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def connect(path: Path, *, write: bool) -> Connection:
    """Open a connection with the settings that all readers and writers of a ledger share."""
    file = _identity(path)
    with _translated(path):
        connection = _opened(path, write=write)
    connection.file, connection.path, connection.writes = file, path, write
    if not connection.frozen:
        connection.log_path = log_of(path)
        connection.log = _identity(connection.log_path)
    others = [each for each in list(_OPEN) if each.file == file]
    _OPEN.add(connection)
    if write:
        # Keeps Python from closing it on garbage collection or at exit, without our checks.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))
    try:
        for each in others:
            each.check_log()
    except StoreError:
        connection.close()
        raise
    return connection


class Facts(NamedTuple):
    """The version of SQLite, how it was compiled, and `PRAGMA synchronous` of a writer."""

    version: str
    options: tuple[str, ...]
    synchronous: int | None


def facts() -> Facts:
    """Return what there is to know of SQLite; a writer's setting is tested on a temporary file."""
    with closing(sqlite3.connect(":memory:")) as connection:
        options = tuple(str(each) for (each,) in connection.execute("PRAGMA compile_options"))
    synchronous = None
    with suppress(Exception), TemporaryDirectory() as folder:  # other checks report the cause
        path = Path(folder, "tried.sqlite")
        path.touch()
        with closing(connect(path, write=True)) as connection:
            (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    return Facts(sqlite3.sqlite_version, options, synchronous)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Translate what SQLite raises outside an Engine."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate(error, place=str(path)) from error


def log_of(path: Path) -> Path:
    """Return the path of a database's write-ahead log, with symbolic links resolved."""
    target = path.resolve()
    return target.with_name(f"{target.name}-wal")


def log_damage(path: Path) -> Iterator[str]:
    """Yield a message if the write-ahead log of a database seems to be damaged."""
    log = log_of(path)
    if (at := damaged_at(log)) is not None:
        yield (
            f"{log.name} seems to be damaged at byte {at}: later appends are cut off (a power"
            " cut in the middle of an append can look the same)"
        )


def schema_of(connection: sa.Connection) -> list[tuple[str, str, str]]:
    """Return kind, name and SQL of every object of a schema that was created explicitly."""
    return [(row.type, row.name, row.sql) for row in connection.exec_driver_sql(_OBJECTS)]


def set_up(path: Path, *, called: Path) -> None:
    """Mark a file as a ledger's, with a write-ahead log. Error messages name it `called`."""
    with _translated(called), closing(connect(path, write=True)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def move_log_into_file(path: Path) -> None:
    """Make a checkpoint that leaves the write-ahead log empty, as far as readers allow it."""
    with _translated(path), closing(connect(path, write=True)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def copy(path: Path, copy: Path) -> None:
    """Copy a database as it is now, with what is in its write-ahead log, while others use it."""
    with closing(connect(path, write=False)) as old, closing(sqlite3.connect(copy)) as new:
        try:
            old.backup(new)
        except sqlite3.Error as error:
            written = error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
            raise translate(error, place=str(copy if written else path)) from error


_OBJECTS = (
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)
_REVISION = sa.select(alembic_version)
_VIEWS = "SELECT 1 FROM sqlite_schema WHERE type = 'view' OR sql LIKE 'CREATE VIRTUAL %' LIMIT 1"
"""A ledger has neither views nor virtual tables: in a hostile file, reading one may never end."""


def _raw(connection: sa.Connection) -> Connection:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, Connection)  # noqa: S101 (made by `connect`)
    return raw


def _opened(path: Path, *, write: bool) -> Connection:
    try:
        return _configured(path, "mode=rw" if write else "mode=ro", write=write)
    except sqlite3.OperationalError:
        # SQLite cannot create the shared-memory file of a WAL database in a folder that is
        # read-only or full. The database can be read as immutable, but without a log that a
        # crash left beside it.
        folder, log = path.resolve().parent, log_of(path)
        if write or (os.access(folder, os.W_OK) and has_room(folder)):
            raise
        if log.exists() and log.stat().st_size:
            raise StoreError(
                f"{path} cannot be read completely: {log.name} holds entries, and the folder is"
                " read-only or its disk is full",
                hint="copy both files to a writable folder, or let a user who may write there"
                " open the ledger once",
            ) from None
        frozen = _configured(path, "mode=ro&immutable=1", write=False)
        frozen.frozen = True
        return frozen


def _configured(path: Path, options: str, *, write: bool) -> Connection:
    connection = sqlite3.connect(
        _uri(path, options),
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        factory=Connection,
    )
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    try:
        connection.execute("PRAGMA schema_version")
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        if write:
            connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def look_at(path: Path, option: str) -> sqlite3.Connection:
    """Open a connection that can change nothing (`ledger.storage.sqlite_looking`)."""
    uri = _uri(path, f"mode=ro&{option}")
    connection = sqlite3.connect(uri, uri=True, timeout=1, isolation_level=None)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    return connection


def _uri(path: Path, options: str) -> str:
    return f"file:{quote(str(path.absolute()))}?{options}"


def _identity(path: Path) -> Identity | None:
    """Return what identifies the file at a path, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
