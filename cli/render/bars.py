"""Draw periods as bars over an axis of dates, on a terminal that is wide enough.

                 2019      2020      2021      2022      2023
    Canada       ███████████░░░░░░
    Denmark                    ▞▞▞████████████░
    Italy                                     ░▄▄▄▄▄▄▄▄▄▄▄▄▄▄

A column covers some days, and shows the least sure look of a period on them. If the terminal
cannot show these characters, the bars are drawn in ASCII. Colour alone conveys nothing.
"""

import sys
from collections.abc import Iterator, Sequence
from textwrap import wrap

from rich.cells import cell_len, set_cell_size

from cli.render.page import Bars
from events.dates.days import civil_day, day_number, iso_day
from events.printable import printable

LOOKS = {
    "expected": ("▫", "o", "only planned"),
    "disputed": ("▞", "x", "disputed"),
    "possible": ("░", ".", "possible"),
    "presumed-ended": ("▁", "_", "presumed ended"),
    "assumed": ("▄", "=", "still assumed"),
    "certain": ("█", "#", "certain"),
}
"""Each look's block character, ASCII character and meaning; the least sure first."""

NARROWEST = 72
"""The fewest terminal columns for which bars are drawn."""

LABEL = 28
"""The most columns for names; longer names wrap."""

GAP = 2
YEAR = 4


def drawn(bars: Bars, width: int) -> Iterator[tuple[str, str]]:
    """Yield lines and their looks; none if the terminal is too narrow or there are no bars."""
    if width < NARROWEST or not bars.groups:
        return
    names = [printable(bar.name) for _, group in bars.groups for bar in group]
    label = min(LABEL, max(map(cell_len, names)))
    axis = _Axis(bars.first, bars.last, width - label - GAP)
    yield " " * (label + GAP) + axis.years(), ""
    for title, group in bars.groups:
        yield title, "strong"
        for bar in group:
            first, *more = wrap(printable(bar.name), label) or [""]
            yield set_cell_size(first, label + GAP) + axis.drawn(bar.runs), ""
            yield from ((line, "") for line in more)
    used = {look for _, group in bars.groups for bar in group for *_, look in bar.runs}
    meanings = [f"{_glyph(look)} {LOOKS[look][2]}" for look in reversed(LOOKS) if look in used]
    yield "", ""
    key = f"{'  '.join(meanings)};  a column is {axis.days_each}, up to {iso_day(bars.last)}"
    yield from ((line, "") for line in wrap(key, width))


class _Axis:
    """An axis from a first to a last day, over a number of columns."""

    def __init__(self, first: int, last: int, columns: int) -> None:
        self._first = first
        self._days = last - first + 1
        self._columns = columns

    @property
    def days_each(self) -> str:
        """How many days a column covers, in words."""
        days = round(self._days / self._columns)
        return f"about {days} days" if days > 1 else "a day or less"

    def years(self) -> str:
        """Return the axis line: years at the column where they begin, as many as fit."""
        first, last = (civil_day(day)[0] for day in (self._first, self._first + self._days - 1))
        line = " " * self._columns
        for every in (1, 2, 5, 10, 20, 50, 100, 1000):
            if (last - first + 1) / every * (YEAR + 1) <= self._columns:
                break
        # The first year is placed last: if it has too little room, the next one keeps its place.
        for year in (*range(first + 1, last + 1), first):
            at = self._column(max(day_number(year, 1, 1), self._first))
            free = at + YEAR <= self._columns and not line[max(at - 1, 0) : at + YEAR + 1].strip()
            if (year % every == 0 or year == first) and free:
                line = f"{line[:at]}{year:04}{line[at + YEAR :]}"
        return line.rstrip()

    def drawn(self, runs: Sequence[tuple[int, int, str]]) -> str:
        """Draw runs of days: each column shows the least sure look of its days."""
        order = list(LOOKS)
        columns: list[int | None] = [None] * self._columns
        for first, last, look in runs:
            since = max(first, self._first)
            until = min(last, self._first + self._days - 1)
            if since > until:
                continue
            # A day can be wider than one column.
            end = max(self._column(until + 1), self._column(until) + 1)
            for at in range(self._column(since), end):
                drawn = columns[at]
                rank = order.index(look)
                columns[at] = rank if drawn is None else min(rank, drawn)
        return "".join(" " if rank is None else _glyph(order[rank]) for rank in columns).rstrip()

    def _column(self, day: int) -> int:
        return (day - self._first) * self._columns // self._days


def _glyph(look: str) -> str:
    """Return a look's character, in ASCII if standard output cannot encode the block."""
    block, plain, _ = LOOKS[look]
    try:
        block.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return plain
    return block
