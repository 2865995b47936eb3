"""Inline projections: tables derived from the log, updated in the transaction of each append.

    log ──▶ the Merkle tree · the entry index · the claims
            └── each with its version and the last position it includes, in `projection`

An entry is `prepared` first: what a projection needs of it is computed from it alone, in any
process. Then it is applied, in the order of positions, in the transaction of the append.

They hold nothing that the log does not hold, so each can be rebuilt from it. A projection is
recreated where its version changed. An entry that cannot be read is part of the tree, as bytes,
and of no other projection.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy import bindparam, select

from events.entry import Entry
from events.errors import DamagedLedgerError, StoreError
from ledger.storage.log_queries import CHUNK, checked_bytes, decoded_entry, last_position
from ledger.storage.schema import alembic_version, entry, log, projection
from ledger.storage.transaction import Transaction


class StoredEntry(NamedTuple):
    """A row of the log; `entry` is None where it cannot be read."""

    position: int
    raw: bytes
    entry: Entry | None


class InlineProjection(Protocol):
    """Tables derived from the log. To add one, name it where ledgers are opened."""

    @property
    def name(self) -> str:
        """The name under which its version and position are stored."""

    @property
    def version(self) -> int:
        """The version of its tables and rows; where it changed, they are recreated."""

    @property
    def tables(self) -> Sequence[sa.Table]:
        """Its tables."""

    def prepare(self, stored: StoredEntry) -> Any:  # noqa: ANN401 (a value of its own)
        """Return what it needs of an entry, computed from that alone; other processes can too."""

    def apply(self, transaction: Transaction, prepared: Sequence[Any]) -> None:
        """Add the rows of new entries, which are in the log already."""


class PreparedEntry(NamedTuple):
    """A row of the log, and what each projection needs of it."""

    position: int
    raw: bytes
    parts: tuple[Any, ...]


def prepare(projections: Sequence[InlineProjection], stored: StoredEntry) -> PreparedEntry:
    """Return an entry prepared for all projections."""
    parts = tuple([each.prepare(stored) for each in projections])
    return PreparedEntry(stored.position, stored.raw, parts)


_POSITIONS = select(projection.c.name, projection.c.version, projection.c.position)
_AFTER = (
    select(log.c.position, log.c.bytes)
    .where(log.c.position > bindparam("after"))
    .order_by(log.c.position)
    .limit(CHUNK)
)
_NOT_INDEXED = (
    select(log.c.position)
    .join_from(log, entry, entry.c.position == log.c.position, isouter=True)
    .where(entry.c.position.is_(None))
)
_MOVE = projection.update().values(position=bindparam("at"))


def tables_of(projections: Sequence[InlineProjection]) -> tuple[sa.Table, ...]:
    """Return the tables of a ledger with these projections."""
    derived = (table for each in projections for table in each.tables)
    return (log, projection, alembic_version, *derived)


def apply(
    transaction: Transaction,
    projections: Sequence[InlineProjection],
    new: Sequence[PreparedEntry],
) -> None:
    """Apply new entries to all projections."""
    if new:
        for number, each in enumerate(projections):
            each.apply(transaction, [one.parts[number] for one in new])
        transaction.execute(_MOVE, [{"at": new[-1].position}])


def check_positions(
    transaction: Transaction, projections: Sequence[InlineProjection], place: str
) -> None:
    """Check that projections are of their versions, and include all entries that can be read.

    Raises DamagedLedgerError where entries were removed from the log, else StoreError.
    """
    stored = {row.name: row for row in _positions(transaction, place)}
    end = last_position(transaction)
    for each in projections:
        found = stored.get(each.name)
        if found is None or found.version != each.version:
            raise StoreError(
                f"{place}: its {each.name} is of another version of this program",
                hint="recreate it with `mission rebuild`",
            )
        if found.position > end:
            raise DamagedLedgerError(
                f"{place}: the log ends at position {end}, but its {each.name} includes position"
                f" {found.position}: entries were removed from the end",
                position=end + 1,
                hint="leave the ledger unchanged and restore a backup",
            )
        if found.position < end:
            _check_unreadable(transaction, found.position, each.name, place)


def _positions(transaction: Transaction, place: str) -> Sequence[sa.Row[Any]]:
    """Return the rows of `projection`. Raises DamagedLedgerError for a value of another type."""
    rows = transaction.rows(_POSITIONS)
    if any(not isinstance(row.name, str) or type(row.position) is not int for row in rows):
        raise DamagedLedgerError(
            f"{place}: the positions of its projections are damaged",
            hint="check the ledger with `mission verify`, then use `mission rebuild`",
        )
    return rows


def _check_unreadable(transaction: Transaction, after: int, name: str, place: str) -> None:
    for row in chain.from_iterable(_chunks(transaction, after)):
        if _stored(row, tolerant=True).entry is not None:
            raise StoreError(
                f"{place}: its {name} lacks the entry at position {row.position}, which was put"
                " into the log in another way",
                hint="check the ledger with `mission verify`, then use `mission rebuild`",
            )


def catch_up(transaction: Transaction, projections: Sequence[InlineProjection], place: str) -> int:
    """Apply entries that cannot be read and that were put into the log in another way.

    Returns the last position of the log.
    Raises StoreError where the ledger has projections that are not among these.
    """
    stored = {row.name: row.position for row in _positions(transaction, place)}
    _refuse_others(stored, projections, place)
    end = last_position(transaction)
    if any(position != end for position in stored.values()):
        check_positions(transaction, projections, place)
        for rows in _chunks(transaction, min(stored.values())):
            new = [prepare(projections, _stored(row, tolerant=True)) for row in rows]
            apply(transaction, projections, new)
    return end


def _refuse_others(
    stored: Iterable[str], projections: Sequence[InlineProjection], place: str
) -> None:
    if others := sorted(map(str, {*stored} - {each.name for each in projections})):
        raise StoreError(
            f"{place} has {' and '.join(others)}, which this program would not update",
            hint="nothing was changed; use the program that made it",
        )


def rebuild(
    transaction: Transaction,
    projections: Sequence[InlineProjection],
    place: str,
    unread: frozenset[int] = frozenset(),
) -> None:
    """Rebuild all projections from the log; recreate the tables of one of another version.

    `unread` are positions that the entry index did not have before. Raises DamagedLedgerError where
    positions are missing, or where an entry that was in the entry index cannot be read, and
    StoreError where the ledger has projections that are not among these.
    """
    connection = transaction.connection
    projection.create(connection, checkfirst=True)
    versions = {row.name: row.version for row in transaction.rows(_POSITIONS)}
    if all(each.name in versions for each in projections):  # else a name is damaged
        _refuse_others(versions, projections, place)
    if "entries" in versions:
        unread |= never_read(transaction)
    # In PostgreSQL derived tables can then be changed (`ledger.storage.guards`).
    connection.execute(projection.delete())
    for each in projections:
        if versions.get(each.name) != each.version:
            log.metadata.drop_all(connection, tables=each.tables)
            log.metadata.create_all(connection, tables=each.tables)
        for table in each.tables:
            connection.execute(table.delete())
    transaction.insert(projection, [(each.name, each.version, 0) for each in projections])
    end = 0
    for rows in _chunks(transaction, 0):
        new = []
        for position, row in enumerate(rows, end + 1):
            if row.position != position:
                raise DamagedLedgerError(
                    f"position {position} is missing from the log",
                    position=position,
                    hint="leave the ledger unchanged and restore a backup",
                )
            new.append(prepare(projections, _stored(row, tolerant=position in unread)))
        apply(transaction, projections, new)
        end += len(rows)


def _chunks(transaction: Transaction, after: int) -> Iterator[Sequence[sa.Row[tuple[int, bytes]]]]:
    """Yield the rows of the log after a position, a chunk at a time."""
    while rows := transaction.rows(_AFTER, after=after):
        yield rows
        after = rows[-1].position


def never_read(transaction: Transaction) -> frozenset[int]:
    """Return the positions of entries that could not be read when they were put into the log."""
    return frozenset(row.position for row in transaction.rows(_NOT_INDEXED))


def _stored(row: sa.Row[tuple[int, bytes]], *, tolerant: bool) -> StoredEntry:
    """Decode a row of the log and check it against the schema. Raises DamagedLedgerError."""
    raw = checked_bytes(row.bytes, row.position)
    try:
        return StoredEntry(row.position, raw, decoded_entry(row.position, raw))
    except DamagedLedgerError:
        if not tolerant:
            raise
        return StoredEntry(row.position, raw, None)
