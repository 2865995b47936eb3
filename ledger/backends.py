"""Create and open the database of a ledger: a SQLite file, or a PostgreSQL database.

Opening never changes the database. Creating a file is atomic: it completes or leaves nothing.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from ledger.location import parse_place
from ledger.storage import sqlite_file, sqlite_temporary
from ledger.storage.entry_index import EntryIndex
from ledger.storage.inline_projection import InlineProjection
from ledger.storage.migrate import create_schema
from ledger.storage.schema_revision import check_revision
from ledger.storage.sqlite import BUSY_SECONDS
from ledger.storage.stored_tables import Backend
from ledger.storage.tree_nodes import MerkleTree
from ledger.storage.write_lock import is_log_familiar

PROJECTIONS: tuple[InlineProjection, ...] = (MerkleTree(), EntryIndex())
"""The inline projections of every ledger; others are named by who opens it."""


def open_database(place: str | Path, *, write: bool = False) -> Backend:
    """Open the database of a ledger; unless `write` is set, it refuses every change itself.

    Raises NoLedgerError, NotALedgerError, OlderLedgerError, NewerLedgerError or StoreError.
    """
    where = parse_place(place)
    if isinstance(where, Path):
        check_revision(sqlite_file.revision_of(where), str(where))
        return sqlite_file.LedgerFile(where, write=write)
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    postgresql.check(where)
    return postgresql.PostgresDatabase(where, write=write)


def with_unfamiliar_log(place: str | Path) -> Path | None:
    """Return the path of a ledger's file if the write-ahead log beside it may be of another."""
    where = parse_place(place)
    if isinstance(where, Path) and not is_log_familiar(where, BUSY_SECONDS):
        return where if where.is_file() else None
    return None


def create(
    place: str | Path,
    projections: Sequence[InlineProjection],
    fill: Callable[[Backend], object] | None = None,
) -> str | Path:
    """Create a ledger, empty or with what `fill` appends to it; return its place.

    A file appears only once it is complete. In a PostgreSQL database the application role is
    created too, as far as the user's rights allow, and an interrupted `fill` leaves what it had
    appended. Raises StoreError where something exists at that place.
    """
    where = parse_place(place)
    if isinstance(where, Path):
        sqlite_file.create(where, projections, fill)
        return where
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    postgresql.create(where, projections)
    if fill:
        with closing(open_database(place, write=True)) as database:
            fill(database)
    return place


def memory(projections: Sequence[InlineProjection]) -> Backend:
    """Return the database of an empty ledger without a file."""
    database = sqlite_temporary.MemoryDatabase()
    with database.writing() as writer:
        create_schema(writer.connection, projections)
    return database


def missing_grants(place: str | Path, projections: Sequence[InlineProjection]) -> tuple[str, ...]:
    """Return the SQL that an administrator still has to run for the application role."""
    where = parse_place(place)
    if isinstance(where, Path):
        return ()
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    return postgresql.missing_grants(where, projections)


def exists(place: str | Path) -> bool:
    """Whether a file exists at this place or, for a database, whether it holds a ledger."""
    where = parse_place(place)
    if isinstance(where, Path):
        return where.exists()
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    return postgresql.exists(where)
