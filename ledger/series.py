"""The readings of a series that can matter, found without reading the series.

Readings lie in `claims` by how vague they are and by their last day. On a day, what answers is
found from the last reading back, to one that is reported and that nothing undid: whatever was
over when that began has given way to it, and is not read. Where some were not public yet, or not
recorded, `stretches` tells which stretches of the series have any that were.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from heapq import merge
from itertools import chain, groupby, repeat
from operator import attrgetter
from typing import NamedTuple

from events.days import BEGINNING
from events.facets import Basis, Role
from ledger import selecting_queries as queries
from ledger.claimrows import MEASURE, READING_CLASSES
from ledger.direct import Statements
from ledger.lives import PeriodKey, code
from ledger.periodrows import STRETCH

REPORTED = code(Role.READING, Basis.REPORTED)
"""What a reported reading says, as the index has it."""

FIRST_CHUNK = 2
_CHUNKS = (32, 256, 2048)
"""How many readings of a class are asked for at first, and then."""


class Clocks(NamedTuple):
    """The second and the position asked about; `everything` where neither leaves anything out."""

    known: int
    upto: int
    everything: bool


class Reading(NamedTuple):
    """A reading as the index has it; `touched` if something may have undone it."""

    width: int
    last: int
    first: int
    position: int
    says: int
    touched: int


class Series:
    """The readings on one period; `widths` has a bit for each class of them there is."""

    def __init__(
        self, statements: Statements, place: PeriodKey, widths: int, clocks: Clocks
    ) -> None:
        self._statements = statements
        self._place = place
        self._widths = _classes(widths)
        self._clocks = clocks
        self._visible = (clocks.known, clocks.upto)

    def within(self, first: int, last: int) -> Iterator[int]:
        """Yield the positions of the readings that can be on these days."""
        for width in self._widths:
            for row in self._ask(queries.SPREAD, self._spread(width, first - 1, last)):
                yield row.position

    def on_day(
        self, day: int, settled: frozenset[tuple[int, int]] = frozenset()
    ) -> tuple[list[int], bool]:
        """Return the positions of the readings that can answer, and whether one surely does.

        Those of `settled` days, given by their first and last, may have given way to a preference.
        """
        positions: list[int] = []
        sure = False
        for _, some in groupby(self._widths, key=lambda width: width // MEASURE):
            of_measure, is_sure = self._answering(list(some), day, settled)
            positions += of_measure
            sure = sure or is_sure
        return positions, sure

    def first(self) -> Iterator[int]:
        """Yield the first readings of each class, up to one that nothing undid."""
        for width in self._widths:
            for row in self._pages(queries.FORWARDS, width, (2 * BEGINNING, 0)):
                yield row.position
                if not row.touched:
                    break

    def _answering(
        self, widths: Sequence[int], day: int, settled: frozenset[tuple[int, int]]
    ) -> tuple[list[int], bool]:
        begun: dict[int, list[Reading]] = {width: [] for width in widths}
        positions = []
        for row in self._at_once(widths, day):
            if row.last > day:
                positions.append(row.position)
            else:
                begun[row.width].append(row)
        series = [self._backwards(width, day, begun[width]) for width in widths]
        together = series[0] if len(series) == 1 else merge(*series, key=_latest_first)
        since: int | None = None
        for last, group in groupby(together, key=attrgetter("last")):
            if since is not None and last < since:
                break
            rows = list(group)
            positions += [row.position for row in rows]
            for row in rows:
                sure = row.says == REPORTED and not row.touched
                if sure and (row.first, row.last) not in settled:
                    since = row.first if since is None else max(since, row.first)
        return positions, since is not None

    def _at_once(self, widths: Sequence[int], day: int) -> list[Reading]:
        """Ask in one go for what can have begun by a day, and the last of what surely had."""
        vague = [width for width in widths if width % MEASURE]
        values: list[object] = []
        for width in vague:
            values += self._spread(width, day, day)
        if self._clocks.everything:
            for width in widths:
                values += self._page(width, (day + 1, 0), BEGINNING, size=FIRST_CHUNK)
        query = _at_once(len(vague), len(widths) if self._clocks.everything else 0)
        return self._ask(query, values) if query else []

    def _backwards(self, width: int, day: int, begun: Sequence[Reading]) -> Iterator[Reading]:
        """Yield the readings of a class that date from a day or before, the last one first."""
        if self._clocks.everything:
            yield from begun
            if len(begun) == FIRST_CHUNK:
                yield from self._run(width, (begun[-1].last, begun[-1].position), BEGINNING)
            return
        # Those that were not public, or not recorded: a stretch that has no other is passed over.
        before, size = (day >> STRETCH) + 1, 8
        while found := self._stretches(width, before, size):
            for stretch in found:
                last = min(day, ((stretch + 1) << STRETCH) - 1)
                yield from self._run(width, (last + 1, 0), stretch << STRETCH)
            before, size = found[-1], size * 4

    def _stretches(self, width: int, before: int, size: int) -> list[int]:
        values = (*self._place, width, before, *self._visible, size)
        return list(
            dict.fromkeys(row[0] for row in self._statements.ask(queries.STRETCHES, values))
        )

    def _run(self, width: int, before: tuple[int, int], since: int) -> Iterator[Reading]:
        return self._pages(queries.BACKWARDS, width, before, since)

    def _pages(
        self, query: str, width: int, start: tuple[int, int], *more: int
    ) -> Iterator[Reading]:
        """Yield readings in the order of a query, from past a last day and position on."""
        for size in chain(_CHUNKS, repeat(_CHUNKS[-1])):
            rows = self._ask(query, self._page(width, start, *more, size=size))
            yield from rows
            if len(rows) < size:
                return
            start = (rows[-1].last, rows[-1].position)

    def _page(
        self, width: int, start: tuple[int, int], *more: int, size: int
    ) -> tuple[object, ...]:
        return (*self._of_class(width), *start, *more, *self._visible, size)

    def _spread(self, width: int, after: int, until: int) -> tuple[object, ...]:
        """Return the values of a question for what reaches from `until` back to past `after`."""
        reach = 1 << width % MEASURE
        return (*self._of_class(width), after, until + reach, until, *self._visible)

    def _of_class(self, width: int) -> tuple[object, ...]:
        return (self._clocks.upto, self._clocks.known, *self._place, width)

    def _ask(self, query: str, values: Sequence[object]) -> list[Reading]:
        return [Reading(*row) for row in self._statements.ask(query, values)]


@cache
def _classes(widths: int) -> tuple[int, ...]:
    return tuple(each for bit, each in enumerate(READING_CLASSES) if widths >> bit & 1)


@cache
def _at_once(vague: int, all_: int) -> str:
    """Put several questions together, for so many vague classes and so many of any kind."""
    parts = [queries.SPREAD] * vague + [f"SELECT * FROM ({queries.BACKWARDS}) b"] * all_  # noqa: S608
    return " UNION ALL ".join(parts)


def _latest_first(row: Reading) -> int:
    return -row.last
