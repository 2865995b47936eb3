"""A plan, with every published version of it and what came of it.

A plan is a start or an end of a period, something that happens, or a quantity from a date on, that
sources announced in advance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from events.facets import Role
from projections.state import label_of
from projections.state_object import Json, day_json
from projections.view import View
from projections.weighing.amount import Amount
from projections.weighing.claims import Claim, Place, dates_of, sources_of
from projections.weighing.occurrence import Days, days_of, hull, last_published


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


class Result(NamedTuple):
    """What came of a plan by a day, and the `reports` that say so.

    `happened` is the window of the reported occurrence, or the days that attestations leave for it;
    None if nothing is known.
    """

    outcome: Outcome
    happened: Days | None = None
    reports: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One planned start, end, happening or quantity. `versions` are in order of publication.

    `planned` is the window of the last version. `revised` counts the versions that changed the
    window or the quantity. `measure` is the field that holds the quantity; None for a start or an
    end.
    """

    facet: str
    key: str
    period: int
    role: Role
    label: str
    measure: str | None
    versions: tuple[Claim, ...]
    planned: Days
    revised: int
    outcome: Outcome
    happened: Days | None
    reports: tuple[Claim, ...]

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
        claims = (*self.versions, *self.reports)
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
                "edtf": dates_of(self.reports),
                "earliest": day_json(self.happened.first),
                "latest": day_json(self.happened.last),
            },
            "outcome": self.outcome.value,
            "revised": self.revised,
            "sources": sources_of(claims),
            "events": [claim.event for claim in claims],
        }


def plan_of(
    view: View,
    place: Place,
    versions: Sequence[Claim],
    result: Result,
    measure: str | None = None,
) -> Plan:
    """Return the plan for a place that claims are versions of, with what came of it."""
    facet, key, number, role = place
    in_order = sorted(versions, key=lambda claim: (*claim.published.order, claim.position))
    return Plan(
        facet=facet,
        key=key,
        period=number,
        role=role,
        label=label_of(view, facet, key, number),
        measure=measure,
        versions=tuple(in_order),
        planned=planned_days(versions),
        revised=_revisions(in_order, measure),
        **result._asdict(),
    )


def planned_days(versions: Sequence[Claim]) -> Days:
    """Return the window of the version of a plan that was published last."""
    return hull([days_of(claim) for claim in last_published(versions)])


def _revisions(versions: Sequence[Claim], measure: str | None) -> int:
    """Count the versions whose date or quantity differs from the one before."""
    dates_and_quantities = [
        (claim.first, claim.last, stated and stated.bounds)
        for claim in versions
        for stated in [claim.amount(measure) if measure else None]
    ]
    return sum(one != other for one, other in pairwise(dates_and_quantities))


def _json(quantities: Sequence[Amount]) -> list[object]:
    return [each.to_json() for each in quantities]
