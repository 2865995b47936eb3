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

from functools import lru_cache

from events.dates.days import Window
from events.dates.edtf_date import Bound, Edtf, Kind, read_date, read_plain, read_time, single
from events.dates.edtf_diagnostics import refuse, refuse_ends, refuse_member, refuse_slashes, shown
from events.dates.edtf_forms import PLAIN, SHORT_END
from events.errors import DateError

LONGEST = 200
"""The maximum length of a date, in characters."""


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
        return read_plain(text, *found.groups())
    if text[:1] in ("[", "{"):
        return _set(text)
    if "/" in text:
        return _interval(text)
    if "T" in text:
        return read_time(text)
    return read_date(text)


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
        refuse(text, "an interval needs a date on at least one side", "write 2021/.. or ../2021")
    first = None if start is None else start.window.first
    last = None if end is None else end.window.last
    if first is not None and last is not None and first > last:
        refuse(text, "the interval ends before it starts", f"write {right}/{left}")
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
        date = single(text[:-2] if after else text[2:])
        window = Window(date.window.first if after else None, None if after else date.window.last)
        return _date_set(text, "one-of", window, [date]), "open"
    date = single(text)
    return date, date.end_is if after else date.start_is


def _set(text: str) -> Edtf:
    kind: Kind
    kind, closing = ("one-of", "]") if text[0] == "[" else ("all-of", "}")
    if f"{closing}/" in text:
        refuse_ends(text)
    if text[-1] != closing:
        refuse(text, f"{text[0]} is not closed", f"end it with {closing}")
    if "/" in text:
        refuse(text, "a set cannot contain an interval", "write a range with two dots: 2020..2021")
    members = text[1:-1].split(",")
    window: Window | None = None
    dates: list[Edtf] = []
    for place, member in enumerate(members, 1):
        left, dots, right = member.partition("..")
        if not left and (not right or place > 1):
            refuse_member(text, dots, right)
        if dots and not right and place < len(members):
            refuse(
                text, "only the last date of a set can be open-ended", f"put {shown(member)} last"
            )
        if not dots:
            date = single(left)
            span = date.window
            dates.append(date)
        else:
            low, high = single(left) if left else None, single(right) if right else None
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
        refuse(
            member,
            f"a range cannot run from a {low.precision} to a {high.precision}",
            "write both ends with the same precision: 2020-05..2021-12",
        )
    first, last = low.window.first, high.window.last
    if first is not None and last is not None and first > last:
        refuse(member, "the range ends before it starts", f"write {high.text}..{low.text}")
