"""The end of a mission, which ends its parts.

Inside the window of the mission's reported end a part is `possible`, but where its own sources show
it for certain; after the window it is gone, unless a source reports that the part begins or ends
later, or attests it later. Then it goes on as that says. Of readings each ends by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from events.dates.days import FOREVER
from events.facets import Role
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days
from projections.weighing.period import Period, Standing
from projections.weighing.readings import Answer, Reading, weakened


def ends_of_mission(periods: Iterable[Period]) -> tuple[Days, ...]:
    """Return the windows of the reported ends of a mission, by number of its periods.

    Where some set of reports leaves the end out, the window is open.
    """
    found = []
    for period in periods:
        ends = [stay.ended for stay in period.stays if stay.end_is_reported]
        if ends:
            is_sure = len(ends) == len(period.stays)
            last = max(each.last for each in ends) if is_sure else FOREVER
            found.append(Days(min(each.first for each in ends), last))
    return tuple(found)


def ended_with_mission(period: Period, ends: Sequence[Days]) -> Period:
    """Return a part of a mission, ended by the first end that no report on it is later than."""
    if not ends:
        return period
    window = _first_end(ends, reports_on(period))
    return replace(period, mission_end=window) if window else period


def reports_on(period: Period) -> list[Claim]:
    """Return the reports that can show a part in force: what a preference set aside shows nothing.

    Starts are first, then ends, then attestations.
    """
    reports = [claim for _, part in period.parts for claim in part.reports]
    return reports + [c for c in period.claims if c.role is Role.ATTESTATION and c.reported]


def is_later(report: Claim, end: Days) -> bool:
    """Whether a report shows a part in force after this end of its mission for sure.

    An end on the day on which the mission ended is no later than that.
    """
    return report.first > end.last if report.role is Role.END else report.first >= end.last


def end_of_plans(series: Iterable[Reading], ends: Sequence[Days]) -> Days | None:
    """Return the end of the mission that ends the plans of a series: none that a report outlasts.

    None if there is no such end.
    """
    return _first_end(ends, [each.claim for each in series if each.claim.reported])


def answers_of_mission(
    answers: Iterable[Answer], ends: Sequence[Days], of_plans: Days | None, day: int
) -> Iterator[Answer]:
    """Yield the readings that answer on a day, given the mission's ends and that of plans.

    A reading attests nothing but its number: that one was counted after the mission ended tells
    nothing of those before.
    """
    for each in answers:
        claim = each.reading.claim
        end = _first_end(ends, [claim]) if claim.reported else of_plans
        if end is None or day < end.first:
            yield each
        elif day < end.last:
            yield each if each.standing is Standing.CERTAIN else weakened(each)


def _first_end(ends: Sequence[Days], reports: Sequence[Claim]) -> Days | None:
    return next((end for end in ends if not any(is_later(each, end) for each in reports)), None)
