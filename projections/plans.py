"""Every plan against what came of it.

A plan is what sources once said would happen: one start or one end of a period, with every
version that was published. What came of it is judged as far as the dates allow and no further.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from events.days import BEGINNING, FOREVER
from events.facets import Role
from projections.claims import Claim
from projections.occurrence import Days, hull, last_published, plan_days
from projections.period import Period
from projections.state import Json, day_json, label_of
from projections.view import View


class Outcome(StrEnum):
    """What came of a plan."""

    ON_TIME = "on-time"
    EARLY = "early"
    LATE = "late"
    NOT_BY_THEN = "not-by-then"
    UNCLEAR = "unclear"
    AHEAD = "ahead"
    DUE = "due"
    UNCONFIRMED = "unconfirmed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Plan:
    """One planned start or end. `versions` are in order of publication, the last one last.

    `planned` is the window of the last version; `happened` that of the reported occurrence, or
    the days left for it by attestations, where anything is known. `revised` counts the versions
    that changed the window.
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

    def to_json(self) -> Json:
        """Return the plan as a JSON object."""
        return {
            "facet": self.facet,
            "key": self.key,
            "period": self.period,
            "role": self.role.value,
            "label": self.label,
            "planned": {
                "edtf": [claim.edtf for claim in self.versions],
                "earliest": day_json(self.planned.first),
                "latest": day_json(self.planned.last),
            },
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
    """Return every plan that is visible, or was withdrawn, judged at the close of a day."""
    found = [*_standing_plans(view, day), *_withdrawn(view)]
    return sorted(found, key=lambda plan: (plan.planned.first, plan.planned.last, plan.key))


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
    planned = hull([plan_days(claim) for claim in last_published(versions)])
    part = period.start if role is Role.START else period.end
    reports = part.counted if part and part.reported else ()
    happened = _happened(period, role)
    if happened and happened.first > day:
        happened = None  # not yet, on the day asked about
    outcome = _outcome(planned, happened, day)
    if role is Role.END and outcome is Outcome.UNCONFIRMED and period.attested_from >= planned.last:
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
        revised=_changes(versions),
        reports=reports,
    )


def _happened(period: Period, role: Role) -> Days | None:
    """Return the days on which the planned thing can have happened; None where nothing tells."""
    if role is Role.START:
        if period.start and period.start.reported:
            return period.begun
        # Attested, so begun by then; on which day before that no source says.
        unknown = period.only_planned or period.begun.last == FOREVER
        return None if unknown else Days(BEGINNING, period.begun.last)
    if period.end_reported:
        return period.ended
    return period.displaced


def _outcome(planned: Days, happened: Days | None, day: int) -> Outcome:
    if happened is None:
        if day < planned.first:
            return Outcome.AHEAD
        return Outcome.DUE if day < planned.last else Outcome.UNCONFIRMED
    if happened.last < planned.first:
        return Outcome.EARLY
    if happened.first > planned.last:
        return Outcome.LATE
    if planned.first <= happened.first and happened.last <= planned.last:
        return Outcome.ON_TIME
    return Outcome.UNCLEAR


def _withdrawn(view: View) -> Iterator[Plan]:
    """Yield the plans that were retracted and not replaced."""
    for claim in view.visible.withdrawn:
        corrected = view.visible.cancelled[claim.event].corrected
        if claim.reported or corrected or claim.role not in (Role.START, Role.END):
            continue
        yield Plan(
            facet=claim.facet,
            key=claim.key,
            period=claim.period,
            role=claim.role,
            label=label_of(view, claim.facet, claim.key, claim.period),
            versions=(claim,),
            planned=plan_days(claim),
            happened=None,
            outcome=Outcome.DROPPED,
            revised=0,
            reports=(),
        )


def _versions(claims: Sequence[Claim]) -> list[Claim]:
    """Order a plan's versions by publication."""

    def published(claim: Claim) -> tuple[float, float, int]:
        first, last = claim.published.first, claim.published.last
        return (
            float("inf") if last is None else last,
            float("-inf") if first is None else first,
            claim.position,
        )

    return sorted(claims, key=published)


def _changes(versions: Sequence[Claim]) -> int:
    windows = [(claim.first, claim.last) for claim in versions]
    return sum(one != other for one, other in pairwise(windows))
