"""The claims index worked out again, and compared with what is kept.

    entries ──▶ rows of `claims`, `undone`, `citations`     run by run, as the log is read
    claims  ──▶ rows of `periods`, `parties`, `stretches`   mission by mission, once

Each row that should be there is looked up and compared, and all are counted: so nothing is held
in memory but a run of entries, what bounds one period, and some thousand rows of each table.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from events.encoding.codec import Entry
from ledger.storage import log_queries
from ledger.storage.claims_index.index import IndexRows
from ledger.storage.claims_index.lifespan import ClaimRow
from ledger.storage.claims_index.period_rows import (
    PeriodSummary,
    news,
    parties_of,
    period_row,
    stretch_of,
)
from ledger.storage.schema import (
    INDEXED,
    Table,
    citations,
    claims,
    parties,
    periods,
    stretches,
    undone,
)
from ledger.storage.transaction import Transaction
from ledger.upkeep.findings import Found

AT_ONCE = 5000
"""Rows of `claims` that are read at a time, and of other tables that are compared at a time."""

Row = tuple[Any, ...]
Missions = tuple[str, str | None]
"""The missions from the one and before the other, in the order of their names."""


class IndexCheck:
    """The index as it should be, as far as the log was read."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self.counts: Counter[str] = Counter()
        self._waiting: dict[str, list[Row]] = {table.name: [] for table in INDEXED}

    def add(self, transaction: Transaction, made: Sequence[Entry]) -> None:
        """Compare what a run of entries brings to the index."""
        brought = IndexRows(transaction, made)
        for row in self._missing(transaction, claims, brought.claims):
            said = f"the claims index does not have what position {row[6]} says of {_name(row)}"
            self._found("claims", said, row[6])
        for row in self._missing(transaction, undone, brought.undone):
            said = f"the claims index does not have that position {row[1]} undid {row[0]}"
            self._found("claims", said, row[1])
        self._compare_citations(transaction, brought)

    def follow(self, transaction: Transaction, missions: Missions) -> None:
        """Compare what follows from the claims of some missions."""
        in_order = _claims_in_order(transaction, missions)
        for place, rows in groupby(in_order, key=lambda row: row.place):
            self._compare_period(transaction, place, rows)
        for table in (stretches, periods, parties):
            self._compare(transaction, table)

    def finish(self, transaction: Transaction, end: int) -> None:
        """Count all rows, unless there are more entries than were looked at."""
        if log_queries.last_position(transaction) != end:
            return  # somebody appends meanwhile
        for table in INDEXED:
            there = transaction.query(f"SELECT count(*) FROM {table.name}")[0][0]  # noqa: S608
            if there != self.counts[table.name]:
                wanted = self.counts[table.name]
                said = f"the claims index has {there} rows in {table.name}, and {wanted} belong"
                self._found("claims", f"{said} there", None)

    def _compare_citations(self, transaction: Transaction, brought: IndexRows) -> None:
        there = {row[:2]: row for row in _there(transaction, citations, brought.citations.values())}
        for pair, row in brought.citations.items():
            kept = there.get(pair)
            # It was named before, or is named here for the first time.
            if kept is None or kept[2:5] != row[2:5] or kept[5] > row[5]:
                said = f"the claims index does not have that {pair[1]} rests on {pair[0]}"
                self._found("claims", said, None)
            elif kept[5] == row[5]:
                self.counts[citations.name] += 1

    def _compare_period(
        self, transaction: Transaction, place: tuple[str, str, str, int], rows: Iterable[ClaimRow]
    ) -> None:
        seen, bounding = PeriodSummary(), []
        for _, some in groupby(rows, key=stretch_of):
            stretch = sorted(some, key=lambda row: row.position)
            for row in stretch:
                seen.add(row)
            bounding += [row for row in stretch if row.width < 0]
            readings = [row for row in stretch if row.width >= 0]
            self._wait(transaction, stretches, news(readings, {}))
        if seen.anything:
            made = period_row(place, seen, bounding)
            self._wait(transaction, periods, [made])
            named = parties_of(place, bounding)
            self._wait(transaction, parties, [made.of_party(party) for party in named])

    def _wait(self, transaction: Transaction, table: Table, rows: Iterable[Row]) -> None:
        """Have rows compared with others of their table: one by one would take far longer."""
        waiting = self._waiting[table.name]
        waiting.extend(rows)
        if len(waiting) >= AT_ONCE:
            self._compare(transaction, table)

    def _compare(self, transaction: Transaction, table: Table) -> None:
        rows, self._waiting[table.name] = self._waiting[table.name], []
        for row in self._missing(transaction, table, rows):
            said = f"the claims index says something else in {table.name} than the claims do: "
            self._found("claims", said + _name(row[3:] if table is parties else row), None)

    def _missing(
        self, transaction: Transaction, table: Table, rows: Sequence[Row]
    ) -> Iterator[Row]:
        """Count rows that should be there, and yield those that are not."""
        self.counts[table.name] += len(rows)
        there = set(_there(transaction, table, rows))
        yield from (row for row in rows if tuple(row) not in there)


def _there(transaction: Transaction, table: Table, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield what a table has under the primary keys of these rows."""
    places = [table.columns.index(name) for name in table.key]
    same = " AND ".join(f"t.{name} = w.{name}" for name in table.key)
    query = f"SELECT t.* FROM wanted w CROSS JOIN {table.name} t WHERE {same}"  # noqa: S608
    keys = (tuple(row[place] for place in places) for row in rows)
    return (tuple(row) for row in transaction.query_for(query, table.key, keys))


def parted(transaction: Transaction, parts: int) -> list[Missions]:
    """Part all missions into so many runs of them, or a few more."""
    missions = log_queries.missions(transaction)
    first = ["", *missions[:: max(len(missions) // parts, 1)][1:]]
    return list(zip(first, [*first[1:], None], strict=True))


def _claims_in_order(transaction: Transaction, missions: Missions) -> Iterator[ClaimRow]:
    since, before = missions
    names, marks = ", ".join(claims.key), ", ".join("?" * len(claims.key))
    condition = f"({names}) > ({marks})" + ("" if before is None else " AND mission < ?")
    query = f"SELECT * FROM claims WHERE {condition} ORDER BY {names} LIMIT {AT_ONCE}"  # noqa: S608
    until = () if before is None else (before,)
    after: tuple[object, ...] = (since, "", "", -1, 0, 0, 0)
    while rows := transaction.query(query, (*after, *until)):
        yield from (ClaimRow(*row) for row in rows)
        after = rows[-1][:7]


def _name(row: Sequence[object]) -> str:
    return f"{row[0]}, {row[1]} {row[2]}"
