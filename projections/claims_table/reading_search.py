"""Find the readings that an answer needs, without reading all readings of a period.

A group is the readings on one period with one row class: one measure, one length class of windows.
In `claims` a group is in the order of last days. For a day, the search goes back from the last
reading to one that is reported and that nothing undid. Readings that were over before that one
began are replaced by it, and are not read. Usually it is among the last two of each group, which
one query returns for many groups; otherwise each group is read further back by itself. Where a
clock leaves readings out, `stretches` tells which stretches of a group have any that count.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from heapq import merge
from itertools import chain, groupby, repeat
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Select

from events.dates.days import BEGINNING
from events.facets import Basis, Role
from ledger.storage.transaction import Transaction
from projections.claims_table import queries
from projections.claims_table.claim_rows import MEASURE, READING_CLASSES
from projections.claims_table.lifespan import MissionPeriodKey, code
from projections.claims_table.period_rows import STRETCH
from projections.claims_table.queries import IndexedReading
from projections.weighing.occurrence import Days
from projections.weighing.readings import not_replaced

REPORTED = code(Role.READING, Basis.REPORTED)
"""The code of a reported reading in the index."""

_CHUNKS = (32, 256, 2048)
"""How many readings of a group the first, second and later queries ask for."""

Windows = frozenset[Days]
"""Windows, each by its first and its last day."""


class ReadingGroup(NamedTuple):
    """The key of a group of readings: a period, and the row class of the readings."""

    mission: str
    facet: str
    key: str
    period: int
    row_class: int

    @property
    def place(self) -> MissionPeriodKey:
        """The period they are on."""
        return self[:4]

    @property
    def reach(self) -> int:
        """Their windows begin less than so many days before their last day."""
        return 1 << self.row_class % MEASURE

    @property
    def measured(self) -> tuple[str, str, str, int, int]:
        """The period, and the number of the measure."""
        return (*self.place, self.row_class // MEASURE)


class ClockLimits(NamedTuple):
    """The second and the position asked about; `everything` if neither leaves any entry out."""

    known: int
    upto: int
    everything: bool


class AnsweringReadings(NamedTuple):
    """The positions of the readings that can answer on a day; `sure` if one certainly does."""

    positions: set[int]
    sure: bool


class ReadingSearch:
    """A search among the readings on some periods.

    `reading_classes` has the periods, each with a bit set for each row class of its readings.
    """

    def __init__(
        self,
        transaction: Transaction,
        reading_classes: Mapping[MissionPeriodKey, int],
        clocks: ClockLimits,
    ) -> None:
        self._transaction = transaction
        self._groups = [
            ReadingGroup(*place, row_class)
            for place, bits in reading_classes.items()
            for row_class in _classes(bits)
        ]
        self._everything = clocks.everything
        self._limits = {"known": clocks.known, "upto": clocks.upto}

    def within(self, first: int, last: int) -> Iterator[tuple[MissionPeriodKey, int]]:
        """Yield the positions of the readings that can be on these days, with their periods."""
        for group, row in self._spread(self._groups, first - 1, last):
            yield group.place, row.position

    def on_day(
        self, day: int, preferred: Mapping[MissionPeriodKey, Windows]
    ) -> dict[MissionPeriodKey, AnsweringReadings]:
        """Return the readings that can answer on each period that has readings.

        A preference may have displaced those whose window is in `preferred`.
        """
        found: dict[MissionPeriodKey, AnsweringReadings] = {}
        for group in self._groups:
            found.setdefault(group.place, AnsweringReadings(set(), False))
        longer_than_a_day = [group for group in self._groups if group.reach > 1]
        for group, row in self._spread(longer_than_a_day, day, day):
            found[group.place].positions.add(row.position)
        latest = self._latest(day)
        for _, same_measure in groupby(self._groups, key=attrgetter("measured")):
            groups = list(same_measure)
            place = groups[0].place
            days = preferred.get(place, frozenset())
            since, positions = _answering([latest[group] for group in groups], days)
            if not all(self._reaches(latest[group], since) for group in groups):
                back = [self._backwards(group, day) for group in groups]
                since, positions = _answering(back, days)
            found[place] = AnsweringReadings(
                found[place].positions | positions, found[place].sure or since is not None
            )
        return found

    def first(self) -> Iterator[tuple[MissionPeriodKey, int]]:
        """Yield the first readings of each group, up to one that nothing undid."""
        for group in self._groups:
            for row in self._pages(queries.FORWARDS, group, 2 * BEGINNING, 0):
                yield group.place, row.position
                if not row.touched:
                    break

    def _spread(
        self, groups: Sequence[ReadingGroup], after: int, until: int
    ) -> Iterator[tuple[ReadingGroup, IndexedReading]]:
        """Yield the readings that begin by `until` and end after `after`."""
        wanted = ((number, *group, group.reach) for number, group in enumerate(groups))
        limits = {"after": after, "until": until, **self._limits}
        rows = self._transaction.rows_for(queries.SPREAD, wanted, **limits)
        for reading in map(IndexedReading._make, rows):
            yield groups[reading.group], reading

    def _latest(self, day: int) -> dict[ReadingGroup, list[IndexedReading]]:
        """Return the last readings of each group that end on a day or before, the last one first.

        Two, where there are two, and all others that end no earlier than the second one begins. If
        the clocks leave readings out: those that count in the last two stretches that have any.
        """
        if self._everything:
            limits = {"day": day, **self._limits}
            rows = self._transaction.rows_for(queries.LATEST, self._numbered(), **limits)
        else:
            stretches = self._last_stretches(day)
            rows = self._transaction.rows_for(queries.BETWEEN, stretches, **self._limits)
        found: dict[ReadingGroup, list[IndexedReading]] = {group: [] for group in self._groups}
        for reading in map(IndexedReading._make, rows):
            found[self._groups[reading.group]].append(reading)
        for readings in found.values():
            readings.sort(key=_latest_first)
        return found

    def _numbered(self) -> list[tuple[object, ...]]:
        return [(number, *group) for number, group in enumerate(self._groups)]

    def _last_stretches(self, day: int) -> Iterator[tuple[object, ...]]:
        """Yield each group, numbered, with the days of its last two stretches that count."""
        groups = self._numbered()
        limits = {"stretch": day >> STRETCH, **self._limits}
        for row in self._transaction.rows_for(queries.LAST_HEARD, groups, **limits):
            if row.last is not None:
                since = BEGINNING if row.before is None else row.before << STRETCH
                yield *groups[row.number], since, min(day, ((row.last + 1) << STRETCH) - 1)

    def _reaches(self, latest: Sequence[IndexedReading], since: int | None) -> bool:
        """Whether no reading of a group before its latest ones can end on or after a day."""
        if self._everything:
            if len(latest) < 2:
                return True
            _, last_but_one, *_ = latest
            return since is not None and last_but_one.first <= since
        # The query returned all that count since the beginning of the earlier stretch.
        return not latest or (
            since is not None and (latest[-1].last >> STRETCH) << STRETCH <= since
        )

    def _backwards(self, group: ReadingGroup, day: int) -> Iterator[IndexedReading]:
        """Yield the readings of a group that end on a day or before, the last one first."""
        if self._everything:
            yield from self._pages(queries.BACKWARDS, group, day + 1, 0, since=BEGINNING)
            return
        # Skip the stretches in which no reading was public and recorded in time.
        before, size = (day >> STRETCH) + 1, 8
        while found := self._stretches(group, before, size):
            for stretch in found:
                end = min(day + 1, (stretch + 1) << STRETCH)
                since = stretch << STRETCH
                yield from self._pages(queries.BACKWARDS, group, end, 0, since=since)
            before, size = found[-1], size * 4

    def _stretches(self, group: ReadingGroup, before: int, size: int) -> list[int]:
        values = {"before": before, "most": size, **self._limits}
        rows = self._transaction.rows(queries.STRETCHES, **group._asdict(), **values)
        return list(dict.fromkeys(row.stretch for row in rows))

    def _pages(
        self, query: Select[Any], group: ReadingGroup, last: int, position: int, **more: int
    ) -> Iterator[IndexedReading]:
        """Yield readings in the order of a query, beyond a last day and position."""
        for size in chain(_CHUNKS, repeat(_CHUNKS[-1])):
            values = {"last": last, "after": position, "most": size, **more, **self._limits}
            found = self._transaction.rows(query, **group._asdict(), **values)
            rows = [IndexedReading._make(row) for row in found]
            yield from rows
            if len(rows) < size:
                return
            last, position = rows[-1].last, rows[-1].position


def _answering(
    groups: Sequence[Iterable[IndexedReading]], preferred: Windows
) -> tuple[int | None, set[int]]:
    """Go back through groups of one measure to the first day of a reading that certainly answers.

    Return that day, None if there is no such reading, and the positions of the readings back to it.
    """
    windows = ((row, Days(row.first, row.last)) for row in merge(*groups, key=_latest_first))
    found, since = not_replaced(
        (row.position, days, row.says == REPORTED and not row.touched and days not in preferred)
        for row, days in windows
    )
    return since, set(found)


@cache
def _classes(bits: int) -> tuple[int, ...]:
    return tuple(row_class for bit, row_class in enumerate(READING_CLASSES) if bits >> bit & 1)


def _latest_first(row: IndexedReading) -> tuple[int, int]:
    return -row.last, -row.position
