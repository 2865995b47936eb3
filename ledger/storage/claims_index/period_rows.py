"""What the claims index says of a period and of a series: pure functions of the claims on them.

Written with each append from what was there and what is new, and by `verify` from all of it: the
two come to the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, Role
from ledger.storage.claims_index.claim_rows import READING_CLASSES
from ledger.storage.claims_index.lifespan import (
    BOUNDS,
    NEVER,
    ClaimRow,
    Lifespan,
    MissionPeriodKey,
    life,
    width_of,
)

STRETCH = 5
"""A stretch of a series is 2**5 days long."""

_BITS = {width: 1 << bit for bit, width in enumerate(READING_CLASSES)}

StretchKey = tuple[str, str, str, int, int, int]
"""Mission, facet, key, period, width class and number of a stretch."""


class PeriodRow(NamedTuple):
    """A row of `periods`: when it can be in the state, and the clocks its end depends on.

    `width` is the class of [begins, ends) (`ledger.storage.claims_index.lifespan.width_of`),
    `known_width` and `position_width` those of the seconds and positions until the end is settled,
    None where the period is open. `planned` is 1 where a start or an end is; `widths` has a bit for
    each class of readings there are.
    """

    mission: str
    facet: str
    key: str
    period: int
    width: int
    begins: int
    ends: int
    known_from: int
    known_to: int | None
    known_width: int | None
    first_position: int
    last_position: int | None
    position_width: int | None
    planned: int
    widths: int

    @property
    def place(self) -> MissionPeriodKey:
        """The period it is of."""
        return self[:4]

    def of_party(self, party: str) -> tuple[object, ...]:
        """Return the row of `parties` that says the same of a nation or body."""
        return (
            *(party, self.width, self.begins, *self.place),
            *(self.ends, self.known_to, self.last_position),
        )


@dataclass(slots=True)
class PeriodSummary:
    """What the rows of a period come to, however many there are."""

    known_from: int = 2 * NEVER
    first_position: int = 2**63 - 1
    first_day: int = FOREVER
    planned: int = 0
    widths: int = 0

    def add(self, row: ClaimRow) -> None:
        """Take in a row; what is about the record alone makes no claim."""
        if row.width < BOUNDS:
            return
        self.known_from = min(self.known_from, row.known)
        self.first_position = min(self.first_position, row.position)
        self.first_day = min(self.first_day, row.first)
        if row.width >= 0:
            self.widths |= _BITS[row.width]
        elif not row.reported and row.role in (Role.START, Role.END):
            self.planned = 1

    @property
    def anything(self) -> bool:
        """Whether there was a claim among the rows."""
        return self.known_from < 2 * NEVER


def period_row(
    place: MissionPeriodKey, seen: PeriodSummary, bounding: Sequence[ClaimRow]
) -> PeriodRow:
    """Return what the index says of a period; `bounding` are all its rows that are no readings."""
    if not FACETS[place[1]].lasting:
        return _row(place, seen, Lifespan(seen.first_day))
    return _row(place, seen, life(bounding))


def can_change(old: PeriodRow, row: ClaimRow) -> bool:
    """Whether a new row can change a period's life, or whose it is.

    A reading cannot; nor can an attestation where the life is open and has no known beginning:
    it can only speak against a start or an end.
    """
    if row.party not in (None, old.key):
        return True
    open_ = old.begins == BEGINNING and old.known_to is None
    attests = row.width == BOUNDS and row.role is Role.ATTESTATION
    return row.width < 0 and not (open_ and attests)


def changed_row(
    old: PeriodRow, rows: Iterable[ClaimRow], bounding: Sequence[ClaimRow] | None
) -> PeriodRow:
    """Return what the index says of a period after new rows.

    `bounding` are all its rows that are no readings, None where none of the new ones `can_change`.
    """
    seen = PeriodSummary(old.known_from, old.first_position, old.begins, old.planned, old.widths)
    for row in rows:
        seen.add(row)
    if bounding is None and FACETS[old.facet].lasting:
        return _row(
            old.place, seen, Lifespan(old.begins, old.ends, old.known_to, old.last_position)
        )
    return period_row(old.place, seen, bounding or ())


def _row(place: MissionPeriodKey, seen: PeriodSummary, found: Lifespan) -> PeriodRow:
    return PeriodRow(
        *place,
        width=width_of(found.ends - found.begins),
        begins=found.begins,
        ends=found.ends,
        known_from=seen.known_from,
        known_to=found.known_to,
        known_width=_width(seen.known_from, found.known_to),
        first_position=seen.first_position,
        last_position=found.last_position,
        position_width=_width(seen.first_position, found.last_position),
        planned=seen.planned,
        widths=seen.widths,
    )


def _width(since: int, until: int | None) -> int | None:
    return None if until is None else width_of(until - since)


def parties_of(place: MissionPeriodKey, rows: Iterable[ClaimRow]) -> set[str]:
    """Return the nations and bodies a period is of: its key, or whom its claims name."""
    key = place[2]
    return {row.party for row in rows if row.party} | ({key} if key.isupper() else set())


def stretch_of(row: ClaimRow) -> StretchKey:
    """Return the stretch of a series that a reading lies in."""
    return *row.place, row.width, row.last >> STRETCH


def news(
    readings: Iterable[ClaimRow], least: dict[StretchKey, int]
) -> Iterator[tuple[object, ...]]:
    """Yield a row of `stretches` for each reading known before all that were recorded before it.

    `readings` come by position; `least` has what was known the earliest of each stretch so far.
    """
    for row in readings:
        stretch = stretch_of(row)
        if stretch not in least or row.known < least[stretch]:
            least[stretch] = row.known
            yield (*stretch, row.position, row.known)
