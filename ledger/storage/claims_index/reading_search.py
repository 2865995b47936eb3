"""The readings of series that can matter, found without reading the series.

A strand is those readings on one period that are of one class of vagueness and count one thing;
in `claims` they lie in the order of their last days. On a day, what answers is found from the
last reading back, to one that is reported and that nothing undid: whatever was over when that
began has given way to it, and is not read. Mostly it is among the last two of each strand, which
are asked for of many strands at once; where it is not, a series is followed further back, alone.
Where some readings were not public yet, or not recorded, `stretches` tells which stretches of a
strand have any that were.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from heapq import merge
from itertools import chain, groupby, repeat
from operator import attrgetter
from typing import NamedTuple

from events.dates.days import BEGINNING
from events.facets import Basis, Role
from ledger.storage.claims_index import queries
from ledger.storage.claims_index.claim_rows import MEASURE, READING_CLASSES
from ledger.storage.claims_index.lifespan import MissionPeriodKey, code
from ledger.storage.claims_index.period_rows import STRETCH
from ledger.storage.transaction import Transaction

REPORTED = code(Role.READING, Basis.REPORTED)
"""What a reported reading says, as the index has it."""

_CHUNKS = (32, 256, 2048)
"""How many readings of a strand are asked for at first, and then."""

Strand = tuple[str, str, str, int, int]
"""Mission, facet, key and number of a period, and the class of readings."""

_WANTED = ("number", "mission", "facet", "key", "period", "width")

DaysGiven = frozenset[tuple[int, int]]
"""Windows, each by its first and its last day."""


class ClockLimits(NamedTuple):
    """The second and the position asked about; `everything` where neither leaves anything out."""

    known: int
    upto: int
    everything: bool


class IndexedReading(NamedTuple):
    """A reading as the index has it; `touched` if something may have undone it."""

    last: int
    first: int
    position: int
    says: int
    touched: int


class AnsweringReadings(NamedTuple):
    """The positions of the readings that can answer on a day, and whether one surely does."""

    positions: set[int]
    sure: bool


class ReadingSearch:
    """The readings on some periods; with each, a bit for each class of them there is."""

    def __init__(
        self, transaction: Transaction, widths: Mapping[MissionPeriodKey, int], clocks: ClockLimits
    ) -> None:
        self._transaction = transaction
        self._strands = [
            (*place, width) for place, bits in widths.items() for width in _classes(bits)
        ]
        self._clocks = clocks
        self._visible = (clocks.known, clocks.upto)

    def within(self, first: int, last: int) -> Iterator[tuple[MissionPeriodKey, int]]:
        """Yield the positions of the readings that can be on these days, with their periods."""
        for strand, row in self._spread(self._strands, first - 1, last):
            yield strand[:4], row.position

    def on_day(
        self, day: int, settled: Mapping[MissionPeriodKey, DaysGiven]
    ) -> dict[MissionPeriodKey, AnsweringReadings]:
        """Return what can answer on each period that has readings.

        Those of `settled` days may have given way to a preference.
        """
        found: dict[MissionPeriodKey, AnsweringReadings] = {}
        for strand in self._strands:
            found.setdefault(strand[:4], AnsweringReadings(set(), False))
        vague = [strand for strand in self._strands if strand[4] % MEASURE]
        for strand, row in self._spread(vague, day, day):
            found[strand[:4]].positions.add(row.position)
        begun = self._latest(day)
        for _, some in groupby(self._strands, key=_measured):
            strands = list(some)
            place = strands[0][:4]
            given = settled.get(place, frozenset())
            since, positions = _answering([begun[strand] for strand in strands], given)
            if not all(self._reaches(begun[strand], since) for strand in strands):
                back = [self._backwards(strand, day) for strand in strands]
                since, positions = _answering(back, given)
            found[place] = AnsweringReadings(
                found[place].positions | positions, found[place].sure or since is not None
            )
        return found

    def first(self) -> Iterator[tuple[MissionPeriodKey, int]]:
        """Yield the first readings of each strand, up to one that nothing undid."""
        for strand in self._strands:
            for row in self._pages(queries.FORWARDS, strand, (2 * BEGINNING, 0)):
                yield strand[:4], row.position
                if not row.touched:
                    break

    def _spread(
        self, strands: Sequence[Strand], after: int, until: int
    ) -> Iterator[tuple[Strand, IndexedReading]]:
        """Yield the readings that reach from `until` back to past `after`."""
        rows = self._transaction.query_for(
            queries.SPREAD,
            (*_WANTED, "reach"),
            ((at, *strand, 1 << strand[4] % MEASURE) for at, strand in enumerate(strands)),
            *(self._clocks.upto, self._clocks.known, after, until, until, *self._visible),
        )
        for at, *row in rows:
            yield strands[at], IndexedReading(*row)

    def _latest(self, day: int) -> dict[Strand, list[IndexedReading]]:
        """Return the last readings of each strand that date from a day or before, in that order.

        Two where there are two, and all that reach past where the second one begins. Where clocks
        leave some out: those heard of in the last two stretches that have any.
        """
        wanted: Iterable[tuple[object, ...]]
        values = (self._clocks.upto, self._clocks.known, *self._visible)
        if self._clocks.everything:
            wanted = self._numbered()
            last_but_one = (day, day, *self._visible)
            rows = self._transaction.query_for(
                queries.LATEST, _WANTED, wanted, *values, *last_but_one
            )
        else:
            names, wanted = (*_WANTED, "since", "until"), self._last_heard(day)
            rows = self._transaction.query_for(queries.BETWEEN, names, wanted, *values)
        found: dict[Strand, list[IndexedReading]] = {strand: [] for strand in self._strands}
        for at, *row in rows:
            found[self._strands[at]].append(IndexedReading(*row))
        for readings in found.values():
            readings.sort(key=_latest_first)
        return found

    def _numbered(self) -> list[tuple[object, ...]]:
        return [(at, *strand) for at, strand in enumerate(self._strands)]

    def _last_heard(self, day: int) -> Iterator[tuple[object, ...]]:
        """Yield each strand with the days of its last two stretches that were heard of."""
        values = (day >> STRETCH, *self._visible)
        strands = self._numbered()
        for at, last, before in self._transaction.query_for(
            queries.LAST_HEARD, _WANTED, strands, *values, *values
        ):
            if last is not None:
                since = BEGINNING if before is None else before << STRETCH
                yield *strands[at], since, min(day, ((last + 1) << STRETCH) - 1)

    def _reaches(self, found: Sequence[IndexedReading], since: int | None) -> bool:
        """Whether these, the last of a strand, are all that can have been so since a day."""
        if self._clocks.everything:
            return len(found) < 2 or (since is not None and found[1].first <= since)
        # What was heard of since a stretch began was asked for, and that begins no later.
        return not found or (since is not None and (found[-1].last >> STRETCH) << STRETCH <= since)

    def _backwards(self, strand: Strand, day: int) -> Iterator[IndexedReading]:
        """Yield the readings of a strand that date from a day or before, the last one first."""
        if self._clocks.everything:
            yield from self._run(strand, (day + 1, 0), BEGINNING)
            return
        # Those that were not public, or not recorded: a stretch that has no other is passed over.
        before, size = (day >> STRETCH) + 1, 8
        while found := self._stretches(strand, before, size):
            for stretch in found:
                last = min(day, ((stretch + 1) << STRETCH) - 1)
                yield from self._run(strand, (last + 1, 0), stretch << STRETCH)
            before, size = found[-1], size * 4

    def _stretches(self, strand: Strand, before: int, size: int) -> list[int]:
        values = (*strand, before, *self._visible, size)
        return list(
            dict.fromkeys(row[0] for row in self._transaction.query(queries.STRETCHES, values))
        )

    def _run(self, strand: Strand, before: tuple[int, int], since: int) -> Iterator[IndexedReading]:
        return self._pages(queries.BACKWARDS, strand, before, since)

    def _pages(
        self, query: str, strand: Strand, start: tuple[int, int], *more: int
    ) -> Iterator[IndexedReading]:
        """Yield readings in the order of a query, from past a last day and position on."""
        for size in chain(_CHUNKS, repeat(_CHUNKS[-1])):
            undone_by = (self._clocks.upto, self._clocks.known)
            values = (*undone_by, *strand, *start, *more, *self._visible, size)
            rows = [IndexedReading(*row) for row in self._transaction.query(query, values)]
            yield from rows
            if len(rows) < size:
                return
            start = (rows[-1].last, rows[-1].position)


def _answering(
    strands: Sequence[Iterable[IndexedReading]], settled: DaysGiven
) -> tuple[int | None, set[int]]:
    """Go back through strands of one measure to where the reading that surely answers begins.

    Return that day, None where there is no such reading, and the positions of all up to there.
    """
    positions: set[int] = set()
    since: int | None = None
    for last, group in groupby(merge(*strands, key=_latest_first), key=attrgetter("last")):
        if since is not None and last < since:
            break
        rows = list(group)
        positions.update(row.position for row in rows)
        for row in rows:
            sure = row.says == REPORTED and not row.touched
            if sure and (row.first, row.last) not in settled:
                since = row.first if since is None else max(since, row.first)
    return since, positions


@cache
def _classes(widths: int) -> tuple[int, ...]:
    return tuple(each for bit, each in enumerate(READING_CLASSES) if widths >> bit & 1)


def _measured(strand: Strand) -> tuple[str, str, str, int, int]:
    return (*strand[:4], strand[4] // MEASURE)


def _latest_first(row: IndexedReading) -> tuple[int, int]:
    return -row.last, -row.position
