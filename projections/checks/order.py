"""Checks of the order of periods: holders that overlap, and stays of one key that do."""

from collections.abc import Iterator
from itertools import chain, combinations, groupby

from events.dates.days import BEGINNING, FOREVER, iso_day
from events.facets import FACETS
from projections.checks.disputes import alone
from projections.checks.finding import RecordFinding, of_period
from projections.view import View
from projections.weighing.holders import rivals
from projections.weighing.period import Period, Standing, standing


def overlapping_holders(view: View, _: int) -> Iterator[RecordFinding]:
    """Find two that hold at one time what only one can hold.

    Where several do on one day, each is named with the first of them, and not with every other.
    """
    for name, facet in FACETS.items():
        found: set[tuple[str, int, int]] = set()
        for one, other, day in rivals(view.periods[name] if facet.exclusive else ()):
            if day is not None and (other.key, other.number, day) not in found:
                found.add((other.key, other.number, day))
                yield of_period(
                    view,
                    one,
                    "overlapping-holders",
                    f"held by {one.key} and by {other.key} on {iso_day(day)}, but only one can"
                    " hold it at a time",
                    (*one.claims, *other.claims),
                )


def overlapping_periods(view: View, _: int) -> Iterator[RecordFinding]:
    """Find periods of one key that overlap, or are not in the order of their numbers."""
    for of_facet in view.periods.values():
        by_key = (list(periods) for _, periods in groupby(of_facet, key=lambda each: each.key))
        for pair in chain.from_iterable(combinations(periods, 2) for periods in by_key):
            if any(each.only_planned or not each.contested for each in pair):
                continue
            one, other = (alone(view, each) for each in pair)
            claims = (*one.claims, *other.claims)
            if other.begun.last < one.begun.first:
                message = f"period {other.number} begins before period {one.number}"
                yield of_period(view, one, "periods-out-of-order", message, claims)
            elif one.ended.first > other.begun.last:
                held = _both_held(one, other)
                day = other.begun.last if held is None else held
                message = f"periods {one.number} and {other.number} overlap on {iso_day(day)}"
                yield of_period(view, one, "overlapping-periods", message, claims)


def _both_held(one: Period, other: Period) -> int | None:
    """Return a day on which both periods are certain or assumed, or None."""
    day = max(one.begun.last, other.begun.last)
    if day in (BEGINNING, FOREVER):
        return None
    held = (Standing.CERTAIN, Standing.ASSUMED)
    return day if standing(one, day) in held and standing(other, day) in held else None
