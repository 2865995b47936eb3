"""How a ledger is made and opened, wherever it is.

Opening never changes the database; making one happens in full or leaves nothing behind.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from ledger.clock import utc_now
from ledger.location import where_is
from ledger.storage import sqlite
from ledger.storage.sql_store import SqlStore


def open_store(
    place: str | Path,
    *,
    write: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> SqlStore:
    """Open a ledger; unless `write`, the database itself refuses every change.

    Raises NoLedgerError, NotALedgerError, OlderLedgerError, NewerLedgerError or StoreError.
    """
    where = where_is(place)
    opener = partial(open_store, place)
    if isinstance(where, Path):
        sqlite.check(where)
        return SqlStore(sqlite.SqliteFile(where, write=write), clock=clock, opener=opener)
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    postgresql.check(where)
    database = postgresql.PostgresDatabase(where, write=write)
    return SqlStore(database, clock=clock, opener=opener)


def create(place: str | Path, fill: Callable[[SqlStore], object] | None = None) -> str | Path:
    """Make a ledger, empty or with what `fill` appends to it; return its place.

    A file appears once it is whole. In a PostgreSQL database the application role is made too, as
    far as the user may, and what interrupts the filling leaves the part that was appended.
    Raises StoreError where something is there.
    """
    where = where_is(place)
    if isinstance(where, Path):
        sqlite.create(where, fill)
        return where
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    postgresql.create(where)
    if fill:
        with open_store(place, write=True) as store:
            fill(store)
    return place


def grants_left(place: str | Path) -> tuple[str, ...]:
    """Return the SQL that an administrator has still to run for the application role."""
    where = where_is(place)
    if isinstance(where, Path):
        return ()
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    return postgresql.grants_left(where)


def exists(place: str | Path) -> bool:
    """Whether something is at this place; for a database, whether a ledger is in it."""
    where = where_is(place)
    if isinstance(where, Path):
        return where.exists()
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    return postgresql.exists(where)
