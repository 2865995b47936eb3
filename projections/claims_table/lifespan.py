"""The lifespan of a period: the days on which it can be in the state, so that others are skipped.

A lifespan is a range of days [begins, ends). It may be wider than the days on which the period has
a standing, never narrower. It is computed from the windows of the period's claims alone:

    begins   the earliest day of the reported starts, unless another claim contradicts them; where
             nothing is reported or attested, the earliest day of the planned starts
    ends     the latest day of the reported ends, if every other claim lies before them

Where a condition does not hold, that side is open. Both sides are open where an event about the
record may have undone a claim that bounds the period. A lifespan takes all claims on the period
into account. On a clock that leaves some out, `ends` is valid only from `known_to` and
`last_position` on; an open period is treated as having no end. A period outside its lifespan is one
that `projections.weighing.period` finds to be in no state; a test compares the two on random
records.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import Basis, Role

NEVER = 2**60
"""Later than every second: for what was never certainly public."""

ALWAYS = -(2**60)
"""Earlier than every second: for what needs no source."""

BOUNDS, REVISED, PREFERRED, RECORD = -1, -2, -3, -4
"""Row classes of rows that are not readings: a claim that bounds its period; an event that may have
undone such a claim; a preference among claims, or an event that may have undone one; an event about
the record, which is on no period."""

_ROLES, _BASES = tuple(Role), tuple(Basis)
_CODES = {claim: number for number, claim in enumerate(product(_ROLES, _BASES))}


def code(role: Role, basis: Basis) -> int:
    """Return the small number that stands for a role and a basis in the index."""
    return _CODES[role, basis]


class ClaimRow(NamedTuple):
    """A row of `claims`: a claim, the period it bears on, its window, and from when it counts.

    `row_class` is one of `READING_CLASSES` for a reading, and below 0 for any
    other row: BOUNDS, REVISED, PREFERRED or RECORD. `first` and `last` are the days of the window;
    those of a planned reading are no earlier than its publication. `known` is the second from which
    all sources it needs were certainly public; `says` the code of its role and basis; `since` the
    earliest day on which its source can have been published; `party` the nation or body it names.
    `more` is 0 in the first row of an event, 1 in the others.
    """

    mission: str
    facet: str
    key: str
    period: int
    row_class: int
    last: int
    position: int
    first: int
    known: int
    says: int
    since: int
    party: str | None
    more: int = 0

    @property
    def place(self) -> "MissionPeriodKey":
        """The period it bears on."""
        return self[:4]

    @property
    def role(self) -> Role:
        """The role of the claim."""
        return _ROLES[self.says // len(_BASES)]

    @property
    def days(self) -> tuple[int, int]:
        """The first and the last day; those of a plan are no earlier than its publication."""
        if self.reported:
            return self.first, self.last
        return max(self.first, self.since), max(self.last, self.since)

    @property
    def reported(self) -> bool:
        """Whether the claim is reported, rather than decided or planned."""
        return self.says % len(_BASES) == 0


MissionPeriodKey = tuple[str, str, str, int]
"""Mission, facet, key and number of a period."""


@dataclass(frozen=True, slots=True)
class Lifespan:
    """The days [begins, ends) on which a period can be in the state.

    `ends` is valid from `known_to` (a second) and `last_position` on; both are None while it is
    open.
    """

    begins: int = BEGINNING
    ends: int = FOREVER
    known_to: int | None = None
    last_position: int | None = None


LONGEST_BOUNDED = 22
"""The greatest length class of a range of days with no open side."""

DAY_CLASSES = (*range(LONGEST_BOUNDED + 1), 30, 31)
"""The length classes of ranges of days: no year has five digits, and an open side is far away."""


def length_class_of(length: int) -> int:
    """Return the length class of a range: the least c such that the length is below 2**c.

    A range of class c that contains a point begins less than 2**c before it. So all ranges that can
    contain the point lie in a few short parts of one index, one for each class.
    """
    return max(length, 0).bit_length()


def lifespan_of(rows: Sequence[ClaimRow]) -> Lifespan:
    """Compute the lifespan of a period from all its rows that are not readings."""
    if any(row.row_class == REVISED for row in rows):
        return Lifespan()
    rows = [row for row in rows if row.row_class == BOUNDS]
    starts = [row for row in rows if row.role is Role.START]
    ends = [row for row in rows if row.role is Role.END and row.reported]
    attested = [row for row in rows if row.role is Role.ATTESTATION]
    reported = [row for row in starts if row.reported]
    planned = [row for row in starts if not row.reported]

    begins = BEGINNING
    if reported:
        begun_by = min((row.last for row in (*attested, *ends)), default=FOREVER)
        not_before = max((row.since for row in planned), default=BEGINNING)
        consistent = not_before <= min(begun_by, *(row.last for row in reported)) and (
            begun_by >= max(row.first for row in reported)
        )
        if consistent:
            begins = min(row.first for row in reported)
    elif planned and not attested and not ends:
        begins = min(max(row.first, row.since) for row in planned)

    last_other_day = max(
        (row.first if row.reported else row.since for row in rows if row not in ends),
        default=BEGINNING,
    )
    if not ends or last_other_day >= min(row.last for row in ends):
        return Lifespan(begins)
    return Lifespan(
        begins,
        max(row.last for row in ends),
        max(row.known for row in rows),
        max(row.position for row in rows),
    )
