"""Connections to a ledger's SQLite file: how each is set up, and how they are used again.

A file has no server to wait for, so this is all the pool there is: what is not in use lies ready
for whoever comes next, in any thread. SQLAlchemy, which takes longer to import than most answers
take, is left to the migrations, and to PostgreSQL.
"""

import ctypes
import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

from events.errors import StoreError
from ledger.direct import Memory, Statements
from ledger.files import has_room
from ledger.troubles import in_plain_words

BUSY_SECONDS = 10
"""How long a writer waits for its turn."""

MOST_IDLE = 5
"""Connections that are kept for the next who needs one."""

CACHE_KIB = 64 * 1024
"""What a writer may keep of the file in memory: SQLite's own 2 MB are little for an import."""

LARGEST_VALUE = 1 << 20
"""In bytes; no entry is nearly as large, and no file from elsewhere makes us read more."""


Identity = tuple[int, int]
"""What tells a file from another of its name: device and inode."""


class Connection(sqlite3.Connection):
    """A connection to a ledger's file, with what was read over it.

    One that is `frozen` takes the file for immutable: it never sees what others append. `file`
    and `log` are the file at `path` and its write-ahead log as they were when it was opened.
    """

    frozen = False
    path: Path
    file: Identity | None = None
    log: Identity | None = None

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 (the driver's own)
        super().__init__(*args, **settings)
        self.memory = Memory()

    def check_log(self) -> None:
        """Refuse to go on with a write-ahead log that is no longer the file's.

        SQLite keeps it as long as somebody has the ledger open, and knows that by locks which a
        process loses when it opens and closes the file in another way. What is appended to a log
        that has lost its name is lost with it. Raises StoreError.
        """
        if self.file and not self._has_log():
            raise StoreError(
                f"the write-ahead log of {self.path} was taken away while this program had the"
                " ledger open",
                hint="nothing was appended; start the program anew, and do not let it open the"
                " ledger's file in any other way",
            )

    def _has_log(self) -> bool:
        # A ledger that is being made has none at first.
        return self.log is None or _identity(log_of(self.path)) == self.log

    def close(self) -> None:
        """Let go of the file."""
        if self.file and _identity(self.path) == self.file and not self._has_log():
            # Closing takes away the log of that name, which is somebody else's now: so it never
            # is closed, and the system has what it holds when the process ends.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self))
            return
        with _BOOK:
            _OPEN.discard(self)
        super().close()


class Connections:
    """The connections to one file. Raises StoreError where another file has taken its name."""

    def __init__(self, path: Path, *, write: bool) -> None:
        self._path = path
        self._write = write
        self._file = _identity(path)
        self._idle: deque[Connection] = deque()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Statements]:
        """Begin a transaction in which all that is read is of one moment."""
        with self._lent() as connection:
            connection.execute("BEGIN")
            yield Statements(connection.cursor(), memory=connection.memory)

    @contextmanager
    def writing(self) -> Iterator[Statements]:
        """Begin a transaction that holds SQLite's own lock; commit it where nothing is raised."""
        with self._lent() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield Statements(connection.cursor())
            connection.commit()

    def close(self) -> None:
        """Let go of the file; a connection that is in use, once it is given back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        # An old write-ahead log beside a new file, or what is remembered of the old one, would
        # make a mixture of both.
        if _identity(self._path) != self._file:
            raise StoreError(
                f"{self._path} is not the file it was: it was moved, removed or replaced",
                hint="look at what lies there, and open it anew",
            )
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = connect(self._path, write=self._write)
        good = False
        try:
            connection.check_log()
            try:
                yield connection
            finally:
                with suppress(sqlite3.Error):
                    connection.rollback()  # which is nothing, where it was committed
                    good = not connection.frozen
        finally:
            if good and not self._closed and len(self._idle) < MOST_IDLE:
                self._idle.append(connection)
            else:
                connection.close()


def connect(path: Path, *, write: bool) -> Connection:
    """Open a connection with the settings every reader and writer of a ledger has."""
    connection = _opened(path, write=write)
    if not connection.frozen:
        connection.path = path.resolve()  # beside which SQLite has its log
        connection.file = _identity(path)
        connection.log = _identity(log_of(connection.path))
        with _BOOK:
            others = [each for each in _OPEN if each.file == connection.file]
            _OPEN.add(connection)
        try:
            for each in others:
                each.check_log()
        except StoreError:
            connection.close()
            raise
    return connection


def is_marked(path: Path, mark: int) -> bool:
    """Whether a file is a database with this application id; nothing is left beside it.

    A descriptor of our own would not do: as it is closed, this process loses every lock that it
    holds on the file (POSIX), and another takes its write-ahead log away.
    """
    with in_plain_words(str(path)):
        place = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(place, uri=True)) as looking:
            found: int = looking.execute("PRAGMA application_id").fetchone()[0]
            return found == mark


def log_of(path: Path) -> Path:
    """Return where the write-ahead log of a database is."""
    return path.with_name(f"{path.name}-wal")


_OPEN: WeakSet[Connection] = WeakSet()
_BOOK = Lock()
"""All connections of this process that are open, and who writes down which."""


def _opened(path: Path, *, write: bool) -> Connection:
    with in_plain_words(str(path)):
        try:
            return _configured(path, "mode=rw" if write else "mode=ro", write=write)
        except sqlite3.OperationalError:
            # A WAL database in a folder that takes nothing more has no shared-memory file.
            # Taken as immutable it can be read, but without the log that a crash left beside it.
            if write or (os.access(path.parent, os.W_OK) and has_room(path.parent)):
                raise
            log = log_of(path)
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
