"""Every plan, compared with what happened.

A plan is a start or an end of a period, something that happens, or a quantity from a date on, that
sources announced in advance, with every published version. Its outcome is judged only as far as the
dates and quantities allow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from events.dates.days import BEGINNING, FOREVER
from events.facets import MEASURES, Role
from projections.happenings import happenings
from projections.state import label_of
from projections.state_object import Json, day_json
from projections.view import View, reading_series
from projections.weighing.amount import Amount
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days, days_of, hull, last_published
from projections.weighing.period import Period
from projections.weighing.readings import Reading


class Outcome(StrEnum):
    """What came of a plan. `PERHAPS`: it may or may not have happened by the day asked about."""

    ON_TIME = "on-time"
    EARLY = "early"
    LATE = "late"
    NOT_BY_THEN = "not-by-then"
    UNCLEAR = "unclear"
    PERHAPS = "perhaps"
    AHEAD = "ahead"
    DUE = "due"
    UNCONFIRMED = "unconfirmed"
    DROPPED = "dropped"
    FITS = "fits"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Plan:
    """One planned start, end, happening or quantity. `versions` are in order of publication.

    `planned` is the window of the last version. `happened` is the window of the reported
    occurrence, or the days that attestations leave for it; None if nothing is known. `revised`
    counts the versions that changed the window or the quantity. `measure` is the field that holds
    the quantity; None for a start or an end.
    """

    facet: str
    key: str
    period: int
    role: Role
    label: str
    versions: tuple[Claim, ...]
    planned: Days
    happened: Days | None
    outcome: Outcome
    revised: int
    reports: tuple[Claim, ...]
    measure: str | None = None

    def quantities(self, claims: Sequence[Claim]) -> list[Amount]:
        """Return the quantities of claims without duplicates; none for a start or an end."""
        if self.measure is None:
            return []
        stated = (claim.amount(self.measure) for claim in claims)
        return list(dict.fromkeys(each for each in stated if each))

    def _version(self, claim: Claim) -> Json:
        (quantity,) = _json(self.quantities([claim])) or (None,)
        return {
            "edtf": claim.edtf,
            "basis": claim.basis.value,
            "quantity": quantity,
            "source": claim.source,
            "event": claim.event,
        }

    def to_json(self) -> Json:
        """Return the plan as a JSON object."""
        return {
            "facet": self.facet,
            "key": self.key,
            "period": self.period,
            "role": self.role.value,
            "label": self.label,
            "measure": self.measure,
            "planned": {
                "edtf": [claim.edtf for claim in self.versions],
                "basis": [claim.basis.value for claim in self.versions],
                "earliest": day_json(self.planned.first),
                "latest": day_json(self.planned.last),
                "quantities": _json(self.quantities(self.versions)),
                "versions": [self._version(claim) for claim in self.versions],
            },
            "counted": _json(self.quantities(self.reports)),
            "happened": self.happened
            and {
                "edtf": list(dict.fromkeys(claim.edtf for claim in self.reports)),
                "earliest": day_json(self.happened.first),
                "latest": day_json(self.happened.last),
            },
            "outcome": self.outcome.value,
            "revised": self.revised,
            "sources": list(
                dict.fromkeys(c.source for c in (*self.versions, *self.reports) if c.source)
            ),
            "events": [claim.event for claim in (*self.versions, *self.reports)],
        }


def plans(view: View, day: int) -> list[Plan]:
    """Return every plan that is visible or was retracted, judged at the close of a day."""
    found = [
        *_standing_plans(view, day),
        *_count_plans(view, day),
        *_planned_happenings(view, day),
        *_withdrawn(view),
    ]
    return sorted(found, key=lambda plan: (plan.planned.first, plan.planned.last, plan.key))


def is_due(plan: Plan, first: int, last: int) -> bool:
    """Whether a plan's window overlaps these days, and it may not have happened yet."""
    open_ = (Outcome.AHEAD, Outcome.DUE, Outcome.UNCONFIRMED, Outcome.PERHAPS)
    return plan.outcome in open_ and plan.planned.first <= last and plan.planned.last >= first


def _standing_plans(view: View, day: int) -> Iterator[Plan]:
    for periods in view.periods.values():
        for period in periods:
            for role in (Role.START, Role.END):
                versions = _versions(
                    [c for c in period.claims if c.role is role and not c.reported]
                )
                if versions:
                    yield _judged(view, period, role, versions, day)


def _judged(view: View, period: Period, role: Role, versions: Sequence[Claim], day: int) -> Plan:
    planned = hull([days_of(claim) for claim in last_published(versions)])
    part = period.start if role is Role.START else period.end
    reports = part.reports if part else ()
    happened = _happened(period, role)
    if happened and (happened.first > day or (role is Role.START and period.begun.first > day)):
        happened = None  # not yet by the day asked about
    outcome = _outcome(planned, happened, day)
    is_open = outcome in (Outcome.UNCONFIRMED, Outcome.PERHAPS)
    if role is Role.END and is_open and period.attested_from >= planned.last:
        outcome = Outcome.NOT_BY_THEN
    return Plan(
        facet=period.facet,
        key=period.key,
        period=period.number,
        role=role,
        label=label_of(view, period.facet, period.key, period.number),
        versions=tuple(versions),
        planned=planned,
        happened=happened,
        outcome=outcome,
        revised=_revisions(versions),
        reports=reports,
    )


