"""A row of `period` (`projections.claims_table.tables`)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import orjson

from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, PeriodKey
from projections.claims_table.codes import HAPPENINGS

NEVER = 2**60
"""Later than every second: for what was never certainly public."""

ALWAYS = -(2**60)
"""Earlier than every second: for what needs no source."""


class Series(NamedTuple):
    """What is known of the claims of a series.

    `longest` is their longest window in days, None where one is open; `planned` tells whether some
    of them are no reports.
    """

    longest: int | None
    planned: bool


class PeriodRow(NamedTuple):
    """A row of `period`."""

    k: int
    mission: int
    facet: str
    key: str
    period: int
    begins: int = BEGINNING
    ends: int = FOREVER
    first_source: int = NEVER
    first_position: int = NEVER
    settled_source: int = ALWAYS
    settled_position: int | None = 0
    attested_from: int | None = None
    attested_to: int | None = None
    planned: int = 0
    whole: int = 0
    series: str = "{}"

    @property
    def place(self) -> PeriodKey:
        """Its facet, key and number."""
        return self.facet, self.key, self.period

    @property
    def can_be_told(self) -> bool:
        """Whether its lifespan is weighed: it lasts, and no event about the record bears on it."""
        return self.settled_position is not None and FACETS[self.facet].lasting

    @property
    def all_series(self) -> Mapping[int, Series]:
        """Its series of readings and of happenings, by number."""
        return _series(self.series)

    @property
    def readings(self) -> Mapping[int, Series]:
        """Its series of readings, by number."""
        return {n: each for n, each in _series(self.series).items() if n != HAPPENINGS}

    def with_series(self, series: Mapping[int, Series]) -> "PeriodRow":
        """Return the row with these series."""
        return self._replace(series=_stored(series))


@lru_cache(maxsize=4096)
def _series(stored: str) -> Mapping[int, Series]:
    return {int(n): Series(*each) for n, each in orjson.loads(stored).items()}


def _stored(series: Mapping[int, Series]) -> str:
    return orjson.dumps({str(n): tuple(series[n]) for n in sorted(series)}).decode()
