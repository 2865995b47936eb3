"""Create and open a ledger, in a SQLite file or a PostgreSQL database.

Opening never changes the database. Creating a file is atomic: it completes or leaves nothing.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from ledger.clock import utc_now
from ledger.location import parse_place
from ledger.storage import sqlite
from ledger.storage.sql_store import SqlStore


def open_store(
    place: str | Path,
    *,
    write: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> SqlStore:
    """Open a ledger; unless `write` is set, the database itself refuses every change.

    Raises NoLedgerError, NotALedgerError, OlderLedgerError, NewerLedgerError or StoreError.
    """
    where = parse_place(place)
    opener = partial(open_store, place)
    if isinstance(where, Path):
        sqlite.check(where)
        return SqlStore(sqlite.SqliteFile(where, write=write), clock=clock, opener=opener)
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    postgresql.check(where)
    database = postgresql.PostgresDatabase(where, write=write)
    return SqlStore(database, clock=clock, opener=opener)


def create(place: str | Path, fill: Callable[[SqlStore], object] | None = None) -> str | Path:
    """Create a ledger, empty or with what `fill` appends to it; return its place.

    A file appears only once it is complete. In a PostgreSQL database the application role is
    created too, as far as the user's rights allow, and an interrupted `fill` leaves what it had
    appended. Raises StoreError where something exists at that place.
    """
    where = parse_place(place)
    if isinstance(where, Path):
        sqlite.create(where, fill)
        return where
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    postgresql.create(where)
    if fill:
        with open_store(place, write=True) as store:
            fill(store)
    return place


def missing_grants(place: str | Path) -> tuple[str, ...]:
    """Return the SQL that an administrator still has to run for the application role."""
    where = parse_place(place)
    if isinstance(where, Path):
        return ()
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    return postgresql.missing_grants(where)


def exists(place: str | Path) -> bool:
    """Whether a file exists at this place or, for a database, whether it holds a ledger."""
    where = parse_place(place)
    if isinstance(where, Path):
        return where.exists()
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    return postgresql.exists(where)
