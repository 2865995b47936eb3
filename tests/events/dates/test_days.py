"""Day numbers and windows."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from events.dates.days import Window, civil_day, day_number, days_in_month, iso_day

DAYS = st.integers(-4_000_000, 4_000_000)
BOUNDS = st.none() | DAYS


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Draw a window, open or not on either side, whose first day is not after its last."""
    first, last = draw(BOUNDS), draw(BOUNDS)
    if first is not None and last is not None:
        first, last = sorted((first, last))
    return Window(first, last)


def holds(window: Window, day: int) -> bool:
    """Say whether a day lies in a window."""
    return (window.first is None or window.first <= day) and (
        window.last is None or day <= window.last
    )


@given(st.dates())
def test_days_are_counted_as_the_standard_library_counts_them(day: date) -> None:
    """A day number is that of date.toordinal, and is written as date.isoformat writes it."""
    assert day_number(day.year, day.month, day.day) == day.toordinal()
    assert iso_day(day.toordinal()) == day.isoformat()


@given(DAYS)
def test_a_day_number_is_undone(number: int) -> None:
    """Every number, in years before 1 and after 9999 too, is the number of the day it names."""
    assert day_number(*civil_day(number)) == number


@given(DAYS)
def test_days_follow_each_other(number: int) -> None:
    """The day after a day is the next of its month, or the first of the next month."""
    year, month, day = civil_day(number)
    last = day == days_in_month(year, month)
    after = (year + (month == 12), month % 12 + 1, 1) if last else (year, month, day + 1)
    assert civil_day(number + 1) == after


def test_years_outside_four_digits_are_written_plainly() -> None:
    """Days before year 0 have a minus, days after 9999 more digits, and year 0 is 0000."""
    assert iso_day(day_number(-44, 3, 15)) == "-0044-03-15"
    assert iso_day(day_number(0, 2, 29)) == "0000-02-29"
    assert iso_day(day_number(170000002, 1, 1)) == "170000002-01-01"


@given(windows(), windows(), DAYS)
def test_a_hull_has_the_days_of_either(one: Window, other: Window, day: int) -> None:
    """A day of either window is in the hull, and the hull is no longer than it must be."""
    hull = one.hull(other)
    if holds(one, day) or holds(other, day):
        assert holds(hull, day)
    assert hull.first in (one.first, other.first)
    assert hull.last in (one.last, other.last)
