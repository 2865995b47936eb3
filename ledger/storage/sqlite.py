"""A ledger in a SQLite file: create, check, migrate and open it.

An acknowledged append is on the disk: the file has a write-ahead log and synchronous=FULL. Writers
and checkpoints hold the write lock, one at a time (`ledger.storage.write_lock`), and a writer takes
SQLite's own lock before its first query.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from events.errors import (
    NoLedgerError,
    NotALedgerError,
    StoreError,
)
from ledger.files import make_folder, publish
from ledger.storage.error_translation import translated_errors
from ledger.storage.schema_revision import APPLICATION_ID, check_revision
from ledger.storage.sql_store import SqlStore
from ledger.storage.sqlite_connections import BUSY_SECONDS, Connections, connect, header_of, log_of
from ledger.storage.transaction import Transaction
from ledger.storage.write_ahead_log import damaged_at
from ledger.storage.write_lock import hold_lock, share_lock_file

if TYPE_CHECKING:
    import sqlalchemy as sa

SQLITE_SUFFIXES = ("-wal", "-shm", "-journal")
"""Suffixes of the files that SQLite uses beside a database, whichever database left them there."""

SIDE_FILES = (*SQLITE_SUFFIXES, "-lock")
"""Suffixes of the files that may be beside a ledger."""

MAGIC = b"SQLite format 3\0"
"""The first bytes of every SQLite file."""

DRAFT = ".ledger-"
"""Prefix of the names of ledgers that are not complete yet."""


class SqliteFile:
    """A SQLite file as a backend of the SQL store."""

    def __init__(self, path: Path, *, write: bool) -> None:
        self.place = str(path)
        self.path = path
        self._write = write
        if write:
            _check_no_hard_links(path)
            share_lock_file(path)
        self.connections = Connections(path, write=write)

    def reading(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction that reads one snapshot."""
        return self.connections.reading()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Take the write lock and begin a transaction that holds SQLite's own lock."""
        with hold_lock(self.path, BUSY_SECONDS), self.connections.writing() as writer:
            yield writer

    def close(self) -> None:
        """Close the file under the write lock: closing the last writer makes a checkpoint."""
        with (
            suppress(StoreError),
            hold_lock(self.path, BUSY_SECONDS) if self._write else nullcontext(),
        ):
            self.connections.close()
        self.connections.close()  # without the lock, if it was not released in time

    def faults(self) -> Iterator[str]:
        """Yield a message for each fault that SQLite reports, or that the log or the schema has."""
        log = log_of(self.path)
        if (at := damaged_at(log)) is not None:
            yield (
                f"{log.name} seems to be damaged at byte {at}: later appends are cut off (a power"
                " cut in the middle of an append can look the same)"
            )
        with self.reading() as reader:
            for (report,) in reader.query("PRAGMA integrity_check(20)"):
                for line in report.splitlines():
                    if line != "ok":
                        yield f"SQLite reports damage: {line}"
            yield from schema_faults((*row,) for row in reader.query(OBJECTS))


