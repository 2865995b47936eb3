"""Ledgers that are made once and copied for every test, which takes a hundredth of the time.

    place = empty_ledger(tmp_path / "ledger.sqlite")
    place = shipped_ledger(tmp_path / "ledger.sqlite")      # with the record `nmi` in it

Where making a ledger is what is tested, call `ledger.backends.create`. In PostgreSQL,
`tests.postgres.Server.empty_ledger()` and `.shipped_ledger()` are the same, for a user who may
read and append and nothing else (`tests.roles`).
"""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.backends import create
from ledger.log import Store
from ledger.shipped import load

ROOM = 2 * 1024**3
"""So many bytes free are room enough for what the tests write at one time."""


def memory() -> str | None:
    """Return a folder whose files are kept in memory, where there is one and it has room."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and shutil.disk_usage(folder).free > ROOM else None


def empty_ledger(place: Path) -> Path:
    """Put an empty ledger at a place and return it."""
    place.write_bytes(_made(None))
    return place


def shipped_ledger(place: Path) -> Path:
    """Put a ledger that holds the shipped record at a place and return it."""
    place.write_bytes(_made(load_nmi))
    return place


def load_nmi(store: Store) -> None:
    """Append the shipped record."""
    load(store, "nmi")


@cache
def _made(fill: Callable[[Store], None] | None) -> bytes:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "ledger.sqlite"
        create(place, fill)
        return place.read_bytes()
