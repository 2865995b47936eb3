"""What happened when: every start, end, reading, attestation and happening of a mission, by date.

The claims on one start, one end or one happening make one row, with its window; each reading or
attestation is a separate row. An open window sorts by its known bound. Of the rows of one period on
the same days, its start comes first, then readings, attestations and its end. No start is sorted
after an end that can only follow it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from events.dates.days import BEGINNING
from events.facets import MEASURES, Basis, PeriodKey, Role
from projections.happenings import happenings
from projections.state import gather_fields, label_of
from projections.state_object import Json, day_json
from projections.view import View, reading_series
from projections.weighing.amount import Amount
from projections.weighing.claims import Claim, dates_of, events_of, sources_of
from projections.weighing.occurrence import Days, Occurrence, days_of
from projections.weighing.readings import Reading, clashes

_STATING = (Role.END, Role.HAPPENING)
"""The roles of rows that have values: those of a start are in the state."""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One row of the timeline. `claims` are the claims counted."""

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
    def quantities(self) -> dict[str, Amount]:
        """The quantities that a reading or a happening states, by measure; none for other rows."""
        if self.role not in (Role.READING, Role.HAPPENING):
            return {}
        stated = ((measure, self.claims[0].amount(measure)) for measure in MEASURES)
        return {measure: amount for measure, amount in stated if amount}

    @property
    def value(self) -> Json:
        """What the claims on an end or a happening state besides its date and quantity."""
        return gather_fields(self.claims)[0] if self.role in _STATING else {}

    @property
    def variants(self) -> Mapping[str, tuple[object, ...]]:
        """The other values that they report of the same fields."""
        return gather_fields(self.claims)[1] if self.role in _STATING else {}

    @property
    def edtf(self) -> tuple[str, ...]:
        """The dates as the sources state them, without duplicates."""
        return tuple(dates_of(self.claims))

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the claims counted, in the order they were recorded."""
        return tuple(sources_of(self.claims))

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
            **dict.fromkeys(MEASURES),
            **{measure: each.to_json() for measure, each in self.quantities.items()},
            "value": self.value,
            "variants": {name: list(values) for name, values in self.variants.items()},
            "sources": list(self.sources),
            "events": events_of(self.claims),
        }


def timeline(view: View) -> list[TimelineRow]:
    """Return a mission's happenings in order of date."""
    return [row for _, row in sorted(_ordered_rows(view), key=lambda placed: placed[0])]


RowOrder = tuple[int, int, str, str, int, int]
"""Sort key of a row: its days, its period, and the rank of its role within the period."""

_WITHIN_A_DAY = (Role.START, Role.READING, Role.ATTESTATION, Role.HAPPENING, Role.END)


def _ordered_rows(view: View) -> Iterator[tuple[RowOrder, TimelineRow]]:
    for period in view.all_periods:
        at_odds = period.contradicted or period.clash is not None
        days = [part.days for _, part in period.parts]
        in_order = _in_order(*days) if len(days) == 2 else days
        for (role, part), placed in zip(period.parts, in_order, strict=True):
            row = _row(view, period.place, role, part, disputed=at_odds)
            yield _row_order(row, placed), row
    for found in happenings(view):
        row = _row(view, found.place, Role.HAPPENING, found.occurrence)
        yield _row_order(row, row.days), row
    disputed = {each.claim.event for each in _clashing(view)}
    for claim in view.visible.claims:
        if claim.role in (Role.ATTESTATION, Role.READING):
            row = TimelineRow(
                days=days_of(claim),
                facet=claim.facet,
                key=claim.key,
                period=claim.period,
                role=claim.role,
                label=label_of(view, *claim.place),
                basis=claim.basis,
                disputed=claim.event in disputed,
                claims=(claim,),
            )
            yield _row_order(row, row.days), row


def _clashing(view: View) -> Iterator[Reading]:
    """Yield the readings that another of the same date excludes."""
    for each in reading_series(view):
        yield from clashes(each.found, each.preference)


def _in_order(start: Days, end: Days) -> tuple[Days, Days]:
    """Return the days by which a period's start and end are sorted, so that the end is not first.

    The start is sorted no later than the last day of the end, the end no earlier than the first
    day of the start. If the end surely comes before the start, the record is wrong, and both
    windows are returned unchanged.
    """
    if start.first > end.last:
        return start, end
    if end.first != BEGINNING:
        end = Days(max(end.first, start.first), end.last)
    last = min(start.last, end.last)
    if start.first == BEGINNING:
        last = min(last, _known_day(end))
    return Days(start.first, last), end


def _row_order(row: TimelineRow, days: Days) -> RowOrder:
    return (
        _known_day(days),
        days.last,
        row.facet,
        row.key,
        row.period,
        _WITHIN_A_DAY.index(row.role),
    )


def _row(
    view: View, place: PeriodKey, role: Role, part: Occurrence, *, disputed: bool = False
) -> TimelineRow:
    facet, key, number = place
    return TimelineRow(
        days=part.days,
        facet=facet,
        key=key,
        period=number,
        role=role,
        label=label_of(view, facet, key, number),
        basis=part.basis,
        disputed=part.disputed or disputed,
        claims=part.counted,
    )


def _known_day(days: Days) -> int:
    return days.last if days.first == BEGINNING else days.first
