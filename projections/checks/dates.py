"""Checks of dates: an end before its start, a report in advance, one source with two dates."""

from collections.abc import Iterator
from itertools import combinations

from events.dates.days import iso_day
from events.facets import Role
from projections.checks.finding import RecordFinding, of_claims, of_period
from projections.view import View
from projections.weighing.period import Period


def end_before_start(view: View, _: int) -> Iterator[RecordFinding]:
    """Find reported ends before their starts, and periods that start and end on one day."""
    for period in view.all_periods:
        if not (period.start and period.end and period.start.reported and period.end.reported):
            continue
        start, end = period.start.days, period.end.days
        if ends_before_it_starts(period):
            yield of_period(
                view,
                period,
                "end-before-start",
                f"ends by {iso_day(end.last)}, before it starts: {iso_day(start.first)} or later",
            )
        elif start == end and start.first == start.last:
            yield of_period(
                view,
                period,
                "zero-length",
                f"starts and ends on {iso_day(start.first)}, so it is in the state on no day",
            )


def reported_in_advance(view: View, _: int) -> Iterator[RecordFinding]:
    """Find reports of what lies surely after their source came out."""
    for claim in view.visible.claims:
        if claim.in_advance:
            yield of_claims(
                view,
                "reported-in-advance",
                f"{claim.source} reports it of {claim.edtf}, which is after it came out; so it"
                " counts as planned",
                claim,
            )


def one_source_two_dates(view: View, _: int) -> Iterator[RecordFinding]:
    """Find sources that date one start, or one end, twice."""
    for stated in view.by_period.values():
        claims = [claim for claim in stated if claim.role in (Role.START, Role.END)]
        for one, other in combinations(claims, 2):
            same = (one.source, one.role, one.basis) == (other.source, other.role, other.basis)
            if same and one.edtf != other.edtf:
                yield of_claims(
                    view,
                    "source-says-two-dates",
                    f"{one.source} gives two dates for its {one.role.value}: {one.edtf} and"
                    f" {other.edtf}",
                    one,
                    other,
                )


def ends_before_it_starts(period: Period) -> bool:
    """Whether its reported end is surely before its reported start."""
    start, end = period.start, period.end
    return bool(
        start and end and start.reported and end.reported and end.days.last < start.days.first
    )
