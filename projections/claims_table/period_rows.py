"""The rows of `periods`, `parties` and `stretches`: pure functions of the claims on a period.

An append computes them from the stored row and the new claims, `verify` from all claims. Both give
the same result.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, Role
from projections.claims_table.claim_rows import READING_CLASSES
from projections.claims_table.lifespan import (
    BOUNDS,
    NEVER,
    ClaimRow,
    Lifespan,
    MissionPeriodKey,
    length_class_of,
    lifespan_of,
)

STRETCH = 5
"""A stretch is 2**5 days long; a reading is in the stretch of its last day."""

_BITS = {row_class: 1 << bit for bit, row_class in enumerate(READING_CLASSES)}

StretchKey = tuple[str, str, str, int, int, int]
"""Mission, facet, key, period, row class and number of a stretch."""


class PeriodRow(NamedTuple):
    """A row of `periods`: the lifespan, and from when on `ends` is valid on the other clocks.

    `length_class` is the length class of [begins, ends)
    (`projections.claims_table.lifespan.length_class_of`). `known_length_class` and
    `position_length_class` are those of the seconds and positions until `ends` is valid, None where
    the period is open. `planned` is 1 where a start or an end is decided or planned.
    `reading_classes` has a bit set for each row class of a reading on the period.
    """

    mission: str
    facet: str
    key: str
    period: int
    length_class: int
    begins: int
    ends: int
    known_from: int
    known_to: int | None
    known_length_class: int | None
    first_position: int
    last_position: int | None
    position_length_class: int | None
    planned: int
    reading_classes: int

    @property
    def place(self) -> MissionPeriodKey:
        """The period it describes."""
        return self[:4]

    def of_party(self, party: str) -> tuple[object, ...]:
        """Return the row of `parties` for a nation or body on this period."""
        return (
            *(party, self.length_class, self.begins, *self.place),
            *(self.ends, self.known_to, self.last_position),
        )


@dataclass(slots=True)
class PeriodSummary:
    """A running summary of the claims on a period, of constant size."""

    known_from: int = 2 * NEVER
    first_position: int = 2**63 - 1
    first_day: int = FOREVER
    planned: int = 0
    reading_classes: int = 0

    def add(self, row: ClaimRow) -> None:
        """Include a row; rows of events about the record are not claims and are ignored."""
        if row.row_class < BOUNDS:
            return
        self.known_from = min(self.known_from, row.known)
        self.first_position = min(self.first_position, row.position)
        self.first_day = min(self.first_day, row.first)
        if row.row_class >= 0:
            self.reading_classes |= _BITS[row.row_class]
        elif not row.reported and row.role in (Role.START, Role.END):
            self.planned = 1

    @property
    def anything(self) -> bool:
        """Whether any of the rows was a claim."""
        return self.known_from < 2 * NEVER


def period_row(
    place: MissionPeriodKey, seen: PeriodSummary, bounding: Sequence[ClaimRow]
) -> PeriodRow:
    """Return the row of a period; `bounding` are all its rows that are not readings."""
    _, facet, _, _ = place
    if not FACETS[facet].lasting:
        return _row(place, seen, Lifespan(seen.first_day))
    return _row(place, seen, lifespan_of(bounding))


def can_change(old: PeriodRow, row: ClaimRow) -> bool:
    """Whether a new row can change the lifespan or the parties of a period.

    A reading cannot change the lifespan. Nor can an attestation where the lifespan is open on both
    sides: it can only contradict a start or an end.
    """
    if row.party not in (None, old.key):
        return True
    open_ = old.begins == BEGINNING and old.known_to is None
    attests = row.row_class == BOUNDS and row.role is Role.ATTESTATION
    return row.row_class < 0 and not (open_ and attests)


def changed_row(
    old: PeriodRow, rows: Iterable[ClaimRow], bounding: Sequence[ClaimRow] | None
) -> PeriodRow:
    """Return the row of a period after new rows of `claims`.

    `bounding` are all its rows that are not readings, None where `can_change` is false for each of
    the new rows.
    """
    seen = PeriodSummary(
        old.known_from, old.first_position, old.begins, old.planned, old.reading_classes
    )
    for row in rows:
        seen.add(row)
    if bounding is None and FACETS[old.facet].lasting:
        return _row(
            old.place, seen, Lifespan(old.begins, old.ends, old.known_to, old.last_position)
        )
    return period_row(old.place, seen, bounding or ())


def _row(place: MissionPeriodKey, seen: PeriodSummary, lifespan: Lifespan) -> PeriodRow:
    return PeriodRow(
        *place,
        length_class=length_class_of(lifespan.ends - lifespan.begins),
        begins=lifespan.begins,
        ends=lifespan.ends,
        known_from=seen.known_from,
        known_to=lifespan.known_to,
        known_length_class=_length_class(seen.known_from, lifespan.known_to),
        first_position=seen.first_position,
        last_position=lifespan.last_position,
        position_length_class=_length_class(seen.first_position, lifespan.last_position),
        planned=seen.planned,
        reading_classes=seen.reading_classes,
    )


def _length_class(since: int, until: int | None) -> int | None:
    return None if until is None else length_class_of(until - since)


def parties_of(place: MissionPeriodKey, rows: Iterable[ClaimRow]) -> set[str]:
    """Return the nations and bodies of a period: its key, and those that its claims name."""
    _, _, key, _ = place
    return {row.party for row in rows if row.party} | ({key} if key.isupper() else set())


def stretch_of(row: ClaimRow) -> StretchKey:
    """Return the stretch that a reading is in."""
    return *row.place, row.row_class, row.last >> STRETCH


def news(
    readings: Iterable[ClaimRow], least: dict[StretchKey, int]
) -> Iterator[tuple[object, ...]]:
    """Yield a row of `stretches` for each reading known before all of its stretch so far.

    `readings` are in the order of positions. `least` has the earliest `known` of each stretch so
    far, and is updated.
    """
    for row in readings:
        stretch = stretch_of(row)
        if stretch not in least or row.known < least[stretch]:
            least[stretch] = row.known
            yield (*stretch, row.position, row.known)
