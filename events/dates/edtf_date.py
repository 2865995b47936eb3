"""Parse one EDTF date: a day, a month, a part of a year, a year, or a moment.

`events.dates.edtf` parses intervals and sets of them, and has the table of all forms.
"""

import re
from typing import Literal, NamedTuple

from events.dates.days import Window, day_number, days_in_month, is_leap
from events.dates.edtf_diagnostics import refuse, refuse_day, refuse_month, refuse_shape
from events.dates.edtf_forms import DETAILED, MAGNITUDE, MOST_DIGITS, PARTS, PLAIN, TIMED

Bound = Literal["dated", "open", "unknown"]
Kind = Literal["date", "interval", "one-of", "all-of"]


class Edtf(NamedTuple):
    """A date as written, and its meaning.

    `text` is the input unchanged; `window` holds every day it allows. `kind` is `date`,
    `interval`, `one-of` (a set in brackets) or `all-of` (a set in braces). `precision` is the
    finest unit written, even in part, as one word: second, day, month, season, quarter, third,
    half, year, decade, century, millennium, or age where no digit of the year is known; for an
    interval or a set, that of its first date. `uncertain` and `approximate` are set by
    `?`, `~` or `%` anywhere in the text.

    `start` and `end` are an interval's two dates, None on a side without one. `start_is` and
    `end_is` describe the window's bound on that side: `dated` has one, `open` is written `..`,
    `unknown` is left blank (or too far away to count).

    `instant` is set for a date with a time: whole seconds since 1970-01-01T00:00:00Z. A time
    without a zone counts as UTC. The window is the date as written, in its own zone, which may
    differ from the UTC day of the instant.

    A NamedTuple rather than a frozen dataclass: several times as fast to create.
    """

    text: str
    window: Window
    kind: Kind
    precision: str
    uncertain: bool = False
    approximate: bool = False
    start: "Edtf | None" = None
    end: "Edtf | None" = None
    start_is: Bound = "dated"
    end_is: Bound = "dated"
    instant: int | None = None


def single(text: str) -> Edtf:
    """Parse one end of an interval, or one date of a set."""
    if found := PLAIN(text):
        return read_plain(text, *found.groups())
    if TIMED(text):
        refuse(
            text, "intervals and sets take dates without a time", f"write {text.partition('T')[0]}"
        )
    return read_date(text)


def read_plain(text: str, y: str, m: str | None, d: str | None, qualifier: str | None) -> Edtf:
    """Build a date from the groups of PLAIN."""
    year = int(y)
    if m is None:
        first = day_number(year, 1, 1)
        last = first + (365 if is_leap(year) else 364)
        precision = "year"
    else:
        month = int(m)
        if 1 <= month <= 12:
            if d is None:
                first = day_number(year, month, 1)
                last = first + days_in_month(year, month) - 1
                precision = "month"
            else:
                day = int(d)
                if not 1 <= day <= days_in_month(year, month):
                    refuse_day(text, y, m, d)
                first = last = day_number(year, month, day)
                precision = "day"
        elif d is None and month in PARTS:
            first, last, precision = _part(year, month)
        else:
            refuse_month(text, y, m, d)
    window = Window(first, last)
    if qualifier is None:
        return Edtf(text, window, "date", precision)
    return Edtf(text, window, "date", precision, qualifier != "~", qualifier != "?")


def _part(year: int, code: int) -> tuple[int, int, str]:
    """Return the first day, last day and name of a part of a year."""
    month, length, name = PARTS[code]
    after = month + length
    first_after = day_number(year + (after > 12), after - 12 if after > 12 else after, 1)
    return day_number(year, month, 1), first_after - 1, name


def read_date(text: str) -> Edtf:
    """Parse a date without a time that is not of the form PLAIN."""
    if found := DETAILED(text):
        return _detailed(text, found)
    found = MAGNITUDE(text)
    if found is None:
        refuse_shape(text)
    return _year_by_magnitude(text, found)


def _detailed(text: str, found: re.Match[str]) -> Edtf:
    before_y, sign, y, after_y, before_m, m, after_m, before_d, d, after_d = found.groups()
    qualifiers = "".join(filter(None, (before_y, after_y, before_m, after_m, before_d, after_d)))
    if sign and y == "0000":
        refuse(text, "there is no year -0000", "write 0000")
    if m is not None and m.isdigit() and int(m) in PARTS and d is None and y.isdigit():
        first, last, precision = _part(int(sign + y), int(m))
    else:
        first, last = _first_and_last(text, sign, y, m or "XX", d or "XX")
        precision = _finest_written(y, m or "XX", d or "XX")
    return Edtf(text, Window(first, last), "date", precision, *_qualifiers(qualifiers))


