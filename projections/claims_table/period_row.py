"""A row of `period` (`projections.claims_table.tables`)."""

from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, PeriodKey

NEVER = 2**60
"""Later than every second: for what was never certainly public."""

ALWAYS = -(2**60)
"""Earlier than every second: for what needs no source."""


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
    longest: int | None = 0
    series: int = 0

    @property
    def place(self) -> PeriodKey:
        """Its facet, key and number."""
        return self.facet, self.key, self.period

    @property
    def can_be_told(self) -> bool:
        """Whether its lifespan is weighed: it lasts, and no event about the record bears on it."""
        return self.settled_position is not None and FACETS[self.facet].lasting
