"""What happens without beginning or ending anything: a visit, an attack, losses, a ceremony.

A happening is in no state. On the day of its date it is `certain`; where its window is longer, or
its sources disagree, `possible` on each day of it; where it is only planned, `expected`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from events.dates.days import BEGINNING
from events.facets import MEASURES, PeriodKey, Role
from projections.quantities import answer_json, combined
from projections.spans import DayRun, Presence, clip
from projections.state import gather_fields, label_of
from projections.state_object import StateEntry, occurrence_json
from projections.view import View
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days, Occurrence, occurrence
from projections.weighing.period import Standing
from projections.weighing.readings import Answer, by_kind, readings


class Happening(NamedTuple):
    """One happening: its place in the record, and when it was or is planned."""

    place: PeriodKey
    occurrence: Occurrence
    claims: tuple[Claim, ...]

    @property
    def standing(self) -> Standing:
        """Its standing on each day of its window."""
        if not self.occurrence.reported:
            return Standing.EXPECTED
        first, last = self.occurrence.days
        return Standing.CERTAIN if first == last else Standing.POSSIBLE


def happenings(view: View) -> Iterator[Happening]:
    """Yield the happenings of a mission, by key."""
    for place, claims in view.by_period.items():
        found = [claim for claim in claims if claim.role is Role.HAPPENING]
        if when := occurrence(found):
            yield Happening(place, when, tuple(found))


def happenings_on(view: View, day: int) -> Iterator[StateEntry]:
    """Yield what happened, or may have happened, on a day, as state entries."""
    for each in happenings(view):
        first, last = each.occurrence.days
        if first <= day <= last:
            yield _entry(view, each)


def happenings_during(view: View, span: Days) -> Iterator[Presence]:
    """Yield what happened, or may have happened, on some day of a span, with these days."""
    for each in happenings(view):
        if runs := clip([DayRun(*each.occurrence.days, each.standing)], span):
            yield Presence(_entry(view, each), runs)


def _entry(view: View, found: Happening) -> StateEntry:
    when, shown = found.occurrence, found.occurrence.counted
    facet, key, number = found.place
    value, variants, planned = gather_fields(shown)
    for measure in MEASURES:
        of_kinds = [
            [Answer(each, found.standing) for each in series]
            for series in by_kind(readings(shown, measure))
        ]
        if of_kinds:
            value[measure] = combined(answer_json(first, others) for first, *others in of_kinds)
    reported = when.reported
    return StateEntry(
        facet=facet,
        key=key,
        period=number,
        label=label_of(view, facet, key, number),
        standing=found.standing,
        disputed=when.disputed,
        attested_from=when.days.last if found.standing is Standing.CERTAIN else BEGINNING,
        attested_to=when.days.last if reported else BEGINNING,
        value=value | {"on": occurrence_json(when)},
        variants=variants,
        planned=planned if reported else (),
        claims=shown,
    )