def _qualifiers(signs: str) -> tuple[bool, bool]:
    """Return whether qualifier signs say uncertain, and whether they say approximate."""
    return "?" in signs or "%" in signs, "~" in signs or "%" in signs


def _finest_written(y: str, m: str, d: str) -> str:
    if d != "XX":
        return "day"
    if m != "XX":
        return "month"
    known = len(y.rstrip("X"))
    return ("age", "millennium", "century", "decade", "year")[known]


def _first_and_last(text: str, sign: str, y: str, m: str, d: str) -> tuple[int, int]:
    """Return the earliest and latest existing day that matches the digits; X matches any digit."""
    months = [month for month in range(1, 13) if _fits(month, m)]
    days = [day for day in range(1, 32) if _fits(day, d)]
    if not months:
        refuse_month(text, f"{sign}{y}", m, None if d == "XX" else d)
    # Only 29 February depends on the year, so try one leap year and one common year.
    in_leap, in_common = _allowed(2000, months, days), _allowed(2001, months, days)
    if not in_leap:
        refuse_day(text, f"{sign}{y}", m, d)
    low, high = int(sign + y.replace("X", "0")), int(sign + y.replace("X", "9"))
    if sign:
        low, high = high, min(low, -1)
    if not in_common:
        leaps = _leap_years(y, low, high)
        if leaps is None:
            refuse_day(text, f"{sign}{y}", m, d)
        low, high = leaps
    first = (in_leap if is_leap(low) else in_common)[0]
    last = (in_leap if is_leap(high) else in_common)[-1]
    return day_number(low, *first), day_number(high, *last)


def _fits(number: int, pattern: str) -> bool:
    return all(
        digit in ("X", actual) for digit, actual in zip(pattern, f"{number:02d}", strict=True)
    )


def _allowed(year: int, months: list[int], days: list[int]) -> list[tuple[int, int]]:
    return [(m, d) for m in months for d in days if d <= days_in_month(year, m)]


def _leap_years(y: str, low: int, high: int) -> tuple[int, int] | None:
    """Return the first and last leap year that matches the digits, or None if none does."""
    fitting = re.compile(y.replace("X", "[0-9]")).fullmatch

    def first_of(years: range) -> int | None:
        return next((year for year in years if is_leap(year) and fitting(f"{abs(year):04d}")), None)

    first, last = first_of(range(low, high + 1)), first_of(range(high, low - 1, -1))
    return None if first is None or last is None else (first, last)


def _year_by_magnitude(text: str, found: re.Match[str]) -> Edtf:
    before, mantissa, exponent, plain, significant, after = found.groups()
    number = int(plain or mantissa)
    known = len((plain or mantissa).lstrip("-"))
    if plain is None and exponent is None and known < 5:
        refuse(
            text,
            "Y is for years of more than four digits",
            f"write {'-' if number < 0 else ''}{abs(number):04d}",
        )
    digits = known + int(exponent or 0)
    if significant is not None and int(significant) > digits:
        refuse(
            text,
            f"a year of {digits} digits cannot have {significant} significant digits",
            f"write S1 to S{digits}, or remove the S",
        )
    qualifiers = _qualifiers(before + after)
    if digits > MOST_DIGITS:
        unbounded = Window(None, None)
        return Edtf(
            text, unbounded, "date", "year", *qualifiers, start_is="unknown", end_is="unknown"
        )
    spread = 10 ** (digits - int(significant or digits))
    low = abs(number) * 10 ** (digits - known) // spread * spread
    high = low + spread - 1
    if number < 0:
        low, high = -high, -low
    window = Window(day_number(low, 1, 1), day_number(high, 12, 31))
    return Edtf(text, window, "date", "year", *qualifiers)


_EPOCH_DAY = day_number(1970, 1, 1)


def read_time(text: str) -> Edtf:
    """Parse a date with a time of day."""
    found = TIMED(text)
    if found is None:
        refuse_shape(text)
    date, h, m, s, _utc, sign, offset_h, offset_m = found.groups()
    hour, minute, second = int(h), int(m), int(s)
    if hour > 23 or minute > 59 or second > 59:
        refuse(text, f"there is no time {h}:{m}:{s}", "write a time up to 23:59:59")
    offset = 0
    if sign:
        offset = int(sign + offset_h) * 60 + int(sign + (offset_m or "00"))
        if not -12 * 60 <= offset <= 14 * 60 or int(offset_m or "00") > 59:
            refuse(
                text, "the offset from UTC is out of range", "write an offset from -12:00 to +14:00"
            )
        if sign == "-" and offset == 0:
            refuse(text, "the offset -00:00 is not allowed", "write Z for UTC")
    window = single(date).window
    day = window.first or 0
    instant = (day - _EPOCH_DAY) * 86_400 + hour * 3600 + (minute - offset) * 60 + second
    return Edtf(text, window, "date", "second", instant=instant)
