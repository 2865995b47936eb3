"""Checks for what no source says: what came of a plan, who contributes, when a period began."""

from collections.abc import Iterator

from events.dates.days import iso_day
from events.facets import FACETS
from projections.checks.finding import RecordFinding, of_period
from projections.plans.listing import plans
from projections.plans.plan import Outcome
from projections.view import View


def overdue_plans(view: View, today: int) -> Iterator[RecordFinding]:
    """Find plans whose time has passed and of which no source says what came."""
    for plan in plans(view, today):
        if plan.outcome is Outcome.UNCONFIRMED:
            yield RecordFinding(
                "plan-overdue",
                f"its {plan.measure or plan.role.value} was planned for"
                f" {iso_day(plan.planned.last)} at the latest, and no source says whether it"
                " happened",
                view.mission,
                plan.facet,
                plan.key,
                tuple(claim.event for claim in plan.versions),
            )


def nobody_contributes(view: View, _: int) -> Iterator[RecordFinding]:
    """Find contributions that are nobody's."""
    for period in view.all_periods:
        claims = period.claims if FACETS[period.facet].is_contributed else ()
        if claims and not any(claim.particulars.get("contributor") for claim in claims):
            yield of_period(view, period, "no-contributor", "no event names its contributor")


def never_began(view: View, _: int) -> Iterator[RecordFinding]:
    """Find ends of what no event says that it began."""
    for period in view.all_periods:
        if period.never_began:
            yield of_period(
                view,
                period,
                "never-began",
                f"period {period.number} has an end, but no event says that it began",
            )
