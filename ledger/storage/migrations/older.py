"""Read the log and the Merkle tree of ledgers of earlier schema revisions."""

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import bindparam, column, select, table

from ledger.merkle.tree import peaks_of, place_of
from ledger.storage.given_rows import given_values
from ledger.storage.log_queries import checked_bytes
from ledger.storage.schema import log
from ledger.storage.transaction import Transaction

HASH_BYTES = 32

CHUNK = 500
"""Rows read at once."""

_LOG_OF_0001 = table("entries", column("position"), column("bytes"))
_ENTRIES = table("entries", column("position"), column("id"))
_ENTRIES_OF_0006 = table("entry", column("position"), column("id"))
_TREE = table("tree", column("place"), column("hash"))
_TREE_OF_0002 = table("tree", column("level"), column("number"), column("hash"))
_TREE_OF_0006 = table("tree", column("size"), column("peaks"))
_LEAVES_OF_0006 = table("leaf", column("position"), column("hash"))

_NODES = select(_TREE.c.place, _TREE.c.hash).where(_TREE.c.place.in_(given_values()))
_NODES_OF_0002 = select(_TREE_OF_0002.c.number, _TREE_OF_0002.c.hash).where(
    _TREE_OF_0002.c.level == bindparam("level"), _TREE_OF_0002.c.number.in_(given_values())
)
_PEAKS_OF_0006 = select(_TREE_OF_0006)
_NODES_OF_0006 = select(_LEAVES_OF_0006).where(_LEAVES_OF_0006.c.position.in_(given_values()))

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


def _ids(of: sa.FromClause) -> sa.Select[tuple[int, bytes]]:
    return select(of.c.position, of.c.id).where(of.c.position.in_(given_values()))


def _indexed_after(of: sa.FromClause) -> sa.Select[tuple[int]]:
    return select(of.c.position).where(of.c.position > bindparam("after")).limit(1)


_IDS, _IDS_OF_0006 = _ids(_ENTRIES), _ids(_ENTRIES_OF_0006)
_AFTER_IN_INDEX, _AFTER_IN_0006 = _indexed_after(_ENTRIES), _indexed_after(_ENTRIES_OF_0006)


def indexed_ids(transaction: Transaction, positions: Sequence[int]) -> dict[int, str]:
    """Return the ids that the index has for these positions."""
    query = _IDS_OF_0006 if _has_index_of_0006(transaction) else _IDS
    rows = transaction.rows_among(query, positions)
    return {row.position: checked_bytes(row.id).hex() for row in rows}


def indexed_after(transaction: Transaction, position: int) -> bool:
    """Whether the index has rows of entries after a position."""
    query = _AFTER_IN_0006 if _has_index_of_0006(transaction) else _AFTER_IN_INDEX
    return transaction.scalar(query, after=position) is not None


def _has_index_of_0006(transaction: Transaction) -> bool:
    return sa.inspect(transaction.connection).has_table("entry")


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
        self._peaks = self._stored_peaks() if "peaks" in columns else None

    def _stored_peaks(self) -> Mapping[tuple[int, int], bytes]:
        """Return the peaks of the tree of revision 0006, by level and number."""
        found: dict[tuple[int, int], bytes] = {}
        for row in self._transaction.rows(_PEAKS_OF_0006):
            raw = checked_bytes(row.peaks)
            for at, place in enumerate(peaks_of(row.size)):
                found[place] = raw[at * HASH_BYTES : (at + 1) * HASH_BYTES]
        return found

    def nodes(self, level: int, numbers: Sequence[int]) -> Mapping[int, bytes]:
        """Return the hashes of nodes of one level, by number: of revision 0006 leaves and peaks."""
        if self._peaks is not None and level:
            found = {number: self._peaks.get((level, number)) for number in numbers}
            return {number: hash_ for number, hash_ in found.items() if hash_}
        if self._peaks is not None:
            rows = self._transaction.rows_among(_NODES_OF_0006, [each + 1 for each in numbers])
            return {row.position - 1: row.hash for row in rows}
        if not self._by_place:
            rows = self._transaction.rows_among(_NODES_OF_0002, numbers, level=level)
            return {row.number: row.hash for row in rows}
        places = {place_of(level, number): number for number in numbers}
        rows = self._transaction.rows_among(_NODES, places)
        return {places[row.place]: row.hash for row in rows}
