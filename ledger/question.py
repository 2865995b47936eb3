"""Questions about a mission, as far as they decide which events can matter to the answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from events.catalogue import ClaimEvent
from events.encoding.codec import Entry
from events.source import Publication

PeriodKey = tuple[str, str, int]
"""Facet, key and number of a period of one mission."""


def period_keys_of(claim: ClaimEvent) -> Iterator[PeriodKey]:
    """Yield the periods that a claim bears on."""
    for bearing in claim.bears:
        yield bearing.facet, getattr(claim, bearing.key), getattr(claim, bearing.period)


@dataclass(frozen=True, slots=True)
class DayQuestion:
    """Selects what the state at the close of a day rests on, of `only` these periods if given."""

    day: int
    only: frozenset[PeriodKey] | None = None


@dataclass(frozen=True, slots=True)
class SpanQuestion:
    """Selects what falls, or can fall, on the days from `first` to `last`."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PlansQuestion:
    """Selects everything ever planned or decided, and what came of it."""


@dataclass(frozen=True, slots=True)
class PeriodsQuestion:
    """Selects every claim on some periods."""

    only: frozenset[PeriodKey]


Question = DayQuestion | SpanQuestion | PlansQuestion | PeriodsQuestion


@dataclass(frozen=True, slots=True)
class Selection:
    """The entries an answer has to read, by position; their claims on other periods do not count.

    `position` is the last position of the log that was considered. `published` has, by id, when the
    sources that the entries name were published, as far as the log describes them.
    `periods` are those for which the entries are complete; None means every period they bear on.
    `possibly_public` are the sources of the mission that were possibly, but not certainly, public
    in time; None where the entries themselves tell.
    """

    position: int
    entries: tuple[Entry, ...]
    published: Mapping[str, Publication]
    periods: frozenset[PeriodKey] | None = None
    possibly_public: frozenset[str] | None = None