def schema_faults(objects: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """Yield how a schema, as OBJECTS reads it, differs from that of a new ledger."""
    found, expected = set(objects), _new_schema()
    for kind, name, _ in sorted(expected - found):
        yield f"the {kind} {name} is missing or was altered"
    expected_names = {name for _, name, _ in expected}
    for extra_kind, extra_name, _ in found - expected:
        if extra_name not in expected_names:
            yield f"the file has a {extra_kind} {extra_name} that mission did not create"


def _check_no_hard_links(path: Path) -> None:
    """Raise StoreError for a file with two names: SQLite names the write-ahead log after the file.

    Two programs that write under different names would not see each other's appends.
    """
    for _ in range(20):
        if path.stat().st_nlink == 1:
            return
        time.sleep(0.01)  # a ledger that is being created has two names for a moment
    raise StoreError(
        f"{path} has another name as well (a hard link); appends under it could go unseen",
        hint="remove one of its names, or copy the ledger with `mission backup`",
    )


_VIEWS = "SELECT 1 FROM sqlite_schema WHERE type = 'view' OR sql LIKE 'CREATE VIRTUAL %' LIMIT 1"
"""A ledger has neither views nor virtual tables: in a hostile file, reading one may never end."""

OBJECTS = (
    # Kind, name and SQL of every object that was created explicitly.
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)


@cache
def _new_schema() -> frozenset[tuple[str, str, str]]:
    """Return the schema of a new ledger: kind, name and SQL of each object."""
    import sqlalchemy as sa  # noqa: PLC0415 (start-up)

    from ledger.storage.migrate import to_newest  # noqa: PLC0415

    with sa.create_engine("sqlite://").begin() as connection:
        to_newest(connection)
        return frozenset((*row,) for row in connection.exec_driver_sql(OBJECTS))


def create(path: Path, fill: Callable[[SqlStore], object] | None = None) -> None:
    """Create a ledger, empty or with what `fill` appends. Raises StoreError if the path is taken.

    The ledger gets its name once it is complete.
    """
    draft = draft_of(path)
    check_free(path)
    try:
        make_folder(path.parent)
        draft.touch(exist_ok=False)
    except OSError as error:
        raise StoreError(f"cannot create a ledger at {path}: {error.strerror}") from None
    try:
        migrate(draft, called=path)
        if fill:
            with SqlStore(SqliteFile(draft, write=True)) as store:
                fill(store)
        check_log_is_empty(draft, path)
        publish(draft, path)
    except FileExistsError:
        raise StoreError(f"{path} already exists") from None
    except OSError as error:
        raise StoreError(f"cannot create a ledger at {path}: {error.strerror}") from None
    finally:
        remove(draft)


def check_free(path: Path) -> None:
    """Raise StoreError if the path of a new ledger, or a file that SQLite uses beside it, exists.

    SQLite would apply a write-ahead log left by another database to the new one.
    """
    try:
        for taken in (path, *(Path(f"{path}{end}") for end in SQLITE_SUFFIXES)):
            if taken.is_symlink() or taken.exists():
                raise StoreError(
                    f"{taken} already exists and was not changed", hint="choose another file name"
                )
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from None


def draft_of(path: Path) -> Path:
    """Return a new path in the same folder, for a ledger that is not complete yet."""
    return path.parent / f"{DRAFT}{secrets.token_hex(8)}"


def check_log_is_empty(draft: Path, path: Path) -> None:
    """Raise StoreError, with `path` in its message, if a closed file still has a write-ahead log.

    SQLite reports no error where it cannot move the log into the file on closing.
    """
    log = log_of(draft)
    if log.exists() and log.stat().st_size:
        raise StoreError(
            f"{path} was not written: its write-ahead log could not be moved into the file",
            hint="free some space on the disk, and try again",
        )


def remove(path: Path) -> None:
    """Remove the file of a ledger, and the files that SQLite and the write lock use beside it."""
    for leftover in (path, *(path.with_name(path.name + end) for end in SIDE_FILES)):
        leftover.unlink(missing_ok=True)


def revision_of(path: Path) -> str:
    """Return the schema revision of a ledger, which is checked before it is opened for use.

    Raises NoLedgerError, NotALedgerError and StoreError.
    """
    not_a_ledger = NotALedgerError(f"{path} is not a mission ledger")
    try:
        if not path.exists():
            raise NoLedgerError(
                f"there is no ledger at {path}", hint="create one with `mission init`"
            )
        if not path.is_file():
            raise NotALedgerError(f"{path} is not a regular file, so it is not a mission ledger")
        head = header_of(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be read: {error.strerror}", hint="check its permissions and the disk"
        ) from None
    if not is_marked(head):
        raise not_a_ledger
    with closing(connect(path, write=False)) as connection, translated_errors(str(path)):
        if connection.execute(_VIEWS).fetchall():
            raise not_a_ledger
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if len(rows) != 1:
        raise not_a_ledger
    ((revision,),) = rows
    return str(revision)


def is_marked(head: bytes) -> bool:
    """Whether a header is that of a SQLite database marked as a ledger, at byte 68."""
    return head.startswith(MAGIC) and int.from_bytes(head[68:72]) == APPLICATION_ID


def check(path: Path) -> None:
    """Raise StoreError unless there is a ledger of the current schema revision."""
    check_revision(revision_of(path), str(path))


def migrate(path: Path, *, called: Path | None = None, trust_log: bool = False) -> None:
    """Migrate the database at `path` to the newest schema revision, in one transaction.

    Error messages name it `called`, if given.
    """
    from ledger.storage.migrate import to_newest  # noqa: PLC0415 (start-up: only this needs Alembic)

    with translated_errors(str(called or path)):
        with closing(connect(path, write=True)) as raw:
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        with _engine(path).begin() as connection:
            to_newest(connection, trust_log=trust_log)


def _engine(path: Path) -> "sa.Engine":
    """Return the engine through which Alembic migrates a ledger."""
    import sqlalchemy as sa  # noqa: PLC0415 (start-up)

    creator = partial(connect, path, write=True)
    engine = sa.create_engine("sqlite://", creator=creator, poolclass=sa.pool.NullPool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: "sa.Connection") -> None:
        connection.exec_driver_sql("BEGIN")  # sqlite3 would begin late, or not at all

    return engine
