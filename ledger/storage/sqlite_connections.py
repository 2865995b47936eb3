"""Connections to a ledger's SQLite file: how each is set up, and how they are used again.

A file has no server to wait for, so this is all the pool there is: what is not in use lies ready
for whoever comes next, in any thread. SQLAlchemy, which takes longer to import than most answers
take, is left to the migrations, and to PostgreSQL.

SQLite knows by locks who has a file open, and a process loses all of its locks on a file as soon
as it closes any descriptor of it (POSIX). Then another takes the write-ahead log away, and what is
appended to it is lost. So a file's header is read through a descriptor that is not closed while
the file is in use here (`head_of`), and a log that was taken away all the same is not gone on
with (`Connection.check_log`).
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
"""How long a writer waits for its turn."""

MOST_IDLE = 5
"""Connections of a kind that are kept for the next who needs one."""

CACHE_KIB = 64 * 1024
"""What a writer may keep of the file in memory: SQLite's own 2 MB are little for an import."""

LARGEST_VALUE = 1 << 20
"""In bytes; no entry is nearly as large, and no file from elsewhere makes us read more."""

HEADER = 100
"""How long the header of a SQLite file is, in bytes."""

Identity = tuple[int, int]
"""What tells a file from another of its name: device and inode."""


class Connection(sqlite3.Connection):
    """A connection to a ledger's file, with what was read over it.

    One that is `frozen` takes the file for immutable: it never sees what others append. `file`
    and `log` are the file at `path`, and its write-ahead log `beside` it, as they were when it was
    opened.
    """

    frozen = False
    writes = False
    path: Path
    beside: Path
    file: Identity | None = None
    log: Identity | None = None
    leave: "finalize[[Identity | None], Connection] | None" = None

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 (the driver's own)
        super().__init__(*args, **settings)
        self.cache = ReadCache()

    def check_log(self, done: str = "nothing was appended") -> None:
        """Refuse to go on with a write-ahead log that is no longer the file's.

        Raises StoreError, which says what was `done`.
        """
        if not self._has_log():
            raise StoreError(
                f"the write-ahead log of {self.path} was taken away while this program had the"
                " ledger open",
                hint=f"{done}; start the program anew, and do not let it open the ledger's file in"
                " any other way",
            )

    def _has_log(self) -> bool:
        # A ledger that is being made has none at first, and one that is frozen needs none.
        if self.log is None or _identity(self.beside) == self.log:
            return True
        return _identity(self.path) != self.file

    def close(self) -> None:
        """Let go of the file, unless that would do harm.

        It would take away the log of that name, where that is somebody else's now. Then the
        connection is never closed: the system lets go of it when the process ends.
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
    """The connections to one file. Raises StoreError where another file has taken its name.

    Who reads has one that cannot write: so it is only writers whose closing makes a checkpoint.
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
        """Begin a transaction in which all that is read is of one moment."""
        with self._lent(write=False) as connection:
            connection.execute("BEGIN")
            yield Transaction(connection.cursor(), cache=connection.cache)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Begin a transaction that holds SQLite's own lock; commit it where nothing is raised."""
        with self._lent(write=self._write) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.check_log()
            yield Transaction(connection.cursor())
            connection.commit()
            connection.check_log("what was appended may be lost with it")

    def close(self) -> None:
        """Let go of the file; a connection that is in use, once it is given back."""
        with self._lock:
            self._closed = True
            idle = [*self._idle[False], *self._idle[True]]
            self._idle = {False: [], True: []}
        for connection in idle:
            connection.close()

    @contextmanager
    def _lent(self, *, write: bool) -> Iterator[Connection]:
        connection = self._taken(write=write)
        try:
            yield connection
        finally:
            self._give_back(connection, write=write)

    def _taken(self, *, write: bool) -> Connection:
        # An old write-ahead log beside a new file, or what is remembered of the old one, would
        # make a mixture of both.
        if _identity(self._path) != self._file:
            raise StoreError(
                f"{self._path} is not the file it was: it was moved, removed or replaced",
                hint="look at what lies there, and open it anew",
            )
        with self._lock:
            idle = self._idle[write]
            connection = idle.pop() if idle else None
        if connection is None:
            return connect(self._path, write=write)
        connection.check_log()
        return connection

    def _give_back(self, connection: Connection, *, write: bool) -> None:
        good = False
        with suppress(sqlite3.Error):
            connection.rollback()  # which is nothing, where it was committed
            good = not connection.frozen
        with self._lock:
            idle = self._idle[write]
            if good and not self._closed and len(idle) < MOST_IDLE:
                idle.append(connection)
                return
        connection.close()


def connect(path: Path, *, write: bool) -> Connection:
    """Open a connection with the settings every reader and writer of a ledger has."""
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
        connection.beside = log_of(path)
        connection.log = _identity(connection.beside)
    with _LOCK:
        others = [each for each in _OPEN if each.file == file]
        _OPEN.add(connection)
    if write:
        # Dropped without a word, or at the end of the program, it would be closed unasked.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))
    try:
        for each in others:
            each.check_log()
    except StoreError:
        connection.close()
        raise
    return connection


def head_of(path: Path) -> bytes:
    """Return the header of a file, as far as it is there. Raises OSError.

    Before SQLite opens it, which leaves files beside a database that has a write-ahead log.
    """
    with _LOCK:
        if (held := _HELD.get(file := _identity(path))) is not None:
            return os.pread(held, HEADER, 0)
        descriptor = os.open(path, os.O_RDONLY)
        try:
            return os.pread(descriptor, HEADER, 0)
        finally:
            if _IN_USE[file]:
                _HELD[file] = descriptor
            else:
                os.close(descriptor)


def log_of(path: Path) -> Path:
    """Return where the write-ahead log of a database is: beside what a link leads to."""
    there = path.resolve()
    return there.with_name(f"{there.name}-wal")


_LOCK = RLock()
"""Held by who looks at these, or changes them."""
_OPEN: WeakSet[Connection] = WeakSet()
"""All connections of this process that are open."""
_IN_USE: Counter[Identity | None] = Counter()
"""How many connections to a file are open, or being opened."""
_HELD: dict[Identity | None, int] = {}
"""The descriptors that are closed only when nobody here has their file open any more."""


def _leave(file: Identity | None) -> None:
    """Note that a connection to a file is closed."""
    with _LOCK:
        _IN_USE[file] -= 1
        if not _IN_USE[file]:
            del _IN_USE[file]
            if (held := _HELD.pop(file, None)) is not None:
                os.close(held)


def _opened(path: Path, *, write: bool) -> Connection:
    with translated_errors(str(path)):
        try:
            return _configured(path, "mode=rw" if write else "mode=ro", write=write)
        except sqlite3.OperationalError:
            # A WAL database in a folder that takes nothing more has no shared-memory file.
            # Taken as immutable it can be read, but without the log that a crash left beside it.
            folder, log = path.resolve().parent, log_of(path)
            if write or (os.access(folder, os.W_OK) and has_room(folder)):
                raise
            if log.exists() and log.stat().st_size:
                raise StoreError(
                    f"{path} cannot be read whole from here: {log.name} holds entries, and the"
                    " folder is read-only, or its disk full",
                    hint="copy both files to a folder of your own, or let someone who may write"
                    " there open the ledger once",
                ) from None
            frozen = _configured(path, "mode=ro&immutable=1", write=False)
            frozen.frozen = True
            return frozen


def _configured(path: Path, how: str, *, write: bool) -> Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{how}",
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
    """Tell a file from another that is given its name."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
