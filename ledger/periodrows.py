"""What the claims index says of a period and of a series: pure functions of the claims on them.

Written with each append from what was there and what is new, and by `verify` from all of it: the
two come to the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from events.facets import Role
from ledger.lives import BOUNDS, ClaimRow, Life, PeriodKey, life, width_of

STRETCH = 5
"""A stretch of a series is 2**5 days long."""

StretchKey = tuple[str, str, str, int, int, int]
"""Mission, facet, key, period, width class and number of a stretch."""

_ENDLESS = Life()


class PeriodRow(NamedTuple):
    """A row of `periods`: when it can be in the state, and the clocks its end depends on.

    `width` is the class of [begins, ends) (`ledger.lives.width_of`), `known_width` and
    `position_width` those of the seconds and positions until the end is settled, None where the
    period is open. `planned` is 1 where a start or an end is; `widths` has a bit for each class
    of readings there are.
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
    def place(self) -> PeriodKey:
        """The period it is of."""
        return self[:4]

    def of_party(self, party: str) -> tuple[object, ...]:
        """Return the row of `parties` that says the same of a nation or body."""
        return (
            *(party, self.width, self.begins, *self.place),
            *(self.ends, self.known_to, self.last_position),
        )


def period_row(
    rows: Sequence[ClaimRow], bounding: Sequence[ClaimRow] | None, old: PeriodRow | None = None
) -> PeriodRow | None:
    """Return what the index says of a period after new rows; None where none makes a claim.

    `bounding` are all its rows that are no readings, None where nothing changed among them.
    """
    said = [row for row in rows if row.width >= BOUNDS]
    if old is None and not said:
        return None
    known_from = min(row.known for row in said) if said else old.known_from  # type: ignore[union-attr]
    first_position = min(row.position for row in said) if said else 0
    planned, widths = 0, 0
    if old:
        known_from, first_position = min(known_from, old.known_from), old.first_position
        planned, widths = old.planned, old.widths
    for row in said:
        if row.width >= 0:
            widths |= 1 << row.width
        elif not row.reported and row.role in (Role.START, Role.END):
            planned = 1
    place = rows[0].place
    if place[1] == "strength":
        found = Life(min([row.first for row in said] + ([old.begins] if old else [])))
    elif bounding is None and old:
        found = Life(old.begins, old.ends, old.known_to, old.last_position)
    else:
        found = life(bounding or (), known_from, first_position)
    return PeriodRow(
        *place,
        width=width_of(found.ends - found.begins),
        begins=found.begins,
        ends=found.ends,
        known_from=known_from,
        known_to=found.known_to,
        known_width=_width(known_from, found.known_to),
        first_position=first_position,
        last_position=found.last_position,
        position_width=_width(first_position, found.last_position),
        planned=planned,
        widths=widths,
    )


def _width(since: int, until: int | None) -> int | None:
    return None if until is None else width_of(until - since)


def parties_of(place: PeriodKey, rows: Iterable[ClaimRow]) -> set[str]:
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
