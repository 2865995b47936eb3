"""A period of one facet key: when it began, when it ended, and its standing on a day.

The start lies in [begun.first, begun.last] and the end in [ended.first, ended.last], in whole
days; the period is in force at the close of day D when start <= D < end. The definitions are
those of Dyreson & Snodgrass (ACM TODS 1998) and of CIDOC-CRM's four-point periods.

Reported claims and attestations narrow each other. A plan narrows nothing but its own
occurrence, except that a planned start says "not begun when published": so nothing is ever
certain because of a plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from events.dates.days import BEGINNING, FOREVER
from events.facets import Role
from projections.weighing.claims import Claim, Place, Preference
from projections.weighing.occurrence import ANY_DAY, Days, Occurrence, confine, occurrence

KEPT = 8192
"""Weighed periods kept in memory: the same claims come to the same period, on any day."""


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
    """Return the one of some standings that claims the least; what is only planned least of all."""
    return max(standings, key=SUREST_FIRST.index)


@dataclass(frozen=True, slots=True)
class Period:
    """One stay of one key, weighed.

    `begun` and `ended` are where the start and the end can lie once all evidence is taken
    together. `attested_from` and `attested_to` are the earliest and the latest day of the last
    attestation (a reported start attests its own day). `displaced`, in an exclusive facet, is
    the window of the start that ended this holder's turn.
    """

    facet: str
    key: str
    number: int
    claims: tuple[Claim, ...]
    start: Occurrence | None
    end: Occurrence | None
    begun: Days
    ended: Days
    planned_end: Days | None
    attested_from: int
    attested_to: int
    contradicted: bool
    displaced: Days | None = None

    def __hash__(self) -> int:
        # Enough to tell periods apart; those of all that is said of one take long to work out.
        return hash((self.facet, self.key, self.number, len(self.claims)))

    @property
    def only_planned(self) -> bool:
        """Whether no source reports its start or its end, or attests it."""
        return not any(c.reported for c in self.claims if c.role is not Role.READING)

    @property
    def surely_attested(self) -> int:
        """The last day sources show it in force on for sure; BEGINNING where there is none."""
        return self.attested_from if self.attested_from >= self.begun.last else BEGINNING

    @property
    def end_reported(self) -> bool:
        """Whether a source says that it ended."""
        return self.end is not None and self.end.reported

    @property
    def disputed(self) -> bool:
        """Whether sources disagree on it, and nothing settles the matter."""
        occurrences = [part for part in (self.start, self.end) if part]
        return self.contradicted or any(part.disputed for part in occurrences)


def weigh(
    claims: Sequence[Claim], preferences: Mapping[Place, Preference], mission_start: int
) -> Period:
    """Weigh the claims on one period.

    `mission_start` is the earliest day the mission can have begun (BEGINNING where unknown): a
    period whose own start no source gives began no earlier.
    """
    place = (claims[0].facet, claims[0].key, claims[0].period)
    return _weighed(
        tuple(claims),
        preferences.get((*place, Role.START)),
        preferences.get((*place, Role.END)),
        mission_start,
    )


@lru_cache(maxsize=KEPT)
def _weighed(
    claims: tuple[Claim, ...],
    start_preferred: Preference | None,
    end_preferred: Preference | None,
    mission_start: int,
) -> Period:
    facet, key, number = claims[0].facet, claims[0].key, claims[0].period
    by_role: dict[Role, list[Claim]] = {role: [] for role in Role}
    for claim in claims:
        by_role[claim.role].append(claim)
    start = occurrence(by_role[Role.START], start_preferred)
    end = occurrence(by_role[Role.END], end_preferred)
    attested = [claim for claim in by_role[Role.ATTESTATION] if claim.reported]

    begun, start_at_odds = _begun(start, end, by_role[Role.START], attested, mission_start)
    plans = [c for c in claims if not c.reported and c.role in (Role.START, Role.END)]
    own_day = begun
    if any(not claim.reported for claim in by_role[Role.START]):
        own_day, _ = _begun(start, end, [], attested, mission_start)
    ended, planned_end, end_at_odds = _ended(start, end, plans, attested, own_day)
    attests = [Days(claim.first, claim.last) for claim in attested]
    if start and start.reported:
        attests.append(own_day)
    return Period(
        facet=facet,
        key=key,
        number=number,
        claims=claims,
        start=start,
        end=end,
        begun=begun,
        ended=ended,
        planned_end=planned_end,
        attested_from=max((days.first for days in attests), default=BEGINNING),
        attested_to=max((days.last for days in attests), default=BEGINNING),
        contradicted=start_at_odds or end_at_odds,
    )


def _begun(
    start: Occurrence | None,
    end: Occurrence | None,
    starts: Sequence[Claim],
    attested: Sequence[Claim],
    mission_start: int,
) -> tuple[Days, bool]:
    """Find the days the start can lie on, and whether the sources are at odds over it."""
    # Begun by the first attestation, and before any reported end; not begun when a plan for it
    # came out.
    by = min((claim.last for claim in attested), default=FOREVER)
    if end and end.reported:
        by = min(by, end.days.last)
    not_before = max((c.published_from for c in starts if not c.reported), default=BEGINNING)
    evidence = Days(not_before, by)
    if start and start.reported:
        begun, at_odds = confine(start.readings, evidence)
    elif evidence.first > evidence.last:
        begun, at_odds = Days(), True
    elif start and start.days.first <= by:
        begun, at_odds = Days(start.days.first, by), False
    else:
        # No start is known, or it came before the day planned.
        begun, at_odds = Days(not_before, by), False
    if begun.first == BEGINNING and mission_start <= begun.last:
        begun = begun._replace(first=mission_start)
    return begun, at_odds


def _ended(
    start: Occurrence | None,
    end: Occurrence | None,
    plans: Sequence[Claim],
    attested: Sequence[Claim],
    begun: Days,
) -> tuple[Days, Days | None, bool]:
    """Find the days the end can lie on, the planned end still standing, and any contradiction.

    `begun` is where the start lies without the help of any plan: what a plan's "not begun" adds
    must not prolong what a reported start attests.
    """
    not_ended = max((claim.first + 1 for claim in attested), default=BEGINNING)
    started = begun.first if start and start.reported else BEGINNING
    if end and end.reported:
        # A period that ends on the day it began is in force at the close of no day.
        own_day = started + 1 if started < end.days.last else started
        if start and start.reported and start.days.first > end.days.last:
            own_day = start.days.first
        ended, at_odds = confine(end.readings, Days(max(not_ended, own_day), FOREVER))
        # A plan for the start or the end says that it had not ended when the plan came out.
        published = max((plan.published_from for plan in plans), default=BEGINNING)
        if end.days.last < published:
            ended, at_odds = ended.hull(Days(published, FOREVER)), True
        return ended, None, at_odds
    not_ended = max(not_ended, started + 1 if started > BEGINNING else BEGINNING)
    planned = end.days if end and end.days.last >= not_ended else None
    return Days(not_ended, FOREVER), planned, False


def standing(period: Period, day: int) -> Standing | None:
    """Return a period's standing at the close of a day; None where it is not in the state."""
    if period.only_planned:
        return _expected(period, day)
    if day < period.begun.first or day >= period.ended.last:
        return None
    if period.displaced and day >= period.displaced.first:
        return Standing.POSSIBLE if day < period.displaced.last else None
    if day < period.begun.last:
        return Standing.POSSIBLE
    if day < max(period.ended.first, period.begun.first):
        return Standing.CERTAIN
    if period.end_reported or day <= period.attested_to or period.contradicted:
        return Standing.POSSIBLE
    if period.planned_end and day >= period.planned_end.last:
        return Standing.PRESUMED_ENDED
    return Standing.ASSUMED


