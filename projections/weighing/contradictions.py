"""Every set of reports on one key that can be true together, and to which none can be added.

Reports agree in the usual case, which their bounds alone show: there is one set. Where they
contradict each other, the maximal sets are found from a few reports that stand for all: two reports
that no comparison with another tells apart are in the same sets. Runs of periods that no
contradiction joins to others are looked at separately.

    start 2021-05-10, end 2021-05-03     {start}, {end}
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import Role
from projections.weighing.consistency import (
    Evidence,
    Report,
    Windows,
    after,
    before,
    evidence,
    windows,
)

MOST_SETS = 100
"""With more sets than this, the reports are not weighed set by set."""

MOST_WORLDS = 1000
"""With more pairs of a start and an end to try on one period than this, likewise."""


class Alternative(NamedTuple):
    """What one set of reports says of a period."""

    evidence: Evidence
    windows: Windows


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the sets say of a period; no alternatives where there are too many sets.

    `disputed`: some set leaves out a report on it. `at_odds`: no set has one of the reports on its
    start, one of those on its end and all of its attestations.
    """

    alternatives: tuple[Alternative, ...]
    disputed: bool = False
    at_odds: bool = False


class TooManySetsError(Exception):
    """There are more sets than are looked at."""


def verdicts(periods: Sequence[Sequence[Report]]) -> list[Verdict]:
    """Return what the sets of reports say of each period of a key; periods are in order."""
    of_all = [evidence(reports) for reports in periods]
    agreed = windows(of_all)
    if agreed is not None:
        return [Verdict((each,)) for each in map(Alternative, of_all, agreed)]
    runs = [_weighed_run(periods[first:end]) for first, end in pairwise(_cuts(periods))]
    since = list(accumulate(runs, _days_of_next, initial={BEGINNING}))
    until = list(accumulate(reversed(runs), _days_of_previous, initial={FOREVER}))[::-1]
    found: list[Verdict] = []
    for run, firsts, lasts in zip(runs, since[:-1], until[1:], strict=True):
        found += run.verdicts(firsts, lasts)
    return found


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive periods with their maximal sets: the evidence on each period, set by set.

    `sets` is None where there are too many. `lowest` is the least upper bound, `highest` the
    greatest lower bound, of any report.
    """

    size: int
    sets: list[list[Evidence]] | None
    disputed: frozenset[int]
    at_odds: frozenset[int]
    lowest: int
    highest: int

    def verdicts(self, firsts: Collection[int], lasts: Collection[int]) -> Iterator[Verdict]:
        """Yield the verdict on each period, between each of these first and last days."""
        if self.sets is None or len(self.sets) * len(firsts) * len(lasts) > MOST_SETS:
            yield from [Verdict((), disputed=True, at_odds=True)] * self.size
            return
        by_period: list[dict[Alternative, None]] = [{} for _ in range(self.size)]
        for of_set in self.sets:
            for first in firsts:
                for last in lasts:
                    agreed = windows(of_set, first, last) or []
                    for at, each in enumerate(map(Alternative, of_set, agreed)):
                        by_period[at][each] = None
        for at, found in enumerate(by_period):
            yield Verdict(tuple(found), at in self.disputed, at in self.at_odds)


def _days_of_next(firsts: set[int], run: _Run) -> set[int]:
    """Return the days before which the period after a run does not begin."""
    if run.sets is None or len(run.sets) * len(firsts) > MOST_SETS:
        return {BEGINNING, run.highest}
    return {
        agreed[-1].ended.first
        for of_set in run.sets
        for first in firsts
        if (agreed := windows(of_set, first))
    }


def _days_of_previous(lasts: set[int], run: _Run) -> set[int]:
    """Return the days by which the period before a run has ended."""
    if run.sets is None or len(run.sets) * len(lasts) > MOST_SETS:
        return {run.lowest, FOREVER}
    return {
        agreed[0].begun.last
        for of_set in run.sets
        for last in lasts
        if (agreed := windows(of_set, last=last))
    }


def _cuts(periods: Sequence[Sequence[Report]]) -> list[int]:
    """Return the indices at which runs begin that no contradiction joins, and the last one.

    A report on one period contradicts one on a later period only if its lower bound, with a day
    added for each of these periods and those between, exceeds the upper bound of the other.
    """
    highest = list(accumulate((_highest(each) - at for at, each in enumerate(periods)), max))
    lowest = _room_from(periods)
    size = len(periods)
    between = (at for at in range(1, size) if highest[at - 1] <= lowest[at])
    return [0, *between, size]


def _room_from(periods: Sequence[Iterable[Report]]) -> list[int]:
    """Return, by period, the day that less its index contradicts no upper bound from there on."""
    upper = [_lowest(each) - at - 1 for at, each in enumerate(periods)]
    return list(accumulate(reversed(upper), min))[::-1]


def _highest(reports: Iterable[Report]) -> int:
    return max([_lower(each)[1] for each in reports], default=BEGINNING)


def _lowest(reports: Iterable[Report]) -> int:
    return min([each.last for each in reports], default=FOREVER)


def _lower(report: Report) -> tuple[int, int]:
    """Return the place that a report has a lower bound for (start, end, start, …), and the day."""
    attested = report.role is Role.ATTESTATION
    first = after(report.first) if attested else report.first
    return 2 * report.at + (report.role is not Role.START), first


def _upper(report: Report) -> tuple[int, int]:
    """Return the place that a report has an upper bound for, and the day."""
    return 2 * report.at + (report.role is Role.END), report.last


def _weighed_run(periods: Sequence[Sequence[Report]]) -> _Run:
    every = [
        each._replace(at=at)
        for at, of_period in enumerate(periods)
        for each in dict.fromkeys(of_period)
    ]
    size, lowest, highest = len(periods), _lowest(every), _highest(every)
    of_all = _by_period(every, size)
    if windows(of_all):
        return _Run(size, [of_all], frozenset(), frozenset(), lowest, highest)
    alike: dict[Report, list[Report]] = {}
    for each, rounded in zip(every, _rounded(every), strict=True):
        alike.setdefault(rounded, []).append(each)
    try:
        sets = _maximal_sets(list(alike), size)
    except TooManySetsError:
        whole = frozenset(range(size))
        return _Run(size, None, whole, whole, lowest, highest)
    return _Run(
        size,
        [_by_period([one for each in of_set for one in alike[each]], size) for of_set in sets],
        frozenset(each.at for of_set in sets for each in alike.keys() - of_set),
        frozenset(_at_odds(alike, sets)),
        lowest,
        highest,
    )


def _by_period(reports: Iterable[Report], size: int) -> list[Evidence]:
    found: list[list[Report]] = [[] for _ in range(size)]
    for each in reports:
        found[each.at].append(each)
    return [evidence(each) for each in found]


def _at_odds(every: Iterable[Report], sets: Iterable[Set[Report]]) -> Iterator[int]:
    """Yield the periods of which no set has a start, an end and all attestations, if any."""
    by_period: dict[int, dict[Role, set[Report]]] = {}
    for each in every:
        by_period.setdefault(each.at, {}).setdefault(each.role, set()).add(each)
    for at, by_role in by_period.items():
        attested = by_role.pop(Role.ATTESTATION, set())
        if not any(
            attested <= of_set and all(of_role & of_set for of_role in by_role.values())
            for of_set in sets
        ):
            yield at


def _maximal_sets(every: Sequence[Report], size: int) -> list[Set[Report]]:
    """Return the maximal sets; raises TooManySetsError."""
    by_period: list[dict[Report, int]] = [{} for _ in range(size)]
    for number, each in enumerate(every):
        by_period[each.at][each] = 1 << number
    return [
        {each for number, each in enumerate(every) if mask >> number & 1}
        for mask in _masks(by_period)
    ]


def _rounded(every: Sequence[Report]) -> list[Report]:
    """Move bounds as far as no comparison between a lower and an upper one changes.

    A lower bound is compared with the upper bounds of the same and later places, with as many days
    added as there can be gaps between start and end on the way.
    """
    lower = {bound for bound in map(_lower, every) if bound[1] > BEGINNING}
    upper = {bound for bound in map(_upper, every) if bound[1] < FOREVER}
    last_days = {
        bound: FOREVER if following is None else following - 1
        for bound, following in _following(upper, lower).items()
    }
    # Upper bounds are compared with lower ones as these are with them, in the other direction.
    rounded = {_mirrored((at, last_days[at, day])) for at, day in upper}
    mirrored = _following(map(_mirrored, lower), (each for each in rounded if each[1] > -FOREVER))
    first_days = {
        _mirrored(bound): BEGINNING if following is None else 1 - following
        for bound, following in mirrored.items()
    }
    found = []
    for each in every:
        first, last = first_days.get(_lower(each), BEGINNING), last_days.get(_upper(each), FOREVER)
        attested = each.role is Role.ATTESTATION
        found.append(each._replace(first=before(first) if attested else first, last=last))
    return found


def _following(
    bounds: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], int | None]:
    """Return the first day after each bound on which one of the others may lie, if there is any.

    The others are those of the same and earlier places, with each number of days added that there
    can be gaps on the way.
    """
    in_order = sorted(others, key=itemgetter(1))
    found: dict[tuple[int, int], int | None] = {}
    for place, of_place in groupby(sorted(bounds), key=itemgetter(0)):
        earlier = [(at, day) for at, day in in_order if at <= place]
        days = [day for _, day in earlier]
        reached = list(accumulate((day + _gaps(at, place) for at, day in earlier), max))
        for bound in of_place:
            at = bisect_right(days, bound[1])
            if at and reached[at - 1] > bound[1]:
                found[bound] = bound[1] + 1
            else:
                found[bound] = days[at] if at < len(days) else None
    return found


def _mirrored(bound: tuple[int, int]) -> tuple[int, int]:
    """Return a bound with the order of places and days turned round."""
    at, day = bound
    return -1 - at, -day


def _gaps(one: int, other: int) -> int:
    """Return how many times a start and its end both lie between two places."""
    return (other + 1) // 2 - (one + 1) // 2


def _masks(periods: Sequence[Mapping[Report, int]]) -> list[int]:
    """Return the maximal sets of reports on periods that follow each other.

    Found from the last period back, for each day on which the one before may have ended. The
    periods still to look at are on a stack: there can be more than calls may be nested.
    """
    # All days that leave enough room for what follows are the same to it.
    room = [*_room_from(periods), FOREVER]
    options: dict[tuple[int, int], list[tuple[int, int]]] = {}
    known: dict[tuple[int, int], list[int]] = {}
    waiting = [(0, BEGINNING)]
    while waiting:
        at, since = asked = waiting[-1]
        if at == len(periods):
            known[asked] = [0]
        elif asked not in options:
            options[asked] = [
                (mask, BEGINNING if ended - at - 1 <= room[at + 1] else ended)
                for mask, ended in _options(periods[at], since)
            ]
            waiting += ((at + 1, ended) for _, ended in options[asked])
            continue
        elif asked not in known:
            masks = {mask | m for mask, ended in options[asked] for m in known[at + 1, ended]}
            known[asked] = _maximal(masks)
        waiting.pop()
    return known[0, BEGINNING]


def _options(reports: Mapping[Report, int], since: int) -> list[tuple[int, int]]:
    """Return which sets of reports on a period can be true, each with its earliest end."""
    begins = {since, *(each.first for each in reports if each.role is Role.START)}
    ends = {_lower(each)[1] for each in reports if each.role is not Role.START}
    if len(begins) * (len(ends) + 2) > MOST_WORLDS:
        raise TooManySetsError
    earliest: dict[int, int] = {}
    for begin in begins:
        if begin >= since:
            for end in {begin, begin + 1, *(day for day in ends if day > begin)}:
                mask = _true_in(reports, begin, end)
                earliest[mask] = min(end, earliest.get(mask, end))
    found = earliest.items()
    return [
        (mask, end)
        for mask, end in found
        if not any(mask | more == more and mask != more and day <= end for more, day in found)
    ]


def _true_in(reports: Mapping[Report, int], begin: int, end: int) -> int:
    """Return the reports that are true of a period that begins and ends on these days."""
    mask = 0
    has_ended = False
    for each, bit in reports.items():
        if each.role is Role.END and each.first <= end <= each.last:
            mask, has_ended = mask | bit, True
    for each, bit in reports.items():
        if each.role is Role.START:
            is_true = each.first <= begin <= each.last and (begin < end or has_ended)
        else:
            is_true = each.role is Role.ATTESTATION and begin <= each.last and each.first < end
            is_true = is_true and begin < end
        if is_true:
            mask |= bit
    return mask


def _maximal(masks: Iterable[int]) -> list[int]:
    """Return the masks that are part of no other; raises TooManySetsError."""
    found: list[int] = []
    for mask in sorted(masks, key=int.bit_count, reverse=True):
        if not any(mask | larger == larger for larger in found):
            found.append(mask)
            if len(found) > MOST_SETS:
                raise TooManySetsError
    return sorted(found)
