"""What is asked about a mission, as far as it tells which events can matter to the answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from events.catalogue import ClaimEvent
from events.encoding.codec import Entry
from events.source import Publication

PeriodKey = tuple[str, str, int]
"""Facet, key and number of a period of the mission asked about."""


def period_keys_of(claim: ClaimEvent) -> Iterator[PeriodKey]:
    """Yield the periods that a claim bears on."""
    for bearing in claim.bears:
        yield bearing.facet, getattr(claim, bearing.key), getattr(claim, bearing.period)


@dataclass(frozen=True, slots=True)
class DayQuestion:
    """What the state at the close of a day rests on; of these periods alone, where given."""

    day: int
    only: frozenset[PeriodKey] | None = None


@dataclass(frozen=True, slots=True)
class SpanQuestion:
    """What lies, or can lie, on the days from `first` to `last`."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PlansQuestion:
    """What was ever planned or decided, and what came of it."""


@dataclass(frozen=True, slots=True)
class PeriodsQuestion:
    """All that was ever said of some periods."""

    only: frozenset[PeriodKey]


Question = DayQuestion | SpanQuestion | PlansQuestion | PeriodsQuestion


@dataclass(frozen=True, slots=True)
class Selection:
    """The entries an answer has to read, by position; what they say of other periods is no matter.

    `position` is where the log was taken to end. `published` tells when the sources came out that
    the entries name, by id, as far as the log describes them.
    `periods` are those that the entries tell whole, None where that is every one they speak of.
    `possibly_public` are the sources the mission rests on that were perhaps public in time, and
    not certainly; None where the entries tell.
    """

    position: int
    entries: tuple[Entry, ...]
    published: Mapping[str, Publication]
    periods: frozenset[PeriodKey] | None = None
    possibly_public: frozenset[str] | None = None
