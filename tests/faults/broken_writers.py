"""Writers broken in one way each, which suites must detect with `--control NAME`.

A function here breaks the writer for the rest of the calling process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from events.errors import StoreError
from ledger import files
from ledger.log import Batch, Receipt
from ledger.storage import sqlite, sqlite_file, stored_tables
from projections.record import Record

_append = Record.append


def swallow_errors() -> None:
    """Acknowledge what could not be written."""

    def append(store: Record, batch: Batch, **settings: Any) -> Receipt:  # noqa: ANN401
        try:
            return _append(store, batch, **settings)
        except StoreError:
            return Receipt((), (), 0)

    Record.append = append  # type: ignore[assignment,method-assign]


def deny_what_was_done() -> None:
    """Retry a failed append, and raise the first error, which says that nothing was appended."""

    def append(store: Record, batch: Batch, **settings: Any) -> Receipt:  # noqa: ANN401
        try:
            return _append(store, batch, **settings)
        except StoreError:
            _append(store, batch, **settings)
            raise

    Record.append = append  # type: ignore[assignment,method-assign]


def stay_broken() -> None:
    """Raise the first error again on every later append."""
    met: list[StoreError] = []

    def append(store: Record, batch: Batch, **settings: Any) -> Receipt:  # noqa: ANN401
        if met:
            raise met[0]
        try:
            return _append(store, batch, **settings)
        except StoreError as error:
            met.append(error)
            raise

    Record.append = append  # type: ignore[assignment,method-assign]


def pass_errors_on() -> None:
    """Raise the database's errors untranslated."""

    @contextmanager
    def as_they_are(_: object) -> Iterator[None]:
        yield

    sqlite.handle_errors = lambda *_: None
    sqlite._translated = as_they_are
    stored_tables.translated_errors = as_they_are
    sqlite_file.translated_errors = as_they_are


def leave_folders_unsynced() -> None:
    """Sync only the contents of files, not their names in folders."""
    sync = files.sync

    def sync_files(path: Path) -> None:
        if not path.is_dir():
            sync(path)

    files.sync = sync_files


def end_of_itself() -> None:
    """Raise an unexpected exception on the third append."""
    remaining = [3]

    def append(store: Record, batch: Batch, **settings: Any) -> Receipt:  # noqa: ANN401
        remaining[0] -= 1
        if not remaining[0]:
            raise SystemExit("the writer has had enough")
        return _append(store, batch, **settings)

    Record.append = append  # type: ignore[assignment,method-assign]
