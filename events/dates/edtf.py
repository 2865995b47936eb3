"""Parse EDTF dates into windows of days.

EDTF is the Library of Congress profile of ISO 8601-2:2019; levels 0, 1 and 2 are fully supported.
A date means a window, from the earliest day to the latest; the event fell on one of those days.
An example of each form:

    2021-05-11                a day               2021-05-11 to 2021-05-11
    2021-05?                  a month, uncertain  2021-05-01 to 2021-05-31
    2020-1X                   unknown digits      2020-10-01 to 2020-12-31
    2022-38                   a part of a year    2022-05-01 to 2022-08-31
    Y17E7, 1950S2             years by magnitude  1950S2 is 1900-01-01 to 1999-12-31
    2022-05-24T10:00:00Z      a second            2022-05-24 to 2022-05-24
    2021-05/2022-05           an interval         2021-05-01 to 2022-05-31
    2021-05/.. and 2021-05/   open end; unknown end
    [2020-11,2020-12]         one of several      2020-11-01 to 2020-12-31
    {2020,2021..2023}         all of several      2020-01-01 to 2023-12-31

`?` (uncertain), `~` (approximate) and `%` (both) never move a window. Choices made where the
standard leaves one:

- Season months. 21 to 24 (spring to winter) and the northern 25 to 28 are March to May, June to
  August, September to November, and December to February of the next year. 29 to 32 are the
  southern spring to winter: September to November, and so on.
- The quarters 33 to 36, thirds 37 to 39 and halves 40 and 41 are exact.
- A year of more than 16 digits has no bounds: its day number would not fit in 64 bits.
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from events.dates.days import Window, day_number, days_in_month, is_leap
from events.dates.edtf_diagnostics import (
    refuse_day,
    refuse_ends,
    refuse_member,
    refuse_month,
    refuse_shape,
    refuse_slashes,
    shown,
)
from events.dates.edtf_forms import DETAILED, MAGNITUDE, MOST_DIGITS, PARTS, PLAIN, SHORT_END, TIMED
from events.errors import DateError

LONGEST = 200
"""The maximum length of a date, in characters."""

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


@lru_cache(maxsize=16_384)
def parse(text: str) -> Edtf:
    """Parse an EDTF string of level 0, 1 or 2; results are cached.

    Raises DateError, which names the wrong part and says what to write instead.
    """
    return parse_uncached(text)


def parse_uncached(text: str) -> Edtf:
    """Parse like `parse`, without the cache."""
    if len(text) > LONGEST:
        raise DateError(
            f"the date is too long: {len(text)} characters",
            hint=f"a date has at most {LONGEST} characters",
        )
    if found := PLAIN(text):
        return _plain(text, *found.groups())
    if text[:1] in ("[", "{"):
        return _set(text)
    if "/" in text:
        return _interval(text)
    if "T" in text:
        return _date_time(text)
    return _date(text)


# A date on its own ------------------------------------------------------------------------


def _plain(text: str, y: str, m: str | None, d: str | None, qualifier: str | None) -> Edtf:
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


def _date(text: str) -> Edtf:
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
        raise DateError(f"{text}: there is no year -0000", hint="write 0000")
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
        raise DateError(
            f"{text}: Y is for years of more than four digits",
            hint=f"write {'-' if number < 0 else ''}{abs(number):04d}",
        )
    digits = known + int(exponent or 0)
    if significant is not None and int(significant) > digits:
        raise DateError(
            f"{text}: a year of {digits} digits cannot have {significant} significant digits",
            hint=f"write S1 to S{digits}, or remove the S",
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


# A date with a time -----------------------------------------------------------------------

_EPOCH_DAY = day_number(1970, 1, 1)


def _date_time(text: str) -> Edtf:
    found = TIMED(text)
    if found is None:
        refuse_shape(text)
    date, h, m, s, _utc, sign, offset_h, offset_m = found.groups()
    hour, minute, second = int(h), int(m), int(s)
    if hour > 23 or minute > 59 or second > 59:
        raise DateError(f"{text}: there is no time {h}:{m}:{s}", hint="write a time up to 23:59:59")
    offset = 0
    if sign:
        offset = int(sign + offset_h) * 60 + int(sign + (offset_m or "00"))
        if not -12 * 60 <= offset <= 14 * 60 or int(offset_m or "00") > 59:
            raise DateError(
                f"{text}: the offset from UTC is out of range",
                hint="write an offset from -12:00 to +14:00",
            )
        if sign == "-" and offset == 0:
            raise DateError(f"{text}: the offset -00:00 is not allowed", hint="write Z for UTC")
    window = _single(date).window
    day = window.first or 0
    instant = (day - _EPOCH_DAY) * 86_400 + hour * 3600 + (minute - offset) * 60 + second
    return Edtf(text, window, "date", "second", instant=instant)


# Intervals and sets -----------------------------------------------------------------------


def _single(text: str) -> Edtf:
    """Parse one end of an interval, or one date of a set."""
    if found := PLAIN(text):
        return _plain(text, *found.groups())
    if TIMED(text):
        raise DateError(
            f"{text}: intervals and sets take dates without a time",
            hint=f"write {text.partition('T')[0]}",
        )
    return _date(text)


def _interval(text: str) -> Edtf:
    left, _, right = text.partition("/")
    if "[" in right or "{" in right:
        refuse_ends(text)
    if "/" in right or SHORT_END(left) or SHORT_END(right):
        refuse_slashes(text)
    start, start_is = _interval_end(left, after=False)
    end, end_is = _interval_end(right, after=True)
    one, other = start or end, end or start
    if one is None or other is None:
        raise DateError(
            f"{text}: an interval needs a date on at least one side",
            hint="write 2021/.. or ../2021",
        )
    first = None if start is None else start.window.first
    last = None if end is None else end.window.last
    if first is not None and last is not None and first > last:
        raise DateError(f"{text}: the interval ends before it starts", hint=f"write {right}/{left}")
    return Edtf(
        text,
        Window(first, last),
        "interval",
        one.precision,
        one.uncertain or other.uncertain,
        one.approximate or other.approximate,
        start,
        end,
        start_is,
        end_is,
    )


def _interval_end(text: str, *, after: bool) -> tuple[Edtf | None, Bound]:
    """Parse one side of an interval; `..D` starts on or before D, `D..` ends on or after it."""
    if text == "":
        return None, "unknown"
    if text == "..":
        return None, "open"
    if text.endswith("..") if after else text.startswith(".."):
        date = _single(text[:-2] if after else text[2:])
        window = Window(date.window.first if after else None, None if after else date.window.last)
        return _date_set(text, "one-of", window, [date]), "open"
    date = _single(text)
    return date, date.end_is if after else date.start_is


def _set(text: str) -> Edtf:
    kind: Kind
    kind, closing = ("one-of", "]") if text[0] == "[" else ("all-of", "}")
    if f"{closing}/" in text:
        refuse_ends(text)
    if text[-1] != closing:
        raise DateError(f"{shown(text)}: {text[0]} is not closed", hint=f"end it with {closing}")
    if "/" in text:
        raise DateError(
            f"{shown(text)}: a set cannot contain an interval",
            hint="write a range with two dots: 2020..2021",
        )
    members = text[1:-1].split(",")
    window: Window | None = None
    dates: list[Edtf] = []
    for place, member in enumerate(members, 1):
        left, dots, right = member.partition("..")
        if not left and (not right or place > 1):
            refuse_member(text, dots, right)
        if dots and not right and place < len(members):
            raise DateError(
                f"{shown(text)}: only the last date of a set can be open-ended",
                hint=f"put {shown(member)} last",
            )
        if not dots:
            date = _single(left)
            span = date.window
            dates.append(date)
        else:
            low, high = _single(left) if left else None, _single(right) if right else None
            if low and high:
                _check_range(member, low, high)
            span = Window(low.window.first if low else None, high.window.last if high else None)
            dates += [date for date in (low, high) if date]
        window = window.hull(span) if window else span
    return _date_set(text, kind, window or Window(None, None), dates)


def _date_set(text: str, kind: Kind, window: Window, dates: list[Edtf]) -> Edtf:
    uncertain = approximate = False
    for date in dates:
        uncertain = uncertain or date.uncertain
        approximate = approximate or date.approximate
    unbounded: Bound = "open" if ".." in text else "unknown"
    return Edtf(
        text,
        window,
        kind,
        dates[0].precision,
        uncertain,
        approximate,
        None,
        None,
        "dated" if window.first is not None else unbounded,
        "dated" if window.last is not None else unbounded,
    )


def _check_range(member: str, low: Edtf, high: Edtf) -> None:
    if low.precision != high.precision:
        raise DateError(
            f"{member}: a range cannot run from a {low.precision} to a {high.precision}",
            hint="write both ends with the same precision: 2020-05..2021-12",
        )
    first, last = low.window.first, high.window.last
    if first is not None and last is not None and first > last:
        raise DateError(
            f"{member}: the range ends before it starts", hint=f"write {high.text}..{low.text}"
        )
