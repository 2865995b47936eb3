"""When a period of one facet key can be in the state at all: what lets ended ones be passed over.

A life is a run of days [begins, ends), wider than any standing and never narrower. It is worked
out from the windows of a period's claims alone, by rules that hold whatever else is known:

    begins   the earliest day of a reported start that nothing speaks against; where nothing is
             reported or attested, of a planned one
    ends     the latest day of a reported end that everything else lies before

Where that is not so, or an event about the record bears on the period, the life is open. It holds
once every claim on the period is heard: through a clock that leaves some out, a period with an end
has it from `known_to` and `last_position` on, and one that is open is taken not to have any. What
is passed over because of it is what `projections.weighing.period` would find to be in no state; a
test draws records at random and compares.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import Basis, Role

NEVER = 2**60
"""A second after every second: for what was never certainly public."""

ALWAYS = -(2**60)
"""A second before every second: for what needs no source."""

BOUNDS, REVISED, PREFERRED, RECORD = -1, -2, -3, -4
"""In place of the width of a reading: a claim that bounds its period; an event that may have
undone one; a preference among claims, or what may have undone that; an event about the record,
which is on no period."""

_ROLES, _BASES = tuple(Role), tuple(Basis)
_CODES = {said: number for number, said in enumerate(product(_ROLES, _BASES))}


def code(role: Role, basis: Basis) -> int:
    """Write what a claim says as a small number, as the index has it."""
    return _CODES[role, basis]


class ClaimRow(NamedTuple):
    """One claim as the index has it: on which period, when, and from when it counts.

    `first` and `last` are days, a planned reading's no earlier than its publication; `known` is
    the second from which all sources it needs were certainly public; `says` its role and basis;
    `since` the earliest day its source can have come out; `party` the nation or body it names;
    `more` is 1 where its event has a row before this one, 0 in the first.
    """

    mission: str
    facet: str
    key: str
    period: int
    width: int
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
        """The period it is on."""
        return self[:4]

    @property
    def role(self) -> Role:
        """What it says of the period."""
        return _ROLES[self.says // len(_BASES)]

    @property
    def days(self) -> tuple[int, int]:
        """The first and the last day, a plan's no earlier than it came out."""
        if self.reported:
            return self.first, self.last
        return max(self.first, self.since), max(self.last, self.since)

    @property
    def reported(self) -> bool:
        """Whether it is reported, rather than decided or planned."""
        return self.says % len(_BASES) == 0


MissionPeriodKey = tuple[str, str, str, int]
"""Mission, facet, key and number of a period."""


@dataclass(frozen=True, slots=True)
class Lifespan:
    """The days [begins, ends) on which a period can be in the state.

    `known_to` and `last_position` tell from when on `ends` holds; they are None while it is open.
    """

    begins: int = BEGINNING
    ends: int = FOREVER
    known_to: int | None = None
    last_position: int | None = None


BOUNDED = 22
"""The greatest class of a run of days that is open on no side."""

DAY_CLASSES = (*range(BOUNDED + 1), 30, 31)
"""The classes that runs of days have: no date has five digits of years, and open sides are far."""


def width_of(length: int) -> int:
    """Return the class of a run: the least w such that it is shorter than 2**w.

    A run of class w that holds a point begins less than 2**w before it, so that a few short
    stretches of one index hold all the runs that can.
    """
    return max(length, 0).bit_length()


def life(rows: Sequence[ClaimRow]) -> Lifespan:
    """Work out a period's life from all the rows that bound it."""
    if any(row.width == REVISED for row in rows):
        return Lifespan()
    rows = [row for row in rows if row.width == BOUNDS]
    starts = [row for row in rows if row.role is Role.START]
    ends = [row for row in rows if row.role is Role.END and row.reported]
    attested = [row for row in rows if row.role is Role.ATTESTATION]
    begun = [row for row in starts if row.reported]
    planned = [row for row in starts if not row.reported]

    begins = BEGINNING
    if begun:
        by = min((row.last for row in (*attested, *ends)), default=FOREVER)
        not_before = max((row.since for row in planned), default=BEGINNING)
        at_one = not_before <= min(by, *(row.last for row in begun)) and by >= max(
            row.first for row in begun
        )
        if at_one:
            begins = min(row.first for row in begun)
    elif planned and not attested and not ends:
        begins = min(max(row.first, row.since) for row in planned)

    before = max(
        (row.first if row.reported else row.since for row in rows if row not in ends),
        default=BEGINNING,
    )
    if not ends or before >= min(row.last for row in ends):
        return Lifespan(begins)
    return Lifespan(
        begins,
        max(row.last for row in ends),
        max(row.known for row in rows),
        max(row.position for row in rows),
    )
