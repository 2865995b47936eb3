"""Ledgers created once and copied for every test, which takes a hundredth of the time.

    place = empty_ledger(tmp_path / "ledger.sqlite")
    place = shipped_ledger(tmp_path / "ledger.sqlite")      # with the record `nmi`

A test of creating a ledger calls `ledger.backends.create` instead. For PostgreSQL,
`tests.postgres.Server.empty_ledger()` and `.shipped_ledger()` do the same, for a user who can only
read and append (`tests.roles`).
"""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.log import Store
from ledger.shipped.records import load
from projections.record import create_record

RECORDS = Path(__file__).parents[1] / "ledger" / "records"
"""The folder of the shipped records."""

ROOM = 2 * 1024**3
"""Free bytes that are enough for all that the tests write at one time."""


def memory() -> str | None:
    """Return a folder in memory; None if there is none with enough room."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and shutil.disk_usage(folder).free > ROOM else None


def empty_ledger(place: Path) -> Path:
    """Write an empty ledger to a path and return it."""
    place.write_bytes(_made(None))
    return place


def shipped_ledger(place: Path) -> Path:
    """Write a ledger with the shipped record to a path and return it."""
    place.write_bytes(_made(load_nmi))
    return place


def load_nmi(store: Store) -> None:
    """Append the shipped record."""
    load(store, "nmi")


@cache
def _made(fill: Callable[[Store], None] | None) -> bytes:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "ledger.sqlite"
        create_record(place, fill)
        return place.read_bytes()
