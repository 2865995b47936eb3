"""A period of one facet key: when it began, when it ended, and its standing on a day.

Each set of reports that can be true together (`projections.weighing.contradictions`) gives a
stay: its start lies in `begun` and its end in `ended`, in whole days, and it is in force at the
close of day D when start <= D < end. The definitions are those of Dyreson & Snodgrass (ACM TODS
1998) and of CIDOC-CRM's four-point periods. Reports that agree give one stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import PeriodKey, Role
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days, Occurrence


class Standing(StrEnum):
    """How sure an answer is."""

    CERTAIN = "certain"
    ASSUMED = "assumed"
    POSSIBLE = "possible"
    EXPECTED = "expected"
    PRESUMED_ENDED = "presumed-ended"


SUREST_FIRST = (
    Standing.CERTAIN,
    Standing.ASSUMED,
    Standing.PRESUMED_ENDED,
    Standing.POSSIBLE,
    Standing.EXPECTED,
)


def weakest(standings: Iterable[Standing]) -> Standing:
    """Return the standing that claims the least; `expected` claims the least of all."""
    return max(standings, key=SUREST_FIRST.index)


class Stay(NamedTuple):
    """The days of a period by one set of reports.

    It can have begun from `begun.first` on and has begun on `begun.last`; it can have ended from
    `ended.first` on and has ended on `ended.last`. `is_heard`: the set has a report of the period;
    otherwise it does not tell whether it had begun or ended. `reported_from` is the first day on
    which it can have begun by its reports, whatever was planned. `presumed_from` is the last day of
    a planned end that no report contradicts.
    """

    begun: Days
    ended: Days
    is_heard: bool
    reported_from: int = BEGINNING
    start_is_reported: bool = False
    end_is_reported: bool = False
    presumed_from: int | None = None

    def standing(self, day: int) -> Standing:
        """Return the standing on a day on which it may be in force."""
        if day < self.begun.last or not self.is_heard:
            return Standing.POSSIBLE
        if day < self.ended.first:
            return Standing.CERTAIN
        if self.end_is_reported:
            return Standing.POSSIBLE
        if self.presumed_from is not None and day >= self.presumed_from:
            return Standing.PRESUMED_ENDED
        return Standing.ASSUMED


@dataclass(frozen=True, slots=True)
class Period:
    """One weighed period of one key.

    `start` and `end` are what sources say of its start and its end. `stays` are empty if it is
    `only_planned`: no source reports its start or end, and none attests it. `begun` and `ended` are
    the windows of all stays together. `attested_from` is the latest first day, and `attested_to`
    the latest last day, of the attestations (a reported start attests its own day).
    `contested`: reports on it cannot all be true. `contradicted`: that is not only a dispute on the
    date of its start or its end.

    Set by other periods are `displaced`, the window of the start that displaces a holder of an
    exclusive facet; `clash`, the first day on which reports on two holders cannot both be true; and
    `mission_end`, the window of the end of the mission that ends it.
    """

    facet: str
    key: str
    number: int
    claims: tuple[Claim, ...]
    start: Occurrence | None
    end: Occurrence | None
    begun: Days
    ended: Days
    stays: tuple[Stay, ...]
    attested_from: int
    attested_to: int
    contested: bool
    contradicted: bool
    only_planned: bool
    displaced: Days | None = None
    clash: int | None = None
    mission_end: Days | None = None

    def __hash__(self) -> int:
        # Hashing all claims is slow; these fields distinguish periods well enough.
        return hash((self.facet, self.key, self.number, len(self.claims)))

    @property
    def place(self) -> PeriodKey:
        """Its facet, key and number."""
        return self.facet, self.key, self.number

    @property
    def parts(self) -> tuple[tuple[Role, Occurrence], ...]:
        """Its start and its end, as far as any claim bears on them."""
        both = ((Role.START, self.start), (Role.END, self.end))
        return tuple((role, part) for role, part in both if part)

    @property
    def enters(self) -> int:
        """The first day on which it can be in the state, by what is said of it alone."""
        return (self.start.days if self.only_planned and self.start else self.begun).first

    @property
    def leaves(self) -> int:
        """The day from which on it is in the state no more, likewise; FOREVER if that is open."""
        if not self.only_planned:
            return self.ended.last
        # A planned end before the planned start belongs to a plan that was postponed: ignore it.
        if self.start and self.end and self.start.days.first <= self.end.days.last:
            return self.end.days.last
        return FOREVER

    @property
    def surely_attested(self) -> int:
        """The last day on which attestations certainly show it in force; BEGINNING if none do."""
        is_sure = self.begun.last <= self.attested_from < self.ended.first
        return self.attested_from if is_sure else BEGINNING

    @property
    def start_reported(self) -> bool:
        """Whether a source says that it began."""
        return self.start is not None and self.start.reported

    @property
    def end_reported(self) -> bool:
        """Whether a source says that it ended."""
        return self.end is not None and self.end.reported

    @property
    def ended_by(self) -> int:
        """The last day by which it has ended, whatever ends it; FOREVER if none is known.

        That can be its own end, the next period of its key, the end of the mission or another
        holder, whichever is the earliest. What is only planned has nothing to end.
        """
        if self.only_planned:
            return FOREVER
        # Where reports on two holders clash, neither is said to have taken over.
        others = (self.mission_end, self.displaced if self.clash is None else None)
        return min(window.last for window in (self.ended, *others) if window)

    @property
    def never_began(self) -> bool:
        """Whether it has an end, and no event says that it began."""
        return all(claim.role is Role.END for claim in self.claims)

    @property
    def disputed(self) -> bool:
        """Whether sources disagree on it, whatever the day, and no preference settles that."""
        return self.contested or self.contradicted

    def disputed_on(self, day: int) -> bool:
        """Whether the answer on a day is disputed."""
        return self.disputed or (self.clash is not None and day >= self.clash)

    @property
    def edges(self) -> set[int]:
        """Days among which are all on which its standing, or whether it is disputed, changes."""
        windows = [self.begun, self.ended, self.displaced, self.mission_end]
        windows += [each for stay in self.stays for each in (stay.begun, stay.ended)]
        windows += [part.days for _, part in self.parts]
        days = {day for window in windows if window for day in window}
        days.update(stay.presumed_from for stay in self.stays if stay.presumed_from is not None)
        return days if self.clash is None else days | {self.clash}


def own_standing(period: Period, day: int) -> Standing | None:
    """Return the standing at the close of a day by what is said of the key alone."""
    if period.only_planned:
        return _planned_standing(period, day)
    stays = period.stays
    if len(stays) == 1:
        (stay,) = stays
        in_force = stay.begun.first <= day < stay.ended.last
        return stay.standing(day) if in_force else None
    if all(day < stay.begun.first for stay in stays) or all(
        day >= stay.ended.last for stay in stays
    ):
        return None
    if any(not stay.begun.first <= day < stay.ended.last for stay in stays):
        return Standing.POSSIBLE
    return weakest(stay.standing(day) for stay in stays)


def _planned_standing(period: Period, day: int) -> Standing | None:
    if not period.enters <= day < period.leaves:
        return None
    if period.start:
        return Standing.EXPECTED
    has_passed = period.end is not None and day >= period.end.days.last
    return Standing.PRESUMED_ENDED if has_passed else Standing.POSSIBLE


def standing(period: Period, day: int) -> Standing | None:
    """Return a period's standing at the close of a day; None if it is not in the state."""
    found = own_standing(period, day)
    if found is None:
        return None
    if period.clash is not None and day >= period.clash:
        found = Standing.POSSIBLE
    elif period.displaced and day >= period.displaced.first:
        found = _inside(found) if day < period.displaced.last else None
    if found and period.mission_end and day >= period.mission_end.first:
        found = _inside(found) if day < period.mission_end.last else None
    return found


def _inside(found: Standing) -> Standing:
    """Return a standing in the window in which the mission, or another holder, may end a period.

    What its own sources attest to be certain stays so.
    """
    return found if found is Standing.CERTAIN else weakest((found, Standing.POSSIBLE))
