"""Compute the claims index again, and compare it with the stored rows.

    entries ──▶ rows of `claims`, `undone`, `citations`     run by run, as the log is read
    claims  ──▶ rows of `periods`, `parties`, `stretches`   mission by mission, once

Each expected row is looked up and compared, and all rows are counted. Memory thus holds no more
than a run of entries, the bounds of one period, and some thousand rows of each table.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import bindparam, func, select, tuple_

from events.encoding.codec import Entry
from ledger.storage import log_queries
from ledger.storage.given_rows import as_given
from ledger.storage.transaction import Transaction
from ledger.upkeep.findings import AddFinding
from ledger.upkeep.projection_check import Part
from projections.claims_table.index import CitationRow, IndexRows
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

AT_ONCE = 5000
"""Rows of `claims` read at a time, and rows of other tables compared at a time."""

_AFTER = [bindparam(column.name, type_=column.type) for column in claims.primary_key]
_IN_ORDER = (
    select(*(claims.c[name] for name in ClaimRow._fields))
    .where(tuple_(*claims.primary_key) > tuple_(*_AFTER))
    .order_by(*claims.primary_key)
    .limit(bindparam("most"))
)
_IN_ORDER_BEFORE = _IN_ORDER.where(claims.c.mission < bindparam("before"))

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
        for undoing in self._missing(transaction, undone, expected.undone):
            message = (
                f"the claims index lacks that position {undoing.position} undid {undoing.target}"
            )
            self._add_finding("claims", message, undoing.position)
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
            count = transaction.scalar(select(func.count()).select_from(table))
            if count != (expected := self.counts[table.name]):
                message = f"the claims index has {count} rows in {table.name} instead of {expected}"
                self._add_finding("claims", message, None)

    def _compare_citations(self, transaction: Transaction, expected: IndexRows) -> None:
        rows = _stored_rows(transaction, citations, expected.citations.values())
        stored = {(row.source, row.mission): row for row in (CitationRow(*each) for each in rows)}
        for key, citation in expected.citations.items():
            found = stored.get(key)
            # The stored position is that of the first citation, here or earlier.
            if (
                found is None
                or found._replace(position=citation.position) != citation
                or found.position > citation.position
            ):
                message = (
                    f"the claims index lacks that {citation.mission} rests on {citation.source}"
                )
                self._add_finding("claims", message, None)
            elif found.position == citation.position:
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
                _party, _length_class, _begins, *key = row
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


@cache
def _by_key(table: sa.Table) -> sa.Select[Any]:
    """Return the query for the rows of a table with the given primary keys."""
    return select(table).select_from(as_given(table, [each.name for each in table.primary_key]))


def _stored_rows(transaction: Transaction, table: sa.Table, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the stored rows with the primary keys of these rows."""
    places = [[*table.c].index(column) for column in table.primary_key]
    keys = (tuple(row[place] for place in places) for row in rows)
    return (tuple(row) for row in transaction.rows_for(_by_key(table), keys))


def _claims_in_order(transaction: Transaction, part: Part) -> Iterator[ClaimRow]:
    query = _IN_ORDER if part.before is None else _IN_ORDER_BEFORE
    last = ClaimRow(part.since, "", "", -1, 0, 0, 0, 0, 0, 0, 0, None)
    while rows := transaction.rows(query, **last._asdict(), before=part.before, most=AT_ONCE):
        for row in rows:
            last = ClaimRow._make(row)
            yield last


def _key(row: Sequence[object]) -> str:
    mission, facet, key, *_ = row
    return f"{mission}, {facet} {key}"
