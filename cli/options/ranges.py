"""Ranges on a clock, `A..B`: two points for `mission diff`, a span of days for `--during`.

    --on 2021-01..2021-06       --known 2020-04-01..       --recorded 93..
    --during 2018..2021         --during 2021              --during ..

Either side may be an EDTF date that contains dots: `[..2024-02]` and `2021-05/..` are one date
each, so only dots outside brackets and not next to a slash separate the sides. An empty right side
means today in valid time, and everything on the other two clocks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from cli.options.clocks import last_day, read_date, today
from events.dates.days import BEGINNING, FOREVER, iso_day
from events.errors import DateError
from projections.state_object import day_json
from projections.weighing.occurrence import Days

Point = TypeVar("Point")


@dataclass(frozen=True, slots=True)
class Range(Generic[Point]):
    """Two points on a clock; the same object twice if no range was given."""

    before: Point
    after: Point

    @property
    def is_range(self) -> bool:
        """Whether a range was given."""
        return self.before is not self.after


def read_range(
    text: str | None, read: Callable[[str], Point], default: Callable[[], Point], option: str
) -> Range[Point]:
    """Parse one point or two. Raises DateError."""
    if text is None:
        point = default()
        return Range(point, point)
    at = _separator(text)
    if at is None:
        point = read(text)
        return Range(point, point)
    before, after = text[:at].strip(), text[at + 2 :].strip()
    if not before:
        raise DateError(
            f"{option} {text}: the range has no beginning", hint="write A..B, or A.. for up to now"
        )
    return Range(read(before), read(after) if after else default())


@dataclass(frozen=True, slots=True)
class DaySpan:
    """A span of days, both sides included; an open left side is BEGINNING."""

    days: Days

    def __str__(self) -> str:
        first, last = self.days
        if first == last:
            return f"on the day {iso_day(first)}"
        since = "the beginning" if first == BEGINNING else iso_day(first)
        return f"on the days from {since} to {iso_day(last)}"

    @property
    def heading(self) -> dict[str, object]:
        """The span as exports state it; an open left side is null."""
        first, last = self.days
        return {"during": {"first": day_json(first), "last": day_json(last)}}


@dataclass(frozen=True, slots=True)
class FromTo(DaySpan):
    """A span of days given by `--from` and `--to`, either of which may be left out."""

    def __str__(self) -> str:
        return " ".join(f"{name} {day}" for name, day in self.heading.items())

    @property
    def heading(self) -> dict[str, object]:
        """The sides that were given, as exports state them."""
        sides = (("from", day_json(self.days.first)), ("to", day_json(self.days.last)))
        return {name: day for name, day in sides if day}


def read_from_to(since: str | None, until: str | None) -> FromTo:
    """Parse `--from` and `--to`: the first day of the one to the last day of the other.

    Raises DateError.
    """
    first, last = BEGINNING, FOREVER
    if since is not None:
        first = read_date("--from", since)[0].window.bounds[0]
        if first == BEGINNING:
            raise DateError(
                f"--from {since}: an open beginning has no first day",
                hint="omit --from to set no limit",
            )
    if until is not None:
        read = read_date("--to", until)
        last = last_day("--to", until, *read, hint="omit --to to set no limit")
    if first > last:
        raise DateError(f"--from {iso_day(first)} is after --to {iso_day(last)}")
    return FromTo(Days(first, last))


def read_during(text: str) -> DaySpan:
    """Parse a span of days: `A..B`, `A..` (up to today), `..B`, or a date (all of its days).

    Raises DateError.
    """
    at = _separator(text)
    if at is None:
        date, phrase = read_date("--during", text)
        first, last = date.window.bounds
        if phrase and phrase.still:
            last = today().day
    else:
        before, after = text[:at].strip(), text[at + 2 :].strip()
        first = read_date("--during", before)[0].window.bounds[0] if before else BEGINNING
        last = _close(after) if after else today().day
    if last == FOREVER:
        raise DateError(
            f"--during {text}: an open end has no last day", hint="write A.. for up to today"
        )
    if first > last:
        raise DateError(f"--during {text}: {iso_day(first)} is after {iso_day(last)}")
    return DaySpan(Days(first, last))


def _close(text: str) -> int:
    """Return the last day of a span's right side; FOREVER if it has none or means `still so`."""
    date, phrase = read_date("--during", text)
    return FOREVER if phrase and phrase.still else date.window.bounds[1]


def _separator(text: str) -> int | None:
    """Return the index of the dots that separate a range's sides; None if there are none."""
    depth = 0
    for at, character in enumerate(text):
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif (
            depth == 0
            and text.startswith("..", at)
            and "/" not in (text[:at][-1:], text[at + 2 : at + 3])
        ):
            return at
    return None
