"""Day numbers and windows of days: the arithmetic behind every date.

Day 1 is 0001-01-01 in the proleptic Gregorian calendar, as in `datetime.date.toordinal`; unlike
there, numbers extend before year 1 and after year 9999. Years are astronomical (ISO 8601-1:2019,
4.2.1): year 0000 precedes 0001.

    day_number(2021, 5, 1)   737911
    iso_day(737911)          2021-05-01
    iso_day(-16362)          -0044-03-15
"""

from dataclasses import dataclass
from functools import lru_cache

BEGINNING = -(10**9)
"""A number below that of every day: an open lower bound."""

FOREVER = 10**9
"""A number above that of every day: an open upper bound."""

_BEFORE_MONTH = (0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_DAYS_IN = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_IN_400_YEARS = 146_097


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, inclusive; None means open on that side."""

    first: int | None
    last: int | None

    @property
    def bounds(self) -> tuple[int, int]:
        """Both days; BEGINNING or FOREVER where a side is open."""
        return (
            BEGINNING if self.first is None else self.first,
            FOREVER if self.last is None else self.last,
        )

    def hull(self, other: "Window") -> "Window":
        """Return the smallest window that contains both."""
        return Window(
            None if self.first is None or other.first is None else min(self.first, other.first),
            None if self.last is None or other.last is None else max(self.last, other.last),
        )


def is_leap(year: int) -> bool:
    """Whether the astronomical year is a leap year."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Return the length of a month (1 to 12) in days."""
    return 29 if month == 2 and is_leap(year) else _DAYS_IN[month]


def day_number(year: int, month: int, day: int) -> int:
    """Return the number of a day; the caller has checked that the day exists."""
    before = year - 1
    leap_day = month > 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (
        365 * before
        + before // 4
        - before // 100
        + before // 400
        + _BEFORE_MONTH[month]
        + leap_day
        + day
    )


def civil_day(number: int) -> tuple[int, int, int]:
    """Return the year, month and day of a day number. The inverse of `day_number`."""
    cycles, rest = divmod(number - 1, _DAYS_IN_400_YEARS)
    year = cycles * 400 + rest // 366 + 1  # exact or one year too early
    if day_number(year + 1, 1, 1) <= number:
        year += 1
    month = 12
    while day_number(year, month, 1) > number:
        month -= 1
    return year, month, number - day_number(year, month, 1) + 1


@lru_cache(maxsize=16_384)
def iso_day(number: int) -> str:
    """Format a day number as YYYY-MM-DD: negative before year 0, more digits after 9999."""
    year, month, day = civil_day(number)
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day:02d}"
