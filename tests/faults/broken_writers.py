"""Writers broken in one way each: what suites of faults must find out with `--control NAME`.

What a function here replaces is replaced for good in the process that calls it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from events.errors import StoreError
from ledger import files
from ledger.log import Batch, Receipt
from ledger.storage import sqlite_connections, stored_tables
from ledger.storage.sql_store import SqlStore

_append = SqlStore.append


def append_in_two_transactions() -> None:
    """Append the first half of a batch, and then the rest."""

    def append(store: SqlStore, batch: Batch, **settings: Any) -> Receipt:  # noqa: ANN401
        middle = (len(batch.contents) + 1) // 2
        parts = [
            Batch(batch.contents[some], batch.written[some])
            for some in (slice(middle), slice(middle, None))
        ]
        first, last = (_append(store, part, **settings) for part in parts if part.contents)
        return Receipt(first.appended + last.appended, first.already + last.already, last.position)

    SqlStore.append = append  # type: ignore[assignment,method-assign]


def swallow_errors() -> None:
    """Acknowledge what could not be written."""

    def append(store: SqlStore, batch: Batch, **settings: Any) -> Receipt:  # noqa: ANN401
        try:
            return _append(store, batch, **settings)
        except StoreError:
            return Receipt((), (), 0)

    SqlStore.append = append  # type: ignore[assignment,method-assign]


def deny_what_was_done() -> None:
    """Append at a second try, and raise the error of the first, which says that nothing was."""

    def append(store: SqlStore, batch: Batch, **settings: Any) -> Receipt:  # noqa: ANN401
        try:
            return _append(store, batch, **settings)
        except StoreError:
            _append(store, batch, **settings)
            raise

    SqlStore.append = append  # type: ignore[assignment,method-assign]


def stay_broken() -> None:
    """Raise the first error again whenever something is appended after it."""
    met: list[StoreError] = []

    def append(store: SqlStore, batch: Batch, **settings: Any) -> Receipt:  # noqa: ANN401
        if met:
            raise met[0]
        try:
            return _append(store, batch, **settings)
        except StoreError as error:
            met.append(error)
            raise

    SqlStore.append = append  # type: ignore[assignment,method-assign]


def pass_errors_on() -> None:
    """Raise the errors of the database as they are."""

    @contextmanager
    def as_they_are(_: str) -> Iterator[None]:
        yield

    stored_tables.translated_errors = as_they_are  # type: ignore[assignment,attr-defined]
    sqlite_connections.translated_errors = as_they_are  # type: ignore[assignment,attr-defined]


def leave_folders_unsynced() -> None:
    """Wait for the contents of files alone: names are on the disk when they happen to be."""
    sync = files.sync

    def sync_files(path: Path) -> None:
        if not path.is_dir():
            sync(path)

    files.sync = sync_files


def end_of_itself() -> None:
    """Raise in the middle of appending what nobody expects."""
    left = [3]

    def append(store: SqlStore, batch: Batch, **settings: Any) -> Receipt:  # noqa: ANN401
        left[0] -= 1
        if not left[0]:
            raise SystemExit("the writer has had enough")
        return _append(store, batch, **settings)

    SqlStore.append = append  # type: ignore[assignment,method-assign]