def _expected(period: Period, day: int) -> Standing | None:
    if period.start is None:
        # A plan to end something nothing says has begun.
        return Standing.POSSIBLE if day >= period.begun.first else None
    start, end = period.start.days, period.end.days if period.end else ANY_DAY
    if day < start.first or (start.first <= end.last <= day):
        # An end planned for before the start is of a plan since put off: it ends nothing.
        return None
    return Standing.EXPECTED


@lru_cache(maxsize=KEPT // 8)
def take_turns(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """Let each holder of an exclusive facet go on until another's reported start, no longer.

    Only a holder who had surely begun before that start is displaced by it. One whom a source
    still attests, or reports to have ended, only after the start stays possible, and is marked.
    """
    reported = [period for period in periods if period.start and period.start.reported]
    return tuple(_displaced(period, reported) for period in periods)


def _displaced(period: Period, reported: Sequence[Period]) -> Period:
    starts = [other.begun for other in reported if _displaces(other, period)]
    if period.only_planned or not starts:
        return period
    turn = Days(min(days.first for days in starts), min(days.last for days in starts))
    # Where its own end is disputed, that window no longer shows until when it is attested.
    attested = max(
        (c.first for c in period.claims if c.role is Role.ATTESTATION), default=BEGINNING
    )
    if period.ended.first > turn.last or attested >= turn.last:
        return replace(period, displaced=Days(turn.first, FOREVER), contradicted=True)
    return replace(period, displaced=turn)


def _displaces(other: Period, period: Period) -> bool:
    """Whether a reported start surely came after this holder had begun."""
    if other.key == period.key:
        return False
    by, since = period.begun.last, other.begun
    if by < since.first:
        return True
    if by > since.last:
        return False
    # Begun by the last day of the start's window, on which the other holds it for sure: so
    # before the other, since two cannot hold it at once.
    settled = standing(other, since.last) is Standing.CERTAIN
    return settled and standing(period, since.last) is not Standing.CERTAIN
