"""What came of a planned quantity: whether the first reports after it fit it, surely or not."""

from collections.abc import Sequence

from events.dates.days import BEGINNING
from projections.plans.dates import outcome_of_dates
from projections.plans.plan import Outcome, Result
from projections.weighing.amount import Amount
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days, last_published
from projections.weighing.readings import Reading


def result_for_count(
    versions: Sequence[Reading], counted: Sequence[Reading], planned: Days, day: int
) -> Result:
    """Judge a planned quantity by the reported readings `counted` that begin by a day."""
    reports = [
        each for each in counted if each.days.first <= day and each.days.last >= planned.first
    ]
    first = _first_after(reports, planned)
    if not reports or day < planned.first:
        outcome = outcome_of_dates(planned, None, day)
    elif all(each.days.last > day for each in first):
        any_counted = any(each.days.last <= day for each in reports)
        outcome = Outcome.UNCLEAR if any_counted else Outcome.PERHAPS
    elif any(each.days.first < planned.last for each in first):
        outcome = Outcome.UNCLEAR
    else:
        outcome = _outcome_of_counts(first, versions)
    return Result(outcome, reports=_reports_until(reports, first))


def _outcome_of_counts(counted: Sequence[Reading], versions: Sequence[Reading]) -> Outcome:
    last = last_published([each.claim for each in versions])
    planned = [each.quantity for each in versions if each.claim in last]
    pairs = [(each.quantity, quantity) for each in counted for quantity in planned]
    if all(_surely_fits(one, quantity) for one, quantity in pairs):
        return Outcome.FITS
    if all(_surely_otherwise(one, quantity) for one, quantity in pairs):
        return Outcome.OTHERWISE
    return Outcome.UNCLEAR


def _surely_fits(counted: Amount, planned: Amount) -> bool:
    """Whether every number the count allows is within the plan: "up to 400" need not be 100."""
    if counted.approximate and not planned.approximate:
        return False
    enough = (counted.min or 0) >= (planned.min or 0)
    not_more = planned.max is None or (counted.max is not None and counted.max <= planned.max)
    return enough and not_more


def _surely_otherwise(counted: Amount, planned: Amount) -> bool:
    """Whether no number the count allows is within the plan: "about 215" may be "about 210"."""
    about = counted.approximate or planned.approximate
    return not about and counted.excludes(planned)


def _first_after(reports: Sequence[Reading], planned: Days) -> list[Reading]:
    """Return the first reports surely dated no earlier than a plan's last day, else all reports."""
    after = [each for each in reports if each.days.first >= planned.last]
    if not after:
        return list(reports)
    first = min(each.days.last for each in after)
    return [each for each in after if each.days.first <= first]


def _reports_until(reports: Sequence[Reading], judged: Sequence[Reading]) -> tuple[Claim, ...]:
    """Return the claims of the reports up to those a plan is judged by, in order of date."""
    last = max((each.days.last for each in judged), default=BEGINNING)
    return tuple(
        each.claim for each in sorted(reports, key=lambda each: each.days) if each.days.last <= last
    )
