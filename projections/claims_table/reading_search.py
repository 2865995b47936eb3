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
from typing import NamedTuple

from events.dates.days import BEGINNING
from events.facets import Basis, Role
from ledger.storage.transaction import Transaction
from projections.claims_table import queries
from projections.claims_table.claim_rows import MEASURE, READING_CLASSES
from projections.claims_table.lifespan import MissionPeriodKey, code
from projections.claims_table.period_rows import STRETCH
from projections.weighing.occurrence import Days
from projections.weighing.readings import not_replaced

REPORTED = code(Role.READING, Basis.REPORTED)
"""The code of a reported reading in the index."""

_CHUNKS = (32, 256, 2048)
"""How many readings of a group the first, second and later queries ask for."""

_GROUP = ("number", "mission", "facet", "key", "period", "width")

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


class IndexedReading(NamedTuple):
    """A reading as in the index; `touched` is 1 if something may have undone it, else 0."""

    last: int
    first: int
    position: int
    says: int
    touched: int

    @property
    def days(self) -> Days:
        """Its window."""
        return Days(self.first, self.last)

    @property
    def reported(self) -> bool:
        """Whether it is reported."""
        return self.says == REPORTED


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
        self._clocks = clocks
        self._visible = (clocks.known, clocks.upto)

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
            for row in self._pages(queries.FORWARDS, group, (2 * BEGINNING, 0)):
                yield group.place, row.position
                if not row.touched:
                    break

    def _spread(
        self, groups: Sequence[ReadingGroup], after: int, until: int
    ) -> Iterator[tuple[ReadingGroup, IndexedReading]]:
        """Yield the readings that begin by `until` and end after `after`."""
        rows = self._transaction.query_for(
            queries.SPREAD,
            (*_GROUP, "reach"),
            ((number, *group, group.reach) for number, group in enumerate(groups)),
            *(self._clocks.upto, self._clocks.known, after, until, until, *self._visible),
        )
        for number, *row in rows:
            yield groups[number], IndexedReading(*row)

    def _latest(self, day: int) -> dict[ReadingGroup, list[IndexedReading]]:
        """Return the last readings of each group that end on a day or before, the last one first.

        Two, where there are two, and all others that end no earlier than the second one begins. If
        the clocks leave readings out: those that count in the last two stretches that have any.
        """
        groups: Iterable[tuple[object, ...]]
        values = (self._clocks.upto, self._clocks.known, *self._visible)
        if self._clocks.everything:
            groups = self._numbered()
            last_but_one = (day, day, *self._visible)
            rows = self._transaction.query_for(
                queries.LATEST, _GROUP, groups, *values, *last_but_one
            )
        else:
            names, groups = (*_GROUP, "since", "until"), self._last_stretches(day)
            rows = self._transaction.query_for(queries.BETWEEN, names, groups, *values)
        found: dict[ReadingGroup, list[IndexedReading]] = {group: [] for group in self._groups}
        for number, *row in rows:
            found[self._groups[number]].append(IndexedReading(*row))
        for readings in found.values():
            readings.sort(key=_latest_first)
        return found

    def _numbered(self) -> list[tuple[object, ...]]:
        return [(number, *group) for number, group in enumerate(self._groups)]

    def _last_stretches(self, day: int) -> Iterator[tuple[object, ...]]:
        """Yield each group, numbered, with the days of its last two stretches that count."""
        values = (day >> STRETCH, *self._visible)
        groups = self._numbered()
        for number, last, before in self._transaction.query_for(
            queries.LAST_HEARD, _GROUP, groups, *values, *values
        ):
            if last is not None:
                since = BEGINNING if before is None else before << STRETCH
                yield *groups[number], since, min(day, ((last + 1) << STRETCH) - 1)

    def _reaches(self, latest: Sequence[IndexedReading], since: int | None) -> bool:
        """Whether no reading of a group before its latest ones can end on or after a day."""
        if self._clocks.everything:
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
        if self._clocks.everything:
            yield from self._between(group, (day + 1, 0), BEGINNING)
            return
        # Skip the stretches in which no reading was public and recorded in time.
        before, size = (day >> STRETCH) + 1, 8
        while found := self._stretches(group, before, size):
            for stretch in found:
                last = min(day, ((stretch + 1) << STRETCH) - 1)
                yield from self._between(group, (last + 1, 0), stretch << STRETCH)
            before, size = found[-1], size * 4

    def _stretches(self, group: ReadingGroup, before: int, size: int) -> list[int]:
        values = (*group, before, *self._visible, size)
        rows = self._transaction.query(queries.STRETCHES, values)
        return list(dict.fromkeys(stretch for (stretch,) in rows))

    def _between(
        self, group: ReadingGroup, before: tuple[int, int], since: int
    ) -> Iterator[IndexedReading]:
        """Yield the readings from a day up to a last day and position, the last one first."""
        return self._pages(queries.BACKWARDS, group, before, since)

    def _pages(
        self, query: str, group: ReadingGroup, start: tuple[int, int], *more: int
    ) -> Iterator[IndexedReading]:
        """Yield readings in the order of a query, after a last day and position."""
        for size in chain(_CHUNKS, repeat(_CHUNKS[-1])):
            undone_by = (self._clocks.upto, self._clocks.known)
            values = (*undone_by, *group, *start, *more, *self._visible, size)
            rows = [IndexedReading(*row) for row in self._transaction.query(query, values)]
            yield from rows
            if len(rows) < size:
                return
            start = (rows[-1].last, rows[-1].position)


def _answering(
    groups: Sequence[Iterable[IndexedReading]], preferred: Windows
) -> tuple[int | None, set[int]]:
    """Go back through groups of one measure to the first day of a reading that certainly answers.

    Return that day, None if there is no such reading, and the positions of the readings back to it.
    """
    found, since = not_replaced(
        (row.position, row.days, row.reported and not row.touched and row.days not in preferred)
        for row in merge(*groups, key=_latest_first)
    )
    return since, set(found)


@cache
def _classes(bits: int) -> tuple[int, ...]:
    return tuple(row_class for bit, row_class in enumerate(READING_CLASSES) if bits >> bit & 1)


def _latest_first(row: IndexedReading) -> tuple[int, int]:
    return -row.last, -row.position
