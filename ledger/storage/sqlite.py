"""A ledger in one SQLite file: how it is made, looked at and opened.

An acknowledged append is on the disk: write-ahead log with synchronous=FULL. Writers and
checkpoints take turns (`ledger.storage.write_lock`), and a writer holds SQLite's own lock before it
looks.
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
from ledger.storage.sqlite_connections import BUSY_SECONDS, Connections, connect, head_of, log_of
from ledger.storage.transaction import Transaction
from ledger.storage.write_ahead_log import damaged_at
from ledger.storage.write_lock import hold_lock, share_lock_file

if TYPE_CHECKING:
    import sqlalchemy as sa

TAKEN_FOR_OURS = ("-wal", "-shm", "-journal")
"""What SQLite takes for a database's own, by the ending of its name, whoever left it there."""

SIDE_FILES = (*TAKEN_FOR_OURS, "-lock")
"""What may lie beside a ledger, by the ending of its name."""

MAGIC = b"SQLite format 3\0"
"""What every SQLite file begins with."""

DRAFT = ".ledger-"
"""What the names of files begin with that are no ledgers yet."""


class SqliteFile:
    """A ledger's file as a backend of the SQL store."""

    def __init__(self, path: Path, *, write: bool) -> None:
        self.place = str(path)
        self.path = path
        self._write = write
        if write:
            _one_name(path)
            share_lock_file(path)
        self.connections = Connections(path, write=write)

    def reading(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction in which all that is read is of one moment."""
        return self.connections.reading()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Take a turn and begin a transaction, holding SQLite's own lock before looking."""
        with hold_lock(self.path, BUSY_SECONDS), self.connections.writing() as writer:
            yield writer

    def close(self) -> None:
        """Let go of the file. The last writer to close makes a checkpoint, so it takes a turn."""
        with (
            suppress(StoreError),
            hold_lock(self.path, BUSY_SECONDS) if self._write else nullcontext(),
        ):
            self.connections.close()
        self.connections.close()  # where the turn did not come: the end of the process would do it

    def faults(self) -> Iterator[str]:
        """Say what SQLite itself finds wrong with the file, and what its schema lacks."""
        log = log_of(self.path)
        if (at := damaged_at(log)) is not None:
            yield (
                f"{log.name} seems to be damaged at byte {at}: what was appended after that is cut"
                " off (a power cut in the middle of an append can look so, too)"
            )
        with self.reading() as reader:
            for (said,) in reader.query("PRAGMA integrity_check(20)"):
                for line in said.splitlines():
                    if line != "ok":
                        yield f"SQLite finds the file damaged: {line}"
            yield from schema_faults((*row,) for row in reader.query(OBJECTS))


def schema_faults(objects: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """Say how a schema, as OBJECTS reads it, differs from a new ledger's."""
    there, newest = set(objects), _newest()
    for kind, name, _ in sorted(newest - there):
        yield f"the {kind} {name} is missing, or not as it was made"
    made = {name for _, name, _ in newest}
    for strange, called, _ in there - newest:
        if called not in made:
            yield f"there is a {strange} {called} that mission did not make"


def _one_name(path: Path) -> None:
    """Refuse to write to a file of two names: SQLite's write-ahead log goes by the name.

    Two programs that write by two names would each not see what the other appends.
    """
    for _ in range(20):
        if path.stat().st_nlink == 1:
            return
        time.sleep(0.01)  # a ledger that is being made has two names for a moment
    raise StoreError(
        f"{path} has another name as well (a hard link), by which others could write to it unseen",
        hint="remove one of its names, or copy it with `mission backup`",
    )


_STRANGE = "SELECT 1 FROM sqlite_schema WHERE type = 'view' OR sql LIKE 'CREATE VIRTUAL %' LIMIT 1"
"""A ledger has neither: a file from elsewhere could answer a plain query with endless work."""

OBJECTS = (
    # Kind, name and the SQL that made it, of all that was made.
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)


@cache
def _newest() -> frozenset[tuple[str, str, str]]:
    """Return what a new ledger's schema holds: kind, name and the SQL that made it."""
    import sqlalchemy as sa  # noqa: PLC0415 (start-up)

    from ledger.storage.migrate import to_newest  # noqa: PLC0415

    with sa.create_engine("sqlite://").begin() as connection:
        to_newest(connection)
        return frozenset((*row,) for row in connection.exec_driver_sql(OBJECTS))


def create(path: Path, fill: Callable[[SqlStore], object] | None = None) -> None:
    """Make a ledger, empty or with what `fill` appends. Raises StoreError where something is there.

    It appears under its name once it is whole.
    """
    draft = draft_of(path)
    check_free(path)
    try:
        make_folder(path.parent)
        draft.touch(exist_ok=False)
    except OSError as error:
        raise StoreError(f"cannot make a ledger at {path}: {error.strerror}") from None
    try:
        migrate(draft, called=path)
        if fill:
            with SqlStore(SqliteFile(draft, write=True)) as store:
                fill(store)
        check_taken_in(draft, path)
        publish(draft, path)
    except FileExistsError:
        raise StoreError(f"{path} is there already") from None
    except OSError as error:
        raise StoreError(f"cannot make a ledger at {path}: {error.strerror}") from None
    finally:
        remove(draft)


def check_free(path: Path) -> None:
    """Make sure that nothing is in the way of a new ledger. Raises StoreError.

    A write-ahead log left by another database would be taken for the new one's own.
    """
    try:
        for taken in (path, *(Path(f"{path}{end}") for end in TAKEN_FOR_OURS)):
            if taken.is_symlink() or taken.exists():
                raise StoreError(
                    f"{taken} is there already, and is left as it is", hint="name another file"
                )
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from None


def draft_of(path: Path) -> Path:
    """Return a new name beside a path, for a ledger that is not to be found there until whole."""
    return path.parent / f"{DRAFT}{secrets.token_hex(8)}"


def check_taken_in(draft: Path, path: Path) -> None:
    """Make sure that a file which nobody writes to any more holds all that was written.

    SQLite says nothing where it cannot move its write-ahead log into the file on closing. Raises
    StoreError, which calls the file `path`.
    """
    log = log_of(draft)
    if log.exists() and log.stat().st_size:
        raise StoreError(
            f"{path} was not written: its write-ahead log could not be taken in",
            hint="make room on the disk, and try again",
        )


def remove(path: Path) -> None:
    """Remove a ledger's file and what lies beside it."""
    for leftover in (path, *(path.with_name(path.name + end) for end in SIDE_FILES)):
        leftover.unlink(missing_ok=True)


def revision_of(path: Path) -> str:
    """Return the schema revision of a ledger, before anything else touches it.

    Raises NoLedgerError, NotALedgerError and StoreError.
    """
    not_ours = NotALedgerError(f"{path} is not a mission ledger")
    try:
        if not path.exists():
            raise NoLedgerError(f"there is no ledger at {path}", hint="`mission init` makes one")
        if not path.is_file():
            raise NotALedgerError(f"{path} is not a file, so not a mission ledger")
        head = head_of(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be read: {error.strerror}", hint="check its permissions and the disk"
        ) from None
    if not is_marked(head):
        raise not_ours
    with closing(connect(path, write=False)) as connection, translated_errors(str(path)):
        if connection.execute(_STRANGE).fetchall():
            raise not_ours
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if len(found) != 1:
        raise not_ours
    return str(found[0][0])


def is_marked(head: bytes) -> bool:
    """Whether a file is a SQLite database that is marked as a ledger: at byte 68 of its header."""
    return head.startswith(MAGIC) and int.from_bytes(head[68:72]) == APPLICATION_ID


def check(path: Path) -> None:
    """Refuse what is not a ledger that this program can use as it is."""
    check_revision(revision_of(path), str(path))


def migrate(path: Path, *, called: Path | None = None, trust_log: bool = False) -> None:
    """Bring the database at `path` to the newest schema, in one transaction.

    Messages call it by another name where one is given.
    """
    from ledger.storage.migrate import to_newest  # noqa: PLC0415 (start-up: only this needs Alembic)

    with translated_errors(str(called or path)):
        with closing(connect(path, write=True)) as raw:
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        with _engine(path).begin() as connection:
            to_newest(connection, trust_log=trust_log)


def _engine(path: Path) -> "sa.Engine":
    """Return what Alembic migrates a ledger through."""
    import sqlalchemy as sa  # noqa: PLC0415 (start-up)

    opened = partial(connect, path, write=True)
    engine = sa.create_engine("sqlite://", creator=opened, poolclass=sa.pool.NullPool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: "sa.Connection") -> None:
        connection.exec_driver_sql("BEGIN")  # pysqlite would begin late, if at all

    return engine
