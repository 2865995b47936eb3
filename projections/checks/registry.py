"""All checks of one mission's record, in the order in which their findings are listed."""

from projections.checks.bounds import count_outside_period, outlives_mission
from projections.checks.ceilings import over_ceiling
from projections.checks.dates import end_before_start, one_source_two_dates, reported_in_advance
from projections.checks.disputes import disputed_quantities, disputes, value_contradicted
from projections.checks.finding import Check, RecordFinding
from projections.checks.gaps import never_began, nobody_contributes, overdue_plans
from projections.checks.near_twins import near_twins
from projections.checks.order import overlapping_holders, overlapping_periods
from projections.view import View

INCONSISTENCY_CHECKS: tuple[Check, ...] = (
    end_before_start,
    disputes,
    disputed_quantities,
    value_contradicted,
    overlapping_holders,
    overlapping_periods,
    outlives_mission,
    count_outside_period,
    reported_in_advance,
    one_source_two_dates,
)
"""The checks that need only the claims they report on, and the mission's own."""

CHECKS: tuple[Check, ...] = (
    *INCONSISTENCY_CHECKS,
    over_ceiling,
    overdue_plans,
    nobody_contributes,
    never_began,
    near_twins,
)


def checks(view: View, today: int) -> list[RecordFinding]:
    """Return all findings in one mission's record, judged on a day (a day number).

    Raises ValueError if the view is not of the whole mission.
    """
    view.require_complete()
    return [finding for check in CHECKS for finding in check(view, today)]


def inconsistencies(view: View) -> list[RecordFinding]:
    """Return the contradictions among the claims of a view, which do not depend on a day."""
    return [finding for check in INCONSISTENCY_CHECKS for finding in check(view, 0)]
