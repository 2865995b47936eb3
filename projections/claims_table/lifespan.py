"""The lifespan of a period: the days on which it can be in the state, so that others are skipped.

A lifespan is a range of days [begins, ends). It may be wider than the days on which the period has
a standing, never narrower. It is what weighing makes of all rows of the period
(`projections.weighing.period`), where these rows are enough to tell. A side is open where they are
not: rows hold neither when a plan was last revised nor when the mission began, and not which claims
an event about the record has undone or chosen.

On a clock that leaves some claims out, `ends` is valid only from `known_to` and `last_position` on;
an open period is treated as having no end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import Basis, Role
from events.source import ALWAYS as ANY_TIME
from events.source import Publication
from projections.weighing.period import weigh_evidence

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
    def basis(self) -> Basis:
        """The basis of the claim."""
        return _BASES[self.says % len(_BASES)]

    @property
    def event(self) -> str:
        """Empty: a row is weighed without the preferences that name its event."""
        return ""

    @property
    def published(self) -> Publication:
        """Any time: a row holds only the first day, so no plan is known to replace another."""
        return ANY_TIME

    @property
    def published_from(self) -> int:
        """The earliest day its source can have been published."""
        return self.since

    @property
    def reported(self) -> bool:
        """Whether the claim is reported, rather than decided or planned."""
        return self.basis is Basis.REPORTED


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
    """Return the lifespan of a period, given all its rows that are not readings."""
    bounding = [row for row in rows if row.row_class == BOUNDS]
    if not bounding or any(row.row_class in (REVISED, PREFERRED) for row in rows):
        return Lifespan()
    period = weigh_evidence(bounding)
    begins, ends, start = period.enters, period.leaves, period.start
    # Rows do not tell which plan was published last, and so replaces the others.
    if period.only_planned:
        ends = FOREVER
    elif start and not start.reported:
        begins = BEGINNING
    # A start that may lie before that of its mission can contradict the end, once it is known not
    # to have been so early.
    if period.contradicted or (period.disputed and start and start.days.first == BEGINNING):
        ends = FOREVER
    if ends == FOREVER:
        return Lifespan(begins)
    known_to = max(row.known for row in bounding)
    return Lifespan(begins, ends, known_to, max(row.position for row in bounding))
