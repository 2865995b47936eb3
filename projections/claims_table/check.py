"""Compute the claims index again, and compare it with the stored rows.

    entries ──▶ rows of `claims`, `undone`, `citations`     run by run, as the log is read
    claims  ──▶ rows of `periods`, `parties`, `stretches`   mission by mission, once

Each expected row is looked up and compared, and all rows are counted. Memory thus holds no more
than a run of entries, the bounds of one period, and some thousand rows of each table.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar

import sqlalchemy as sa

from events.encoding.codec import Entry
from ledger.storage import log_queries
from ledger.storage.transaction import Transaction
from ledger.upkeep.findings import AddFinding
from ledger.upkeep.projection_check import Part
from projections.claims_table.index import IndexRows
from projections.claims_table.lifespan import ClaimRow
from projections.claims_table.period_rows import (
    PeriodSummary,
    news,
    parties_of,
    period_row,
    stretch_of,
)
from projections.claims_table.tables import (
    CLAIMS_TABLES,
    citations,
    claims,
    parties,
    periods,
    stretches,
    undone,
)

CLAIM_KEY = tuple(column.name for column in claims.primary_key)

AT_ONCE = 5000
"""Rows of `claims` read at a time, and rows of other tables compared at a time."""

Row = tuple[Any, ...]
RowType = TypeVar("RowType", bound=Row)


class ClaimsCheck:
    """Compares the claims index with what the log gives; `counts` has the rows expected so far."""

    def __init__(self, add: AddFinding) -> None:
        self._add_finding = add
        self.counts: Counter[str] = Counter()
        self._waiting: dict[str, list[Row]] = {table.name: [] for table in CLAIMS_TABLES}

    def compare_entries(self, transaction: Transaction, made: Sequence[Entry]) -> None:
        """Compare the rows that a run of entries adds to `claims`, `undone` and `citations`."""
        expected = IndexRows(transaction, made)
        for row in self._missing(transaction, claims, expected.claims):
            message = (
                f"the claims index lacks, or has otherwise, the row of position {row.position} on"
                f" {_key(row)}"
            )
            self._add_finding("claims", message, row.position)
        for target, position, _ in self._missing(transaction, undone, expected.undone):
            message = f"the claims index lacks that position {position} undid {target}"
            self._add_finding("claims", message, position)
        self._compare_citations(transaction, expected)

    def compare_part(self, transaction: Transaction, part: Part) -> None:
        """Compare the rows derived from the claims of a range of missions."""
        in_order = _claims_in_order(transaction, part)
        for place, rows in groupby(in_order, key=lambda row: row.place):
            self._compare_period(transaction, place, rows)
        for table in (stretches, periods, parties):
            self._compare(transaction, table)

    def compare_counts(self, transaction: Transaction, end: int) -> None:
        """Compare the number of rows of each table, unless entries were appended meanwhile."""
        if log_queries.last_position(transaction) != end:
            return
        for table in CLAIMS_TABLES:
            ((count,),) = transaction.query(f"SELECT count(*) FROM {table.name}")  # noqa: S608
            if count != (expected := self.counts[table.name]):
                message = f"the claims index has {count} rows in {table.name} instead of {expected}"
                self._add_finding("claims", message, None)

    def _compare_citations(self, transaction: Transaction, expected: IndexRows) -> None:
        rows = _stored_rows(transaction, citations, expected.citations.values())
        stored = {
            (source, mission): (published, position)
            for source, mission, *published, position in rows
        }
        absent: tuple[Any, Any] = (None, None)
        for (source, mission), (_, _, *published, position) in expected.citations.items():
            stored_published, first_position = stored.get((source, mission), absent)
            # The stored position is that of the first citation, here or earlier.
            if stored_published != published or first_position > position:
                message = f"the claims index lacks that {mission} rests on {source}"
                self._add_finding("claims", message, None)
            elif first_position == position:
                self.counts[citations.name] += 1

    def _compare_period(
        self, transaction: Transaction, place: tuple[str, str, str, int], rows: Iterable[ClaimRow]
    ) -> None:
        summary, bounding = PeriodSummary(), []
        for _, group in groupby(rows, key=stretch_of):
            stretch = sorted(group, key=lambda row: row.position)
            for row in stretch:
                summary.add(row)
            bounding += [row for row in stretch if row.row_class < 0]
            readings = [row for row in stretch if row.row_class >= 0]
            self._wait(transaction, stretches, news(readings, {}))
        if summary.anything:
            period = period_row(place, summary, bounding)
            self._wait(transaction, periods, [period])
            named = parties_of(place, bounding)
            self._wait(transaction, parties, [period.of_party(party) for party in named])

    def _wait(self, transaction: Transaction, table: sa.Table, rows: Iterable[Row]) -> None:
        """Queue rows to be compared in batches: one by one would take far longer."""
        waiting = self._waiting[table.name]
        waiting.extend(rows)
        if len(waiting) >= AT_ONCE:
            self._compare(transaction, table)

    def _compare(self, transaction: Transaction, table: sa.Table) -> None:
        rows, self._waiting[table.name] = self._waiting[table.name], []
        for row in self._missing(transaction, table, rows):
            if table is parties:
                _party, _width, _begins, *key = row
            else:
                key = list(row)
            message = f"the claims index does not match its claims in {table.name}: {_key(key)}"
            self._add_finding("claims", message, None)

    def _missing(
        self, transaction: Transaction, table: sa.Table, rows: Sequence[RowType]
    ) -> Iterator[RowType]:
        """Count expected rows, and yield those that the table does not have."""
        self.counts[table.name] += len(rows)
        stored = set(_stored_rows(transaction, table, rows))
        yield from (row for row in rows if tuple(row) not in stored)


def _stored_rows(transaction: Transaction, table: sa.Table, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the stored rows with the primary keys of these rows."""
    places = [[*table.c].index(column) for column in table.primary_key]
    names = [column.name for column in table.primary_key]
    same = " AND ".join(f"t.{name} = w.{name}" for name in names)
    query = f"SELECT t.* FROM wanted w CROSS JOIN {table.name} t WHERE {same}"  # noqa: S608
    keys = (tuple(row[place] for place in places) for row in rows)
    return (tuple(row) for row in transaction.query_for(query, names, keys))


def _claims_in_order(transaction: Transaction, part: Part) -> Iterator[ClaimRow]:
    _, since, before = part
    names, placeholders = ", ".join(CLAIM_KEY), ", ".join("?" * len(CLAIM_KEY))
    condition = f"({names}) > ({placeholders})" + ("" if before is None else " AND mission < ?")
    query = f"SELECT * FROM claims WHERE {condition} ORDER BY {names} LIMIT {AT_ONCE}"  # noqa: S608
    until = () if before is None else (before,)
    after: tuple[object, ...] = (since, "", "", -1, 0, 0, 0)
    while rows := transaction.query(query, (*after, *until)):
        yield from (ClaimRow(*row) for row in rows)
        after = rows[-1][: len(CLAIM_KEY)]


def _key(row: Sequence[object]) -> str:
    mission, facet, key, *_ = row
    return f"{mission}, {facet} {key}"
