"""Holders of a facet that only one can hold at a time: who displaces whom, and where reports clash.

A holder who surely began before another's reported start, or before the other is attested for sure,
goes on until then and no longer. Two of whom reports allow neither to have gone before the other
clash: both are `possible` from then on, and no source's word is dropped. Where their reports can
both be true, but neither surely came first, both are `possible` from when both have begun, and not
disputed. Holders that lead jointly neither displace each other nor clash.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import Role, post_of
from projections.weighing.occurrence import Days, hull
from projections.weighing.period import Period, Standing, own_standing
from projections.weighing.weigh import CACHED_KEYS


class Holder(NamedTuple):
    """A period of a holder, and what decides on others.

    It has begun by `begun_by` and has not ended before `ends_from`, whichever set of reports is
    true. `takes_over` is the window of its reported start, or the first day on which it is attested
    for sure, if any; `is_contested` tells whether some set leaves that start out. `shown_until` is
    the last day before which, by any report, it had not ended. `leads_with` are the keys that its
    start names as leading jointly with it.
    """

    period: Period
    begun_by: int
    ends_from: int
    takes_over: Days | None
    is_contested: bool
    shown_until: int
    leads_with: frozenset[str]

    @property
    def key(self) -> str:
        """The key of the period."""
        return self.period.key


def holder(period: Period) -> Holder:
    """Return what a period says of others in its post; it is not only planned."""
    starts = [stay.begun for stay in period.stays if stay.start_is_reported]
    begun_by = period.begun.last
    takes_over = None
    if starts:
        takes_over = hull(starts)
    elif begun_by < FOREVER and own_standing(period, begun_by) is Standing.CERTAIN:
        takes_over = Days(begun_by, begun_by)
    ends = period.end.reports if period.end else ()
    attested = [c.first for c in period.claims if c.role is Role.ATTESTATION and c.reported]
    began = period.start.reports if period.start else ()
    named = [claim.particulars.get("jointly_with") or () for claim in began]
    return Holder(
        period,
        begun_by,
        min(stay.ended.first for stay in period.stays),
        takes_over,
        0 < len(starts) < len(period.stays),
        max([*(day + 1 for day in attested), *(claim.first for claim in ends)], default=BEGINNING),
        frozenset(key for keys in named for key in keys),
    )


@lru_cache(maxsize=CACHED_KEYS // 8)
def with_order_of_holders(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """Return the periods of an exclusive facet, each ended by the next holder of its post."""
    ordered = {
        (each.period.key, each.period.number): _in_order(each, holders)
        for holders in _by_post(periods)
        for each in holders
    }
    return tuple(ordered.get((each.key, each.number), each) for each in periods)


def _in_order(one: Holder, holders: Sequence[Holder]) -> Period:
    """Return the period of a holder, with the clashes with others, and ended by one of them."""
    clashes: list[int] = []
    windows: list[Days] = []
    for other in holders:
        if _are_rivals(one, other, holders):
            if (day := _clash(one, other)) is not None:
                clashes.append(day)
            elif window := _taken_over(one, other):
                windows.append(window)
    if not (clashes or windows):
        return one.period
    # Of several that take over the earliest ends it: the least first and the least last day.
    displaced = Days(*map(min, zip(*windows, strict=True))) if windows else None
    return replace(one.period, clash=min(clashes, default=None), displaced=displaced)


def rivals(periods: Iterable[Period]) -> Iterator[tuple[Period, Period, int | None]]:
    """Yield the pairs of periods that cannot be in force at once, with a day.

    It is the first day of a clash, or that from which on nothing tells which of them is in force;
    None where one of them takes over from the other, or has ended by then.
    """
    for holders in _by_post(periods):
        for one, other in combinations(holders, 2):
            if _are_rivals(one, other, holders):
                day = _clash(one, other)
                yield one.period, other.period, _undecided(one, other) if day is None else day


def _by_post(periods: Iterable[Period]) -> Iterable[list[Holder]]:
    posts: dict[str, list[Holder]] = defaultdict(list)
    for period in periods:
        if not period.only_planned:
            posts[post_of(period.key)].append(holder(period))
    return posts.values()


def _are_rivals(one: Holder, other: Holder, holders: Sequence[Holder]) -> bool:
    return one.key != other.key and not (_names(one, other, holders) or _names(other, one, holders))


def _names(one: Holder, other: Holder, holders: Sequence[Holder]) -> bool:
    """Whether the start of one says that it leads jointly with this period of the other.

    Of several periods of that key it means the first that had not surely ended by then.
    """
    if other.key not in one.leads_with or one.takes_over is None:
        return False
    meant = [
        each.period.number
        for each in holders
        if each.key == other.key and each.period.ended.last > one.takes_over.first
    ]
    return other.period.number == min(meant, default=None)


def _clash(one: Holder, other: Holder) -> int | None:
    days = [
        second.takes_over.first
        for first, second in ((one, other), (other, one))
        if second.takes_over
        and first.shown_until > second.takes_over.last
        and _went_before(first, second)
    ]
    if not days and one.ends_from > other.begun_by and other.ends_from > one.begun_by:
        days = [_both_begun(one, other)]
    return min(days, default=None)


def _both_begun(one: Holder, other: Holder) -> int:
    """Return the day by which both have begun; FOREVER if that is open."""
    return max(one.begun_by, other.begun_by)


def _undecided(one: Holder, other: Holder) -> int | None:
    """Return the first day on which both may be in force for all that is said of the other."""
    windows = _taken_over(one, other), _taken_over(other, one)
    if not all(window and window.last == FOREVER for window in windows):
        return None
    day = _both_begun(one, other)
    return day if day < min(one.period.ended.last, other.period.ended.last) else None


def _taken_over(one: Holder, other: Holder) -> Days | None:
    """Return the days in which another takes over from a holder, if it may; they do not clash.

    The last is FOREVER where it may have come before it as well.
    """
    if other.takes_over and _went_before(one, other):
        # If it may not have begun then, it is never sure that it took over.
        first, last = other.takes_over
        return Days(first, FOREVER if other.is_contested else last)
    if _went_before(other, one):
        return None
    # Neither surely began first. Once both have begun, who is in force for sure came later.
    both_begun = _both_begun(one, other)
    if both_begun == FOREVER or one.ends_from > both_begun:
        return None
    if other.ends_from > both_begun and not other.is_contested:
        first = other.takes_over.first if other.takes_over else both_begun
        return Days(min(first, both_begun), both_begun)
    return Days(both_begun, FOREVER)


def _went_before(one: Holder, other: Holder) -> bool:
    """Whether one surely began before the other took over, if the other is known to have."""
    took_over = other.takes_over
    if took_over is None:
        return False
    if one.begun_by < took_over.first:
        return True
    if one.begun_by > took_over.last or not other.period.start_reported:
        return False
    # One had begun by the last day of the other's start window, and the other certainly holds the
    # facet on that day. Since two cannot hold it at once, this one began first.
    is_held = own_standing(other.period, took_over.last) is Standing.CERTAIN
    return is_held and own_standing(one.period, took_over.last) is not Standing.CERTAIN
