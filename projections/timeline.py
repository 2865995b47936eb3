"""What happened when: every start, end, reading and attestation of a mission, by date.

The claims on one start or one end make one row, with the days they leave open; a reading or an
attestation is a row of its own. Open windows sort by the side that is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from events.days import BEGINNING
from events.facets import Basis, Role
from projections.claims import Claim
from projections.occurrence import Days, Occurrence, days_of
from projections.period import Period
from projections.state import Json, day_json, label_of
from projections.view import View


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of the timeline. `claims` are those counted."""

    days: Days
    facet: str
    key: str
    period: int
    role: Role
    label: str
    basis: Basis
    disputed: bool
    claims: tuple[Claim, ...]

    @property
    def edtf(self) -> tuple[str, ...]:
        """The dates as the sources give them, each once."""
        return tuple(dict.fromkeys(claim.edtf for claim in self.claims))

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources counted, in the order they were recorded."""
        return tuple(dict.fromkeys(claim.source for claim in self.claims if claim.source))

    def to_json(self) -> Json:
        """Return the row as a JSON object."""
        return {
            "earliest": day_json(self.days.first),
            "latest": day_json(self.days.last),
            "edtf": list(self.edtf),
            "role": self.role.value,
            "facet": self.facet,
            "key": self.key,
            "period": self.period,
            "label": self.label,
            "basis": self.basis.value,
            "disputed": self.disputed,
            "sources": list(self.sources),
            "events": list(dict.fromkeys(claim.event for claim in self.claims)),
        }


def timeline(view: View) -> list[Happening]:
    """Return a mission's happenings in order of date."""
    return sorted(_happenings(view), key=_by_date)


def _happenings(view: View) -> Iterator[Happening]:
    for periods in view.periods.values():
        for period in periods:
            for role, part in ((Role.START, period.start), (Role.END, period.end)):
                if part:
                    yield _of_occurrence(view, period, role, part)
    for claim in view.visible.claims:
        if claim.role in (Role.ATTESTATION, Role.READING):
            yield Happening(
                days=days_of(claim),
                facet=claim.facet,
                key=claim.key,
                period=claim.period,
                role=claim.role,
                label=label_of(view, claim.facet, claim.key, claim.period),
                basis=claim.basis,
                disputed=False,
                claims=(claim,),
            )


def _of_occurrence(view: View, period: Period, role: Role, part: Occurrence) -> Happening:
    return Happening(
        days=part.days,
        facet=period.facet,
        key=period.key,
        period=period.number,
        role=role,
        label=label_of(view, period.facet, period.key, period.number),
        basis=part.basis,
        disputed=part.disputed or period.contradicted,
        claims=part.counted,
    )


def _by_date(row: Happening) -> tuple[object, ...]:
    known = row.days.last if row.days.first == BEGINNING else row.days.first
    return (known, row.days.last, row.facet, row.key, row.period, row.role)
