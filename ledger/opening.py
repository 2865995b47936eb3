"""Where a ledger is, and how it is made and opened.

A place is the path of a SQLite file, `sqlite:///` and a path, or the URL of a PostgreSQL
database: `postgresql+psycopg://user@host/database`. Opening never changes the database; making
one happens in full or leaves nothing behind.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import platformdirs

from events.errors import StoreError
from ledger import sqlite
from ledger.clock import utc_now
from ledger.sql import SqlStore

if TYPE_CHECKING:
    import sqlalchemy as sa


_A_URL_GONE_WRONG = re.compile(r"(postgres|postgresql|sqlite|mysql)[a-z+]*:|.*\bpassword=")
"""It may hold a password, so it is not shown either."""


def default_path() -> Path:
    """Return where a user's own ledger is when none is named."""
    return platformdirs.user_data_path("mission-ledger") / "ledger.sqlite"


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
    if isinstance(where, Path):
        sqlite.check(where)
        return SqlStore(sqlite.SqliteFile(where, write=write), clock=clock)
    from ledger import postgres  # noqa: PLC0415 (start-up)

    postgres.check(where)
    return SqlStore(postgres.PostgresDatabase(where, write=write), clock=clock)


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
    from ledger import postgres  # noqa: PLC0415 (start-up)

    postgres.create(where)
    if fill:
        with open_store(place, write=True) as store:
            fill(store)
    return place


def grants_left(place: str | Path) -> tuple[str, ...]:
    """Return the SQL that an administrator has still to run for the application role."""
    where = where_is(place)
    if isinstance(where, Path):
        return ()
    from ledger import postgres  # noqa: PLC0415 (start-up)

    return postgres.grants_left(where)


def upgrade(place: str | Path, *, trust_log: bool = False) -> tuple[str, str]:
    """Bring an older ledger to the newest schema; return the revision it had and has.

    A file is migrated as a copy first, a database in one transaction; readers go on. Raises
    NewerLedgerError for one that is newer, and StoreError where it does not come out right, or,
    unless `trust_log`, where the log is not that of the tree beside it.
    """
    where = where_is(place)
    if isinstance(where, Path):
        return sqlite.upgrade(where, trust_log=trust_log)
    from ledger import postgres  # noqa: PLC0415 (start-up)

    return postgres.upgrade(where, trust_log=trust_log)


def exists(place: str | Path) -> bool:
    """Whether something is at this place; for a database, whether a ledger is in it."""
    where = where_is(place)
    if isinstance(where, Path):
        return where.exists()
    from ledger import postgres  # noqa: PLC0415 (start-up)

    return postgres.exists(where)


def shown_place(place: str | Path) -> str:
    """Return a place as messages name it: a path, or a URL without its password."""
    where = where_is(place)
    if isinstance(where, Path):
        return str(where)
    from ledger import postgres  # noqa: PLC0415 (start-up)

    return postgres.shown(where)


def path_of(place: str | Path) -> Path:
    """Return the path of a ledger in a SQLite file. Raises StoreError for other kinds of place."""
    where = where_is(place)
    if not isinstance(where, Path):
        raise StoreError("a PostgreSQL ledger is no file", hint="name a file")
    return where


def where_is(place: str | Path) -> "Path | sa.URL":
    """Tell a file from a database URL: the one place where that is decided.

    Raises StoreError for what is neither.
    """
    text = str(place)
    scheme, found, rest = text.partition("://")
    if not isinstance(place, Path) and not found and _A_URL_GONE_WRONG.match(text):
        raise StoreError(
            "this is neither a file nor a database URL",
            hint="a URL is written postgresql+psycopg://user@host/database; a file that is called"
            " so, ./ and its name",
        )
    if found and not isinstance(place, Path):
        if scheme in ("postgresql", "postgresql+psycopg"):
            from ledger import postgres  # noqa: PLC0415 (start-up)

            return postgres.url_of(text)
        if scheme != "sqlite":
            raise StoreError(
                f"{scheme} is not a kind of database a ledger can be in",
                hint="name a file, sqlite:///path/to/file, or"
                " postgresql+psycopg://user@host/database",
            )
        text = unquote(rest.removeprefix("/"))
    if not text.strip() or text.startswith(":") or "\0" in text:
        raise StoreError(f"{text!r} names no file a ledger could be in", hint="name a file")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise StoreError(
            f"{text} is in the home of nobody known here", hint="write the path in full"
        ) from None
