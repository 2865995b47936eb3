"""A trial: appends in one transaction that is rolled back, or to a temporary copy of a ledger.

    with rolled_back(writer, place) as database:    # a Backend: a store on it appends and reads
        …                                           # other writers wait until this ends

Each append in it is a savepoint, so that a refused one leaves those before it. All that a store on
it reads includes what was appended; nobody else sees that.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from ledger.storage import inline_projection, sqlite, sqlite_file
from ledger.storage.inline_projection import InlineProjection
from ledger.storage.schema import log, projection
from ledger.storage.stored_tables import LARGE_CHUNK, Backend
from ledger.storage.transaction import Transaction
from ledger.storage.trial_database import TrialDatabase

_PROBES = (
    sa.insert(log).from_select(["position", "bytes"], sa.select(log).where(sa.false())),
    sa.update(projection).values(position=projection.c.position).where(sa.false()),
)
"""Statements that change nothing, and that are refused where an append would be."""


@contextmanager
def rolled_back(writer: Transaction, place: str) -> Iterator[Backend]:
    """Yield the database of a trial in a writing transaction, which is rolled back at the end.

    Raises ReadOnlyLedgerError at once where this user may not append.
    """
    for probe in _PROBES:
        writer.execute(probe)
    transaction = writer.connection.get_transaction()
    assert transaction is not None  # noqa: S101 (the writer has begun it)
    try:
        yield TrialDatabase(place, writer.connection)
    finally:
        transaction.rollback()


@contextmanager
def temporary_copy(
    database: Backend,
    stored: Iterable[tuple[int, bytes]],
    projections: Sequence[InlineProjection],
) -> Iterator[Backend]:
    """Yield a SQLite database with the same log, to append to, and delete it at the end.

    The file of a SQLite ledger is copied. Of another database, `stored` are the rows of the log,
    from which the projections are rebuilt.
    """
    with TemporaryDirectory(prefix="mission-") as folder:
        path = Path(folder) / "copy.sqlite"
        if isinstance(database, sqlite.SqliteDatabase):
            sqlite.copy(database.path, path)
        else:
            path.touch()
            sqlite_file.make(path, projections, called=path)
        with closing(sqlite_file.LedgerFile(path, write=True)) as copy:
            if not isinstance(database, sqlite.SqliteDatabase):
                with copy.writing() as writer:
                    rows = iter(stored)
                    while chunk := list(islice(rows, LARGE_CHUNK)):
                        writer.insert(log, chunk)
                    inline_projection.rebuild(writer, projections, database.place)
            copy.place = database.place
            yield copy
