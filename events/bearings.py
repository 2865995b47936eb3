"""What a claim bears on."""

from collections.abc import Iterator

from events.catalogue import ClaimEvent

PeriodKey = tuple[str, str, int]
"""Facet, key and number of a period of one mission."""


def period_keys_of(claim: ClaimEvent) -> Iterator[PeriodKey]:
    """Yield the periods that a claim bears on."""
    for bearing in claim.bears:
        yield bearing.facet, getattr(claim, bearing.key), getattr(claim, bearing.period)
