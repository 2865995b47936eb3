"""Weigh the claims on one key into its periods.

Reported starts and ends and attestations bound the days of a period, and those of the periods
before and after it. A plan bounds nothing that is reported, and makes nothing certain: where no
start is reported, one for the start says "not begun when published".
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import Role
from projections.weighing.claims import Claim, Place, Preference
from projections.weighing.consistency import Report, after
from projections.weighing.contradictions import Alternative, Verdict, verdicts
from projections.weighing.occurrence import Days, Occurrence, hull, occurrence
from projections.weighing.period import Period, Stay

CACHED_KEYS = 8192
"""Size of the cache of weighed keys. The same claims give the same periods, whatever the day."""


class _Stated(NamedTuple):
    """What is said of one period: of its start, of its end, and the attestations.

    `plans_came_out` are the earliest days on which the plans for its start can have been published.
    `planned_end` is the window of its planned end, even if an end is reported.
    """

    claims: tuple[Claim, ...]
    start: Occurrence | None
    end: Occurrence | None
    attestations: list[Claim]
    plans_came_out: list[int]
    planned_end: Days | None

    def reports(self, at: int) -> list[Report]:
        """Return the reports on it, given the index of the period."""
        found = [Report(at, Role.ATTESTATION, c.first, c.last) for c in self.attestations]
        for role, part in ((Role.START, self.start), (Role.END, self.end)):
            if part:
                found += [Report(at, role, claim.first, claim.last) for claim in part.reports]
        return found


def weigh(
    periods: Iterable[Sequence[Claim]], preferences: Mapping[Place, Preference], mission_start: int
) -> tuple[Period, ...]:
    """Weigh the claims on the periods of one key, given period by period in order.

    `mission_start` is the earliest day the mission can have begun (BEGINNING if unknown): a period
    without a stated start began no earlier.
    """
    claims = tuple(map(tuple, periods))
    preferred = tuple(
        (preferences.get((*place, Role.START)), preferences.get((*place, Role.END)))
        for place in (of_period[0].place for of_period in claims)
    )
    return _cached(claims, preferred, mission_start)


def weigh_evidence(
    periods: Sequence[tuple[Claim, ...]],
    preferred: Sequence[tuple[Preference | None, Preference | None]] = (),
    mission_start: int = BEGINNING,
) -> tuple[Period, ...]:
    """Weigh periods of one key, with the preferences among the starts and the ends of each."""
    preferred = preferred or [(None, None)] * len(periods)
    stated = [
        _stated(claims, *of_period) for claims, of_period in zip(periods, preferred, strict=True)
    ]
    reports = [each.reports(at) for at, each in enumerate(stated)]
    return tuple(
        _period(each, of_period, verdict, mission_start)
        for each, of_period, verdict in zip(stated, reports, verdicts(reports), strict=True)
    )


_cached = lru_cache(maxsize=CACHED_KEYS)(weigh_evidence)


def _stated(
    claims: tuple[Claim, ...],
    start_preferred: Preference | None,
    end_preferred: Preference | None,
) -> _Stated:
    starts = [claim for claim in claims if claim.role is Role.START]
    ends = [claim for claim in claims if claim.role is Role.END]
    plan = occurrence([claim for claim in ends if not claim.reported])
    return _Stated(
        claims,
        occurrence(starts, start_preferred),
        occurrence(ends, end_preferred),
        [claim for claim in claims if claim.role is Role.ATTESTATION and claim.reported],
        [claim.published_from for claim in starts if not claim.reported],
        plan.days if plan else None,
    )


def _period(
    stated: _Stated, reports: Sequence[Report], verdict: Verdict, mission_start: int
) -> Period:
    facet, key, number = stated.claims[0].place
    early, stays = False, tuple[Stay, ...]()
    if reports and not verdict.alternatives:
        stays = (_any_stay(reports, mission_start),)
    elif reports:
        stays = tuple(_stay(each, stated, mission_start) for each in verdict.alternatives)
        early = any(_is_before_mission(each, mission_start) for each in verdict.alternatives)
    begun = hull([each.begun for each in stays]) if stays else Days(mission_start, FOREVER)
    ended = hull([each.ended for each in stays]) if stays else Days()
    own = [each.begun for each in stays if each.start_is_reported]
    attested = stated.attestations
    of_dates = any(part and part.disputed for part in (stated.start, stated.end))
    return Period(
        facet=facet,
        key=key,
        number=number,
        claims=stated.claims,
        start=stated.start,
        end=stated.end,
        begun=begun,
        ended=ended,
        stays=stays,
        attested_from=max(
            [*(d.first for d in own), *(c.first for c in attested)], default=BEGINNING
        ),
        attested_to=max([*(d.last for d in own), *(c.last for c in attested)], default=BEGINNING),
        contested=verdict.disputed,
        contradicted=verdict.at_odds or early or (verdict.disputed and not of_dates),
        only_planned=not reports,
    )


def _stay(alternative: Alternative, stated: _Stated, mission_start: int) -> Stay:
    """Return the days of a period by one set of reports, with its plans and its mission's start."""
    evidence, (begun, ended) = alternative
    if not evidence.is_heard:
        begins = max([mission_start, *stated.plans_came_out])
        return Stay(Days(begins, FOREVER), Days(), is_heard=False)
    begins = begun.first
    if evidence.start_is_reported:
        if evidence.begins.first == BEGINNING and mission_start <= begun.last:
            begins = max(begins, mission_start)
    else:
        floor = mission_start
        if _is_before_mission(alternative, mission_start):
            floor = min(evidence.first, begun.last)
        came_out = (day for day in stated.plans_came_out if day <= begun.last)
        begins = max(begins, floor, *came_out)
    # Neither a plan nor the mission's start tells how long it went on.
    ends = ended.first
    if evidence.start_is_reported and evidence.gap:
        ends = max(ends, after(begins))
    return Stay(
        Days(begins, begun.last),
        Days(ends, ended.last),
        is_heard=True,
        reported_from=begun.first,
        start_is_reported=evidence.start_is_reported,
        end_is_reported=evidence.end_is_reported,
        presumed_from=_presumed_from(alternative, stated.planned_end, begins),
    )


def _is_before_mission(alternative: Alternative, mission_start: int) -> bool:
    """Whether a period without a reported start had begun before its mission can have."""
    evidence, (begun, _) = alternative
    is_startless = evidence.is_heard and not evidence.start_is_reported
    return is_startless and mission_start > begun.last


def _presumed_from(alternative: Alternative, planned_end: Days | None, begins: int) -> int | None:
    """Return the last day of a planned end, unless a report shows the period in force after it."""
    evidence, _ = alternative
    if planned_end is None or evidence.end_is_reported:
        return None
    starts_later = evidence.start_is_reported and begins > planned_end.last
    is_outlived = starts_later or evidence.attested_from > planned_end.last
    return None if is_outlived else planned_end.last


def _any_stay(reports: Iterable[Report], mission_start: int) -> Stay:
    """Return a stay that tells nothing but the earliest day that any report allows."""
    first = min(mission_start, *(each.first for each in reports))
    return Stay(Days(first, FOREVER), Days(), is_heard=False)
