"""Where a ledger is, and how it is made and opened.

A place is the path of a SQLite file, or `sqlite:///` and a path. Opening never changes the
database; making one happens in full or leaves nothing behind.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import platformdirs

from events.errors import NewerLedgerError, NoLedgerError, NotALedgerError, StoreError
from ledger.marks import APPLICATION_ID, REVISION
from ledger.memory import utc_now

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ledger.sql import SqlStore

BUSY_SECONDS = 10


def default_path() -> Path:
    """Return where a user's own ledger is when none is named."""
    return platformdirs.user_data_path("mission-ledger") / "ledger.sqlite"


def open_store(
    place: str | Path,
    *,
    write: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> "SqlStore":
    """Open a ledger. Raises NoLedgerError, NotALedgerError, NewerLedgerError or StoreError."""
    path = path_of(place)
    _check(path)
    from ledger.sql import SqlStore  # noqa: PLC0415 (start-up: SQLAlchemy takes 0.2 s to import)

    return SqlStore(_engine(path, write=write), str(path), clock=clock)


def create(place: str | Path) -> Path:
    """Make an empty ledger and return its path. Raises StoreError where something is there."""
    path = path_of(place)
    draft = path.parent / f".ledger-{secrets.token_hex(8)}"
    try:
        if path.exists():
            raise StoreError(
                f"{path} is there already", hint="name another place, or use it as it is"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.touch(exist_ok=False)
    except OSError as error:
        raise StoreError(f"cannot make a ledger at {path}: {error.strerror}") from None
    try:
        _migrate(draft)
        # A link, unlike a rename, fails where somebody else was quicker.
        os.link(draft, path)
    except FileExistsError:
        raise StoreError(f"{path} is there already") from None
    except OSError as error:
        raise StoreError(f"cannot make a ledger at {path}: {error.strerror}") from None
    finally:
        for leftover in (draft, *(draft.with_name(draft.name + end) for end in ("-wal", "-shm"))):
            leftover.unlink(missing_ok=True)
    return path


def path_of(place: str | Path) -> Path:
    """Return the path a place names. Raises StoreError for other kinds of place."""
    text = str(place)
    scheme, found, rest = text.partition("://")
    if found and not isinstance(place, Path):
        if scheme != "sqlite":
            raise StoreError(
                f"{scheme} is not a kind of database a ledger can be in",
                hint="name a file, or sqlite:///path/to/file",
            )
        text = unquote(rest.removeprefix("/"))
    if not text.strip() or text.startswith(":") or "\0" in text:
        raise StoreError(f"{text!r} names no file a ledger could be in", hint="name a file")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise StoreError(f"{text} is in the home of nobody known here") from None


def _check(path: Path) -> None:
    """Refuse what is not a ledger this program can read, before anything else touches it."""
    not_ours = NotALedgerError(f"{path} is not a mission ledger")
    try:
        if not path.exists():
            raise NoLedgerError(f"there is no ledger at {path}", hint="`mission init` makes one")
        if not path.is_file():
            raise NotALedgerError(f"{path} is not a file, so not a mission ledger")
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from None
    if head != b"SQLite format 3\0":
        raise not_ours
    with closing(_connect(path, write=False)) as connection, in_place(path):
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise not_ours
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if [revision for (revision,) in found] != [REVISION]:
        revision = found[0][0] if found else "none"
        raise NewerLedgerError(
            f"{path} has schema revision {revision}; this program knows {REVISION}",
            hint="install a newer mission-ledger",
        )


@contextmanager
def in_place(path: Path) -> Iterator[None]:
    """Translate sqlite3's errors without importing SQLAlchemy unless there is one."""
    try:
        yield
    except sqlite3.Error as error:
        from ledger.troubles import translated  # noqa: PLC0415

        raise translated(error, str(path)) from None


def _connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open a connection with the settings every reader and writer of a ledger has."""
    with in_place(path):
        try:
            return _configured(path, "mode=rw" if write else "mode=ro", write=write)
        except sqlite3.OperationalError:
            # A WAL database in a folder that cannot be written to has no shared-memory file.
            # Taken as immutable it can be read, but without the log that a crash left beside it.
            if write or os.access(path.parent, os.W_OK):
                raise
            log = path.with_name(f"{path.name}-wal")
            if log.exists() and log.stat().st_size:
                raise StoreError(
                    f"{path} cannot be read whole from here: {log.name} holds entries, and the"
                    " folder is read-only",
                    hint="copy both files to a folder of your own, or let someone who may write"
                    " there open the ledger once",
                ) from None
            return _configured(path, "mode=ro&immutable=1", write=False)


def _configured(path: Path, how: str, *, write: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{how}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA schema_version")
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        if write:
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _engine(path: Path, *, write: bool) -> "sa.Engine":
    import sqlalchemy as sa  # noqa: PLC0415 (start-up)

    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: _connect(path, write=write),
        # A reader keeps no connection: one opened as immutable never sees what others append.
        poolclass=sa.pool.QueuePool if write else sa.pool.NullPool,
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: "sa.Connection") -> None:
        # pysqlite would begin late and deferred; a writer must hold the lock before it looks.
        writes = connection.get_execution_options().get("mission_ledger_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _migrate(path: Path) -> None:
    """Bring the database at `path` to the newest schema."""
    from alembic import command  # noqa: PLC0415 (start-up: only making a ledger needs it)
    from alembic.config import Config  # noqa: PLC0415

    from ledger.troubles import in_plain_words  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "ledger:migrations")
    with in_plain_words(str(path)):
        with closing(_connect(path, write=True)) as raw:
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        engine = _engine(path, write=True)
        with engine.connect().execution_options(mission_ledger_writes=True) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        engine.dispose()
