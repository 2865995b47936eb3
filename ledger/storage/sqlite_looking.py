"""Look at a SQLite file so that SQLite creates no file beside it."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from events.errors import NotALedgerError, StoreError
from ledger.storage.schema_revision import APPLICATION_ID
from ledger.storage.sqlite import log_of, look_at
from ledger.storage.sqlite_errors import translate
from ledger.storage.transaction import handle_errors

_AS_IT_IS, _WITH_ITS_LOG, _WITHOUT_LOCKS = "immutable=1", "cache=private", "nolock=1"


class Glance(NamedTuple):
    """What a file says of itself: its pages, its mark, and whether it has a write-ahead log."""

    pages: int
    application_id: int
    has_log: bool


def glance(path: Path) -> Glance:
    """Look at what any SQLite file has. Raises StoreError."""
    pages, mark = _header(path)
    try:
        with _engine(path, _WITHOUT_LOCKS).connect() as connection:
            connection.exec_driver_sql("PRAGMA schema_version")
    except StoreError:  # it would need the files beside it
        return Glance(pages, mark, has_log=True)
    return Glance(pages, mark, has_log=False)


def check_marked(path: Path) -> None:
    """Raise NotALedgerError unless a file is a SQLite database that is marked as a ledger."""
    _, mark = _header(path)
    if mark != APPLICATION_ID:
        raise NotALedgerError(f"{path} is not a mission ledger")


def looking_engine(path: Path) -> sa.Engine:
    """Return an Engine that reads a file.

    Unless a write-ahead log and its index exist already, the file is read as it is without them.
    """
    return _engine(path, _WITH_ITS_LOG if _has_log_and_index(path) else _AS_IT_IS)


def _header(path: Path) -> tuple[int, int]:
    """Return the number of pages of a file, and its application id.

    While a checkpoint writes the file, or where one was interrupted, the header can state more
    pages than the file has yet: SQLite reads it then only with writable_schema.
    """
    with _engine(path, _AS_IT_IS).connect() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return pages, connection.exec_driver_sql("PRAGMA application_id").scalar_one()


def _has_log_and_index(path: Path) -> bool:
    log = log_of(path)
    return log.exists() and log.with_name(f"{path.resolve().name}-shm").exists()


def _engine(path: Path, option: str) -> sa.Engine:
    creator = partial(look_at, path, option)
    engine = sa.create_engine("sqlite://", creator=creator, poolclass=sa.NullPool)
    handle_errors(engine, partial(translate, place=str(path)))
    return engine
