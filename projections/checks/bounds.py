"""Checks of parts against what they are part of: a mission's parts, a contribution's counts."""

from collections.abc import Iterator, Sequence

from events.dates.days import FOREVER, iso_day
from events.facets import FACETS, MEASURES, MISSION, Role
from projections.checks.finding import RecordFinding, of_claims, of_period
from projections.view import View
from projections.weighing.claims import Claim, dates_of
from projections.weighing.mission_end import is_later, reports_on
from projections.weighing.occurrence import Days
from projections.weighing.period import Period


def outlives_mission(view: View, _: int) -> Iterator[RecordFinding]:
    """Find parts of a mission that reports show in force after its reported end."""
    missions = _lasted(view)
    for period in view.all_periods:
        if not FACETS[period.facet].ends_with_mission:
            continue
        later = [claim for claim in reports_on(period) if _is_late(claim, missions)]
        if later:
            ends = _claims_on_ends(view)
            dates = ", ".join(dates_of(later))
            yield of_period(
                view,
                period,
                "outlives-mission",
                f"reported of {dates}, after the end of its mission ({', '.join(dates_of(ends))})",
                (*ends, *later),
            )


def count_outside_period(view: View, _: int) -> Iterator[RecordFinding]:
    """Find counts dated surely outside the period, or outside the mission, that they are of."""
    for period in view.all_periods:
        if period.only_planned:
            continue
        held = [_with_end_of_mission(period)]
        for claim in period.claims:
            if claim.role is Role.READING and claim.reported and _is_outside(claim, held):
                yield _outside(view, claim, "its period", held[0])
    missions = _lasted(view)
    for (facet, _key), claims in view.counts.items():
        for claim in claims if FACETS[facet].ends_with_mission else ():
            if missions and claim.reported and _is_outside(claim, missions):
                yield _outside(view, claim, "its mission", missions[-1])


def _outside(view: View, claim: Claim, of_what: str, held: Days) -> RecordFinding:
    counted = ", ".join(each for each in MEASURES if each in claim.data)
    side = "after" if claim.first > held.last else "before"
    days = iso_day(held.last if side == "after" else held.first)
    edge = "the end of" if side == "after" else "the beginning of"
    message = f"its {counted} of {claim.edtf} is {side} {edge} {of_what} ({days})"
    return of_claims(view, "count-outside-period", message, claim)


def _lasted(view: View) -> list[Days]:
    """Return the days on which the mission can have been in force, for each of its periods."""
    own = view.periods[MISSION]
    return [Days(each.begun.first, each.ended.last) for each in own if not each.only_planned]


def _with_end_of_mission(period: Period) -> Days:
    last = period.mission_end.last if period.mission_end else FOREVER
    return Days(period.begun.first, min(period.ended.last, last))


def _is_outside(claim: Claim, held: Sequence[Days]) -> bool:
    """Whether a claim is dated outside these days for sure; the last one is that of the end."""
    return all(claim.last < each.first or claim.first > each.last for each in held)


def _is_late(claim: Claim, missions: Sequence[Days]) -> bool:
    """Whether it shows a part in force once its mission has surely ended, and not begun again."""
    late = [is_later(claim, each) for each in missions]
    before = (claim.last < each.first for each in missions)
    return any(late) and all(one or other for one, other in zip(late, before, strict=True))


def _claims_on_ends(view: View) -> list[Claim]:
    """Return the claims that report the end of the mission."""
    ends = [period.end for period in view.periods[MISSION] if period.end]
    return [claim for end in ends for claim in end.reports]
