"""The file of a ledger: create, check, migrate and open it."""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from events.errors import NoLedgerError, NotALedgerError, StoreError
from ledger.files import make_folder, publish
from ledger.storage.error_translation import translated_errors
from ledger.storage.inline_projection import InlineProjection
from ledger.storage.migrate import create_schema, to_newest
from ledger.storage.sqlite import (
    SqliteDatabase,
    engine_of,
    log_of,
    schema_of,
    set_up,
)
from ledger.storage.sqlite_looking import check_marked
from ledger.storage.sqlite_temporary import MemoryDatabase
from ledger.storage.write_lock import share_lock_file

SQLITE_SUFFIXES = ("-wal", "-shm", "-journal")
"""Suffixes of the files that SQLite uses beside a database, whichever database left them there."""

SIDE_FILES = (*SQLITE_SUFFIXES, "-lock")
"""Suffixes of the files that may be beside a ledger."""

DRAFT = ".ledger-"
"""Prefix of the names of ledgers that are not complete yet."""


class LedgerFile(SqliteDatabase):
    """A ledger's file as the database of a ledger. Raises StoreError for one with two names."""

    def __init__(self, path: Path, *, write: bool) -> None:
        if write:
            _check_no_hard_links(path)
            share_lock_file(path)
        super().__init__(path, write=write)

    def grant_rights(self, projections: object) -> None:
        """Do nothing: who may write to the file may append."""

    def faults(self, projections: Sequence[InlineProjection]) -> Iterator[str]:
        """Yield a message for each fault that SQLite reports, or that the log or schema has."""
        yield from self.damage()
        yield from schema_faults(self.schema(), projections)


def schema_faults(
    found: Iterable[tuple[str, str, str]], projections: Sequence[InlineProjection]
) -> Iterator[str]:
    """Yield how a schema differs from that of a new ledger."""
    found, expected = set(found), _new_schema(tuple(projections))
    for kind, name, _ in sorted(expected - found):
        yield f"the {kind} {name} is missing or was altered"
    expected_names = {name for _, name, _ in expected}
    for extra_kind, extra_name, _ in found - expected:
        if extra_name not in expected_names:
            yield f"the file has a {extra_kind} {extra_name} that mission did not create"


@cache
def _new_schema(projections: tuple[InlineProjection, ...]) -> frozenset[tuple[str, str, str]]:
    """Return the schema of a new ledger: kind, name and SQL of each object."""
    database = MemoryDatabase()
    with database.writing() as writer:
        create_schema(writer.connection, projections)
        return frozenset(schema_of(writer.connection))


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


def create(
    path: Path,
    projections: Sequence[InlineProjection],
    fill: Callable[[LedgerFile], object] | None = None,
) -> None:
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
        make(draft, projections, called=path)
        if fill:
            with closing(LedgerFile(draft, write=True)) as database:
                fill(database)
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
    try:
        if not path.exists():
            raise NoLedgerError(
                f"there is no ledger at {path}", hint="create one with `mission init`"
            )
        if not path.is_file():
            raise NotALedgerError(f"{path} is not a regular file, so it is not a mission ledger")
    except OSError as error:
        raise StoreError(
            f"{path} cannot be read: {error.strerror}", hint="check its permissions and the disk"
        ) from None
    check_marked(path)
    with translated_errors(str(path)), closing(SqliteDatabase(path, write=False)) as database:
        return database.revision()


def make(path: Path, projections: Sequence[InlineProjection], *, called: Path) -> None:
    """Create the schema of a ledger in an empty file. Error messages name it `called`."""
    with translated_errors(str(called)), _writing(path, called) as connection:
        create_schema(connection, projections)


def migrate(
    path: Path,
    projections: Sequence[InlineProjection],
    *,
    called: Path | None = None,
    trust_log: bool = False,
) -> None:
    """Migrate the database at `path` to the newest schema revision, in one transaction.

    The caller holds the write lock. Error messages name it `called`, if given.
    """
    with translated_errors(str(called or path)), _writing(path, called or path) as connection:
        to_newest(connection, projections, trust_log=trust_log)


@contextmanager
def _writing(path: Path, called: Path) -> Iterator[sa.Connection]:
    """Begin a transaction on a file that nobody else writes to."""
    set_up(path, called=called)
    engine = engine_of(path, write=True)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            yield connection
    finally:
        engine.dispose()
