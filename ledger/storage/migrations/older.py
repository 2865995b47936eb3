"""Read the log and the Merkle tree of ledgers of earlier schema revisions."""

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import bindparam, column, select, table

from ledger.merkle.tree import place_of
from ledger.storage.given_rows import given_values
from ledger.storage.log_queries import checked_bytes
from ledger.storage.schema import log
from ledger.storage.transaction import Transaction

CHUNK = 500
"""Rows read at once."""

_LOG_OF_0001 = table("entries", column("position"), column("bytes"))
_ENTRIES = table("entries", column("position"), column("id"))
_TREE = table("tree", column("place"), column("hash"))
_TREE_OF_0002 = table("tree", column("level"), column("number"), column("hash"))

_NODES = select(_TREE.c.place, _TREE.c.hash).where(_TREE.c.place.in_(given_values()))
_NODES_OF_0002 = select(_TREE_OF_0002.c.number, _TREE_OF_0002.c.hash).where(
    _TREE_OF_0002.c.level == bindparam("level"), _TREE_OF_0002.c.number.in_(given_values())
)
_IDS = select(_ENTRIES.c.position, _ENTRIES.c.id).where(_ENTRIES.c.position.in_(given_values()))
_INDEXED_AFTER = (
    select(_ENTRIES.c.position).where(_ENTRIES.c.position > bindparam("after")).limit(1)
)

_NOT_INDEXED = (
    select(log.c.position)
    .join_from(log, _ENTRIES, _ENTRIES.c.position == log.c.position, isouter=True)
    .where(_ENTRIES.c.position.is_(None))
)


def _after(of: sa.FromClause) -> sa.Select[tuple[int, bytes]]:
    query = select(of.c.position, of.c.bytes).where(of.c.position > bindparam("after"))
    return query.order_by(of.c.position).limit(CHUNK)


_IN_LOG, _IN_0001 = _after(log), _after(_LOG_OF_0001)


def log_rows(transaction: Transaction) -> Iterator[Sequence[sa.Row[tuple[int, bytes]]]]:
    """Yield the rows of the log, a chunk at a time."""
    has_log = sa.inspect(transaction.connection).has_table("log")
    after = 0
    while rows := transaction.rows(_IN_LOG if has_log else _IN_0001, after=after):
        yield rows
        after = rows[-1].position


def indexed_ids(transaction: Transaction, positions: Sequence[int]) -> dict[int, str]:
    """Return the ids that the index has for these positions."""
    rows = transaction.rows_among(_IDS, positions)
    return {row.position: checked_bytes(row.id).hex() for row in rows}


def indexed_after(transaction: Transaction, position: int) -> bool:
    """Whether the index has rows of entries after a position."""
    return transaction.scalar(_INDEXED_AFTER, after=position) is not None


def not_indexed(transaction: Transaction) -> list[int]:
    """Return the positions of the log that the entry index of revisions 0002 to 0005 lacks."""
    there = sa.inspect(transaction.connection).get_table_names()
    if not {"log", "entries"} <= {*there}:
        return []
    return [row.position for row in transaction.rows(_NOT_INDEXED)]


class OlderTree:
    """The stored nodes of the tree of a ledger of revision 0002 or later."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        columns = {each["name"] for each in sa.inspect(transaction.connection).get_columns("tree")}
        self._by_place = "place" in columns

    def nodes(self, level: int, numbers: Sequence[int]) -> Mapping[int, bytes]:
        """Return the hashes of nodes of one level, by number."""
        if not self._by_place:
            rows = self._transaction.rows_among(_NODES_OF_0002, numbers, level=level)
            return {row.number: row.hash for row in rows}
        places = {place_of(level, number): number for number in numbers}
        rows = self._transaction.rows_among(_NODES, places)
        return {places[row.place]: row.hash for row in rows}
