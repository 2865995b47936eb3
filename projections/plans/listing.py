"""Every plan in a mission's record, whatever it is for, judged at the close of a day."""

from collections.abc import Iterator

from events.facets import MEASURES, Role
from projections.happenings import happenings
from projections.plans.counts import result_for_count
from projections.plans.dates import result_for_happening, result_for_period
from projections.plans.plan import Outcome, Plan, Result, plan_of, planned_days
from projections.view import View, reading_series


def plans(view: View, day: int) -> list[Plan]:
    """Return every plan that is visible or was retracted, judged at the close of a day."""
    found = [
        *_of_periods(view, day),
        *_of_counts(view, day),
        *_of_happenings(view, day),
        *_retracted(view),
    ]
    return sorted(found, key=lambda plan: (plan.planned.first, plan.planned.last, plan.key))


def is_due(plan: Plan, first: int, last: int) -> bool:
    """Whether a plan's window overlaps these days, and it may not have happened yet."""
    open_ = (Outcome.AHEAD, Outcome.DUE, Outcome.UNCONFIRMED, Outcome.PERHAPS)
    return plan.outcome in open_ and plan.planned.first <= last and plan.planned.last >= first


def _of_periods(view: View, day: int) -> Iterator[Plan]:
    for period in view.all_periods:
        for role, _ in period.parts:
            versions = [c for c in period.claims if c.role is role and not c.reported]
            if versions:
                result = result_for_period(period, role, planned_days(versions), day)
                yield plan_of(view, (*period.place, role), versions, result)


def _of_counts(view: View, day: int) -> Iterator[Plan]:
    """Yield the planned quantities: one plan for each date that a quantity is planned for."""
    for place, measure, found, _ in reading_series(view):
        counted = [each for each in found if each.claim.reported]
        planned = [each for each in found if not each.claim.reported]
        for days in dict.fromkeys(each.days for each in planned):
            versions = [each for each in planned if each.days == days]
            result = result_for_count(versions, counted, days, day)
            claims = [each.claim for each in versions]
            yield plan_of(view, (*place, Role.READING), claims, result, measure)


def _of_happenings(view: View, day: int) -> Iterator[Plan]:
    for each in happenings(view):
        if versions := [claim for claim in each.claims if not claim.reported]:
            result = result_for_happening(each, planned_days(versions), day)
            yield plan_of(view, (*each.place, Role.HAPPENING), versions, result)


def _retracted(view: View) -> Iterator[Plan]:
    """Yield the plans that were retracted, and not corrected."""
    for claim in view.visible.withdrawn:
        corrected = view.visible.cancelled[claim.event].corrected
        if claim.reported or corrected or claim.role is Role.ATTESTATION:
            continue
        measures = [each for each in MEASURES if claim.amount(each)]
        for measure in measures if claim.role is Role.READING else [None]:
            yield plan_of(
                view, (*claim.place, claim.role), [claim], Result(Outcome.DROPPED), measure
            )
