"""Checks of the record for oddities. They report findings and never refuse anything.

An odd record may be right, or odd because a source is. So each finding names its place and the
events to look at, and changes no answer. To add a check, write a function that yields findings
and list it in `CHECKS`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, groupby

from events.dates.days import BEGINNING, FOREVER, iso_day
from events.facets import FACETS, Role
from projections.plans import Outcome, plans
from projections.state_object import Json
from projections.view import View, reading_series
from projections.weighing.claims import Claim
from projections.weighing.holders import rivals
from projections.weighing.period import Period, Standing, standing
from projections.weighing.readings import clashes
from projections.weighing.weigh import weigh

Check = Callable[[View, int], Iterator["RecordFinding"]]


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """One oddity in the record. `code` is stable; `events` are the ids of the events concerned."""

    code: str
    message: str
    mission: str
    facet: str
    key: str
    events: tuple[str, ...]

    def to_json(self) -> Json:
        """Return the finding as a JSON object."""
        return {
            "code": self.code,
            "message": self.message,
            "mission": self.mission,
            "facet": self.facet,
            "key": self.key,
            "events": list(self.events),
        }


def checks(view: View, today: int) -> list[RecordFinding]:
    """Return all findings in one mission's record, judged on a day (a day number).

    Raises ValueError if the view is not of the whole mission.
    """
    view.require_complete()
    return [finding for check in CHECKS for finding in check(view, today)]


def inconsistencies(view: View) -> list[RecordFinding]:
    """Return the contradictions among the claims of a view, which do not depend on a day."""
    return [finding for check in INCONSISTENCY_CHECKS for finding in check(view, 0)]


def _end_before_start(view: View, _: int) -> Iterator[RecordFinding]:
    for period in _periods(view):
        if not (period.start and period.end and period.start.reported and period.end.reported):
            continue
        start, end = period.start.days, period.end.days
        if _ends_before_it_starts(period):
            yield _finding(
                view,
                period,
                "end-before-start",
                f"ends by {iso_day(end.last)}, before it starts: {iso_day(start.first)} or later",
            )
        elif start == end and start.first == start.last:
            yield _finding(
                view,
                period,
                "zero-length",
                f"starts and ends on {iso_day(start.first)}, so it is in the state on no day",
            )


def _disputes(view: View, _: int) -> Iterator[RecordFinding]:
    for period in _periods(view):
        for role, part in (("start", period.start), ("end", period.end)):
            if part and part.disputed:
                dates = ", ".join(dict.fromkeys(claim.edtf for claim in part.counted))
                yield _finding(
                    view,
                    period,
                    "dispute-unsettled",
                    f"sources disagree on its {role}: {dates}; `mission prefer` settles it",
                    part.counted,
                )
        is_at_odds = period.contradicted and _alone(view, period).contradicted
        if is_at_odds and not _ends_before_it_starts(period):
            yield _finding(
                view,
                period,
                "contradiction",
                "what sources attest or plan does not fit the starts and ends they report",
            )


def _disputed_quantities(view: View, _: int) -> Iterator[RecordFinding]:
    for (facet, key, _), measure, found, preference in reading_series(view):
        if clashing := clashes(found, preference):
            dates = ", ".join(dict.fromkeys(each.claim.edtf for each in clashing))
            yield RecordFinding(
                "dispute-unsettled",
                f"sources disagree on its {measure} of {dates}; `mission prefer` settles it",
                view.mission,
                facet,
                key,
                tuple(each.claim.event for each in clashing),
            )


def _overlapping_holders(view: View, _: int) -> Iterator[RecordFinding]:
    for name, facet in FACETS.items():
        for one, other, clash in rivals(view.periods[name] if facet.exclusive else ()):
            day = _both_held(one, other) if clash is None else clash
            if day is not None:
                yield _finding(
                    view,
                    one,
                    "overlapping-holders",
                    f"held by {one.key} and by {other.key} on {iso_day(day)}, but only one can"
                    " hold it at a time",
                    (*one.claims, *other.claims),
                )


def _overlapping_periods(view: View, _: int) -> Iterator[RecordFinding]:
    for of_facet in view.periods.values():
        by_key = (list(periods) for _, periods in groupby(of_facet, key=lambda each: each.key))
        for pair in chain.from_iterable(combinations(periods, 2) for periods in by_key):
            if any(each.only_planned or not each.contested for each in pair):
                continue
            one, other = (_alone(view, each) for each in pair)
            claims = (*one.claims, *other.claims)
            if other.begun.last < one.begun.first:
                message = f"period {other.number} begins before period {one.number}"
                yield _finding(view, one, "periods-out-of-order", message, claims)
            elif one.ended.first > other.begun.last:
                held = _both_held(one, other)
                day = other.begun.last if held is None else held
                message = f"periods {one.number} and {other.number} overlap on {iso_day(day)}"
                yield _finding(view, one, "overlapping-periods", message, claims)


def _overdue_plans(view: View, today: int) -> Iterator[RecordFinding]:
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


def _reported_before_it_happened(view: View, _: int) -> Iterator[RecordFinding]:
    for claim in view.visible.claims:
        published = claim.published.last_day
        if claim.reported and published is not None and claim.first > published:
            yield _of_claims(
                view,
                "reported-in-advance",
                f"reported as having happened on {claim.edtf}, after its source was published",
                claim,
            )


def _one_source_two_dates(view: View, _: int) -> Iterator[RecordFinding]:
    for of_period in view.by_period.values():
        claims = [claim for claim in of_period if claim.role in (Role.START, Role.END)]
        for one, other in combinations(claims, 2):
            same = (one.source, one.role, one.basis) == (other.source, other.role, other.basis)
            if same and one.edtf != other.edtf:
                yield _of_claims(
                    view,
                    "source-says-two-dates",
                    f"{one.source} gives two dates for its {one.role.value}: {one.edtf} and"
                    f" {other.edtf}",
                    one,
                    other,
                )


def _nobody_contributes(view: View, _: int) -> Iterator[RecordFinding]:
    for period in view.periods["contribution"]:
        if not any(claim.particulars.get("contributor") for claim in period.claims):
            yield _finding(view, period, "no-contributor", "no event names its contributor")


def _never_began(view: View, _: int) -> Iterator[RecordFinding]:
    for period in _periods(view):
        if all(claim.role is Role.END for claim in period.claims):
            yield _finding(
                view,
                period,
                "never-began",
                f"period {period.number} has an end, but no event says that it began",
            )


INCONSISTENCY_CHECKS: tuple[Check, ...] = (
    _end_before_start,
    _disputes,
    _disputed_quantities,
    _overlapping_holders,
    _overlapping_periods,
    _reported_before_it_happened,
    _one_source_two_dates,
)
"""The checks that need only the claims they report on."""

CHECKS: tuple[Check, ...] = (
    *INCONSISTENCY_CHECKS,
    _overdue_plans,
    _nobody_contributes,
    _never_began,
)


def _periods(view: View) -> Iterator[Period]:
    for periods in view.periods.values():
        yield from periods


def _alone(view: View, period: Period) -> Period:
    """Return a period as it is by what is said of it alone, not of others of its key."""
    floor = BEGINNING if period.facet == "mission" else view.mission_start
    (found,) = weigh([period.claims], view.visible.preferences, floor)
    return found


def _ends_before_it_starts(period: Period) -> bool:
    start, end = period.start, period.end
    return bool(
        start and end and start.reported and end.reported and end.days.last < start.days.first
    )


def _both_held(one: Period, other: Period) -> int | None:
    """Return a day on which both periods are certain or assumed, or None."""
    day = max(one.begun.last, other.begun.last)
    if day in (BEGINNING, FOREVER):
        return None
    held = (Standing.CERTAIN, Standing.ASSUMED)
    return day if standing(one, day) in held and standing(other, day) in held else None


def _finding(
    view: View, period: Period, code: str, message: str, claims: tuple[Claim, ...] | None = None
) -> RecordFinding:
    about = period.claims if claims is None else claims
    events = tuple(dict.fromkeys(claim.event for claim in about))
    return RecordFinding(code, message, view.mission, period.facet, period.key, events)


def _of_claims(view: View, code: str, message: str, *claims: Claim) -> RecordFinding:
    events = tuple(claim.event for claim in claims)
    return RecordFinding(code, message, view.mission, claims[0].facet, claims[0].key, events)