def _happened(period: Period, role: Role) -> Days | None:
    """Return the days on which a planned start or end can have happened; None if unknown."""
    if role is Role.START:
        if period.start and period.start.reported:
            return period.begun
        # It is attested, so it began by then; no source says on which day.
        unknown = period.only_planned or period.begun.last == FOREVER
        return None if unknown else Days(BEGINNING, period.begun.last)
    if period.end_reported:
        return period.ended
    # Otherwise it is only known by when it has ended: it can have been long before.
    last = period.ended_by
    return None if last == FOREVER else Days(min(period.ended.first, last), last)


def _outcome(planned: Days, happened: Days | None, day: int) -> Outcome:
    if happened is None:
        if day < planned.first:
            return Outcome.AHEAD
        return Outcome.DUE if day < planned.last else Outcome.UNCONFIRMED
    if happened.last > day:
        return Outcome.PERHAPS
    if happened.last < planned.first:
        return Outcome.EARLY
    if happened.first > planned.last:
        return Outcome.LATE
    if planned.first <= happened.first and happened.last <= planned.last:
        return Outcome.ON_TIME
    return Outcome.UNCLEAR


def _count_plans(view: View, day: int) -> Iterator[Plan]:
    """Yield the planned quantities: one plan for each date that a quantity is planned for."""
    for (facet, key, number), measure, found, _ in reading_series(view):
        planned = [each for each in found if not each.claim.reported]
        for days in dict.fromkeys(each.days for each in planned):
            versions = _versions([each.claim for each in planned if each.days == days])
            reports = [
                each
                for each in found
                if each.claim.reported and each.days.first <= day and each.days.last >= days.first
            ]
            yield Plan(
                facet=facet,
                key=key,
                period=number,
                role=Role.READING,
                label=label_of(view, facet, key, number),
                versions=tuple(versions),
                planned=days,
                happened=None,
                outcome=_outcome_of_count(versions, measure, days, reports, day),
                revised=_revisions(versions, measure),
                reports=_reports_until(reports, _first_after(reports, days)),
                measure=measure,
            )


def _outcome_of_count(
    versions: Sequence[Claim], measure: str, planned: Days, reports: Sequence[Reading], day: int
) -> Outcome:
    """Judge a planned quantity by the first reports after it; they may be dated after `day`."""
    if not reports or day < planned.first:
        return _outcome(planned, None, day)
    first = _first_after(reports, planned)
    if all(each.days.last > day for each in first):
        any_counted = any(each.days.last <= day for each in reports)
        return Outcome.UNCLEAR if any_counted else Outcome.PERHAPS
    quantities = [each for c in last_published(versions) if (each := c.amount(measure))]
    pairs = [(each.quantity, quantity) for each in first for quantity in quantities]
    if any(each.days.first < planned.last for each in first):
        return Outcome.UNCLEAR
    if all(_surely_fits(counted, quantity) for counted, quantity in pairs):
        return Outcome.FITS
    if all(_surely_otherwise(counted, quantity) for counted, quantity in pairs):
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


def _planned_happenings(view: View, day: int) -> Iterator[Plan]:
    """Yield what was planned to happen, and whether it did."""
    for each in happenings(view):
        facet, key, number = each.place
        versions = _versions([claim for claim in each.claims if not claim.reported])
        if not versions:
            continue
        planned = hull([days_of(claim) for claim in last_published(versions)])
        when = each.occurrence
        happened = when.days if when.reported and when.days.first <= day else None
        yield Plan(
            facet=facet,
            key=key,
            period=number,
            role=Role.HAPPENING,
            label=label_of(view, facet, key, number),
            versions=tuple(versions),
            planned=planned,
            happened=happened,
            outcome=_outcome(planned, happened, day),
            revised=_revisions(versions),
            reports=when.reports,
        )


def _withdrawn(view: View) -> Iterator[Plan]:
    """Yield the plans that were retracted, and not corrected."""
    for claim in view.visible.withdrawn:
        corrected = view.visible.cancelled[claim.event].corrected
        if claim.reported or corrected or claim.role is Role.ATTESTATION:
            continue
        measures = [each for each in MEASURES if claim.amount(each)]
        for measure in measures if claim.role is Role.READING else [None]:
            yield Plan(
                facet=claim.facet,
                key=claim.key,
                period=claim.period,
                role=claim.role,
                label=label_of(view, claim.facet, claim.key, claim.period),
                versions=(claim,),
                planned=days_of(claim),
                happened=None,
                outcome=Outcome.DROPPED,
                revised=0,
                reports=(),
                measure=measure,
            )


def _versions(claims: Sequence[Claim]) -> list[Claim]:
    """Order a plan's versions by publication."""
    return sorted(claims, key=lambda claim: (*claim.published.order, claim.position))


def _revisions(versions: Sequence[Claim], measure: str | None = None) -> int:
    """Count the versions whose date or quantity differs from the one before."""
    dates_and_quantities = [
        (claim.first, claim.last, stated and stated.bounds)
        for claim in versions
        for stated in [claim.amount(measure) if measure else None]
    ]
    return sum(one != other for one, other in pairwise(dates_and_quantities))


def _json(quantities: Sequence[Amount]) -> list[object]:
    return [each.to_json() for each in quantities]
