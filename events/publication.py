"""The window in which a source was published: the publication clock, in seconds since 1970 UTC.

The latest second at which a document can have been published decides whether it was *certainly*
public by a date; the earliest bounds its plans. A document that gives its time falls on the day as
it is written, whatever day that is in UTC.
"""

from dataclasses import dataclass
from functools import lru_cache

from events.dates.days import BEGINNING, FOREVER, day_number, iso_day
from events.dates.edtf import parse

EPOCH_DAY = day_number(1970, 1, 1)
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Publication:
    """The window in which a document was published, in seconds since 1970 UTC; None is open.

    `day` is the number of the day as written, of a document that gives its time.
    """

    first: int | None
    last: int | None
    day: int | None = None

    @property
    def first_day(self) -> int | None:
        """The earliest possible day of publication, as a day number."""
        if self.day is not None or self.first is None:
            return self.day
        return self.first // DAY_SECONDS + EPOCH_DAY

    @property
    def since(self) -> int:
        """The earliest possible day of publication; BEGINNING if that is open."""
        return BEGINNING if self.first_day is None else self.first_day

    @property
    def last_day(self) -> int | None:
        """The latest possible day of publication, as a day number."""
        if self.day is not None or self.last is None:
            return self.day
        return self.last // DAY_SECONDS + EPOCH_DAY

    @property
    def until(self) -> int:
        """The latest possible day of publication; FOREVER if that is open."""
        return FOREVER if self.last_day is None else self.last_day

    @property
    def bounds(self) -> tuple[float, float]:
        """Both seconds; an infinity where a side is open."""
        return (
            float("-inf") if self.first is None else self.first,
            float("inf") if self.last is None else self.last,
        )

    @property
    def order(self) -> tuple[float, float]:
        """Sort key: the later its last possible second, then its first, the later it came out."""
        first, last = self.bounds
        return last, first

    @property
    def certain_from(self) -> int | None:
        """The first second at which `is_certain` can hold; None if there is none."""
        if self.day is None or self.last is None:
            return self.last
        return min(self.last, close_of_day(self.day))

    @property
    def settled_from(self) -> int | None:
        """The second from which on `is_certain` always holds; None if there is none."""
        if self.day is None or self.last is None:
            return self.last
        return max(self.last, close_of_day(self.day))

    def is_certain(self, by: int) -> bool:
        """Whether it was certainly public by a second since 1970 UTC.

        The last second of a day stands for the day, which has every document dated that day.
        """
        if self.day is not None and is_close_of_day(by):
            return close_of_day(self.day) <= by
        return self.last is not None and self.last <= by

    def is_doubtful(self, by: int) -> bool:
        """Whether it was possibly, but not certainly, public by a second since 1970 UTC."""
        if self.day is not None or self.is_certain(by):
            return False
        return self.first is None or self.first <= by


ALWAYS = Publication(None, None)


def publication_day(published: str) -> str:
    """Return a publication date as an event date: the day as it is written if it has a time."""
    date = parse(published)
    return published if date.instant is None else iso_day(date.window.bounds[0])


@lru_cache(maxsize=4096)
def publication(published: str) -> Publication:
    """Parse a publication date as a window of seconds: a day runs from its first to its last."""
    date = parse(published)
    first, last = date.window.first, date.window.last
    if date.instant is not None:
        return Publication(date.instant, date.instant, first)
    return Publication(
        None if first is None else (first - EPOCH_DAY) * DAY_SECONDS,
        None if last is None else close_of_day(last),
    )


def close_of_day(day: int) -> int:
    """Return the last second of a day number, in seconds since 1970 UTC."""
    return (day - EPOCH_DAY + 1) * DAY_SECONDS - 1


def is_close_of_day(second: int) -> bool:
    """Whether a second since 1970 UTC is the last one of a day."""
    return second % DAY_SECONDS == DAY_SECONDS - 1
