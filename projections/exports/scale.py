"""A scale of days: where a day lies on a line, and at which days to put a label.

Pure functions over day numbers, for every picture that has an axis of time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from events.dates.days import civil_day, day_number, iso_day

_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""After how many years a label can stand."""

_MONTHS = (1, 3)
"""After how many months, where the line has few years."""


class Tick(NamedTuple):
    """A place on the axis, and its label: a year, or a month of one."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A line from the beginning of day `first` to the close of day `last`, `length` units long."""

    first: int
    last: int
    start: float
    length: float

    def at(self, day: int) -> float:
        """Return where a day begins; one outside the line is moved to its end."""
        days = self.last - self.first + 1
        return (
            self.start
            + self.length * (min(max(day, self.first), self.last + 1) - self.first) / days
        )

    def span(self, first: int, last: int) -> tuple[float, float]:
        """Return where a first day begins and a last day closes."""
        return self.at(first), self.at(last + 1)

    def ticks(self, apart: float) -> Iterator[Tick]:
        """Yield the labels of the axis, which stand at least so many units apart.

        Where no year or month begins on the line, that is its first day.
        """
        per_day = self.length / (self.last - self.first + 1)
        yield from [*self._ticks(_months_between(apart / per_day))] or [
            Tick(self.start, iso_day(self.first))
        ]

    def _ticks(self, every: int) -> Iterator[Tick]:
        """Yield a label every so many months, at multiples of these."""
        year, month, _ = civil_day(self.first)
        number = -(-(year * 12 + month - 1) // every) * every
        while (day := day_number(number // 12, number % 12 + 1, 1)) <= self.last:
            if day >= self.first:
                month = number % 12 + 1
                label = f"{number // 12:04}" + ("" if every % 12 == 0 else f"-{month:02}")
                yield Tick(self.at(day), label)
            number += every


def _months_between(days: float) -> int:
    """Return the fewest months, of those after which a label can stand, that have so many days."""
    for months in _MONTHS:
        if months * 28 >= days * 1.4:  # the label of a month is longer than that of a year
            return months
    return next((years for years in _YEARS if years * 365 >= days), _YEARS[-1]) * 12
