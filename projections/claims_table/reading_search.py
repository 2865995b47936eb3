"""Find the readings that an answer on a day needs, without reading all readings of a period.

The readings of a period lie in the order of their last days. The search goes back from the day to
one that is reported and that surely counts. Readings that were over before that one began are
replaced by it, and are not read. Usually it is among the last two, which one query returns for many
periods; otherwise the readings of the period are read further back, a page at a time.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any

import sqlalchemy as sa

from events.dates.days import BEGINNING
from events.facets import Basis
from ledger.storage.transaction import Transaction
from projections.claims_table.codes import MEANINGS
from projections.claims_table.period_row import PeriodRow
from projections.claims_table.queries import (
    OF_ALL_SOURCES,
    OF_KNOWN_SOURCES,
    ClaimRow,
)
from projections.weighing.occurrence import Days
from projections.weighing.readings import not_replaced

_PAGES = (32, 256, 2048)
"""How many readings of a period the first, second and later pages have."""


class ReadingSearch:
    """A search on the publication and record clocks.

    A reading surely counts if no event about the record names it.
    """

    def __init__(self, transaction: Transaction, *, known: int | None, upto: int) -> None:
        self._transaction = transaction
        self._queries = OF_ALL_SOURCES if known is None else OF_KNOWN_SOURCES
        self._limits = {"known": known or 0, "upto": upto}

    def on_day(self, periods: Sequence[PeriodRow], day: int) -> Iterator[ClaimRow]:
        """Yield the readings on these periods that can answer on a day."""
        series = [
            (each.k, n, of_series.longest)
            for each in periods
            for n, of_series in each.readings.items()
        ]
        spread = [each for each in series if each[2]]
        rows = self._transaction.rows_for(self._queries.spread, spread, day=day, **self._limits)
        yield from map(ClaimRow._make, rows)
        groups: dict[tuple[int, int], list[ClaimRow]] = {(k, n): [] for k, n, _ in series}
        rows = self._transaction.rows_for(self._queries.latest, groups, day=day, **self._limits)
        for row in rows:
            number, reading = row[0], ClaimRow._make(row[1:])
            groups[reading.k, number].append(reading)
        for (k, number), latest in groups.items():
            latest.sort(key=_latest_first)
            since, found = self._answering(latest)
            if not _reaches(latest, since):
                _, found = self._answering(
                    self._pages(self._queries.backwards, k, number, day + 1, 0)
                )
            yield from found

    def first(self, periods: Iterable[PeriodRow]) -> Iterator[ClaimRow]:
        """Yield the first readings of each series, up to one that surely counts."""
        groups: dict[tuple[int, int], list[ClaimRow]] = {
            (each.k, n): [] for each in periods for n in each.readings
        }
        for row in self._transaction.rows_for(self._queries.first, groups, **self._limits):
            number, reading = row[0], ClaimRow._make(row[1:])
            groups[reading.k, number].append(reading)
        for (k, number), first in groups.items():
            yield from first
            if first and all(each.amended for each in first):
                for reading in self._pages(self._queries.forwards, k, number, 2 * BEGINNING, 0):
                    yield reading
                    if not reading.amended:
                        break

    def _answering(self, latest_first: Iterable[ClaimRow]) -> tuple[int | None, list[ClaimRow]]:
        """Return the first day of a reading that surely answers, and all back to it."""
        found, since = not_replaced(
            (row, Days(row.first, row.last), _is_reported(row) and not row.amended)
            for row in latest_first
        )
        return since, found

    def _pages(
        self, query: sa.Select[Any], k: int, series: int, last: int, position: int
    ) -> Iterator[ClaimRow]:
        """Yield the readings of a series in the order of a query, beyond one of them."""
        for size in chain(_PAGES, repeat(_PAGES[-1])):
            values = {"k": k, "series": series, "last": last, "position": position, "most": size}
            found = self._transaction.rows(query, **values, **self._limits)
            rows = [ClaimRow._make(row) for row in found]
            yield from rows
            if len(rows) < size:
                return
            last, position = rows[-1].last, rows[-1].position


def _is_reported(row: ClaimRow) -> bool:
    return MEANINGS[row.says].basis is Basis.REPORTED


def _reaches(latest: Sequence[ClaimRow], since: int | None) -> bool:
    """Whether no reading before the latest ones can end on or after a day."""
    if len(latest) < 2:
        return True
    _, last_but_one, *_ = latest
    return since is not None and last_but_one.first <= since


def _latest_first(row: ClaimRow) -> tuple[int, int]:
    return -row.last, -row.position
