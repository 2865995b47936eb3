"""Periods as bars over an axis of dates, for a terminal that is wide enough.

                 2019      2020      2021      2022      2023
    Canada       ███████████░░░░░░
    Denmark                    ▞▞▞████████████░
    Italy                                     ░▄▄▄▄▄▄▄▄▄▄▄▄▄▄

A column stands for some days, and shows the least sure of those on which a period was there.
Where those characters cannot be shown it is drawn in ASCII. Nothing is told by colour alone.
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
"""How each look is drawn, in blocks and in ASCII, and what it means; the least sure first."""

NARROWEST = 72
"""Columns a terminal must have for bars to be drawn."""

LABEL = 28
"""Columns that names are given at the most; they wrap in them."""

GAP = 2
YEAR = 4


def drawn(bars: Bars, width: int) -> Iterator[tuple[str, str]]:
    """Yield lines and their looks; none where the terminal is too narrow, or nothing is to draw."""
    if width < NARROWEST or not bars.groups:
        return
    names = [printable(bar.name) for _, some in bars.groups for bar in some]
    label = min(LABEL, max(map(cell_len, names)))
    axis = _Axis(bars.first, bars.last, width - label - GAP)
    yield " " * (label + GAP) + axis.years(), ""
    for title, some in bars.groups:
        yield title, "strong"
        for bar in some:
            first, *more = wrap(printable(bar.name), label) or [""]
            yield set_cell_size(first, label + GAP) + axis.drawn(bar.runs), ""
            yield from ((line, "") for line in more)
    used = {look for _, some in bars.groups for bar in some for *_, look in bar.runs}
    meant = [f"{_glyph(look)} {LOOKS[look][2]}" for look in reversed(LOOKS) if look in used]
    yield "", ""
    explained = f"{'  '.join(meant)};  a column is {axis.days_each}, up to {iso_day(bars.last)}"
    yield from ((line, "") for line in wrap(explained, width))


class _Axis:
    """The days from one to another, over so many columns."""

    def __init__(self, first: int, last: int, columns: int) -> None:
        self._first = first
        self._days = last - first + 1
        self._columns = columns

    @property
    def days_each(self) -> str:
        """How many days a column stands for."""
        days = round(self._days / self._columns)
        return f"about {days} days" if days > 1 else "a day or less"

    def years(self) -> str:
        """Write years where they begin, as many as there is room for."""
        first, last = (civil_day(day)[0] for day in (self._first, self._first + self._days - 1))
        line = " " * self._columns
        for every in (1, 2, 5, 10, 20, 50, 100, 1000):
            if (last - first + 1) / every * (YEAR + 1) <= self._columns:
                break
        # The first year may have little room: where that is too little, the next one's is free.
        for year in (*range(first + 1, last + 1), first):
            at = self._column(max(day_number(year, 1, 1), self._first))
            free = at + YEAR <= self._columns and not line[max(at - 1, 0) : at + YEAR + 1].strip()
            if (year % every == 0 or year == first) and free:
                line = f"{line[:at]}{year:04}{line[at + YEAR :]}"
        return line.rstrip()

    def drawn(self, runs: Sequence[tuple[int, int, str]]) -> str:
        """Draw runs of days: in each column the least sure look of its days."""
        order = list(LOOKS)
        columns: list[int | None] = [None] * self._columns
        for first, last, look in runs:
            since = max(first, self._first)
            until = min(last, self._first + self._days - 1)
            if since > until:
                continue
            # A day can be wider than a column.
            beyond = max(self._column(until + 1), self._column(until) + 1)
            for at in range(self._column(since), beyond):
                there = columns[at]
                rank = order.index(look)
                columns[at] = rank if there is None else min(rank, there)
        return "".join(" " if rank is None else _glyph(order[rank]) for rank in columns).rstrip()

    def _column(self, day: int) -> int:
        return (day - self._first) * self._columns // self._days


def _glyph(look: str) -> str:
    """Return what draws a look where standard output goes."""
    block, plain, _ = LOOKS[look]
    try:
        block.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return plain
    return block
