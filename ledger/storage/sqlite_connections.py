"""Connections to a ledger's SQLite file: their settings, and a pool of idle ones.

A file needs no server, so the pool is simple: idle connections are used again by any thread.
SQLAlchemy, whose import takes longer than most answers, is used only for migrations and PostgreSQL.

SQLite uses locks to know which processes have a file open. A process loses all of its locks on a
file as soon as it closes any descriptor of it (POSIX). Then another process may remove the
write-ahead log, and later appends to it are lost. So the header of a file is read through a
descriptor that stays open while this process uses the file (`header_of`), and a connection whose
log was removed all the same is not used again (`Connection.check_log`).
"""

import ctypes
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, RLock
from typing import Any
from urllib.parse import quote
from weakref import WeakSet, finalize

from events.errors import StoreError
from ledger.files import has_room
from ledger.storage.error_translation import translated_errors
from ledger.storage.transaction import ReadCache, Transaction

BUSY_SECONDS = 10
"""How long a writer waits for the write lock."""

MOST_IDLE = 5
"""Idle connections that the pool keeps, of readers and of writers each."""

CACHE_KIB = 64 * 1024
"""The page cache of a writer: SQLite's default of 2 MB is too small for an import."""

LARGEST_VALUE = 1 << 20
"""In bytes, far larger than any entry; limits what a hostile file can make SQLite read."""

HEADER = 100
"""The length of the header of a SQLite file, in bytes."""

Identity = tuple[int, int]
"""Device and inode of a file."""


class Connection(sqlite3.Connection):
    """A connection to a ledger's file, with a cache of what was read over it.

    A `frozen` connection treats the file as immutable: it never sees later appends. `file` and
    `log` identify the file at `path`, and its write-ahead log at `log_path`, as of when it was
    opened. `leave` notes that the connection is closed.
    """

    frozen = False
    writes = False
    path: Path
    log_path: Path
    file: Identity | None = None
    log: Identity | None = None
    leave: "finalize[[Identity | None], Connection] | None" = None

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 (as in sqlite3)
        super().__init__(*args, **settings)
        self.cache = ReadCache()

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
        with _LOCK:
            _OPEN.discard(self)
            if self.leave and self.leave.alive:
                self.leave()
                if self.writes:
                    ctypes.pythonapi.Py_DecRef(ctypes.py_object(self))


class Connections:
    """The pool of connections to a file. Raises StoreError where its path is another file's now.

    Readers use connections that cannot write, so only closing a writer makes a checkpoint.
    """

    def __init__(self, path: Path, *, write: bool) -> None:
        self._path = path
        self._write = write
        self._file = _identity(path)
        self._idle: dict[bool, list[Connection]] = {False: [], True: []}
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction that reads one snapshot."""
        with self._checked_out(write=False) as connection:
            connection.execute("BEGIN")
            yield Transaction(connection.cursor(), cache=connection.cache)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Begin a transaction that holds SQLite's own lock; commit it unless an error is raised."""
        with self._checked_out(write=self._write) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.check_log()
            yield Transaction(connection.cursor())
            connection.commit()
            connection.check_log(
                "this append may be lost with it, and earlier ones that were only there"
            )

    def close(self) -> None:
        """Close all connections: idle ones now, others when they are returned."""
        with self._lock:
            self._closed = True
            idle = [*self._idle[False], *self._idle[True]]
            self._idle = {False: [], True: []}
        for connection in idle:
            connection.close()

    @contextmanager
    def _checked_out(self, *, write: bool) -> Iterator[Connection]:
        connection = self._take(write=write)
        try:
            yield connection
        finally:
            self._return(connection, write=write)

    def _take(self, *, write: bool) -> Connection:
        # An old write-ahead log or cache would mix with the contents of a new file.
        if _identity(self._path) != self._file:
            raise StoreError(
                f"{self._path} is no longer the same file: it was moved, removed or replaced",
                hint="check the file at that path, and open the ledger again",
            )
        with self._lock:
            idle = self._idle[write]
            connection = idle.pop() if idle else None
        if connection is None:
            return connect(self._path, write=write)
        connection.check_log()
        return connection

    def _return(self, connection: Connection, *, write: bool) -> None:
        reusable = False
        with suppress(sqlite3.Error):
            connection.rollback()  # has no effect after a commit
            reusable = not connection.frozen
        with self._lock:
            idle = self._idle[write]
            if reusable and not self._closed and len(idle) < MOST_IDLE:
                idle.append(connection)
                return
        connection.close()


def connect(path: Path, *, write: bool) -> Connection:
    """Open a connection with the settings that all readers and writers of a ledger share."""
    file = _identity(path)
    with _LOCK:
        _IN_USE[file] += 1
    try:
        connection = _opened(path, write=write)
    except BaseException:
        _leave(file)
        raise
    connection.file, connection.path, connection.writes = file, path, write
    connection.leave = finalize(connection, _leave, file)
    connection.leave.atexit = False
    if not connection.frozen:
        connection.log_path = log_of(path)
        connection.log = _identity(connection.log_path)
    with _LOCK:
        others = [each for each in _OPEN if each.file == file]
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


def header_of(path: Path) -> bytes:
    """Return the header of a file, or as much of it as there is. Raises OSError.

    Without SQLite, which creates files beside a database that has a write-ahead log.
    """
    with _LOCK:
        if (kept_open := _KEPT_OPEN.get(file := _identity(path))) is not None:
            return os.pread(kept_open, HEADER, 0)
        descriptor = os.open(path, os.O_RDONLY)
        try:
            return os.pread(descriptor, HEADER, 0)
        finally:
            if _IN_USE[file]:
                _KEPT_OPEN[file] = descriptor
            else:
                os.close(descriptor)


def log_of(path: Path) -> Path:
    """Return the path of a database's write-ahead log, with symbolic links resolved."""
    target = path.resolve()
    return target.with_name(f"{target.name}-wal")


_LOCK = RLock()
"""Guards the three variables below."""
_OPEN: WeakSet[Connection] = WeakSet()
"""All open connections of this process."""
_IN_USE: Counter[Identity | None] = Counter()
"""The number of connections to each file that are open or being opened."""
_KEPT_OPEN: dict[Identity | None, int] = {}
"""Descriptors to close once this process has no connection to their file."""


def _leave(file: Identity | None) -> None:
    """Note that a connection to a file is closed."""
    with _LOCK:
        _IN_USE[file] -= 1
        if not _IN_USE[file]:
            del _IN_USE[file]
            if (kept_open := _KEPT_OPEN.pop(file, None)) is not None:
                os.close(kept_open)


def _opened(path: Path, *, write: bool) -> Connection:
    with translated_errors(str(path)):
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
        f"file:{quote(str(path.absolute()))}?{options}",
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


def _identity(path: Path) -> Identity | None:
    """Return what identifies the file at a path, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
